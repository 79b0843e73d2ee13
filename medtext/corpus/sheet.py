"""Tables that are written: row by row, and whole or not at all."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TextIO

from medtext.corpus.parquet import ParquetSheet
from medtext.corpus.row import cell_text, row_cells
from medtext.corpus.source import is_packed, suffix_of
from medtext.corpus.workbook import WorkbookLayout, WorkbookSheet
from medtext.errors import OutputError

TEXT_FORMS = ("tsv", "csv", "jsonl")
"""What can be written to a stream, and gzipped (``.csv.gz``)."""
SHEET_FORMS = (*TEXT_FORMS, "parquet", "xlsx")
"""The tables that are written, by the ending of the file's name."""


class Sheet(Protocol):
    """A table that is being written."""

    def write(self, row: Mapping[str, object]) -> None:
        """Add a row; a column that it leaves out stays empty. Raises ValueError for one the table does not have."""
        ...


class _Writer(Sheet, Protocol):
    def close(self, *, whole: bool) -> None:
        """Let go of the file; what is not ``whole`` is thrown away next."""
        ...


@contextmanager
def open_sheet(
    path: Path,
    columns: Mapping[str, type] | Sequence[str],
    *,
    replace: bool = False,
    layout: WorkbookLayout | None = None,
) -> Iterator[Sheet]:
    """Write a table; its form goes by the ending of the name (``SHEET_FORMS``, the first three also with ``.gz``).

    CSV starts with a byte order mark, by which Excel knows Chinese; the other texts are
    plain UTF-8. Texts are never changed in CSV and TSV, so a spreadsheet takes one that
    starts with ``=`` for a formula; in XLSX it stays a text. ``columns`` may give the
    type of each column (str, int, float, bool), which only Parquet needs; else all are texts there.
    ``layout`` says how an XLSX file looks to people; the other forms have no looks.

    Rows go to ``NAME.partial`` beside the file, which takes the name in the end and is
    removed where anything is raised. Raises OutputError where the file is there
    (unless ``replace``), where its name says no known form, and where it cannot be written.
    """
    form = _check_target(path, replace=replace)
    types = dict(columns) if isinstance(columns, Mapping) else dict.fromkeys(columns, str)
    partial = path.with_name(path.name + ".partial")
    try:
        with _told(path):
            writer = _open(path, partial, form, types, layout)
        try:
            yield _File(path, writer)
        except BaseException:
            with suppress(OSError):
                writer.close(whole=False)
            raise
        with _told(path):
            writer.close(whole=True)
            partial.replace(path)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def stream_sheet(stream: TextIO, columns: Sequence[str], form: str) -> Sheet:
    """Write a table to an open stream, such as standard output, in one of ``TEXT_FORMS``; the header at once."""
    return _Lines(stream, columns) if form == "jsonl" else _Delimited(stream, columns, "," if form == "csv" else "\t")


def _check_target(path: Path, *, replace: bool) -> str:
    form = suffix_of(path)
    if form not in (TEXT_FORMS if is_packed(path) else SHEET_FORMS):
        known = ", ".join(f".{form}" for form in SHEET_FORMS)
        raise OutputError(f"{path}: the name ends in none of {known} (the first three also with .gz): choose one")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: there is no folder {path.parent}: make it first")
    if path.is_dir():
        raise OutputError(f"{path}: a folder, where a file is expected: add a file name")
    if path.exists() and not replace:
        raise OutputError(f"{path} exists: add --replace to overwrite it")
    return form


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror or error}): look at the disk and folder"
        ) from error


def _open(path: Path, partial: Path, form: str, types: Mapping[str, type], layout: WorkbookLayout | None) -> _Writer:
    if form == "parquet":
        return ParquetSheet(partial, types)
    if form == "xlsx":
        return WorkbookSheet(path, partial, list(types), layout)
    return _TextFile(partial, list(types), form, packed=is_packed(path))


class _File:
    """Passes rows on; a full disk is told in one line."""

    def __init__(self, path: Path, writer: _Writer) -> None:
        self._path = path
        self._writer = writer

    def write(self, row: Mapping[str, object]) -> None:
        with _told(self._path):
            self._writer.write(row)


class _PlainEnds:
    r"""Ends lines with ``\n``: the csv module quotes cells with ``\r`` or ``\n`` only if its own lines end so."""

    ends = "\r\n"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, line: str) -> None:
        self._stream.write(line.removesuffix(self.ends) + "\n")


class _Delimited:
    def __init__(self, stream: TextIO, columns: Sequence[str], delimiter: str) -> None:
        self._columns = tuple(columns)
        self._rows = csv.writer(_PlainEnds(stream), delimiter=delimiter, lineterminator=_PlainEnds.ends)
        self._rows.writerow(self._columns)

    def write(self, row: Mapping[str, object]) -> None:
        self._rows.writerow([cell_text(cell, "") for cell in row_cells(row, self._columns)])


class _Lines:
    def __init__(self, stream: TextIO, columns: Sequence[str]) -> None:
        self._stream = stream
        self._columns = tuple(columns)
        self._encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

    def write(self, row: Mapping[str, object]) -> None:
        cells = map(_json_value, row_cells(row, self._columns))
        self._stream.write(self._encode(dict(zip(self._columns, cells, strict=True))) + "\n")


def _json_value(value: object) -> object:
    return cell_text(value, "") if isinstance(value, float) and not math.isfinite(value) else value


class _TextFile:
    def __init__(self, partial: Path, columns: Sequence[str], form: str, *, packed: bool) -> None:
        with ExitStack() as stack:
            stream: Any = stack.enter_context(partial.open("wb"))
            if packed:
                # No name and no time: equal rows make equal files.
                stream = stack.enter_context(gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0))
            encoding = "utf-8-sig" if form == "csv" else "utf-8"
            text = stack.enter_context(io.TextIOWrapper(stream, encoding=encoding, newline=""))
            self._sheet = stream_sheet(text, columns, form)
            self._stack = stack.pop_all()

    def write(self, row: Mapping[str, object]) -> None:
        self._sheet.write(row)

    def close(self, *, whole: bool) -> None:  # noqa: ARG002  # closed either way
        self._stack.close()
