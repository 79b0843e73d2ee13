"""Groups of rows drawn with replacement, as weights of rows: what bootstrap intervals rest on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000


def group_weights(groups: Sequence[str], *, seed: int = 13) -> NDArray[np.float64]:
    """Return the weights of rows, float64 [1 + 2000, rows]: all rows once, then as often as their groups are drawn.

    ``groups`` names the group of each row; groups are drawn with replacement (Efron and Tibshirani 1993).
    """
    numbers: dict[str, int] = {}
    rows = [numbers.setdefault(group, len(numbers)) for group in groups]
    chance = np.random.default_rng(seed)
    drawn = chance.multinomial(len(numbers), np.full(len(numbers), 1 / len(numbers)), size=RESAMPLES)
    return np.concatenate([np.ones((1, len(rows))), drawn[:, rows]])


def percentiles(found: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % interval of a figure by those of the resamples, float64 [resamples]."""
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
