"""What a hospital system exports, read row by row: the texts of a row, and what is known of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

from medtext.corpus.columns import TableColumns, find_columns
from medtext.corpus.encoding import read_lines
from medtext.corpus.row import Row
from medtext.corpus.table import open_table, table_form
from medtext.errors import OptionError, RecordError

_LOG = logging.getLogger("medtext")


@dataclass(frozen=True)
class ExportOptions:
    """Which columns of an export are read, and how."""

    text: Annotated[tuple[str, ...], "columns of the text; guessed if not named"] = ()
    label: Annotated[str | None, "column of the label; guessed if not named, - for none"] = None
    id: Annotated[str | None, "column of the id; guessed if not named, - for none"] = None
    group: Annotated[str | None, "column of the patient or study; guessed if not named, - for none"] = None
    split: Annotated[str | None, "column that says train, val or test; guessed if not named, - for none"] = None
    label_separator: Annotated[str | None, "what stands between many labels of one cell"] = None
    blank: Annotated[Literal["none", "unlabelled"], "what an empty label cell says where a separator allows many"] = (
        "none"
    )
    label_names: Annotated[dict[str, str], "names for the codes of labels, such as 0=其他,1=胃"] = field(
        default_factory=dict
    )
    fill: Annotated[tuple[str, ...], "columns whose empty cells repeat the one above, as merged cells leave them"] = ()
    header: Annotated[int | None, "row that the column names stand in; 0 for none"] = None
    encoding: Annotated[str | None, "encoding of the file; UTF-8 or GB18030 if not named"] = None
    sheet: Annotated[str | None, "sheet of an XLSX file; the first if not named"] = None
    delimiter: Annotated[str | None, "what ends a cell: one sign, or comma, tab, semicolon, pipe"] = None
    quotes: Annotated[bool, "whether quotes keep delimiters and line ends inside a cell"] = True

    def __post_init__(self) -> None:
        if self.label_separator == "":
            raise ValueError("-o label-separator= is empty: name a sign, such as ';'")


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A row of an export: its texts by their column, and what else it says.

    ``labels`` is None where they are not known, and ``()`` where there are known to be none.
    """

    place: str
    texts: dict[str, str]
    id: str | None = None
    group: str | None = None
    split: str | None = None
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """The columns that are read of an export, and its rows, which are read as they are asked for and only once."""

    columns: TableColumns
    rows: Iterator[ExportRow]


def open_export(path: Path, options: ExportOptions) -> Export:
    """Open an export: a table (see ``open_table``), or, with any other ending, one text a line.

    Raises RecordError (``file:line``) for what is no table, OptionError for a column that is not there.
    """
    if table_form(path) is None and options.delimiter is None:
        if options != ExportOptions(encoding=options.encoding):
            raise OptionError(
                f"{path} is read as one text a line: it has no columns; -o delimiter=tab makes it a table"
            )
        return Export(TableColumns(text=("text",)), _lines(path, options.encoding))
    table = open_table(
        path,
        encoding=options.encoding,
        sheet=options.sheet,
        delimiter=options.delimiter,
        quotes=options.quotes,
        header=options.header,
    )
    named = TableColumns(
        text=options.text, label=options.label, id=options.id, group=options.group, split=options.split, target="-"
    )
    columns = replace(find_columns(table.columns, str(path), named), target=None)
    unknown = next((name for name in options.fill if name not in table.columns), None)
    if unknown is not None:
        raise OptionError(f"-o fill={unknown}: {path} has no such column: there is {', '.join(table.columns)}")
    rows = _filled(table.rows, options.fill) if options.fill else table.rows
    return Export(columns, (_row(row, columns, options) for row in rows))


def _lines(path: Path, encoding: str | None) -> Iterator[ExportRow]:
    for number, line in enumerate(read_lines(path, encoding=encoding), start=1):
        yield ExportRow(f"{path}:{number}", {"text": line.rstrip("\r\n")})


def _filled(rows: Iterable[Row], columns: tuple[str, ...]) -> Iterator[Row]:
    last: dict[str, str | None] = dict.fromkeys(columns)
    for row in rows:
        last = {name: row.cells[name] or last[name] for name in columns}
        yield Row(row.place, row.cells | last)


def _row(row: Row, columns: TableColumns, options: ExportOptions) -> ExportRow:
    def cell(column: str | None) -> str | None:
        return (row.cells[column] or "").strip() or None if column else None

    return ExportRow(
        place=row.place,
        texts={name: row.cells[name] or "" for name in columns.text},
        id=cell(columns.id),
        group=cell(columns.group),
        split=cell(columns.split),
        labels=_labels(row.place, cell(columns.label), options) if columns.label else None,
    )


def _labels(place: str, cell: str | None, options: ExportOptions) -> tuple[str, ...] | None:
    separator, names = options.label_separator, options.label_names
    if cell is None:
        return () if separator and options.blank == "none" else None
    if cell == "[]":
        return ()
    found = dict.fromkeys(each for each in map(str.strip, cell.split(separator) if separator else [cell]) if each)
    unknown = next((label for label in found if names and label not in names), None)
    if unknown is not None:
        raise RecordError(f"{place}: label '{unknown}' is not among those named: add it to -o label-names")
    return tuple(dict.fromkeys(names.get(label, label) for label in found))
