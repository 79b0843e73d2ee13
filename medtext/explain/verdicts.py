"""What may be said of each term and label: used for, used against, equivalent to none, or not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from medtext.explain.cluster_means import Direction, Estimate, Sample
from medtext.explain.sign_flips import SignFlips

LEVEL = 0.05
"""The false discovery rate of what is called used."""


class Verdict(StrEnum):
    """What may be said; not discovered never means not used."""

    FOR = "used for"
    AGAINST = "used against"
    NONE = "equivalent to none"
    OPEN = "undetermined"
    TOO_FEW = "too few"


@dataclass(frozen=True, slots=True)
class Scale:
    """What an effect is compared with, in logits: the ``median`` margin, and ``delta``, that which counts as none."""

    median: float
    delta: float

    def percent(self, theta: float) -> float | None:
        """Return an effect in percent of the median margin; None where that is zero."""
        return 100 * theta / self.median if self.median else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEffect:
    """A row: how far a term moves a label.

    ``theta`` is the mean over clusters and ``low`` to ``high`` its 95 % interval, in logits; ``percent`` and its two
    are the same in percent of the median margin. ``p`` tests the direction in which ``theta`` lies, ``p_flip`` does by
    sign-flip; ``q`` is Benjamini and Hochberg's and ``q_by`` Benjamini and Yekutieli's, over every term, label and
    direction of clusters enough. Of too few there is a mean and no more.
    """

    term: str
    label: str
    records: int
    clusters: int
    theta: float
    percent: float | None
    verdict: Verdict
    low: float | None = None
    high: float | None = None
    percent_low: float | None = None
    percent_high: float | None = None
    p: float | None = None
    p_flip: float | None = None
    q: float | None = None
    q_by: float | None = None

    @property
    def direction(self) -> Direction | None:
        """The direction that was discovered; None where none was."""
        return {Verdict.FOR: Direction.FOR, Verdict.AGAINST: Direction.AGAINST}.get(self.verdict)


def judge(samples: Iterable[Sample], scale: Scale, flips: SignFlips | None = None) -> list[TermEffect]:
    """Return the row of every sample, the greatest effect first; without ``flips`` there is no ``p_flip``."""
    known = list(samples)
    tested = [sample for sample in known if sample.suffices]
    estimates = [Estimate.of(sample.means) for sample in tested]
    directions = list(Direction)
    p = np.array([[each.p(direction, scale.delta) for direction in directions] for each in estimates])
    # Both directions of every term and label are one family, though only one of each pair can be discovered.
    q, q_by = discovery_rates(p)
    rows = [
        _row(sample, Estimate.of(sample.means).theta, scale, verdict=Verdict.TOO_FEW)
        for sample in known
        if not sample.suffices
    ]
    for number, (sample, estimate) in enumerate(zip(tested, estimates, strict=True)):
        at = number, directions.index(estimate.direction)
        low, high = estimate.interval
        rows.append(
            _row(
                sample,
                estimate.theta,
                scale,
                verdict=_verdict(estimate, float(q[at]), scale.delta),
                low=low,
                high=high,
                percent_low=scale.percent(low),
                percent_high=scale.percent(high),
                p=float(p[at]),
                p_flip=flips.p(sample, estimate.direction, scale.delta) if flips else None,
                q=float(q[at]),
                q_by=float(q_by[at]),
            )
        )
    return sorted(rows, key=lambda row: (-row.theta, row.label, row.term))


def discovery_rates(p: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Benjamini and Hochberg's q-values of p-values of any shape, all one family, and Benjamini and Yekutieli's.

    >>> [q.round(4).tolist() for q in discovery_rates(np.array([0.01, 0.04]))]
    [[0.02, 0.04], [0.03, 0.06]]
    """
    from scipy.stats import false_discovery_control

    if not p.size:
        return p, p
    flat = p.ravel()
    q, q_by = (false_discovery_control(flat, method=method).reshape(p.shape) for method in ("bh", "by"))
    return q, q_by


def _row(sample: Sample, theta: float, scale: Scale, *, verdict: Verdict, **tested: float | None) -> TermEffect:
    return TermEffect(
        term=sample.term,
        label=sample.label,
        records=sample.records,
        clusters=len(sample.means),
        theta=theta,
        percent=scale.percent(theta),
        verdict=verdict,
        **tested,
    )


def _verdict(estimate: Estimate, q: float, delta: float) -> Verdict:
    if not delta:  # answers hardly move: there is nothing to measure an effect by
        return Verdict.OPEN
    if q <= LEVEL:
        return Verdict.FOR if estimate.direction is Direction.FOR else Verdict.AGAINST
    low, high = estimate.interval
    return Verdict.NONE if -delta <= low and high <= delta else Verdict.OPEN
