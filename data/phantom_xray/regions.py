"""Where in a picture a finding is to be seen: found by looking with it and without it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .body import Body
from .exposure import Exposure
from .findings import Finding
from .projection import Look
from .solids import Array

SIZE = 128
"""Pixels across the pictures that are compared: boxes do not depend on the size of those that are written."""
_SEEN = 9.0
"""Grey levels, of 255, that a finding has to change somewhere to be seen."""
_SHARE, _LEAST, _MOST = 0.3, 5.0, 12.0
"""A box holds the pixels that change by this share of the greatest change, but by no less or more grey levels than these."""
_STRAY = 0.002
"""Share of the change that may lie beyond each side of a box."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares of the picture."""


def boxes(look: Look, exposure: Exposure, body: Body, finding: Finding, base: Array) -> tuple[Box, ...]:
    """Return the boxes of a finding of a body: none where it is not seen, one for each side where both sides have it.

    ``look`` has ``SIZE`` pixels, and ``base`` is the optical depth of the body: float [SIZE, SIZE].
    """
    without = look.depth(body.without(finding))
    change = np.abs(exposure.tone(base) - exposure.tone(without))
    peak = float(change.max())
    if peak < _SEEN:
        return ()
    change = np.where(change >= np.clip(_SHARE * peak, _LEAST, _MOST), change, 0)
    if finding.side != "both" or look.view == "lateral":
        return (_box(change),)
    right = look.grid.u[0] < 0  # the patient's right is on the left of the picture
    return tuple(_box(np.where(side, change, 0)) for side in (right, ~right) if change[:, side].any())


def _box(change: Array) -> Box:
    (left, right), (top, bottom) = _ends(change.sum(axis=0)), _ends(change.sum(axis=1))
    return left, top, right, bottom


def _ends(amounts: NDArray[np.float64]) -> tuple[float, float]:
    """Return where amounts begin and end, one pixel further, as shares of the whole."""
    total = np.cumsum(amounts) / amounts.sum()
    first, last = int(np.searchsorted(total, _STRAY, side="right")), int(np.searchsorted(total, 1 - _STRAY))
    size = len(amounts)
    return round(max(first - 1, 0) / size, 4), round(min(last + 2, size) / size, 4)
