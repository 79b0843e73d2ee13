"""Tables as XLSX workbooks."""

from __future__ import annotations

import logging
import math
import re
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from medtext.corpus.row import Row, cell_text, column_names, row_cells
from medtext.corpus.source import open_seekable
from medtext.errors import OutputError, RecordError, UnknownNameError

_LOG = logging.getLogger("medtext")
_ROWS = 256  # that are read at a time
_MOST_ROWS = 1_048_576
_MOST_CHARACTERS = 32_767
WRAPPED = 30
"""A column wider than so many characters holds texts to read, whose lines are broken."""
_LINE, _MOST_LINES = 15, 27  # points; a row is at most 409 high
_MOST_CHOICES = 500  # more are no list to choose from
_MOST_SAID = 255  # characters of a message beside a cell
_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_Numbered = tuple[int, tuple[Any, ...]]
_BROKEN = (BadZipFile, ParseError, KeyError, ValueError, TypeError, AttributeError, OSError, EOFError)
"""What openpyxl lets through when the parts of a workbook are missing or make no sense."""


def read_workbook(path: Path, *, sheet: str | None = None, header: int | None = None) -> Iterator[Row]:
    """Yield the rows of a sheet (the first by default), the column names first; rows without any cell are skipped.

    The names stand in the row ``header`` (0: in none). If that is not said, they are the first
    row, or the second where the first is a title: one cell above several.
    Numbers lose the ``.0`` that a sheet may give them; of a formula its last value is
    read. Raises RecordError where the file is no whole workbook or a row goes beyond
    the header, UnknownNameError where no sheet has that name.
    """
    with open_seekable(path) as stream:
        rows: Iterator[_Numbered] = (
            (number, row)
            for number, row in enumerate(_values(path, stream, sheet), start=1)
            if number >= (header or 0) and any(map(_full, row))
        )
        number, first = next(rows, (0, ()))
        if not number:
            raise RecordError(f"{path}: the sheet is empty: export the table again, or name another by -o sheet=NAME")
        if header is None:
            (number, first), rows = _below_title(path, (number, first), rows)
        place = f"{path}: row {number}"
        names = column_names([None if header == 0 else cell_text(value, place) for value in _trimmed(first)], place)
        yield Row(place, {name: name for name in names})
        if header == 0:
            rows = chain([(number, first)], rows)
        for number, values in rows:
            place = f"{path}: row {number}"
            cells = [_text(value, place) for value in _trimmed(values)]
            if len(cells) > len(names):
                raise RecordError(
                    f"{place}: {len(cells)} cells, where the header names {len(names)} columns: "
                    "name the column, or remove the cell"
                )
            cells += [None] * (len(names) - len(cells))
            yield Row(place, dict(zip(names, cells, strict=True)))


def _below_title(path: Path, first: _Numbered, rows: Iterator[_Numbered]) -> tuple[_Numbered, Iterator[_Numbered]]:
    """Return the row of the column names, and those below it; one cell above several is a title, not a name."""
    second = next(rows, None)
    if second is None:
        return first, rows
    if len(_trimmed(first[1])) > 1 or len(_trimmed(second[1])) == 1:
        return first, chain([second], rows)
    _LOG.info("%s: row %d is a title, row %d the column names: choose by -o header=ROW", path, first[0], second[0])
    return second, rows


