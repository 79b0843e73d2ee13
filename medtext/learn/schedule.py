"""The learning rate over a training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def learning_rate(
    step: int, total: int, *, peak: float, warmup: float = 0.1, corners: Sequence[tuple[int, float]] = ()
) -> float:
    """Return the rate at a step: up in a line over the first share of all steps, then down in a line to zero.

    ``corners`` (step, share of the peak) say otherwise: lines from 0 at the start through each of
    them, and level after the last. A function of the step alone, so a resumed training has nothing to restore.

    >>> [round(learning_rate(step, 10, peak=1.0, warmup=0.2), 3) for step in (0, 1, 2, 9)]
    [0.5, 1.0, 1.0, 0.125]
    >>> [round(learning_rate(step, 10, peak=1.0, corners=[(2, 1.0), (4, 0.1)]), 3) for step in (0, 1, 2, 9)]
    [0.5, 1.0, 0.55, 0.1]
    """
    if corners:
        return peak * float(
            np.interp(step + 1, [0, *(at for at, _ in corners)], [0.0, *(share for _, share in corners)])
        )
    rising = max(1, round(total * warmup))
    if step < rising:
        return peak * (step + 1) / rising
    return peak * max(0, total - step) / max(1, total - rising)
