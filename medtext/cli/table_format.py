"""How a ranked table is written: for a terminal, or for other tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from medtext.errors import OptionError


class TableFormat(StrEnum):
    """How the table is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


FormatOption = Annotated[
    TableFormat | None, typer.Option("--format", help="How to write the table; by the ending of --output.")
]

_FORMS = {
    ".txt": TableFormat.TABLE,
    ".csv": TableFormat.CSV,
    ".json": TableFormat.JSON,
    ".md": TableFormat.MARKDOWN,
}


def table_format(named: TableFormat | None, output: Path | None) -> TableFormat:
    """Return how a table is written: as it was named, or by the file's name. Raises OptionError."""
    if output is None:
        return named or TableFormat.TABLE
    ending = output.suffix.lower()
    if named is None and ending not in _FORMS:
        raise OptionError(f"--output {output}: the name ends in none of {', '.join(_FORMS)}: choose one, or a --format")
    if named is not None and _FORMS.get(ending, named) is not named:
        raise OptionError(f"--output {output}: --format {named} does not go with that ending: change one")
    return named or _FORMS[ending]
