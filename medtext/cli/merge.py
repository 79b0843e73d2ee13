"""``medtext merge``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medtext.cli.keyword_options import LabelOption, RankName, RankOption, TopOption, checked_form
from medtext.cli.keyword_table import Shown
from medtext.cli.new_folder import new_folder
from medtext.cli.options import OutputOption, ReplaceOption
from medtext.cli.output import say, write_answer
from medtext.cli.table_format import FormatOption
from medtext.errors import OptionError, UnknownNameError


def merge_command(
    file: Annotated[list[Path], typer.Argument(help="What `medtext keywords --shard I/N --state FILE` wrote, all N.")],
    rank: RankOption = RankName.FREQUENCY,
    label: LabelOption = None,
    top: TopOption = None,
    format: FormatOption = None,  # noqa: A002  # what users type
    output: OutputOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FOLDER", help="Write a folder with table and chart.")
    ] = None,
    replace: ReplaceOption = False,
) -> None:
    """Put keyword tables of parts together: the very table that one call over all records makes."""
    checked_form(format, output, report, replace=replace)
    from medtext.report.keyword_page import write_keywords
    from medtext.workspace.keyword_state import merged

    whole = merged(file)
    table, gathered = whole.table, whole.gathered
    form = checked_form(
        format, output, report, replace=replace, infer=gathered is not None, contexts=table.contexts > 0
    )
    if label is not None and label not in table.labels:
        raise UnknownNameError.among("label", label, table.labels)
    if rank is RankName.LOWER_BOUND and gathered is None:
        raise OptionError("--rank lower-bound is that of the effects of --infer: add it where the states are made")
    found = None if gathered is None else gathered.found(table.settings, label)
    shown = Shown(table, whole.title, found, label, top, bounded=rank is RankName.LOWER_BOUND)
    if report is not None:
        with new_folder(report, replace=replace) as folder:
            write_keywords(folder, table, whole.title, None, {}, found, label=label, top=top, bounds=shown.bounds)
        say(f"written: {report}")
    write_answer(shown.written(form, output), output, replace=replace)