def _values(path: Path, stream: BinaryIO, name: str | None) -> Iterator[tuple[Any, ...]]:
    """Yield rows of values; whatever is wrong with the file is a RecordError."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and checks of cells, which are not read
            workbook = load_workbook(stream, read_only=True, data_only=True)
        sheet = _sheet(path, workbook, name)
        sheet.reset_dimensions()  # some programs write a size that is too small
        rows = sheet.iter_rows(values_only=True)
        while chunk := _take(rows):
            yield from chunk
    except _BROKEN as error:
        raise RecordError(
            f"{path}: broken XLSX ({error}): save it again as .xlsx or .csv, without a password"
        ) from error


def _take(rows: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(islice(rows, _ROWS))


def _sheet(path: Path, workbook: Any, name: str | None) -> Any:
    sheets = {sheet.title: sheet for sheet in workbook.worksheets}
    if name is not None and name not in sheets:
        raise UnknownNameError.among(f"sheet of {path}", name, sheets)
    title = name or next(iter(sheets))
    seen = sum(sheet.sheet_state == "visible" for sheet in sheets.values())
    if seen > 1 and name is None:
        _LOG.info("%s: sheet '%s' is read, one of %d: choose by -o sheet=NAME", path, title, seen)
    return sheets[title]


def _full(value: Any) -> bool:
    return value is not None and value != ""


def _trimmed(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Cut off the cells without a value that formatting leaves at the end of a row."""
    last = max((number for number, value in enumerate(values, start=1) if _full(value)), default=0)
    return values[:last]


def _text(value: Any, place: str) -> str | None:
    text = cell_text(value, place)
    # Excel writes a carriage return, which XML would turn into a line feed, in this way.
    return text and text.replace("_x000D_", "\r")


@dataclass(frozen=True)
class SideSheet:
    """A further sheet of a workbook: rows of texts, and how wide each column is, in characters."""

    name: str
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()
    hidden: bool = False


@dataclass(frozen=True)
class WorkbookLayout:
    """How a workbook meets the people who fill it in: header frozen, filter on, columns wide enough.

    ``widths`` are in characters; texts of a column wider than ``WRAPPED`` are wrapped. ``choices`` are the values
    offered in a list for each cell of a column, though others may be typed unless the column is one of ``strict``; they
    are read when the workbook is closed, so they may grow until then. ``name`` is that of the sheet, and ``beside`` are
    the sheets behind it.
    """

    widths: Mapping[str, int]
    choices: Mapping[str, Collection[str]] = field(default_factory=dict)
    strict: Collection[str] = ()
    name: str | None = None
    beside: Sequence[SideSheet] = ()


