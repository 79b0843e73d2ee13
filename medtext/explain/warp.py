"""Where on the path from baseline to text the points lie: dense where the answer moves."""

from __future__ import annotations

import math
from functools import cached_property

import torch
from torch import Tensor

_BEND = 0.5
"""Where the path is probed: evenly in t, with ``a = _BEND * tan(t * atan(1 / _BEND))``.

A LayerNorm after the embedding turns a line into an arc: seen from its angle most networks move evenly,
and nine tenths of what moves lies in the first half of the path.
"""
_FOLLOWED = 0.8
"""The share of the points that follows what the probes saw; the rest lies evenly in t, for what they missed."""
_BLUR = 0.5
"""Each step between probes is smoothed by a Gaussian of this share of the step: Gauss points need a smooth path."""
STEPS = 8
"""Steps between probes, the ends included: the answer is looked at in 7 places between."""

_TABLE = 257


def probe_places() -> Tensor:
    """Return the 7 places between the ends where the answer is to be looked at, float64 in (0, 1)."""
    return _along(torch.linspace(0, 1, STEPS + 1, dtype=torch.float64)[1:-1])[0]


class Warp:
    """A smooth, growing map of [0, 1] onto the path of each text, after equal variation.

    ``variation`` is float64 [texts, STEPS], not negative: how far the answer moved between
    neighbouring probes. Points that are even in u are dense where it moved (the idea of
    non-uniform points is Bhat and Raychowdhury's, arXiv:2302.11107; they took pieces, this map is smooth,
    so that one Gauss rule serves all of it).
    """

    def __init__(self, variation: Tensor) -> None:
        total = variation.sum(1, keepdim=True)
        even = torch.full_like(variation, 1 / STEPS)
        self._shares = torch.where(total > 0, variation / total.clamp(min=torch.finfo(torch.float64).tiny), even)
        edges = torch.linspace(0, 1, STEPS + 1, dtype=torch.float64)
        self._left, self._right = edges[:-1], edges[1:]

    @classmethod
    def even(cls, texts: int) -> Warp:
        """Return the map for texts of which nothing is known: points lie evenly in t."""
        return cls(torch.zeros(texts, STEPS, dtype=torch.float64))

    def select(self, rows: Tensor) -> Warp:
        """Return the maps of some texts, int64 [rows]."""
        return Warp(self._shares[rows])

    def at(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Map places float64 [texts, points] in [0, 1] to the path; return its parameters and their slopes."""
        low, span = self._table[:, :1], self._table[:, -1:] - self._table[:, :1]
        wanted = low + places * span
        upper = torch.searchsorted(self._table, wanted.contiguous()).clamp(1, _TABLE - 1)
        before, after = self._table.gather(1, upper - 1), self._table.gather(1, upper)
        t = (upper - 1 + ((wanted - before) / (after - before)).clamp(0, 1)) / (_TABLE - 1)
        for _ in range(3):  # Newton's steps: the table alone is good to 1e-5
            t = (t - (self._share_before(t) - wanted) / self._density(t)).clamp(0, 1)
        path, slope = _along(t)
        return path, slope * span / self._density(t)

    @cached_property
    def _table(self) -> Tensor:
        t = torch.linspace(0, 1, _TABLE, dtype=torch.float64)
        return self._share_before(t.expand(len(self._shares), -1)).contiguous()

    def _density(self, t: Tensor) -> Tensor:
        left, right = self._scaled(t)
        steps = torch.special.ndtr(left) - torch.special.ndtr(right)
        density: Tensor = (1 - _FOLLOWED) + _FOLLOWED * STEPS * (self._shares[:, None] * steps).sum(-1)
        return density

    def _share_before(self, t: Tensor) -> Tensor:
        left, right = self._scaled(t)
        steps = _BLUR * (_integrated(left) - _integrated(right))
        return (1 - _FOLLOWED) * t + _FOLLOWED * (self._shares[:, None] * steps).sum(-1)

    def _scaled(self, t: Tensor) -> tuple[Tensor, Tensor]:
        width = _BLUR / STEPS
        return (t[..., None] - self._left) / width, (t[..., None] - self._right) / width


def _along(t: Tensor) -> tuple[Tensor, Tensor]:
    """Return the path parameter at t, and its slope."""
    angle = math.atan(1 / _BEND)
    return (_BEND * torch.tan(t * angle)).clamp(max=1.0), _BEND * angle / torch.cos(t * angle) ** 2


def _integrated(x: Tensor) -> Tensor:
    """Return the integral of the normal distribution function up to x."""
    integral: Tensor = x * torch.special.ndtr(x) + torch.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return integral
