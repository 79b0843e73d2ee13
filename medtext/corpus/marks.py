"""Marks of evidence as files hold them: a list of stretches, their offsets checked."""

from __future__ import annotations

from typing import Any

from medtext.corpus.record import Rationale
from medtext.errors import RecordError


def read_rationales(marks: Any, text: str, place: str) -> tuple[Rationale, ...]:
    """Return the stretches that a list names, each ``{"start": 0, "end": 2}`` or ``[0, 2]``, in characters of ``text``.

    An object may have a ``label``, and a ``text`` that has to stand there. Raises RecordError at ``place``.

    >>> read_rationales([[0, 2], {"start": 2, "end": 4, "label": "胃"}], "胃底糜烂", "a.jsonl:1")
    (Rationale(start=0, end=2, label=None), Rationale(start=2, end=4, label='胃'))
    """
    if not isinstance(marks, list):
        raise RecordError(f"{place}: {marks!r:.40} where a list of marks is expected, such as [[0, 2]]")
    return tuple(_rationale(mark, text, place) for mark in marks)


def _rationale(mark: Any, text: str, place: str) -> Rationale:
    fields = dict(zip(("start", "end"), mark, strict=False)) if _is_pair(mark) else mark
    if not isinstance(fields, dict):
        raise RecordError(f'{place}: {mark!r:.40} is no mark: expected [start, end] or {{"start": ..., "end": ...}}')
    start, end = (_offset(fields.get(name)) for name in ("start", "end"))
    if start is None or end is None or not start < end <= len(text):
        raise RecordError(
            f"{place}: the mark {mark!r:.60} is no stretch of the text of {len(text)} characters: "
            "correct its start and end"
        )
    said = fields.get("text")
    if said is not None and said != text[start:end]:
        raise RecordError(
            f"{place}: the mark from {start} to {end} is said to be {said!r:.40}, but {text[start:end]!r:.40} "
            "stands there: correct its start and end"
        )
    label = fields.get("label")
    if not isinstance(label, str | None):
        raise RecordError(f"{place}: the label {label!r:.40} of a mark is no text: put it in quotes")
    return Rationale(start, end, label)


def _is_pair(mark: Any) -> bool:
    return isinstance(mark, list) and len(mark) == 2


def _offset(value: Any) -> int | None:
    """Return a whole number from 0, also where a table has made a text of it."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
