"""``medtext keywords``."""

from __future__ import annotations

from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.new_folder import new_folder, refuse_folder
from medtext.cli.options import (
    Device,
    DeviceOption,
    DictionaryOption,
    Explain,
    MethodName,
    MethodOption,
    OutputOption,
    Precision,
    PrecisionOption,
    ReplaceOption,
    RunOption,
    ScoreKind,
    ScoresOption,
    SourceOption,
    Split,
    ToleranceOption,
    UnitOption,
    check_share,
    check_tolerance,
)
from medtext.cli.output import cell, new_table, refuse_existing, say, table_text, warn, write_answer
from medtext.cli.progress import tracked
from medtext.cli.session import Session, session_of
from medtext.errors import OptionError

if TYPE_CHECKING:
    from medtext.explain.explainer import Explained, Explainer
    from medtext.explain.keywords import KeywordTable
    from medtext.workspace.ready import Ready


class PickOption(StrEnum):
    """Which spans of a text count."""

    ALL = "all"
    HIGHEST = "highest"


class TableFormat(StrEnum):
    """How the table is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


def keywords_command(
    context: typer.Context,
    run: RunOption = None,
    split: Annotated[
        Split | None, typer.Option("--split", help="Which part of the run's records. Default: val.")
    ] = None,
    source: SourceOption = None,
    threshold: Annotated[
        float, typer.Option("--threshold", help="Words from this share of the highest score of their text, 0 to 1.")
    ] = 0.2,
    explain: Annotated[
        Explain, typer.Option("--explain", help="Which labels of a record to explain.")
    ] = Explain.PREDICTED,
    pick: Annotated[
        PickOption, typer.Option("--pick", help="All spans, or only the one with the highest word.")
    ] = PickOption.ALL,
    unit: UnitOption = None,
    dictionary: DictionaryOption = None,
    method: MethodOption = MethodName.INTEGRATED_GRADIENTS,
    scores: ScoresOption = ScoreKind.SIGNED,
    tolerance: ToleranceOption = 0.01,
    precision: PrecisionOption = Precision.FULL,
    label: Annotated[str | None, typer.Option("--label", help="Only the rows of this label.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="At most so many rows.")] = 50,
    format: Annotated[  # noqa: A002  # what users type
        TableFormat | None, typer.Option("--format", help="How to write the table; by the ending of --output.")
    ] = None,
    output: OutputOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FOLDER", help="Write a folder with table, chart and heat maps.")
    ] = None,
    replace: ReplaceOption = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Rank the words that drive a run's answers, by how often they do."""
    session = session_of(context)
    check_share("--threshold", threshold)
    check_tolerance(tolerance)
    if output is not None:
        refuse_existing(output, replace=replace)
    form = format or _form_of(output)
    if report is not None:
        refuse_folder(report, replace=replace)
    ready = session.ready(run, device, ("classify", "tag"))
    from medtext.report import table as written
    from medtext.workspace.explaining import doubts, explainer_for

    for doubt in doubts(ready, precision, method, magnitude=scores is ScoreKind.MAGNITUDE):
        warn(doubt)
    explainer = explainer_for(
        ready,
        which="all" if explain is Explain.ALL else "predicted" if explain is Explain.PREDICTED else "gold",
        unit=unit,
        dictionary=dictionary,
        magnitude=scores is ScoreKind.MAGNITUDE,
        method=method,
        precision=precision,
        tolerance=tolerance,
    )
    if label is not None:
        ready.label_number(label)
    chosen = split or (None if source else Split.VAL)
    made = _count(
        session,
        ready,
        explainer,
        threshold,
        "all" if pick is PickOption.ALL else "highest",
        chosen,
        source,
        report,
        replace,
    )
    title = f"{ready.run.name}, {chosen or 'all'} of {(source or ready.setup.source).name}"
    if form is TableFormat.TABLE:
        content = _table(made, title, label, top, output)
    else:
        writers = {"csv": written.as_csv, "json": written.as_json, "markdown": written.as_markdown}
        content = writers[form](made, label=label, top=top)
    write_answer(content, output, replace=replace)


_FORMS = {
    ".txt": TableFormat.TABLE,
    ".csv": TableFormat.CSV,
    ".json": TableFormat.JSON,
    ".md": TableFormat.MARKDOWN,
}


def _form_of(output: Path | None) -> TableFormat:
    """Return how a file is written, going by its name. Raises OptionError."""
    if output is None:
        return TableFormat.TABLE
    if output.suffix.lower() not in _FORMS:
        raise OptionError(f"--output {output}: the name ends in none of {', '.join(_FORMS)}: choose one, or a --format")
    return _FORMS[output.suffix.lower()]


def _count(
    session: Session,
    ready: Ready,
    explainer: Explainer,
    threshold: float,
    pick: str,
    split: Split | None,
    source: Path | None,
    report: Path | None,
    replace: bool,
) -> KeywordTable:
    from medtext.explain.keywords import KeywordTable
    from medtext.report.examples import Examples

    records = ready.records(split=split, source=source)
    made = KeywordTable(
        threshold,
        "highest" if pick == "highest" else "all",
        run=ready.run.name,
        settings={"split": split or "all", **explainer.settings},
        labels=ready.labels,
    )
    examples = Examples()

    def add(explained: Explained) -> None:
        made.add(explained.attributions, truncated=explained.prediction.truncated)
        if report is not None:
            examples.add(explained)

    if report is None:
        for explained in tracked(explainer.explain(records), len(records), "explaining", quiet=session.quiet):
            add(explained)
        return made
    from medtext.report.keyword_page import write_keywords

    with new_folder(report, replace=replace) as folder:
        for explained in tracked(explainer.explain(records), len(records), "explaining", quiet=session.quiet):
            add(explained)
        title = f"{ready.run.name}, {split or 'all'} of {(source or ready.setup.source).name}"
        write_keywords(
            folder, made, title, examples, {name: session.drawing(name, threshold) for name in ("page", "image")}
        )
    say(f"written: {report}")
    return made


def _table(made: KeywordTable, title: str, label: str | None, top: int, output: Path | None) -> str:
    rows = made.rows(label)
    table = new_table(">rank", "keyword", "label", ">frequency", ">records", ">mean score")
    for row in rows[:top]:
        table.add_row(*map(cell, (row.rank, row.keyword, row.label, row.count, row.records, f"{row.mean_score:+.3f}")))
    shown = table_text(table, title, None if output is None else StringIO())
    return shown + _footer(made, len(rows), min(top, len(rows)))


def _footer(made: KeywordTable, rows: int, shown: int) -> str:
    from medtext.explain.keywords import BLIND

    gap = "" if made.greatest_gap == 0 else f", greatest gap {made.greatest_gap:.2g} logits"
    blind = f"{BLIND}\n" if made.settings.get("least") == "inf" else ""
    return (
        f"\n{shown} of {rows} keywords at threshold {made.threshold:g}.\n"
        f"{made.records} records, {made.explained} answers explained: {made.without_evidence} without evidence, "
        f"{made.unconverged} not converged{gap}; {made.truncated} texts cut.\n{blind}"
    )
