"""Tokens counted: how long texts are to a tokenizer, and how much of them it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.token import Tokenizer
from medtext.corpus.vocabulary import UNKNOWN

_AT_ONCE = 1024


@dataclass(frozen=True)
class TokenCounts:
    """Of each text, the tokens it has when it is not cut, and those that are ``<unk>``: int64 [texts].

    ``whole`` is false where the tokenizer cuts texts by itself: these lengths are too low.
    """

    lengths: NDArray[np.int64]
    unknown: NDArray[np.int64]
    whole: bool

    @classmethod
    def of(cls, tokenizer: Tokenizer, texts: Sequence[str]) -> TokenCounts:
        """Count the tokens of texts."""
        lengths, unknown, whole = [], [], True
        for start in range(0, len(texts), _AT_ONCE):
            for encoding in tokenizer.encode(texts[start : start + _AT_ONCE]):
                lengths.append(len(encoding))
                unknown.append(int(((encoding.ids == UNKNOWN) & ~encoding.special).sum()))
                whole = whole and not encoding.truncated
        return cls(np.array(lengths, dtype=np.int64), np.array(unknown, dtype=np.int64), whole)

    def plus(self, other: TokenCounts) -> TokenCounts:
        """Return the counts of each text together with another text of the same record."""
        return TokenCounts(self.lengths + other.lengths, self.unknown + other.unknown, self.whole and other.whole)

    def share_unknown(self, rows: Sequence[int]) -> float | None:
        """Return the share of tokens that are ``<unk>`` in some of the texts; None where these have no token."""
        total = int(self.lengths[list(rows)].sum())
        return int(self.unknown[list(rows)].sum()) / total if total else None
