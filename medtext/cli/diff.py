"""``medtext diff``."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.diff_tables import found_text
from medtext.cli.new_folder import new_folder, refuse_folder
from medtext.cli.options import (
    AssertionsOption,
    Device,
    DeviceOption,
    DictionaryOption,
    OutputOption,
    Precision,
    PrecisionOption,
    ReplaceOption,
    RulesOption,
    SourceOption,
    SourcePairsOption,
    Split,
    ThresholdOption,
    ToleranceOption,
    UnitOption,
    check_share,
    check_source_pairs,
    check_tolerance,
)
from medtext.cli.output import refuse_existing, say, warn, write_answer
from medtext.cli.progress import tracked
from medtext.cli.session import session_of
from medtext.cli.table_format import FormatOption, TableFormat, table_format
from medtext.errors import UnknownNameError

if TYPE_CHECKING:
    from medtext.explain.found_changes import FoundChanges


def diff_command(
    context: typer.Context,
    run_a: Annotated[str, typer.Argument(help="The run to compare with.")],
    run_b: Annotated[str, typer.Argument(help="The run that is compared.")],
    split: Annotated[
        Split | None, typer.Option("--split", help="Which part of a run's records, new to both. Default: val.")
    ] = None,
    source: SourceOption = None,
    option: SourcePairsOption = None,
    threshold: ThresholdOption = 0.2,
    unit: UnitOption = None,
    dictionary: DictionaryOption = None,
    tolerance: ToleranceOption = 0.01,
    precision: PrecisionOption = Precision.FULL,
    assertions: AssertionsOption = False,
    rules: RulesOption = None,
    label: Annotated[str | None, typer.Option("--label", help="Only the rows of this label.")] = None,
    top: Annotated[
        int | None,
        typer.Option("--top", min=1, help="At most so many rows of terms, and of keywords of either run."),
    ] = None,
    format: FormatOption = None,  # noqa: A002  # what users type
    output: OutputOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FOLDER", help="Write a folder with tables and a chart.")
    ] = None,
    replace: ReplaceOption = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Tell which keywords came, went and moved between two runs, on records that are new to both.

    Effects of terms are compared over all occurrences, with intervals over the same clusters.
    """
    session = session_of(context)
    check_share("--threshold", threshold)
    check_tolerance(tolerance)
    pairs = check_source_pairs(option, source)
    if output is not None:
        refuse_existing(output, replace=replace)
    form = table_format(format, output)
    if report is not None:
        refuse_folder(report, replace=replace)
    first, second = (session.ready(name, device, ("classify", "tag")) for name in (run_a, run_b))
    from medtext.explain.asserting import Asserting
    from medtext.explain.naming import naming
    from medtext.workspace.differing import TOP, Differing, common_unit, refuse_unlike, shared_labels, unseen_records
    from medtext.workspace.explaining import doubts, explainer_for

    refuse_unlike(first, second)
    labels = shared_labels(first, second)
    if label is not None and label not in labels:
        raise UnknownNameError.among("label of both runs", label, labels)
    for doubt in dict.fromkeys([*doubts(first, precision), *doubts(second, precision)]):
        warn(doubt)
    chosen = split or (None if source else Split.VAL)
    records, owner = unseen_records(first, second, split=chosen, source=source, pairs=pairs)
    one, other = (
        explainer_for(
            ready,
            which="all",
            unit=common_unit(first, second, unit),
            dictionary=dictionary,
            precision=precision,
            tolerance=tolerance,
        )
        for ready in (first, second)
    )
    asserting = Asserting(*(rules or [])) if assertions or rules else None
    settings = {
        "split": chosen or "all",
        "source": (source or owner.setup.source).name,
        "threshold": threshold,
        "unit": one.settings["unit"],
        "tolerance": one.settings["tolerance"],
    }
    if asserting is not None:
        settings["assertions"] = ", ".join(["bundled", *(path.name for path in rules or [])])
    differing = Differing.of(
        (first, second),
        (one, other),
        threshold=threshold,
        naming=naming(dictionary),
        asserting=asserting,
        settings=settings,
    )
    both = zip(one.explain(records), other.explain(records), strict=True)
    for explained in tracked(both, len(records), "explaining", quiet=session.quiet):
        differing.add(*explained)
    found = differing.found(label, top or TOP)
    if report is not None:
        from medtext.report.diff_page import write_diff

        with new_folder(report, replace=replace) as folder:
            write_diff(folder, found, top)
        say(f"written: {report}")
    write_answer(_written(found, form, top, output), output, replace=replace)


def _written(found: FoundChanges, form: TableFormat, top: int | None, output: Path | None) -> str:
    """Return what was found in the form that was asked for; CSV and Markdown hold the terms alone."""
    from medtext.report import change_table as written

    if form is TableFormat.JSON:
        return written.changes_as_json(found, top)
    if form is TableFormat.CSV:
        return written.changes_as_csv(found, top)
    if form is TableFormat.MARKDOWN:
        return written.changes_as_markdown(found, top)
    return found_text(found, top, None if output is None else StringIO())
