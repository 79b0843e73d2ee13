"""Texts in numbered pieces that remember where they came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
        rest = self.special[::-1]
        tail = min(len(self) if rest.all() else int(rest.argmin()), length)
        kept = np.r_[0 : length - tail, len(self) - tail : len(self)]
        return Encoding(self.ids[kept], self.starts[kept], self.ends[kept], self.special[kept], truncated=True)


class Tokenizer(Protocol):
    """Cuts texts into pieces and numbers them; the same text gives the same pieces, always.

    ``max_length`` is how many pieces of a text a model is to read, special ones
    included: whoever makes batches cuts. ``pieces`` is true where tokens are parts of words (characters, word pieces):
    keywords are then merged to words unless the user says otherwise.
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
