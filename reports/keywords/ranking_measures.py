"""How good a ranking of words is against those that are right, and how far two are apart over labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RESAMPLES = 10_000


def ranked(scores: Floats) -> NDArray[np.int64]:
    """Return the numbers of the words that were ranked, the highest first: int64 [at most words].

    A word without a finite score is not in the ranking. Of equal scores the first word of the alphabet leads.

    >>> ranked(np.array([1.0, 3.0, -np.inf, 3.0])).tolist()
    [1, 3, 0]
    """
    order = np.argsort(-scores, kind="stable")
    return order[np.isfinite(scores[order])]


def r_precision(scores: Floats, right: NDArray[np.bool_]) -> float:
    """Return the share of right words among the first R, where R is how many are right.

    >>> r_precision(np.array([4.0, 3.0, 2.0, 1.0]), np.array([True, False, True, True]))
    0.6666666666666666
    """
    most = int(right.sum())
    return float(right[ranked(scores)[:most]].sum() / most)


def average_precision(scores: Floats, right: NDArray[np.bool_]) -> float:
    """Return the mean, over the words that are right, of the precision at the rank of each; not ranked counts as 0.

    >>> average_precision(np.array([4.0, 3.0, 2.0, -np.inf]), np.array([True, False, True, True])).__round__(4)
    0.5556
    """
    hits = right[ranked(scores)]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].sum() / right.sum())


@dataclass(frozen=True)
class Difference:
    """A mean difference over labels, with the 95 % interval of a paired bootstrap."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, ours: Floats, others: Floats, seed: int = 13) -> Difference:
        """Draw labels with replacement, the same for both, 10,000 times, and take percentiles; float64 [labels]."""
        apart = ours - others
        drawn = np.random.default_rng(seed).integers(len(apart), size=(RESAMPLES, len(apart)))
        low, high = np.quantile(apart[drawn].mean(axis=1), [0.025, 0.975])
        return cls(float(apart.mean()), float(low), float(high))

    def __str__(self) -> str:
        """Write it with a sign.

        >>> str(Difference(0.0821, 0.0408, 0.1257))
        '+.082 [+.041, +.126]'
        """
        value, low, high = (f"{each:+.3f}".replace("0.", ".", 1) for each in (self.value, self.low, self.high))
        return f"{value} [{low}, {high}]"
