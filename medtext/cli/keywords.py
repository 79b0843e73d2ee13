"""``medtext keywords``."""

from __future__ import annotations

from contextlib import nullcontext
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.keyword_effects import effects_text
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
    SourcePairsOption,
    Split,
    ToleranceOption,
    UnitOption,
    check_share,
    check_source_pairs,
    check_tolerance,
)
from medtext.cli.output import cell, new_table, refuse_existing, say, table_text, warn, write_answer
from medtext.cli.progress import tracked
from medtext.cli.session import Session, session_of
from medtext.cli.table_format import FormatOption, TableFormat, table_format
from medtext.corpus.record import Input
from medtext.errors import OptionError

if TYPE_CHECKING:
    from medtext.explain.inference import FoundEffects
    from medtext.explain.keywords import KeywordTable
    from medtext.workspace.ready import Ready


class PickOption(StrEnum):
    """Which spans of a text count."""

    ALL = "all"
    HIGHEST = "highest"


def keywords_command(
    context: typer.Context,
    run: RunOption = None,
    split: Annotated[
        Split | None, typer.Option("--split", help="Which part of the run's records. Default: val.")
    ] = None,
    source: SourceOption = None,
    option: SourcePairsOption = None,
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
    assertions: Annotated[
        bool, typer.Option("--assertions", help="Rows of their own for what texts deny, doubt or tell of the past.")
    ] = False,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="FILE", help="Rules for --assertions, in place of those of their script."),
    ] = None,
    stems: Annotated[
        bool, typer.Option("--stems", help="Count English words of one stem as one: nodule and nodules.")
    ] = False,
    infer: Annotated[
        bool, typer.Option("--infer", help="Test what the run uses each term for: all occurrences, with intervals.")
    ] = False,
    confirm: Annotated[
        Split | None,
        typer.Option("--confirm", help="Infer, and try the discovered terms on this split too; the run logs it."),
    ] = None,
    label: Annotated[str | None, typer.Option("--label", help="Only the rows of this label.")] = None,
    top: Annotated[
        int | None,
        typer.Option("--top", min=1, help="At most so many rows. Default: 50 in a terminal's table and on a page."),
    ] = None,
    format: FormatOption = None,  # noqa: A002  # what users type
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
    pairs = check_source_pairs(option, source)
    infer = infer or confirm is not None
    form = _checked_form(format, output, report, infer=infer, stems=stems, replace=replace)
    ready = _labelling_texts(session, run, device)
    if label is not None:
        ready.label_number(label)
    from medtext.explain.asserting import Asserting
    from medtext.explain.keywords import KeywordTable
    from medtext.explain.naming import naming
    from medtext.report.examples import Examples
    from medtext.report.keyword_page import write_keywords
    from medtext.workspace.counting import Counting
    from medtext.workspace.explaining import doubts, explainer_for
    from medtext.workspace.inferring import Inference

    for doubt in doubts(ready, precision, method, magnitude=scores is ScoreKind.MAGNITUDE):
        warn(doubt)
    explainer = explainer_for(
        ready,
        which="all" if infer else explain.value,  # one label alone would be chosen for its scores
        unit=unit,
        dictionary=dictionary,
        magnitude=scores is ScoreKind.MAGNITUDE,
        method=method,
        precision=precision,
        tolerance=tolerance,
    )
    chosen = split or (None if source else Split.VAL)
    records = ready.records(split=chosen, source=source, pairs=pairs)
    settings = {"split": chosen or "all", **explainer.settings, "explain": explain.value}
    settings |= {"stems": "english"} if stems else {}
    asserting = None
    if assertions or rules:
        asserting = Asserting(*(rules or []))
        settings["assertions"] = ", ".join(["bundled", *(path.name for path in rules or [])])
    made = KeywordTable(
        threshold,
        pick.value,
        ready.run.name,
        settings,
        ready.labels,
        naming=naming(dictionary, stems=stems),
        asserting=asserting,
    )
    inference = Inference.of(ready, explainer, made, confirm) if infer else None
    if inference is not None:
        inference.refuse_trained(ready, records)
    tried = [] if confirm is None else ready.records(split=confirm, source=source, pairs=pairs)
    title = f"{ready.run.name}, {chosen or 'all'} of {(source or ready.setup.source).name}"
    with nullcontext() if report is None else new_folder(report, replace=replace) as folder:
        counting, examples = Counting(made, explain.value, inference), Examples()
        for explained in tracked(explainer.explain(records), len(records), "explaining", quiet=session.quiet):
            examples.add(counting.add(explained))
        if inference is not None and confirm is not None:
            inference.confirm(tracked(explainer.explain(tried), len(tried), "confirming", quiet=session.quiet))
        found = None if inference is None else inference.found(label)
        if folder is not None:
            draw = {name: session.drawing(name, threshold=threshold, pick=made.pick) for name in ("page", "image")}
            write_keywords(folder, made, title, examples, draw, found, label=label, top=top)
    if report is not None:
        say(f"written: {report}")
    if records and not made.explained:
        warn("no record got a label, so nothing is explained: try --explain all, or `medtext calibrate --cutoffs f1`")
    write_answer(_written(made, found, form, title, label, top, output), output, replace=replace)


