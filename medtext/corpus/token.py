"""Texts in numbered pieces that remember where they came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text: ``text`` stands at characters ``start`` to ``end``."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Encoding:
    """One text as numbers: arrays rather than objects, so that a corpus costs little.

    ``ids`` int64 [length]; ``starts`` and ``ends`` int64 [length], character
    offsets into the text; ``special`` bool [length], true for pieces that stand
    for no text (such as [CLS]). ``truncated`` says that the text went on.
    """

    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    special: NDArray[np.bool_]
    truncated: bool = False

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def plain(cls, ids: Any, starts: Any, ends: Any) -> Encoding:
        """Make an encoding without special pieces."""
        numbers = np.asarray(ids, dtype=np.int64)
        return cls(
            numbers,
            np.asarray(starts, dtype=np.int64),
            np.asarray(ends, dtype=np.int64),
            np.zeros(len(numbers), dtype=np.bool_),
        )

    def cut(self, length: int) -> Encoding:
        """Return the first ``length`` pieces, marked as truncated; special pieces at the end stay.

        >>> cut = Encoding.plain([7, 8, 9], [0, 1, 2], [1, 2, 3]).cut(2)
        >>> cut.ids.tolist(), cut.truncated
        ([7, 8], True)
        """
        if len(self) <= length:
            return self
        tail = min(_leading(self.special[::-1]), length)
        return replace(self.picked(np.r_[0 : length - tail, len(self) - tail : len(self)]), truncated=True)

    def windows(self, length: int, overlap: int = 0) -> list[Encoding]:
        """Return the whole text in encodings of at most ``length``; each has the special pieces at both ends.

        Neighbours share ``overlap`` pieces of the text; the last window reaches back to be as long as the others.

        >>> [window.ids.tolist() for window in Encoding.plain([5, 6, 7, 8], range(4), range(1, 5)).windows(3, 1)]
        [[5, 6, 7], [6, 7, 8]]
        """
        return [self] if len(self) <= length else [self.picked(rows) for rows in self.window_rows(length, overlap)]

    def window_rows(self, length: int, overlap: int = 0) -> list[NDArray[np.int64]]:
        """Return which pieces each of ``windows`` has, int64 [at most length]."""
        if len(self) <= length:
            return [np.arange(len(self))]
        head, tail = _leading(self.special), _leading(self.special[::-1])
        room, end = max(1, length - head - tail), len(self) - tail
        starts = [*range(head, end - room, max(1, room - overlap)), end - room]
        return [np.r_[0:head, start : start + room, end : len(self)] for start in starts]

    def picked(self, kept: NDArray[np.int64]) -> Encoding:
        """Return the pieces with these numbers, int64, as an encoding of the same text."""
        return Encoding(self.ids[kept], self.starts[kept], self.ends[kept], self.special[kept])


def _leading(special: NDArray[np.bool_]) -> int:
    """Count the special pieces before the first that is not."""
    return len(special) if special.all() else int(special.argmin())


class Tokenizer(Protocol):
    """Cuts texts into pieces and numbers them; the same text gives the same pieces, always.

    ``max_length`` is how many pieces of a text a model is to read, special ones
    included: whoever makes batches cuts. ``pieces`` is true where tokens are parts of
    words (characters, word pieces): keywords are then merged to words unless the user says otherwise.
    """

    vocabulary: Vocabulary
    max_length: int
    pieces: bool

    def fit(self, texts: Iterable[str]) -> Self:
        """Collect the vocabulary from texts; returns itself."""
        ...

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Cut and number texts; offsets point into each text as it is."""
        ...

    def decode(self, ids: Sequence[int]) -> str:
        """Write numbers as text again, special ones left out (what a writer wrote)."""
        ...

    def state(self) -> dict[str, Any]:
        """Return all that was fitted, as JSON can hold it."""
        ...

    def load(self, state: dict[str, Any]) -> Self:
        """Take over what ``state`` returned; returns itself."""
        ...
