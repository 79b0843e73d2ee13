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
    def plain(cls, ids: Any, starts: Any, ends: Any, max_length: int) -> Encoding:
        """Make an encoding without special pieces, cut and marked at ``max_length``."""
        cut = slice(0, max_length)
        number = np.asarray(ids, dtype=np.int64)
        return cls(
            number[cut],
            np.asarray(starts, dtype=np.int64)[cut],
            np.asarray(ends, dtype=np.int64)[cut],
            np.zeros(min(len(number), max_length), dtype=np.bool_),
            truncated=len(number) > max_length,
        )


class Tokenizer(Protocol):
    """Cuts texts into pieces and numbers them; the same text gives the same pieces, always.

    ``pieces`` is true where tokens are parts of words (characters, word pieces):
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
