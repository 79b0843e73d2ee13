"""How firm the order of a frequency table is: the same table over other draws of clusters."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import shake_128
from math import exp, factorial
from typing import Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

REPLICATES = 200
"""How many tables are drawn: a selection frequency has a standard error of 3.5 points at most."""
SEED = 13

Key = TypeVar("Key", bound=Hashable)

_BITS = 32
_ENDS = np.array(
    [round(2**_BITS * exp(-1) * sum(1 / factorial(low) for low in range(count + 1))) for count in range(12)],
    dtype=np.int64,
)
"""Poisson(1) by its distribution function in whole 2**-32ths; more than 12 has a chance under 2**-32."""


@dataclass
class Resampled(Generic[Key]):
    """Counts of keys over draws of clusters, with replacement by Poisson weights.

    In a draw a cluster counts as often as a hash of seed, draw and name says, one time on average: the Poisson
    bootstrap (Chamandy, Muralidharan, Najmi and Naidu 2012, "Estimating uncertainty for massive data streams"), which
    needs no second look at the data. Clusters are drawn, not records, for records of one patient agree. All counts are
    whole numbers, so two of disjoint records merge to exactly that of all, also where they share clusters.
    """

    seed: int = SEED
    _draws: dict[Key, NDArray[np.int64]] = field(default_factory=dict)

    def add(self, cluster: str, counts: Mapping[Key, int]) -> None:
        """Add a record's counts: how many spans read so, say."""
        weights = poisson_weights(self.seed, cluster)
        for key, count in counts.items():
            self._draws[key] = self._draws.get(key, 0) + count * weights

    def merge(self, other: Resampled[Key]) -> Self:
        """Add the counts of other records, drawn by the same seed; returns itself."""
        if self.seed != other.seed:
            raise ValueError("counts that were drawn by different seeds cannot be merged")
        for key, draws in other._draws.items():
            self._draws[key] = self._draws.get(key, 0) + draws
        return self

    def selected(self, top: int, keys: Iterable[Key] | None = None) -> dict[Key, float]:
        """Return in which share of the draws each key is among the ``top`` of all keys, or of some.

        Where keys tie for the last places, each has its share of these; what a draw does not hold is never among them.
        """
        asked = list(self._draws if keys is None else keys)
        counts = np.array([self._draws[key] for key in asked], dtype=np.int64).reshape(-1, REPLICATES)
        if top < 1 or not asked:
            return dict.fromkeys(asked, 0.0)
        # Nothing is under 1: where fewer than ``top`` were drawn, all of them are selected.
        last = np.maximum(np.sort(counts, axis=0)[-min(top, len(asked))], 1)
        above, level = counts > last, counts == last
        places = np.minimum(top - above.sum(axis=0), level.sum(axis=0)) / np.maximum(level.sum(axis=0), 1)
        shares = np.where(above, 1.0, np.where(level, places, 0.0)).mean(axis=1)
        return dict(zip(asked, shares.tolist(), strict=True))


@lru_cache(maxsize=4096)
def poisson_weights(seed: int, cluster: str) -> NDArray[np.int64]:
    """Return how often a cluster counts in each draw: int64 [REPLICATES], Poisson with mean 1.

    >>> poisson_weights(13, "a").tolist() == poisson_weights(13, "a").tolist() != poisson_weights(13, "b").tolist()
    True
    """
    key = f"{seed}\x1f{cluster}".encode("utf-8", "surrogatepass")
    uniform = np.frombuffer(shake_128(key).digest(REPLICATES * _BITS // 8), dtype="<u4")
    return np.searchsorted(_ENDS, uniform, side="right")
