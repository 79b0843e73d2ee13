"""Texts that people bring to be answered: one a line, or a table with a text column. No row is lost."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from medtext.corpus.check import text_fault
from medtext.corpus.columns import TableColumns, find_columns
from medtext.corpus.encoding import find_encoding, open_text
from medtext.corpus.fold import blank_controls
from medtext.corpus.record import Record
from medtext.corpus.source import open_bytes
from medtext.corpus.table import open_table, table_form
from medtext.errors import RecordError

_log = logging.getLogger("medtext")


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row of the input: ``fault`` says why it cannot be answered, if it cannot."""

    number: int
    record: Record
    fault: str | None


def read_texts(path: Path | None, columns: Sequence[str] = (), *, clean: bool = False) -> Iterator[TextRow]:
    """Yield the texts of a file, or of standard input for None, one at a time.

    A table (``.csv .tsv .jsonl .json .parquet .xlsx``, also gzipped) gives a row a text, its
    columns found as for the dataset ``table``. Anything else is one text a line, as it is,
    tabs included. A row that cannot be answered is yielded with its fault; RecordError is
    raised only where no rows can be told apart. ``columns`` names those of a table that
    hold the text, if they are not to be guessed; ``clean`` reads control characters as blanks.
    """
    if path is not None and table_form(path) is not None:
        yield from _table(path, columns, clean=clean)
        return
    name = "standard input" if path is None else str(path)
    for number, (text, fault) in enumerate(_lines(path), start=1):
        text = blank_controls(text) if clean else text  # noqa: PLW2901
        record = Record(id=str(number), text=text, place=f"{name}:{number}")
        yield TextRow(number, record, fault or text_fault(text))


def _table(path: Path, named: Sequence[str], *, clean: bool) -> Iterator[TextRow]:
    table = open_table(path)
    try:
        columns = find_columns(table.columns, str(path), TableColumns(text=tuple(named)))
    except RecordError as error:  # its advice is for datasets, whose columns can be named
        raise RecordError(f"{path}: no column is known as a text: call it 'text'") from error
    _log.info("columns: %s", columns)
    for number, row in enumerate(table.rows, start=1):
        text = "\n".join(cell for name in columns.text if (cell := row.cells[name]))
        text = blank_controls(text) if clean else text
        own = row.cells[columns.id] if columns.id else None
        yield TextRow(number, Record(id=own or str(number), text=text, place=row.place), text_fault(text))


def _lines(path: Path | None) -> Iterator[tuple[str, str | None]]:
    if path is None:
        yield from _decoded(sys.stdin.buffer)
        return
    try:
        encoding = find_encoding(path)
    except RecordError:
        # Some line is broken: the others still get their answers.
        with open_bytes(path) as stream:
            yield from _decoded(stream)
        return
    with open_text(path, encoding=encoding) as lines:
        for line in lines:
            yield line.removesuffix("\n").removesuffix("\r").removeprefix("\ufeff"), None


def _decoded(lines: Iterable[bytes]) -> Iterator[tuple[str, str | None]]:
    for line in lines:
        content = line.removesuffix(b"\n").removesuffix(b"\r")
        try:
            yield content.decode("utf-8-sig"), None
        except UnicodeDecodeError as error:
            fault = f"byte 0x{content[error.start]:02X} is not UTF-8: save the line as UTF-8"
            yield content.decode("utf-8", "backslashreplace"), fault
