"""Tables that people bring: CSV, TSV, JSON, Parquet and XLSX, read row by row as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from medtext.corpus.delimited import read_delimited
from medtext.corpus.json_lines import read_json_lines, read_json_list
from medtext.corpus.parquet import read_parquet
from medtext.corpus.row import Row
from medtext.corpus.source import check_file, suffix_of
from medtext.corpus.workbook import read_workbook
from medtext.errors import OptionError, RecordError

FORMS = ("csv", "tsv", "jsonl", "json", "parquet", "xlsx")
"""The tables that are read, by the ending of the file's name; each may be gzipped (``.csv.gz``)."""


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a table and its rows, which are read as they are asked for and only once."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


def table_form(path: Path) -> str | None:
    """Return which of ``FORMS`` a file is, going by its name, or None.

    >>> table_form(Path("a.CSV.gz")), table_form(Path("a.txt"))
    ('csv', None)
    """
    suffix = suffix_of(path)
    return suffix if suffix in FORMS else None


def open_table(
    path: Path,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    delimiter: str | None = None,
    quotes: bool = True,
    header: int | None = None,
) -> Table:
    """Open a table; every cell is text exactly as in the file, or None where it is empty.

    CSV, TSV and JSON Lines are read a row at a time, Parquet a row group, XLSX some rows;
    only a ``.json`` list is in memory as a whole. ``encoding`` is for texts (see
    ``find_encoding`` for what is tried without it), ``sheet`` for XLSX, ``delimiter`` and
    ``quotes`` for CSV and TSV; a file with another ending is read like CSV if ``delimiter`` is named.
    ``header`` is the row that the column names stand in, 0 where there are none; for CSV, TSV and XLSX.
    Raises RecordError (``file:line: what was found: what to do``), here or at the row that is
    wrong, and OptionError for an option that does not fit the file.
    """
    check_file(path)
    form = table_form(path) or ("csv" if delimiter is not None else None)
    if sheet is not None and form != "xlsx":
        raise OptionError(f"-o sheet={sheet}: {path} is no .xlsx file: leave the option out")
    if delimiter is not None and form not in ("csv", "tsv"):
        raise OptionError(f"-o delimiter={delimiter}: {path} is no .csv or .tsv file: leave the option out")
    if header is not None and (form not in ("csv", "tsv", "xlsx") or header < 0):
        raise OptionError(f"-o header={header}: it is the row of the column names in a .csv, .tsv or .xlsx file, or 0")
    rows = _read(path, form, encoding, sheet, delimiter, quotes=quotes, header=header)
    names = next(rows, None)
    if names is None:
        raise RecordError(f"{path}: the file is empty: export the table again, with its column names")
    return Table(tuple(names.cells), _some(names.place, rows))


def _read(
    path: Path,
    form: str | None,
    encoding: str | None,
    sheet: str | None,
    delimiter: str | None,
    *,
    quotes: bool,
    header: int | None,
) -> Iterator[Row]:
    """Yield the rows of a table, its header first."""
    match form:
        case "csv":
            return read_delimited(path, delimiter=delimiter, encoding=encoding, quotes=quotes, header=header)
        case "tsv":
            return read_delimited(path, delimiter=delimiter or "\t", encoding=encoding, quotes=quotes, header=header)
        case "jsonl":
            return read_json_lines(path, encoding=encoding)
        case "json":
            return read_json_list(path, encoding=encoding)
        case "parquet":
            return read_parquet(path)
        case "xlsx":
            return read_workbook(path, sheet=sheet, header=header)
    known = ", ".join(f".{form}" for form in FORMS)
    raise RecordError(
        f"{path}: no table that is known ({known}, also with .gz): "
        "convert it, or say what ends its cells by -o delimiter=tab"
    )


def _some(place: str, rows: Iterator[Row]) -> Iterator[Row]:
    first = next(rows, None)
    if first is None:
        raise RecordError(f"{place}: column names and no row below them: export the table again")
    yield first
    yield from rows
