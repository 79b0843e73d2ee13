"""Tables as delimited text: CSV and TSV."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from medtext.corpus.encoding import read_lines
from medtext.corpus.row import Row, column_names
from medtext.errors import OptionError, RecordError

_LOG = logging.getLogger("medtext")
_NAMES = {"comma": ",", "tab": "\t", "\\t": "\t", "semicolon": ";", "pipe": "|"}
_MOST = 1 << 24  # characters a cell; the limit of the csv module (131,072) refuses long reports
_FAULTS = {
    "field larger": f"a cell of more than {_MOST:,} characters: look for a quote that is not closed",
    "unexpected end": "a quote is opened here and never closed: close it, or take quotes as they stand by -o quotes=no",
    "expected after": 'a quote inside a cell: double it (""), or take quotes as they stand by -o quotes=no',
    "new-line character": "a line end of its own (\\r) inside a cell: put the cell in quotes",
}


def read_delimited(
    path: Path,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    quotes: bool = True,
    header: int | None = None,
) -> Iterator[Row]:
    """Yield the rows of a delimited text, the header first, one at a time; an empty cell is None.

    The header stands in the line ``header``; with 0 in none, and columns go by their number. If that is
    not said, it is the first row, or the second where the first is a title: one cell, and empty ones behind it.

    Without ``delimiter`` it is the comma, or, if the header holds none, the tab or
    semicolon that it holds. ``quotes`` says whether a quote keeps delimiters and line
    ends inside a cell (RFC 4180). A row stands at the line it starts in; blank lines are skipped.
    Raises RecordError for a row with too few or too many cells, and for quotes that do not match.
    """
    mark = None if delimiter is None else _mark(delimiter)
    lines = read_lines(path, encoding=encoding, newline="")
    skipped = max(header or 1, 1) - 1
    lines = islice(lines, skipped, None)
    head = list(_until_full(lines))
    if not head or not head[-1].strip():
        return
    rows = _rows(path, chain(head, lines), mark or _guess(path, head[-1]), quotes, skipped)
    place, first = next(rows)
    if header is None:
        (place, first), rows = _below_title((place, first), rows)
    names = column_names([None] * len(first) if header == 0 else first, place)
    yield Row(place, {name: name for name in names})
    if header == 0:
        rows = chain([(place, first)], rows)
    for place, cells in rows:
        if len(cells) != len(names):
            raise RecordError(
                f"{place}: {len(cells)} cells, where the header names {len(names)} columns: "
                "put a cell that holds the delimiter or a line end in quotes"
            )
        yield Row(place, {name: cell or None for name, cell in zip(names, cells, strict=True)})


_Placed = tuple[str, list[str]]


def _below_title(first: _Placed, rows: Iterator[_Placed]) -> tuple[_Placed, Iterator[_Placed]]:
    second = next(rows, None)
    if second is None:
        return first, rows
    filled = [number for number, cell in enumerate(first[1]) if cell]
    if len(first[1]) != len(second[1]) or filled != [0] or sum(map(bool, second[1])) < 2:
        return first, chain([second], rows)
    _LOG.info("%s is a title, %s holds the column names: choose by -o header=ROW", first[0], second[0])
    return second, rows


def _until_full(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines up to the first that is not blank."""
    for line in lines:
        yield line
        if line.strip():
            return


def _rows(path: Path, lines: Iterable[str], mark: str, quotes: bool, skipped: int) -> Iterator[tuple[str, list[str]]]:
    csv.field_size_limit(max(_MOST, csv.field_size_limit()))
    # Strict: otherwise a quote in the wrong place changes the text and nobody is told.
    reader = csv.reader(lines, delimiter=mark, quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE, strict=True)
    while True:
        place = f"{path}:{skipped + reader.line_num + 1}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            found = next((text for start, text in _FAULTS.items() if start in str(error)), str(error))
            raise RecordError(f"{place}: {found}") from error
        if cells is None:
            return
        if cells:
            yield place, cells


def _mark(delimiter: str) -> str:
    mark = _NAMES.get(delimiter.lower(), delimiter)
    if len(mark) != 1 or mark in '"\r\n':
        raise OptionError(f"-o delimiter={delimiter}: expected one sign, or {', '.join(_NAMES)}")
    return mark


def _guess(path: Path, header: str) -> str:
    mark = next((mark for mark in ",\t;" if mark in header), ",")
    if mark != ",":
        _LOG.info("%s: cells end at a %s", path, "tab" if mark == "\t" else "semicolon")
    return mark
