"""Where on the path from baseline to text the points lie: dense where the answers of a network move."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy

import torch
from torch import Tensor

STEPS = 16
"""Steps of a profile, even in the angle of the path: an answer is looked at in 15 places between."""
OWN_STEPS = 8
"""Steps, even in u, in which the movement of a single text is told."""

_BEND = 0.5
"""Where a path is probed: evenly in t, with ``a = _BEND * tan(t * atan(1 / _BEND))``.

A LayerNorm after the embedding turns a line into an arc: this is the angle on it, for a baseline half as long.
"""
_TABLE = 257


def probe_places() -> Tensor:
    """Return the 15 places between the ends where an answer is to be looked at, float64 in (0, 1)."""
    return _along(torch.linspace(0, 1, STEPS + 1, dtype=torch.float64)[1:-1])[0]


class Warp:
    """A smooth, growing map of [0, 1] onto paths: points that are even in u are dense where answers move.

    ``profile`` says for each of 16 steps what share of an answer's movement it holds, in the mean of some
    texts of a network: texts move alike. None is taken as even. (Points placed by each text's own
    movement are Bhat and Raychowdhury's, arXiv:2302.11107; they paid for it by probes and took pieces. A smooth map
    lets one Gauss rule serve all of the path.)
    """

    def __init__(self, profile: Sequence[float] = ()) -> None:
        shares = torch.tensor([profile or [1.0] * STEPS], dtype=torch.float64)
        self._shared = _Density(shares, followed=0.9, blur=1.0)
        self._own: _Density | None = None

    def refined(self, moved: Tensor) -> Warp:
        """Return the map for texts whose own movement is known, float64 [texts, OWN_STEPS], by even steps in u."""
        found = copy(self)  # the map of the network is made once, whatever is known of texts
        found._own = _Density(moved, followed=0.8, blur=0.5)  # noqa: SLF001  # of its own class
        return found

    def select(self, rows: Tensor) -> Warp:
        """Return the map for some of the texts, int64 [rows]."""
        return self if self._own is None else self.refined(self._own.shares[rows])

    def at(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Map places, float64 [texts, points] in [0, 1], to the path; return its parameters and their slopes."""
        slope = torch.ones_like(places)
        for density in (self._own, self._shared):
            if density is not None:
                places, steepness = density.place(places)
                slope = slope * steepness
        path, steepness = _along(places)
        return path, slope * steepness


class _Density:
    """How close points lie on [0, 1]: a part follows ``shares``, float64 [texts, steps], the rest is even.

    Steps are smoothed by a Gaussian of ``blur`` of them: Gauss rules need a smooth path. One row serves any
    number of texts.
    """

    def __init__(self, shares: Tensor, *, followed: float, blur: float) -> None:
        total, steps = shares.sum(1, keepdim=True), shares.shape[1]
        tiny = torch.finfo(torch.float64).tiny
        self.shares = torch.where(total > 0, shares / total.clamp(min=tiny), torch.full_like(shares, 1 / steps))
        # Mirrored at both ends, so that what is smoothed away over an end comes back.
        mirrored = torch.cat([self.shares.flip(1), self.shares, self.shares.flip(1)], 1)
        self._heights, self._followed, self._width = mirrored[:, None] * steps, followed, blur / steps
        edges = torch.linspace(-1, 2, 3 * steps + 1, dtype=torch.float64)
        self._left, self._right = edges[:-1], edges[1:]
        self._table = self._before(torch.linspace(0, 1, _TABLE, dtype=torch.float64).expand(len(shares), -1))

    def place(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Return where shares of all points, [rows, points], are reached, and the slopes of that."""
        table = self._table.expand(len(places), -1).contiguous()
        low, span = table[:, :1], table[:, -1:] - table[:, :1]
        wanted = low + places * span
        upper = torch.searchsorted(table, wanted.contiguous()).clamp(1, _TABLE - 1)
        before, after = table.gather(1, upper - 1), table.gather(1, upper)
        t = (upper - 1 + ((wanted - before) / (after - before)).clamp(0, 1)) / (_TABLE - 1)
        for _ in range(3):  # Newton's steps: the table alone is good to 1e-5
            t = (t - (self._before(t) - wanted) / self._height(t)).clamp(0, 1)
        return t, span / self._height(t)

    def _height(self, t: Tensor) -> Tensor:
        left, right = self._scaled(t)
        steps = torch.special.ndtr(left) - torch.special.ndtr(right)
        height: Tensor = (1 - self._followed) + self._followed * (self._heights * steps).sum(-1)
        return height

    def _before(self, t: Tensor) -> Tensor:
        left, right = self._scaled(t)
        steps = self._width * (_integrated(left) - _integrated(right))
        return (1 - self._followed) * t + self._followed * (self._heights * steps).sum(-1)

    def _scaled(self, t: Tensor) -> tuple[Tensor, Tensor]:
        return (t[..., None] - self._left) / self._width, (t[..., None] - self._right) / self._width


def _along(t: Tensor) -> tuple[Tensor, Tensor]:
    """Return the path parameter at t, and its slope."""
    angle = math.atan(1 / _BEND)
    return (_BEND * torch.tan(t * angle)).clamp(max=1.0), _BEND * angle / torch.cos(t * angle) ** 2


def _integrated(x: Tensor) -> Tensor:
    """Return the integral of the normal distribution function up to x."""
    integral: Tensor = x * torch.special.ndtr(x) + torch.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return integral
