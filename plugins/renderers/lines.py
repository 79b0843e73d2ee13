"""Lines of Chinese and Latin text: broken between characters or words, never before closing punctuation."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

HARD_BLANK = "\u00a0"
"""A blank at which no line is broken."""

Style = TypeVar("Style")


def wrap(text: str, widths: Sequence[float], limit: float) -> list[tuple[int, int]]:
    r"""Return where each line starts and ends; ``widths`` are those of the characters, in the unit of ``limit``.

    Blanks at the end of a line belong to none. A word that is longer than a line is
    broken anywhere; only a single character that is wider than ``limit`` sticks out.

    >>> text = "胃体0.5cm息肉。\nA B"
    >>> [text[start:end] for start, end in wrap(text, [2 if ch > "ÿ" else 1 for ch in text], 6)]
    ['胃体', '0.5cm', '息肉。', 'A B']
    """
    lines: list[tuple[int, int]] = []
    start = cut = 0
    used = 0.0
    for place, character in enumerate(text):
        if character == "\n":
            lines.append((start, place))
            start = cut = place + 1
            used = 0.0
            continue
        if place > start and _may_break(text[place - 1], character):
            cut = place
        if place > start and not character.isspace() and used + widths[place] > limit:
            end = cut if cut > start else place
            lines.append((start, end))
            start = cut = end
            used = sum(widths[end:place])
        used += widths[place]
    lines.append((start, len(text)))
    return [(start, start + len(text[start:end].rstrip())) for start, end in lines]


def wrap_styled(
    parts: Iterable[tuple[str, Style]], width: Callable[[str], float], limit: float
) -> Iterator[list[tuple[str, Style]]]:
    """Yield lines of a text whose parts look different; ``width`` measures a character. No text, no line.

    >>> list(wrap_styled([("胃窦 ", 1), ("antrum", 2)], len, 5))
    [[('胃窦', 1)], [('antru', 2)], [('m', 2)]]
    """
    kept = [(text, style) for text, style in parts if text]
    whole = "".join(text for text, _ in kept)
    for start, end in wrap(whole, [width(character) for character in whole], limit) if whole else ():
        line, at = [], 0
        for text, style in kept:
            inside = text[max(start - at, 0) : max(end - at, 0)]
            if inside:
                line.append((inside, style))
            at += len(text)
        yield line


def _may_break(left: str, right: str) -> bool:
    if right.isspace() or left == HARD_BLANK:
        return False
    if left.isspace():
        return True
    closes = unicodedata.category(right) in {"Pe", "Pf", "Po"}
    opens = unicodedata.category(left) in {"Ps", "Pi"}
    return not closes and not opens and (_is_wide(left) or _is_wide(right))


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}
