"""The learning rate over a training."""

from __future__ import annotations


def learning_rate(step: int, total: int, *, peak: float, warmup: float = 0.1) -> float:
    """Return the rate at a step: up in a line over the first share of all steps, then down in a line to zero.

    A function of the step alone, so a resumed training has nothing to restore.

    >>> [round(learning_rate(step, 10, peak=1.0, warmup=0.2), 3) for step in (0, 1, 2, 9)]
    [0.5, 1.0, 1.0, 0.125]
    """
    rising = max(1, round(total * warmup))
    if step < rising:
        return peak * (step + 1) / rising
    return peak * max(0, total - step) / max(1, total - rising)
