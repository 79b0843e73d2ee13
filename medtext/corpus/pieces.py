"""Long texts cut into pieces, at the ends of sentences where that can be."""

from __future__ import annotations

import re

_ENDS = (re.compile(r"[。！？；!?;\n]+|\.(?=\s)"), re.compile(r"[，,、：:]|\s"))
"""Where a piece may end: better behind a sentence, else behind a part of one."""


def cut_pieces(text: str, most: int) -> list[str]:
    """Cut a text into pieces of at most ``most`` characters, each as long as can be.

    A piece ends behind a sentence; where a sentence alone is longer, behind a comma or
    blank; where there is none, in the middle of it. No character but blanks around pieces is lost.

    >>> cut_pieces("胃窦充血。胃体糜烂，见息肉。", 9)
    ['胃窦充血。', '胃体糜烂，见息肉。']
    """
    cut = []
    start = 0
    while len(text) - start > most:
        end = _end(text, start, start + most)
        cut.append(text[start:end].strip())
        start = end
    cut.append(text[start:].strip())
    return [piece for piece in cut if piece]


def _end(text: str, start: int, limit: int) -> int:
    for ends in _ENDS:
        behind = max((found.end() for found in ends.finditer(text, start, limit)), default=start)
        if behind > start:
            return behind
    return limit
