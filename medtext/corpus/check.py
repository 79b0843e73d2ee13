"""What every record must keep to, whichever plugin read it: bad input is met at the door."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from medtext.corpus.record import Record, Task
from medtext.errors import RecordError

MAX_CHARACTERS = 100_000
"""A longer text is no report: most likely a line break or a closing quote is missing."""


def text_fault(text: str) -> str | None:
    r"""Say in one line what is wrong with a text, or return None.

    >>> text_fault("胃镜：未见异常")
    >>> text_fault("a\x1b[31m")
    'the text holds the control character U+001B: remove it'
    """
    if not text.strip():
        return "the text is empty: remove the record or fill it in"
    if len(text) > MAX_CHARACTERS:
        return (
            f"the text has {len(text):,} characters (at most {MAX_CHARACTERS:,}): "
            "look for a missing line break or quote, or cut it into records"
        )
    if text.isprintable():
        return None
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs":
            return f"the text holds half a character (surrogate U+{ord(character):04X}): save the source as UTF-8 again"
        if category == "Cc" and character not in "\t\n\r":
            return f"the text holds the control character U+{ord(character):04X}: remove it"
    return None


def checked(records: Iterable[Record], task: Task | None) -> Iterator[Record]:
    """Pass records on, raising RecordError at the first that breaks a rule.

    Rules: a text or an image; no fault in the text, nor in a target or label where there
    is one; rationales inside the text; no id twice; exactly one label for ``Task.CLASSIFY``.
    A label that is given twice counts once. ``task`` is None where only the texts matter.
    """
    places: dict[str, str] = {}
    for record in records:
        where = record.place or f"record {record.id}"
        if record.text.strip() or not record.images:
            _refuse(text_fault(record.text), where)
        for name, part in (("id", record.id), ("target", record.target), *(("label", e) for e in record.labels or ())):
            if part:
                _refuse(text_fault(part), where, name)
        for mark in record.rationales or ():
            if not 0 <= mark.start < mark.end <= len(record.text):
                raise RecordError(
                    f"{where}: the evidence marked at {mark.start} to {mark.end} lies outside the text of "
                    f"{len(record.text)} characters: correct its offsets"
                )
        if record.id in places:
            raise RecordError(f"{where}: id '{record.id}' stands at {places[record.id]} already: ids must differ")
        places[record.id] = where
        yield record if record.labels is None else _with_labels_checked(record, where, task)


def _refuse(fault: str | None, where: str, part: str = "text") -> None:
    if fault:
        remedy = ", or read such characters as blanks by -o clean=yes" if "control character" in fault else ""
        raise RecordError(f"{where}: {fault.replace('the text', f'the {part}', 1)}{remedy}")


def _with_labels_checked(record: Record, where: str, task: Task | None) -> Record:
    labels = record.labels or ()
    if "" in labels:
        raise RecordError(f"{where}: a label is empty: fill it in or remove it")
    ragged = next((label for label in labels if label != label.strip()), None)
    if ragged is not None:
        raise RecordError(f"{where}: label {ragged!r} begins or ends with a blank or line end: cut it off")
    if task is Task.CLASSIFY and len(labels) != 1:
        raise RecordError(
            f"{where}: {len(labels)} labels ({', '.join(labels) or 'none'}) where exactly one is expected: "
            "keep one, or train with --task tag"
        )
    return replace(record, labels=tuple(dict.fromkeys(labels)))
