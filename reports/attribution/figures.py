"""Figures made of what was found: gaps, errors of tokens, ratios of times."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import numpy as np

from found import Floats


def relative_gaps(sums: Floats, margins: Floats) -> Floats:
    """Return by how much scores miss F(text) - F(baseline), as a share of it, float64 [texts]."""
    return np.abs(sums - margins) / np.maximum(np.abs(margins), np.finfo(np.float64).tiny)


def token_errors(scores: Sequence[Floats], references: Sequence[Floats]) -> Floats:
    """Return the worst error of a token in every text, as a share of all that its reference gives away.

    >>> token_errors([np.array([1.0, -0.5])], [np.array([1.0, -1.0])]).tolist()
    [0.25]
    """
    return np.array(
        [
            np.abs(found - true).max(initial=0.0) / max(float(np.abs(true).sum()), float(np.finfo(np.float64).tiny))
            for found, true in zip(scores, references, strict=True)
        ],
        dtype=np.float64,
    )


def percentile(values: Floats, share: float = 0.95) -> float:
    """Return the value that a share of all do not exceed; one that was met, the next higher in doubt.

    >>> percentile(np.array([3.0, 1.0, 2.0, 4.0]), 0.5)
    2.0
    """
    return float(np.quantile(values, share, method="inverted_cdf"))


def paired_ratio(slow: Sequence[float], quick: Sequence[float]) -> tuple[float, float, float]:
    """Return the median, least and greatest ratio of times that were taken in the same rounds.

    >>> paired_ratio([4.0, 6.0, 9.0], [2.0, 2.0, 1.0])
    (3.0, 2.0, 9.0)
    """
    ratios = [one / other for one, other in zip(slow, quick, strict=True)]
    return median(ratios), min(ratios), max(ratios)
