"""How far two rankings of the same things agree at their tops."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RankAgreement:
    """How alike two rankings are, or several pairs in the mean; None where nothing can be compared.

    ``overlap`` is the share of the top K that is in both; ``tau`` Kendall's tau-b over what is in the top K of either.
    """

    overlap: float | None
    tau: float | None

    @classmethod
    def of(cls, one: NDArray[np.int32], other: NDArray[np.int32], top: int) -> RankAgreement:
        """Compare the ranks, int32 [things], of the same things; what a ranking lacks is tied behind all others.

        Where tops differ tau-b is low by construction:
        what stands in one top only was taken for standing high there (Fagin, Kumar and Sivakumar 2003, SIAM J.
        Discrete Mathematics 17:134-160). So 0 is not what two rankings without relation have; they have less.

        >>> RankAgreement.of(np.array([1, 2, 3, 4]), np.array([1, 2, 4, 3]), 2)
        RankAgreement(overlap=1.0, tau=1.0)
        """
        first, second = one <= top, other <= top
        most = max(np.count_nonzero(first), np.count_nonzero(second))
        either = first | second
        overlap = float(np.count_nonzero(first & second) / most) if most else None
        return cls(overlap, tau_b(one[either].tolist(), other[either].tolist()))

    @classmethod
    def mean(cls, found: Iterable[RankAgreement]) -> RankAgreement:
        """Return the means of several, of those that are known."""
        known = list(found)
        return cls(_mean(each.overlap for each in known), _mean(each.tau for each in known))


def tau_b(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return Kendall's tau-b of two rankings of the same things; None where one of them has all alike, or of one thing.

    Pairs in the same order less pairs in the opposite one, over the geometric mean of the pairs that either ranking
    does not tie (Kendall 1945, Biometrika 33:239-251).

    >>> round(tau_b([1, 2, 3], [1, 3, 2]), 3), tau_b([1, 1], [1, 2])
    (0.333, None)
    """
    from scipy.stats import kendalltau

    if len(set(one)) < 2 or len(set(other)) < 2:
        return None
    return float(kendalltau(one, other, variant="b").statistic)


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None