_SHOWN = 50
"""Rows in a terminal, where no --top is named."""


def _labelling_texts(session: Session, run: str | None, device: Device) -> Ready:
    """Open a run that labels texts. Raises OptionError for one that labels images."""
    ready = session.ready(run, device, ("classify", "tag"))
    if ready.networks[0].batcher.reads is not Input.TEXT:
        raise OptionError(f"run '{ready.run.name}' reads images, which have no words: name another --run")
    return ready


def _checked_form(
    named: TableFormat | None, output: Path | None, report: Path | None, *, infer: bool, stems: bool, replace: bool
) -> TableFormat:
    """Return how a table is written.

    Raises OptionError for that, for --stems with --infer, and for a file or folder that is there already.
    """
    if output is not None:
        refuse_existing(output, replace=replace)
    form = table_format(named, output)
    if infer and stems:
        raise OptionError("--infer names its terms as they are counted, which would be stems: leave --stems out")
    if infer and report is None and form in (TableFormat.CSV, TableFormat.MARKDOWN):
        raise OptionError(f"--infer has a table of its own, which {form} does not hold: write json, or add --report")
    if report is not None:
        refuse_folder(report, replace=replace)
    return form


def _written(
    made: KeywordTable,
    found: FoundEffects | None,
    form: TableFormat,
    title: str,
    label: str | None,
    top: int | None,
    output: Path | None,
) -> str:
    """Return the table in the form that was asked for; CSV and Markdown hold the keywords alone."""
    from medtext.report import table as written

    if form is TableFormat.JSON:
        return written.as_json(made, label=label, top=top, effects=found)
    if form is TableFormat.CSV:
        return written.as_csv(made, label=label, top=top)
    if form is TableFormat.MARKDOWN:
        return written.as_markdown(made, label=label, top=top)
    shown = _table(made, title, label, top or (_SHOWN if output is None else None), output)
    if found is None:
        return shown
    most = top or (_SHOWN if output is None else None)
    return f"{shown}\n{effects_text(found, most, None if output is None else StringIO())}"


def _table(made: KeywordTable, title: str, label: str | None, top: int | None, output: Path | None) -> str:
    rows = made.rows(label)
    table = new_table(">rank", "keyword", "label", ">frequency", ">records", ">mean score")
    for row in rows[:top]:
        table.add_row(*map(cell, (row.rank, row.keyword, row.label, row.count, row.records, f"{row.mean_score:+.3f}")))
    shown = table_text(table, title, None if output is None else StringIO())
    return shown + _footer(made, len(rows), len(rows[:top]))


def _footer(made: KeywordTable, rows: int, shown: int) -> str:
    from medtext.explain.keywords import BLIND

    gap = "" if made.greatest_gap == 0 else f", greatest gap {made.greatest_gap:.2g} logits"
    unsure = f", {made.unconverged} not converged{gap}" if made.adds_up else ""
    blind = f"{BLIND}\n" if made.settings.get("least") == "inf" else ""
    return (
        f"\n{shown} of {rows} keywords at threshold {made.threshold:g}.\n"
        f"{made.records} records, {made.explained} answers explained: {made.without_evidence} without evidence"
        f"{unsure}; {made.truncated} texts cut.\nScores: {made.how}.\n{blind}"
    )
