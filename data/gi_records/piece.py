"""A text as the pieces it is put together from, so that offsets come right by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .sample import Span

EVIDENCE = "evidence"
_PAUSES = "，。；、："


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters that are plain (``mark`` is empty), evidence, or a distractor (``mark`` says why)."""

    text: str
    mark: str = ""


def tidy(pieces: Iterable[Piece]) -> list[Piece]:
    """Join plain neighbours, and drop pauses that optional parts left over.

    >>> tidy([Piece("，"), Piece("胃窦", "evidence"), Piece("。"), Piece("，质"), Piece("软。")])
    [Piece(text='胃窦', mark='evidence'), Piece(text='。质软', mark='')]
    """
    joined: list[Piece] = []
    last = "，"  # a text opens with no pause
    for piece in pieces:
        text = piece.text.lstrip(_PAUSES) if last in _PAUSES else piece.text
        if not text:
            continue
        last = text[-1]
        if joined and joined[-1].mark == piece.mark == "":
            joined[-1] = Piece(joined[-1].text + text)
        else:
            joined.append(replace(piece, text=text))
    while joined and not joined[-1].text.rstrip(_PAUSES):
        joined.pop()
    if joined:
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip(_PAUSES))
    return joined


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Span, ...], tuple[Span, ...]]:
    """Join pieces to a text, and give the spans of evidence and of distractors in it.

    >>> assemble([Piece("既往"), Piece("胃癌", "history"), Piece("，"), Piece("痔", "evidence")])[1:]
    ((Span(start=5, end=6, text='痔', why=''),), (Span(start=2, end=4, text='胃癌', why='history'),))
    """
    text = ""
    evidence: list[Span] = []
    distractors: list[Span] = []
    for piece in pieces:
        start, text = len(text), text + piece.text
        if piece.mark == EVIDENCE:
            evidence.append(Span(start, len(text), piece.text))
        elif piece.mark:
            distractors.append(Span(start, len(text), piece.text, piece.mark))
    return text, tuple(evidence), tuple(distractors)
