"""``medtext lexicon``: terms that a run uses, found and written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medtext.cli.keywords import labelling_texts
from medtext.cli.lexicon_tables import lexicon_text
from medtext.cli.options import Device, Precision, Split, Unit
from medtext.cli.output import refuse_existing, say, warn, write_answer
from medtext.cli.progress import tracked
from medtext.cli.session import Session
from medtext.corpus.record import Record
from medtext.errors import OptionError

if TYPE_CHECKING:
    from medtext.explain.lexicon import Lexicon
    from medtext.workspace.ready import Ready

FORMS = (".json", ".csv", ".xlsx", ".txt")


@dataclass(frozen=True)
class Wanted:
    """The records that were asked for: those of a run, of a part of it, or of another source, read by ``pairs``."""

    run: str | None
    split: Split | None
    source: Path | None
    pairs: list[str]

    def ready(self, session: Session, device: Device) -> Ready:
        """Open the run, which has to label texts. Raises OptionError for one that labels images."""
        return labelling_texts(session, self.run, device)

    def records(self, ready: Ready, split: Split | None = None) -> list[Record]:
        """Read the records, or those of another split of the same source."""
        return ready.records(split=split or self.split, source=self.source, pairs=self.pairs)


@dataclass(frozen=True)
class Finding:
    """How terms are found; ``rules`` are files for assertion states, None where states do not matter."""

    confirm: Split | None
    label: str | None
    unit: Unit | None
    dictionary: Path | None
    rules: tuple[Path, ...] | None
    tolerance: float
    precision: Precision


def make_terms(
    session: Session,
    wanted: Wanted,
    device: Device,
    finding: Finding,
    output: Path | None,
    *,
    json: bool,
    replace: bool,
) -> None:
    """Find the terms that a run uses, and write them as a lexicon."""
    check_lexicon_output(output, json=json, replace=replace)
    ready = wanted.ready(session, device)
    if finding.label is not None:
        ready.label_number(finding.label)
    from medtext.workspace.explaining import doubts, explainer_for
    from medtext.workspace.lexicon import Terms, make_lexicon

    for doubt in doubts(ready, finding.precision):
        warn(doubt)
    explainer = explainer_for(
        ready,
        which="all",
        unit=finding.unit,
        dictionary=finding.dictionary,
        precision=finding.precision,
        tolerance=finding.tolerance,
    )
    lexicon, found = make_lexicon(
        ready,
        explainer,
        wanted.records(ready),
        split=wanted.split or "all",
        terms=Terms(finding.dictionary, finding.rules),
        confirm=None if finding.confirm is None else (finding.confirm, wanted.records(ready, finding.confirm)),
        label=finding.label,
        watch=lambda items, total, what: tracked(items, total, what, quiet=session.quiet),
    )
    if not lexicon.terms:
        warn(f"no term was {'discovered' if finding.confirm is None else 'confirmed'}: the lexicon is empty")
    if json or output is not None:
        write_lexicon(lexicon, output, replace=replace)
        for line in found.notes() if output is not None else ():
            say(line)
        return
    write_answer(lexicon_text(lexicon) + "".join(f"{line}\n" for line in found.notes()), None, replace=replace)


def check_lexicon_output(output: Path | None, *, json: bool, replace: bool) -> None:
    """Raise, before any work is done, OutputError or OptionError where a lexicon cannot be written so."""
    if output is None:
        return
    if output.suffix.lower() not in FORMS:
        raise OptionError(f"--output {output}: the name ends in none of {', '.join(FORMS)}: choose one")
    if json and output.suffix.lower() != ".json":
        raise OptionError(f"--output {output}: --json does not go with that ending: leave one out")
    refuse_existing(output, replace=replace)


def write_lexicon(lexicon: Lexicon, output: Path | None, *, replace: bool) -> None:
    """Write a lexicon in the form that the file's name says; to stdout as JSON."""
    from medtext.report import lexicon_files

    match ".json" if output is None else output.suffix.lower():
        case ".xlsx":
            assert output is not None  # noqa: S101
            lexicon_files.write_sheet(lexicon, output, replace=replace)
            say(f"written: {output}")
        case ".csv":
            write_answer(lexicon_files.as_csv(lexicon), output, replace=replace)
        case ".txt":
            write_answer(lexicon_files.as_dictionary(lexicon), output, replace=replace)
        case _:
            write_answer(lexicon_files.as_json(lexicon), output, replace=replace)
