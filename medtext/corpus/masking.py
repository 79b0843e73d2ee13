"""Personal data replaced by marks.

Rules find what they know: a masked text is not anonymous, and a person must look at it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from enum import StrEnum

from medtext.corpus.dates import find_dates
from medtext.corpus.fold import fold_width
from medtext.corpus.identifiers import find_emails, find_ids, find_phones
from medtext.corpus.person_names import find_names
from medtext.errors import OptionError, UnknownNameError


class Mask(StrEnum):
    """What is masked."""

    EMAILS = "emails"
    PHONES = "phones"
    IDS = "ids"
    DATES = "dates"
    NAMES = "names"


MARKS = {
    Mask.EMAILS: "[EMAIL]",
    Mask.PHONES: "[PHONE]",
    Mask.IDS: "[ID]",
    Mask.DATES: "[DATE]",
    Mask.NAMES: "[NAME]",
}
"""What stands in the text instead; the same in every language, so that a model reads one word."""

# Those that come first win where two find the same place.
_FINDERS: dict[Mask, Callable[[str], Iterator[tuple[int, int]]]] = {
    Mask.EMAILS: find_emails,
    Mask.PHONES: find_phones,
    Mask.IDS: find_ids,
    Mask.DATES: find_dates,
    Mask.NAMES: find_names,
}
_MARK = re.compile("|".join(map(re.escape, MARKS.values())))
_DIGIT = re.compile(r"\d")


def parse_masks(names: str) -> tuple[Mask, ...]:
    """Read ``names,dates`` or ``all``. Raises UnknownNameError, OptionError where nothing is named.

    >>> [str(mask) for mask in parse_masks("names, dates")]
    ['dates', 'names']
    """
    asked = {name.strip() for name in names.split(",") if name.strip()}
    if not asked:
        raise OptionError(f"--mask names nothing to mask: name {', '.join(Mask)}, or all")
    for name in sorted(asked - {"all"} - set(Mask)):
        raise UnknownNameError.among("mask", name, ["all", *Mask])
    return tuple(mask for mask in Mask if "all" in asked or mask in asked)


def find_personal(text: str, masks: Collection[Mask]) -> list[tuple[int, int, Mask]]:
    """Return where personal data of some kinds stand in a text, in order, no two at one place."""
    folded = fold_width(text)
    taken: list[tuple[int, int, Mask]] = []
    found = [found.span() for found in _MARK.finditer(text)]  # what is masked already
    has_digit = _DIGIT.search(folded) is not None or "月" in folded
    free = bytearray(b"\1") * len(text) if masks else bytearray()
    for start, end in found:
        free[start:end] = bytes(end - start)
    for mask, find in _FINDERS.items():
        if mask not in masks or not (has_digit or mask in (Mask.EMAILS, Mask.NAMES)):
            continue
        for start, end in find(folded):
            if all(free[start:end]):
                free[start:end] = bytes(end - start)
                taken.append((start, end, mask))
    return sorted(taken)


def mask_text(text: str, masks: Collection[Mask]) -> tuple[str, Counter[Mask]]:
    """Return a text with marks instead of personal data, and how many of each kind there were.

    >>> masked, counts = mask_text("患者张三丰，男，2020-01-02入院，手机13800138000", list(Mask))
    >>> masked, counts.total()
    ('患者[NAME]，男，[DATE]入院，手机[PHONE]', 3)
    """
    parts: list[str] = []
    at = 0
    counts: Counter[Mask] = Counter()
    for start, end, mask in find_personal(text, masks):
        parts += (text[at:start], MARKS[mask])
        counts[mask] += 1
        at = end
    return "".join((*parts, text[at:])), counts
