"""Tables as JSON: an object a line, or one list of objects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from medtext.corpus.encoding import open_text, read_lines
from medtext.corpus.row import Row, cell_text
from medtext.errors import RecordError

_MOST = 1 << 27
"""Characters of a JSON list, which has to be in memory as a whole."""
_AHEAD = 100
"""Rows that are looked at for their columns, as an object may leave some out."""


def read_json_lines(path: Path, *, encoding: str | None = None) -> Iterator[Row]:
    """Yield the rows of a file with one JSON object a line, one at a time; the first row holds the column names.

    The columns are the keys of the first 100 objects; numbers stay as they are
    written. Raises RecordError with the line of whatever is no JSON object.
    """
    return _with_header(_line_rows(path, encoding))


def read_json_list(path: Path, *, encoding: str | None = None) -> Iterator[Row]:
    """Yield the rows of a file that is one JSON list of objects; the first row holds the column names.

    Raises RecordError where it is anything else, or too big to be read at once.
    """
    return _with_header(_item_rows(path, encoding))


def parse_object(line: str, file: str, number: int) -> dict[str, Any]:
    """Return the JSON object that stands on a line, values as JSON has them. Raises RecordError at ``file:number``.

    >>> parse_object('{"start": 0}', "a.jsonl", 1)
    {'start': 0}
    """
    item = _load(line, file, number, json.JSONDecoder())
    if not isinstance(item, dict):
        raise RecordError(f"{file}:{number}: {_kind(item)}, where an object is expected")
    return item


def _line_rows(path: Path, encoding: str | None) -> Iterator[Row]:
    for number, line in enumerate(read_lines(path, encoding=encoding), start=1):
        if line.strip():
            yield _row(_load(line, str(path), number), f"{path}:{number}")


def _item_rows(path: Path, encoding: str | None) -> Iterator[Row]:
    with open_text(path, encoding=encoding) as stream:
        text = stream.read(_MOST + 1).removeprefix("\ufeff")
    if len(text) > _MOST:
        raise RecordError(
            f"{path}: over {_MOST:,} characters are too many for one list: write an object a line (.jsonl)"
        )
    items = _load(text, str(path)) if text.strip() else []
    if not isinstance(items, list):
        raise RecordError(f"{path}: {_kind(items)}, where a list of objects is expected")
    for number, item in enumerate(items, start=1):
        yield _row(item, f"{path}: item {number}")


def _load(text: str, file: str, line: int | None = None, decoder: json.JSONDecoder | None = None) -> Any:
    try:
        return (decoder or _DECODER).decode(text)
    except json.JSONDecodeError as error:
        place = f"{file}:{line or error.lineno}"
        raise RecordError(f"{place}: broken JSON ({error.msg}, column {error.colno}): {_hint(error, line)}") from error
    except RecursionError as error:
        raise RecordError(f"{file}:{line or 1}: JSON nested too deeply: expected an object of texts") from error
    except ValueError as error:
        raise RecordError(f"{file}:{line or 1}: a number that is too long ({error}): export it again") from error


def _hint(error: json.JSONDecodeError, line: int | None) -> str:
    if line is None and error.msg == "Extra data":
        return "if it is one object a line, call the file .jsonl"
    if line is not None and error.doc.lstrip().startswith("["):
        return "if it is one list of objects, call the file .json"
    return "export it again"


def _constant(name: str) -> str | None:
    return None if name == "NaN" else name


# Numbers as they are written: an id of twenty digits stays one.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_constant)


def _row(item: Any, place: str) -> Row:
    if not isinstance(item, dict):
        raise RecordError(f'{place}: {_kind(item)}, where an object is expected, such as {{"text": "..."}}')
    row = Row(place, {name: cell_text(value, place) for name, value in item.items()})
    try:
        "".join(chain(row.cells, filter(None, row.cells.values()))).encode()
    except UnicodeEncodeError as error:
        raise RecordError(
            f"{place}: half a character (a lone surrogate such as \\ud83d): export the file again"
        ) from error
    return row


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", type(None): "null", bool: "true or false"}.get(
        type(value), "a text or number"
    )


def _with_header(rows: Iterator[Row]) -> Iterator[Row]:
    head: list[Row] = []
    rest: Iterable[Row] = rows
    try:
        head.extend(islice(rows, _AHEAD))
    except RecordError as error:
        # Whoever reads row by row still gets the good ones first.
        rest = _fail(error)
    names = dict.fromkeys(chain.from_iterable(row.cells for row in head))
    if head:
        yield Row(head[0].place, {name: name for name in names})
    for row in chain(head, rest):
        yield Row(row.place, dict.fromkeys(names) | row.cells)


def _fail(error: RecordError) -> Iterator[Row]:
    yield from ()
    raise error
