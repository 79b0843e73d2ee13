"""``medtext lexicon --score``: plain matching beside the model."""

from __future__ import annotations

from pathlib import Path

from medtext.cli.lexicon_make import Wanted, write_lexicon
from medtext.cli.lexicon_tables import score_text
from medtext.cli.options import Device
from medtext.cli.output import as_json, refuse_existing, warn, write_answer
from medtext.cli.session import Session
from medtext.errors import OptionError


def score_matching(
    session: Session,
    lexicon: Path,
    wanted: Wanted,
    device: Device,
    rules: list[Path],
    tuned: Path | None,
    output: Path | None,
    *,
    json: bool,
    replace: bool,
) -> None:
    """Measure plain matching on the records that are asked for, beside the run; write what was tuned, if wished."""
    _check(output, tuned, json=json, replace=replace)
    if wanted.split == "train":
        raise OptionError("--score: the run learned from train, so the model would look too good: choose val or test")
    from medtext.explain.lexicon import read_lexicon
    from medtext.explain.matching import rules_of

    known = read_lexicon(lexicon)
    named = rules_of(known, rules)
    ready = wanted.ready(session, device)
    from medtext.workspace.lexicon import score_lexicon

    found = score_lexicon(ready, known, wanted.records(ready), named)
    if wanted.split == "val" and found.lexicon.cutoffs:
        warn("cutoffs are tuned on val, where they are measured now: on other records they may do worse")
    for each in (known.settings.get("discovered_on"), known.settings.get("confirmed_on")):
        if each is not None and each == wanted.split:
            warn(f"the terms were chosen on {each}, where they are measured now: on other records they may do worse")
    if tuned is not None:
        write_lexicon(found.lexicon, tuned, replace=replace)
    part = f"{wanted.split or 'all'} of {(wanted.source or ready.setup.source).name}"
    if json or (output is not None and output.suffix.lower() == ".json"):
        document = {"lexicon": str(lexicon), "run": ready.run.name, "split": wanted.split or "all", **found.to_json()}
        write_answer(f"{as_json(document)}\n", output, replace=replace)
        return
    write_answer(score_text(found, f"{lexicon.name} and {ready.run.name}, {part}", output), output, replace=replace)


def _check(output: Path | None, tuned: Path | None, *, json: bool, replace: bool) -> None:
    """Raise, before any work is done, OutputError or OptionError for files that cannot be written so."""
    if tuned is not None:
        if tuned.suffix.lower() != ".json":
            raise OptionError(f"--tuned {tuned}: a lexicon to match by is a .json file: name one")
        refuse_existing(tuned, replace=replace)
    if output is not None:
        forms = (".json",) if json else (".json", ".txt")
        if output.suffix.lower() not in forms:
            raise OptionError(f"--output {output}: the name ends in none of {', '.join(forms)}: choose one")
        refuse_existing(output, replace=replace)
    if output is not None and tuned is not None and output.absolute() == tuned.absolute():
        raise OptionError(f"--output and --tuned are both {output}: name two files")
