"""Thin bodies along curves: ribs, vessels, wires; and small balls and clouds. Lengths in centimetres, as in ``solids``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import convolve

from .names import View
from .solids import Array, Grid

_SPACING = 0.12
"""Distance between points of a curve, in cm: well under a pixel."""
_CORNER = 1.2
_FINE = 5
"""Points a pixel, each way, at which a kernel is measured."""
_WALL = 0.72
"""Inner radius of a hollow tube, as a share of the outer one."""


@dataclass(frozen=True)
class Tube:
    """A tube along points, float [points, 3], each of which stands for a length of it: ``steps``, float [points].

    ``attenuation`` is added to what is there, per cm. ``hollow`` tubes (bones with their cortex, catheters) are
    brighter at their borders.
    """

    points: Array
    steps: Array
    radius: float
    attenuation: float
    hollow: bool = False

    @classmethod
    def through(
        cls, stations: Iterable[Sequence[float]], radius: float, attenuation: float, *, hollow: bool = False
    ) -> Tube:
        """Lay a tube through stations (x, y, z) in straight lines, rounded off."""
        corners = np.array(list(stations))
        lengths = np.linalg.norm(np.diff(corners, axis=0), axis=1)
        along = np.concatenate([[0], np.cumsum(lengths)])
        places = np.linspace(0, along[-1], max(2, int(along[-1] / _SPACING)))
        line = np.stack([np.interp(places, along, corners[:, axis]) for axis in range(3)], axis=1)
        steps = np.full(len(places), along[-1] / len(places))
        return cls(_rounded(line), steps, radius, attenuation, hollow)

    def part(self, kept: NDArray[np.bool_]) -> Tube:
        """Return the points that are kept, bool [points]."""
        return replace(self, points=self.points[kept], steps=self.steps[kept])

    def matter(self) -> Array:
        """Return the attenuation times the volume (cm²) that each point stands for: float [points]."""
        area = np.pi * self.radius**2 * (1 - _WALL**2 * self.hollow)
        return area * self.attenuation * self.steps


def _rounded(line: Array) -> Array:
    """Cut the corners of a line of evenly spaced points, over about one cm each way; its ends stay."""
    width = min(int(_CORNER / _SPACING), (len(line) - 1) // 2)
    if width < 1:
        return line
    longer = np.pad(line, ((width + 1, width), (0, 0)), mode="reflect", reflect_type="odd")
    sums = np.cumsum(longer, axis=0)
    return np.asarray((sums[2 * width + 1 :] - sums[: -2 * width - 1]) / (2 * width + 1))


def turned(points: Array, angle: float) -> Array:
    """Turn points about the vertical axis (radians), as ``Stack.turned`` does."""
    sine, cosine = np.sin(angle), np.cos(angle)
    x, z = points[:, 0], points[:, 2]
    return np.stack([x * cosine + z * sine, points[:, 1], z * cosine - x * sine], axis=1)


def project(tubes: Iterable[Tube], view: View, grid: Grid, angle: float = 0.0) -> Array:
    """Return the optical depth that tubes add: float [rows, columns]."""
    depth = np.zeros((len(grid.y), grid.u.shape[1]))
    ordered = sorted(tubes, key=lambda tube: (tube.radius, tube.hollow))
    for (radius, hollow), group in groupby(ordered, key=lambda tube: (tube.radius, tube.hollow)):
        parts = [(tube.points, tube.matter()) for tube in group]
        points, matter = (np.concatenate(each) for each in zip(*parts, strict=True))
        strewn = spread(turned(points, angle), matter / grid.pixel**2, view, grid)
        depth += convolve(strewn, _kernel(radius / grid.pixel, hollow), mode="constant")
    return depth


def spread(points: Array, weights: Array, view: View, grid: Grid) -> Array:
    """Share weights, float [points], out to the four pixels around each point; what falls outside is lost."""
    rows, columns = len(grid.y), grid.u.shape[1]
    across = (points[:, 0 if view == "frontal" else 2] - grid.u[0, 0]) / grid.pixel
    down = (points[:, 1] - grid.y[0, 0]) / grid.pixel
    left, top = np.floor(across).astype(np.intp), np.floor(down).astype(np.intp)
    total = np.zeros(rows * columns)
    for right in (0, 1):
        for below in (0, 1):
            share = np.abs(1 - right - (across - left)) * np.abs(1 - below - (down - top))
            column, row = left + right, top + below
            kept = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
            total += np.bincount((row * columns + column)[kept], (share * weights)[kept], rows * columns)
    return total.reshape(rows, columns)


@lru_cache(maxsize=256)
def _kernel(radius: float, hollow: bool) -> Array:
    """Return how a ball of ``radius`` pixels shades the pixels around: float [side, side], its sum 1."""
    reach = int(np.ceil(radius + 0.5))
    fine = (np.arange((2 * reach + 1) * _FINE) + 0.5) / _FINE - reach - 0.5
    square = fine[:, None] ** 2 + fine[None, :] ** 2
    radius = max(radius, 0.3)
    shade = np.sqrt(np.maximum(radius**2 - square, 0))
    if hollow:
        shade -= np.sqrt(np.maximum((_WALL * radius) ** 2 - square, 0))
    pixels = shade.reshape(2 * reach + 1, _FINE, 2 * reach + 1, _FINE).sum(axis=(1, 3))
    return np.asarray(pixels / pixels.sum())


@dataclass(frozen=True)
class Ball:
    """A ball at ``centre`` (x, y, z)."""

    centre: tuple[float, float, float]
    radius: float

    def length(self, view: View, grid: Grid, angle: float) -> Array:
        """Return how far (cm) rays run within it: float [rows, columns]."""
        square = _distance(self.centre, view, grid, angle)
        return np.asarray(2 * np.sqrt(np.maximum(self.radius**2 - square, 0)))


@dataclass(frozen=True)
class Cloud:
    """A place where something gathers: most at ``centre`` (x, y, z), less around; ``radius`` is one standard deviation."""

    centre: tuple[float, float, float]
    radius: float
    share: float

    def length(self, view: View, grid: Grid, angle: float) -> Array:
        """Return how much (cm) of rays it fills: float [rows, columns]."""
        square = _distance(self.centre, view, grid, angle)
        return np.asarray(self.share * self.radius * np.sqrt(2 * np.pi) * np.exp(-square / (2 * self.radius**2)))


def _distance(centre: tuple[float, float, float], view: View, grid: Grid, angle: float) -> Array:
    """Return the squared distance (cm²) of rays from a centre: float [rows, columns]."""
    ((x, y, z),) = turned(np.array([centre]), angle)
    return np.asarray((grid.u - (x if view == "frontal" else z)) ** 2 + (grid.y - y) ** 2)
