"""``medtext stability``."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.keywords import PickOption, labelling_texts
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
from medtext.cli.output import refuse_existing, say, warn, write_answer
from medtext.cli.progress import tracked
from medtext.cli.session import session_of
from medtext.cli.stability_tables import stability_text
from medtext.cli.table_format import FormatOption, TableFormat, table_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medtext.workspace.ready import Ready
    from medtext.workspace.stability import Measured


def stability_command(
    context: typer.Context,
    run: Annotated[
        list[str] | None,
        typer.Option(
            "--run",
            metavar="RUN",
            help="Runs of one corpus with other seeds; repeat it, or use * and ?. The first leads.",
        ),
    ] = None,
    split: Annotated[
        Split | None, typer.Option("--split", help="Which part of the runs' records: val or test. Default: val.")
    ] = None,
    source: SourceOption = None,
    option: SourcePairsOption = None,
    top: Annotated[int, typer.Option("--top", min=2, help="How many keywords of each label are its top.")] = 20,
    replicates: Annotated[
        int, typer.Option("--replicates", min=40, max=10_000, help="How often clusters of records are drawn anew.")
    ] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Of these draws.")] = 13,
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
    infer: Annotated[
        bool, typer.Option("--infer", help="Say in how many runs each keyword is used for its label.")
    ] = False,
    confirm: Annotated[
        Split | None,
        typer.Option("--confirm", help="Infer, and say in how many runs this split confirms it; each run logs it."),
    ] = None,
    shuffled: Annotated[
        bool,
        typer.Option("--shuffled/--no-shuffled", help="Explain by shuffled weights too, which takes as long again."),
    ] = True,
    label: Annotated[str | None, typer.Option("--label", help="Only the rows of this label.")] = None,
    format: FormatOption = None,  # noqa: A002  # what users type
    output: OutputOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FOLDER", help="Write a folder with tables and a chart.")
    ] = None,
    replace: ReplaceOption = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Say whether the order of keywords holds: over other patients, other seeds, and against shuffled weights."""
    session = session_of(context)
    check_share("--threshold", threshold)
    check_tolerance(tolerance)
    pairs = check_source_pairs(option, source)
    form = _checked_form(format, output, report, replace=replace)
    names: Sequence[str | None] = session.store.matching(run) if run else [None]
    opened = [labelling_texts(session, name, device) for name in names]
    from medtext.explain.asserting import Asserting
    from medtext.report.stability_page import write_stability
    from medtext.workspace.explaining import doubts
    from medtext.workspace.stability import Asked, measure_stability

    asked = Asked(
        split=split or (None if source else Split.VAL),
        label=label,
        top=top,
        replicates=replicates,
        seed=seed,
        which=explain.value,
        threshold=threshold,
        pick=pick.value,
        unit=unit,
        dictionary=dictionary,
        magnitude=scores is ScoreKind.MAGNITUDE,
        method=method,
        tolerance=tolerance,
        precision=precision,
        asserting=Asserting(*(rules or [])) if assertions or rules else None,
        infer=infer or confirm is not None,
        confirm=confirm,
        shuffled=shuffled,
    )
    for ready in opened:
        for doubt in doubts(ready, precision, method, magnitude=asked.magnitude):
            warn(doubt)
    track = partial(tracked, quiet=session.quiet)
    with nullcontext() if report is None else new_folder(report, replace=replace) as folder:
        made = measure_stability(opened, asked, source=source, pairs=pairs, track=track)
        title = _title(opened, asked.split or "all", source)
        if folder is not None:
            write_stability(folder, made.found, title, made.header, made.warnings)
    if report is not None:
        say(f"written: {report}")
    if form is TableFormat.CSV:
        for line in made.warnings:
            warn(line)
    write_answer(_written(made, form, title, output), output, replace=replace)


def _title(opened: Sequence[Ready], split: str, source: Path | None) -> str:
    first = opened[0]
    others = "" if len(opened) == 1 else f" beside {len(opened) - 1} other run{'s' if len(opened) > 2 else ''}"
    return f"{first.run.name}{others}, {split} of {(source or first.setup.source).name}: does the order hold?"


def _written(made: Measured, form: TableFormat, title: str, output: Path | None) -> str:
    from medtext.report import stability_table as written

    if form is TableFormat.JSON:
        return written.as_json(made.found, made.header, made.warnings)
    if form is TableFormat.CSV:
        return written.as_csv(made.found)
    if form is TableFormat.MARKDOWN:
        return written.as_markdown(made.found, made.header, made.warnings)
    return stability_text(made.found, title, made.warnings, None if output is None else StringIO())


def _checked_form(named: TableFormat | None, output: Path | None, report: Path | None, *, replace: bool) -> TableFormat:
    """Return how a table is written. Raises OptionError for that, and for a file or folder that is there already."""
    if output is not None:
        refuse_existing(output, replace=replace)
    if report is not None:
        refuse_folder(report, replace=replace)
    return table_format(named, output)