class WorkbookSheet:
    """Writes rows to an XLSX file, which is packed when it is closed; ``path`` is its name in messages.

    A text stays a text, whatever it starts with. Characters that XML cannot hold become
    U+FFFD, and texts are cut at what a cell can hold; both are counted in a warning.
    """

    def __init__(self, path: Path, partial: Path, columns: Sequence[str], layout: WorkbookLayout | None = None) -> None:
        from openpyxl import Workbook
        from openpyxl.styles import Alignment

        self._path = path
        self._partial = partial
        self._columns = columns
        self._layout = layout
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(layout.name if layout is not None else None)
        self._count = self._replaced = self._cut = 0
        self._alignments: list[Any] = [None] * len(columns)
        if layout is not None:
            self._sheet.freeze_panes = "A2"
            top, wrapped = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
            self._alignments = [wrapped if layout.widths.get(name, 0) > WRAPPED else top for name in columns]
            for name, width in layout.widths.items():
                self._sheet.column_dimensions[self._letter(name)].width = width
        self.write({column: column for column in columns})

    def write(self, row: Mapping[str, object]) -> None:
        """Add a row. Raises OutputError where no more fit."""
        if self._count == _MOST_ROWS:
            raise OutputError(f"{self._path}: an .xlsx file ends at row {_MOST_ROWS:,}: write a .csv file instead")
        values = row_cells(row, self._columns)
        self._count += 1
        lines = self._lines(values)
        if lines > 1:  # not every program makes room by itself
            self._sheet.row_dimensions[self._count].height = _LINE * min(lines, _MOST_LINES)
        cells = zip(values, self._alignments, strict=True)
        self._sheet.append([self._cell(value, alignment) for value, alignment in cells])
        self._sheet.row_dimensions.pop(self._count, None)  # it is written, and millions would fill the memory

    def close(self, *, whole: bool) -> None:
        """Write the file if the table is ``whole``, and tell what it could not hold."""
        if whole and self._layout is not None:
            for each in self._layout.beside:
                self._add(each)
            self._offer(self._layout)
        self._sheet.close()
        if not whole:
            return
        self._book.save(self._partial)
        if self._replaced:
            _LOG.warning("%s: %d characters that XLSX cannot hold were written as U+FFFD", self._path, self._replaced)
        if self._cut:
            _LOG.warning(
                "%s: %d texts were cut at %d characters, the most an XLSX cell holds: write a .csv file instead",
                self._path,
                self._cut,
                _MOST_CHARACTERS,
            )

    def _lines(self, values: Sequence[object]) -> int:
        """Return how many lines the longest text takes in its column; a Chinese character is two wide."""
        widths = self._layout.widths if self._layout is not None else {}
        return max(
            (
                sum(1 + len(line.encode("gb18030", "replace")) // widths[name] for line in value.split("\n"))
                for name, value in zip(self._columns, values, strict=True)
                if isinstance(value, str) and widths.get(name, 0) > WRAPPED
            ),
            default=1,
        )

    def _add(self, side: SideSheet) -> None:
        """Write a further sheet, its first row frozen."""
        from openpyxl.styles import Alignment
        from openpyxl.utils import get_column_letter

        made = self._book.create_sheet(side.name)
        made.sheet_state = "hidden" if side.hidden else "visible"
        made.freeze_panes = None if side.hidden else "A2"
        for number, width in enumerate(side.widths, start=1):
            made.column_dimensions[get_column_letter(number)].width = width
        wrapped = None if side.hidden else Alignment(vertical="top", wrap_text=True)
        for row in side.rows:
            made.append([self._text_cell(value, wrapped) for value in row])

    def _offer(self, layout: WorkbookLayout) -> None:
        """Put the filter on, and the lists of choices, which stand in a hidden sheet of their own."""
        from openpyxl.worksheet.datavalidation import DataValidation

        self._sheet.auto_filter.ref = f"A1:{self._letter(self._columns[-1])}{self._count}"
        for name, values in layout.choices.items():
            if not 0 < len(values) <= _MOST_CHOICES or self._count < 2:
                continue
            offered = self._book.create_sheet(f"choices {name}")
            offered.sheet_state = "hidden"
            for value in values:
                offered.append([self._text_cell(value, None)])
            # As a rule no error where something else is typed: a label nobody thought of, or several.
            choice = DataValidation("list", f"'choices {name}'!$A$1:$A${len(values)}", allow_blank=True)
            choice.showErrorMessage = name in layout.strict
            choice.error = f"Choose one of: {', '.join(values)}."[:_MOST_SAID]
            choice.add(f"{self._letter(name)}2:{self._letter(name)}{self._count}")
            self._sheet.data_validations.append(choice)

    def _letter(self, column: str) -> str:
        from openpyxl.utils import get_column_letter

        return str(get_column_letter(self._columns.index(column) + 1))

    def _cell(self, value: Any, alignment: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, (int, float)) and math.isfinite(value) and abs(value) < _EXACT:
            return value
        return self._text_cell(cell_text(value, "") or "", alignment)

    def _text_cell(self, text: str, alignment: Any) -> Any:
        from openpyxl.cell import WriteOnlyCell

        text, replaced = _NOT_IN_XML.subn("\ufffd", text)
        text = text.replace("\r", "_x000D_")  # XML would make it a line feed
        self._replaced += replaced
        self._cut += len(text) > _MOST_CHARACTERS
        cell = WriteOnlyCell(self._sheet, text[:_MOST_CHARACTERS])
        # A text, whatever it starts with: no formula runs when somebody opens the file, or edits the cell.
        cell.data_type = "s"
        if alignment is not None:
            cell.alignment = alignment
        if text.startswith(("=", "+", "-", "@")):
            cell.quotePrefix = True
        return cell
