"""The mean score of a term over clusters, with its error: what intervals and tests rest on.

What is estimated is theta = E[mean score of the records of a cluster that contain the term], over the clusters that
contain it, for one fixed model: every patient counts once, however many reports there are of him. It is *not* the
mean over records; the two differ where the effect goes with the number of reports. Of G clusters, the estimate is
the unweighted mean of their means, and its standard error s / sqrt(G), s being the standard deviation of these means:
the regression on a constant with weights 1 / (records of the cluster) and the cluster-robust variance of Liang and
Zeger (1986, Biometrika 73:13-22) times G / (G - 1), referred to t with G - 1 degrees of freedom (Cameron and
Miller 2015, Journal of Human Resources 50:317-372). A cluster is one independent draw whatever its size, so sizes
that differ, or that go with the effect, do no harm to the interval. Few clusters and scores that are nearly always
zero and seldom great do: an effect that none of the clusters shows is in no interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FEWEST = 20
"""Terms of fewer clusters are not tested: with so few, t is not to be trusted on skewed scores."""
CONFIDENCE = 0.95
"""How often an interval is to hold what is estimated."""


class Direction(StrEnum):
    """Which way a term moves a label."""

    FOR = "for"
    AGAINST = "against"

    @property
    def sign(self) -> int:
        """1 or -1."""
        return 1 if self is Direction.FOR else -1


@dataclass(frozen=True)
class Sample:
    """The mean scores of a term for a label, one a cluster.

    ``means`` is float64 [clusters], in logits; ``clusters`` int64 [clusters], the numbers of the clusters;
    ``records`` counts the records behind them.
    """

    term: str
    label: str
    records: int
    clusters: NDArray[np.int64]
    means: NDArray[np.float64]

    @property
    def suffices(self) -> bool:
        """Whether there are clusters enough to say more than a mean."""
        return len(self.means) >= FEWEST


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over clusters and its standard error, in logits; the error of one cluster is not a number."""

    theta: float
    error: float
    clusters: int

    @classmethod
    def of(cls, means: NDArray[np.float64]) -> Estimate:
        """Estimate from the means of clusters: float64 [clusters], at least one, in any order.

        Sums are exact before they are rounded (``math.fsum``), so that no order shows in the result.

        >>> Estimate.of(np.array([1.0, 2.0, 6.0]))
        Estimate(theta=3.0, error=1.5275252316519468, clusters=3)
        """
        count = len(means)
        theta = math.fsum(means) / count
        squares = math.fsum((means - theta) ** 2)
        return cls(theta, math.sqrt(squares / (count - 1) / count) if count > 1 else math.nan, count)

    @property
    def direction(self) -> Direction:
        """Where the estimate lies: a test in the other direction has a p-value of one half or more."""
        return Direction.FOR if self.theta >= 0 else Direction.AGAINST

    @property
    def interval(self) -> tuple[float, float]:
        """The two-sided 95 % interval, in logits."""
        from scipy.special import stdtrit

        reach = float(stdtrit(self.clusters - 1, (1 + CONFIDENCE) / 2)) * self.error
        return self.theta - reach, self.theta + reach

    def p(self, direction: Direction, delta: float) -> float:
        """Return the p-value of theta <= ``delta`` (for) or theta >= -``delta`` (against).

        Where all clusters agree to the last digit there is no error, and p is its limit: 0, 1, or one half.

        >>> Estimate(0.5, 0.1, 30).p(Direction.FOR, 0.3) == Estimate(-0.5, 0.1, 30).p(Direction.AGAINST, 0.3)
        True
        """
        from scipy.special import stdtr

        beyond = direction.sign * self.theta - delta
        if not self.error:
            return 0.5 * (1 - float(np.sign(beyond)))
        return float(stdtr(self.clusters - 1, -beyond / self.error))
