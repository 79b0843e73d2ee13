"""The vessels of a lung, as tubes. Lengths in cm, attenuation per cm."""

from __future__ import annotations

import numpy as np

from .solids import LEVELS, Array, Stack
from .tubes import Tube

_BRANCHES, _TWIGS = 18, 2
_STEPS = 90
_WIDTHS = (0.34, 0.24, 0.16, 0.1)
"""Radii along a branch: it is laid in as many pieces of equal length. Twigs begin with the second."""


def vessels(pleura: Stack, sign: int, seed: int, attenuation: float) -> list[Tube]:
    """Return a tree of vessels from the root of a lung outwards: the same for the same seed, whatever the lung holds."""
    chance = np.random.default_rng([seed, sign + 1])
    root = np.array([sign * 3.4, 10.2, 1.2])
    wide = float(np.interp(14, LEVELS, pleura.across))
    down = chance.uniform(-1.25, 1.45, _BRANCHES)
    directions = np.stack([sign * np.cos(down), np.sin(down) * 1.25, chance.normal(0, 0.5, _BRANCHES)], axis=1)
    lengths = chance.uniform(0.7, 1.0, _BRANCHES) * np.where(np.abs(down) < 0.6, wide * 1.7, 11.5)
    branches = _lines(chance, root + chance.normal(0, 0.5, (_BRANCHES, 3)), directions, lengths)
    forks = chance.integers(_STEPS // 5, _STEPS * 3 // 5, (_BRANCHES, _TWIGS))
    starts = branches[np.arange(_BRANCHES)[:, None], forks].reshape(-1, 3)
    turned = np.repeat(directions, _TWIGS, axis=0) + chance.normal(0, 0.55, (_BRANCHES * _TWIGS, 3))
    reaches = np.repeat(lengths, _TWIGS) * chance.uniform(0.35, 0.6, _BRANCHES * _TWIGS)
    twigs = _lines(chance, starts, turned, reaches)
    made = [Tube.through([(sign * 2.2, 9.0, 1.0), tuple(root), (sign * 4.1, 12.2, 1.4)], 0.8, attenuation)]
    for lines, sizes, widths in ((branches, lengths, _WIDTHS), (twigs, reaches, _WIDTHS[1:])):
        for piece, width in zip(np.array_split(np.arange(_STEPS), len(widths)), widths, strict=True):
            steps = np.repeat(sizes / _STEPS, len(piece))
            made.append(Tube(lines[:, piece].reshape(-1, 3), steps, width, attenuation))
    return made


def _lines(chance: np.random.Generator, starts: Array, directions: Array, lengths: Array) -> Array:
    """Return gently bent lines from starts, float [lines, 3], in directions as long, of these lengths: float [lines, steps, 3]."""
    along = np.linspace(0, 1, _STEPS)[None, :, None]
    straight = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    bends = chance.normal(0, 0.12, (len(starts), 1, 3))
    ways = along * straight[:, None] + along**2 * bends
    return np.asarray(starts[:, None] + lengths[:, None, None] * ways)
