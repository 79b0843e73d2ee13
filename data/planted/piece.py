"""A text as the pieces it is put together from, so that offsets come right by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

EVIDENCE = "evidence"
DECOY = "decoy"
SHORTCUT = "shortcut"
IDLE = "idle"
"""A cue that counts for nothing where it stands: denied beside an asserted one, or in another section."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters; ``mark`` is empty where they are filler."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters ``start`` to ``end`` of a text, and what they are."""

    start: int
    end: int
    text: str
    mark: str


@dataclass(slots=True)
class Listing:
    """What was found, or was not, as a list: what leads to it (a negator, a header), and its items."""

    lead: Piece
    items: list[Piece]

    def pieces(self, between: str) -> list[Piece]:
        """Return lead and items with what stands between them.

        >>> Listing(Piece("未见"), [Piece("糜烂", EVIDENCE), Piece("气泡", DECOY)]).pieces("、")[2:]
        [Piece(text='、', mark=''), Piece(text='气泡', mark='decoy')]
        """
        made = [self.lead]
        for number, item in enumerate(self.items):
            made += [Piece(between), item] if number else [item]
        return made


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Mark, ...]]:
    """Join pieces to a text and its marks; neighbours of one mark become one stretch.

    >>> assemble([Piece("胃窦"), Piece("未见", EVIDENCE), Piece("糜烂", EVIDENCE), Piece("。")])
    ('胃窦未见糜烂。', (Mark(start=2, end=6, text='未见糜烂', mark='evidence'),))
    """
    text = ""
    marks: list[Mark] = []
    for piece in pieces:
        start, text = len(text), text + piece.text
        if not piece.mark:
            continue
        if marks and marks[-1].mark == piece.mark and marks[-1].end == start:
            start = marks.pop().start
        marks.append(Mark(start, len(text), text[start:], piece.mark))
    return text, tuple(marks)
