"""Options of ``medtext keywords`` and of ``medtext merge``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from medtext.cli.new_folder import refuse_folder
from medtext.cli.output import refuse_existing
from medtext.cli.table_format import TableFormat, table_format
from medtext.errors import OptionError


class DirectionName(StrEnum):
    """What words are counted."""

    FOR = "for"
    AGAINST = "against"
    BOTH = "both"


class RankName(StrEnum):
    """What comes first in a keyword table."""

    FREQUENCY = "frequency"
    LOWER_BOUND = "lower-bound"


LabelOption = Annotated[str | None, typer.Option("--label", help="Only the rows of this label.")]
TopOption = Annotated[
    int | None,
    typer.Option("--top", min=1, help="At most so many rows. Default: 50 in a terminal's table and on a page."),
]
RankOption = Annotated[
    RankName,
    typer.Option("--rank", help="What comes first; lower-bound, of --infer, is what each moves its label at least."),
]


def checked_form(
    named: TableFormat | None,
    output: Path | None,
    report: Path | None,
    *,
    replace: bool,
    infer: bool = False,
    contexts: bool = False,
) -> TableFormat:
    """Return how a table is written. Raises OptionError for that, and for a file or folder that is there already."""
    if output is not None:
        refuse_existing(output, replace=replace)
    form = table_format(named, output)
    if report is None and form in (TableFormat.CSV, TableFormat.MARKDOWN):
        if infer:
            raise OptionError(
                f"--infer has a table of its own, which {form} does not hold: write json, or add --report"
            )
        if contexts:
            raise OptionError(f"--contexts holds texts, which {form} does not: write json, or add --report")
    if report is not None:
        refuse_folder(report, replace=replace)
    return form
