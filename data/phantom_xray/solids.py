"""Bodies whose projections along two axes are known in closed form.

Lengths are in centimetres. ``x`` runs to the patient's left, ``y`` down from the tip of the lungs, ``z`` to the back;
the middle of the chest is at x = z = 0. A frontal picture looks along z, a lateral one along x.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from .names import View

Array = NDArray[np.floating[Any]]
Span = tuple[Array, Array]
"""Where rays enter a body and where they leave it, each float [rows, columns]; the same where they miss it."""

_STEP = 0.25
LEVELS: Array = np.arange(-16.0, 44.0, _STEP)
"""The heights ``y`` at which bodies are described: float [levels]."""


def profile(knots: Mapping[float, float], smooth: float = 0.6) -> Array:
    """Return a value for each level, float [levels]: straight lines between ``knots`` (height: value), rounded off.

    >>> profile({0.0: 1.0, 40.0: 1.0})[:2].tolist()
    [1.0, 1.0]
    """
    values = np.interp(LEVELS, list(knots), list(knots.values()))
    rounded: Array = gaussian_filter1d(values, smooth / _STEP, mode="nearest")
    return rounded


@dataclass(frozen=True)
class Grid:
    """The rays of a picture: ``u`` float [1, columns] across (x or z), ``y`` float [rows, 1] down; ``pixel`` in cm."""

    u: Array
    y: Array
    pixel: float

    @classmethod
    def square(cls, size: int, width: float, left: float, top: float) -> Grid:
        """Lay ``size`` by ``size`` rays over a square of ``width`` cm."""
        steps = (np.arange(size) + 0.5) * (width / size)
        return cls((left + steps)[None, :], (top + steps)[:, None], width / size)


@dataclass(frozen=True)
class Stack:
    """A body that every level cuts in a (super)ellipse: centre, half width and half depth, each float [levels].

    Where half width or half depth is nought, there is no body. ``power`` 2 is an ellipse, more is squarer.
    """

    x: Array
    z: Array
    across: Array
    deep: Array
    power: float = 2.0

    def turned(self, angle: float) -> Stack:
        """Turn the patient about the vertical axis (radians); for small angles sections keep their axes."""
        sine, cosine = np.sin(angle), np.cos(angle)
        return replace(self, x=self.x * cosine + self.z * sine, z=self.z * cosine - self.x * sine)

    def span(self, view: View, grid: Grid) -> Span:
        """Return where the rays of a view run within the body."""
        rows = grid.y[:, 0]
        x, z, across, deep = (np.interp(rows, LEVELS, each)[:, None] for each in self._arrays())
        if view == "frontal":
            middle, half, centre, thick = x, across, z, deep
        else:
            middle, half, centre, thick = z, deep, x, across
        off = np.abs(grid.u - middle) / np.maximum(half, 1e-6)
        if self.power == 2:
            reach = thick * np.sqrt(np.maximum(1 - off * off, 0))
        else:
            reach = thick * np.maximum(1 - np.minimum(off, 1) ** self.power, 0) ** (1 / self.power)
        return centre - reach, centre + reach

    def holds(self, points: Array) -> NDArray[np.bool_]:
        """Say which points, float [points, 3], lie within: bool [points]."""
        x, z, across, deep = (np.interp(points[:, 1], LEVELS, each) for each in self._arrays())
        off = np.abs(points[:, 0] - x) / np.maximum(across, 1e-6)
        away = np.abs(points[:, 2] - z) / np.maximum(deep, 1e-6)
        inside: NDArray[np.bool_] = off**self.power + away**self.power < 1
        return inside & (across > 0) & (deep > 0)

    def shrunk(self, by: Array | float) -> Stack:
        """Take a rim away all around, as thick as ``by`` (cm) says for each level."""
        across, deep = np.maximum(self.across - by, 0), np.maximum(self.deep - by, 0)
        return replace(self, across=across, deep=deep)

    def _arrays(self) -> tuple[Array, Array, Array, Array]:
        return self.x, self.z, self.across, self.deep


def ellipsoid(centre: tuple[float, float, float], radii: tuple[float, float, float], power: float = 2.0) -> Stack:
    """Return an ellipsoid: centre and radii are (x, y, z)."""
    rise = np.abs(LEVELS - centre[1]) / radii[1]
    share = np.maximum(1 - np.minimum(rise, 1) ** power, 0) ** (1 / power)
    flat = np.ones_like(LEVELS)
    return Stack(flat * centre[0], flat * centre[2], radii[0] * share, radii[2] * share, power)


def common(*spans: Span) -> Array:
    """Return the length (cm) that rays run within all of these bodies at once: float [rows, columns]."""
    near: Callable[[Array, Array], Array] = np.maximum
    far: Callable[[Array, Array], Array] = np.minimum
    length: Array = reduce(far, (span[1] for span in spans)) - reduce(near, (span[0] for span in spans))
    return np.maximum(length, 0)


def outside(span: Span, *others: Span) -> Array:
    """Return the length (cm) of rays in a body that is in none of the others: float [rows, columns]."""
    length = common(span)
    for count in range(1, len(others) + 1):
        for some in combinations(others, count):
            length += (-1) ** count * common(span, *some)
    return np.maximum(length, 0)
