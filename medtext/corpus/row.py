"""One row of a table, every cell of it text."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from medtext.errors import RecordError

_EXACT = 2**53  # beyond it a float no longer tells one whole number from the next


class Row(NamedTuple):
    """The cells of a row by their column; ``place`` says where it stands (``file:line``), for messages.

    Every cell is text as it stands in the file: ``007`` keeps its noughts. A cell that is missing is None.
    """

    place: str
    cells: dict[str, str | None]


def column_names(cells: Iterable[str | None], place: str) -> list[str]:
    """Return the names in a header, blanks around them cut off; a column without one is called by its number.

    Raises RecordError where a name stands twice.

    >>> column_names(["", " text "], "a.csv:1")
    ['column 1', 'text']
    """
    names = [(name or "").strip() or f"column {number}" for number, name in enumerate(cells, start=1)]
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise RecordError(f"{place}: the column name '{twice}' stands twice: rename one of them")
    return names


def row_cells(row: Mapping[str, object], columns: Sequence[str]) -> list[Any]:
    """Return the values of a row in the order of the columns, None where it has none.

    Raises ValueError for a column that the table does not have.
    """
    if not row.keys() <= set(columns):
        raise ValueError(f"the table has no column {', '.join(sorted(row.keys() - set(columns)))}")
    return [row.get(column) for column in columns]


def cell_text(value: Any, place: str) -> str | None:
    """Return a cell as text: exact, without ``.0`` behind whole numbers, None where nothing is.

    Lists and mappings become JSON. Raises RecordError for bytes that are not UTF-8.

    >>> [cell_text(value, "a.xlsx: row 2") for value in ("007", 7.0, 0.5, True, float("nan"), ["胃", "肠"])]
    ['007', '7', '0.5', 'true', None, '["胃", "肠"]']
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bool, list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, bytes):
        return _decoded(value, place)
    return str(value).removesuffix(" 00:00:00")  # which sheets add to a date


def _number(value: float) -> str | None:
    if math.isnan(value):
        return None
    return str(int(value)) if value.is_integer() and abs(value) <= _EXACT else repr(value)


def _decoded(value: bytes, place: str) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise RecordError(f"{place}: a cell holds bytes that are not UTF-8: store it as text") from error
