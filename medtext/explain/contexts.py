"""Keywords in context: where in the texts a keyword was found, a few places that no one chose."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Self

from medtext.corpus.record import Record
from medtext.explain.spans import Span

MOST = 3
"""Places that are kept of a keyword, at most: enough to judge it, and no way to read the corpus."""
SEED = 13
"""Of the hashes by which places are picked."""

_AROUND = 30
"""Characters shown on either side."""


@dataclass(frozen=True, slots=True, order=True)
class Context:
    """A place of a keyword: the ``keyword`` as it stands in the text of a ``record``, and what stands around it.

    It is found at the characters ``start`` to ``end``; ``before`` and ``after`` are on one line, with … where the text
    goes on. ``drawn`` orders the places of a keyword: the lowest are kept.
    """

    drawn: int
    record: str
    start: int
    end: int
    before: str = field(compare=False)
    keyword: str = field(compare=False)
    after: str = field(compare=False)

    @classmethod
    def of(cls, record: Record, span: Span) -> Self:
        """Cut the surroundings of a span out of the text of its record."""
        text, start, end = record.text, span.start, span.end
        before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
        return cls(
            drawn=_hash(record.id, start),
            record=record.id,
            start=start,
            end=end,
            before=("…" if start > _AROUND else "") + _on_one_line(before),
            keyword=_on_one_line(text[start:end]),
            after=_on_one_line(after) + ("…" if end + _AROUND < len(text) else ""),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what a reader of the table wants to know."""
        names = ("record", "start", "end", "before", "keyword", "after")
        return {name: getattr(self, name) for name in names}


@dataclass(slots=True)
class Contexts:
    """At most ``most`` places of a keyword: those whose hash of seed, record and start is lowest, in whatever order."""

    most: int
    kept: list[Context] = field(default_factory=list)

    def see(self, record: Record, span: Span) -> None:
        """Consider a span of a record."""
        if self.most and (len(self.kept) < self.most or _hash(record.id, span.start) <= self.kept[-1].drawn):
            self.add([Context.of(record, span)])

    def add(self, contexts: Iterable[Context]) -> None:
        """Consider places that were kept elsewhere."""
        for context in contexts:
            insort(self.kept, context)
        del self.kept[self.most :]


def _hash(record: str, start: int) -> int:
    content = f"{SEED}\x1f{record}\x1f{start}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8).digest())


def _on_one_line(text: str) -> str:
    r"""Return a text with a blank for every blank, tab and line break.

    >>> _on_one_line("胃\n窦\tx")
    '胃 窦 x'
    """
    return "".join(" " if character.isspace() else character for character in text)
