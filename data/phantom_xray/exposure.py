"""From optical depth to a picture: dose, scatter, noise, window, borders and a marker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, zoom

from .body import LUNG, TISSUE, Body
from .names import View
from .patient import Patient
from .solids import LEVELS, Array

_STANDARD = 256
"""The size (pixels) that noise is given for: larger pixels gather more."""
_BLUR = 0.55
_SCATTERED = 0.045
_SCATTER_SPREAD = 0.08
"""How far scattered rays go, as a share of the picture."""
_DETAIL, _DETAIL_SPREAD = 0.6, 0.025
"""How much fine structure is raised, and how fine it is, as a share of the picture."""
_COARSE = 8
_STEEP = 2.5
_LETTERS = {
    "L": ("1....", "1....", "1....", "1....", "1....", "1....", "11111"),
    "R": ("1111.", "1...1", "1...1", "1111.", "1.1..", "1..1.", "1...1"),
}


@dataclass(frozen=True)
class Exposure:
    """How a picture is taken and shown.

    Optical depths from ``low`` to ``high`` are shown from black to white; ``noise`` is one standard deviation of the
    optical depth where little passes. ``borders`` are left black: left, top, right, bottom, as shares. ``marker`` is
    the letter of a side, ``place`` where it stands (across, down, as shares).
    """

    low: float
    high: float
    noise: float
    dense: float
    borders: tuple[float, float, float, float]
    marker: str | None
    place: tuple[float, float]

    @classmethod
    def draw(cls, view: View, patient: Patient, chance: np.random.Generator) -> Exposure:
        """Draw an exposure that suits a patient: found from the size of the chest, not from what is in it."""
        airy, dense = _expected(view, patient)
        span = dense - airy
        shift, contrast = chance.normal(0, 0.05) * span, chance.uniform(0.88, 1.2)
        middle, half = airy + 0.3 * span + shift, 0.85 * span / contrast
        noise = chance.uniform(0.012, 0.035) * (1.0 if view == "frontal" else 1.5)
        left, top, right, bottom = np.maximum(0, chance.uniform(-0.06, 0.045, 4)).tolist()
        letter = "L" if view == "lateral" or chance.random() < 0.6 else "R"
        across = chance.uniform(0.88, 0.92) if letter == "L" else chance.uniform(0.05, 0.09)
        marker = letter if chance.random() < (0.65 if view == "frontal" else 0.3) else None
        return cls(
            middle - half,
            middle + half,
            noise,
            dense,
            (left, top, right, bottom),
            marker,
            (across, chance.uniform(0.05, 0.16)),
        )

    def tone(self, depth: Array) -> Array:
        """Return grey levels from 0 to 255, float, of optical depths: a straight middle, and soft ends."""
        share = (depth - self.low) / (self.high - self.low)
        return np.asarray(255 / (1 + np.exp(-2 * _STEEP * (share - 0.5))))

    def picture(self, depth: Array, chance: np.random.Generator) -> NDArray[np.uint8]:
        """Take a picture: uint8 [rows, columns]. The same chance gives the same noise, whatever is in the way."""
        size = len(depth)
        through = np.exp(-depth)
        held = np.minimum(through, np.exp(-self.low))
        through += _SCATTERED * _spread(held)
        photons = np.exp(self.dense) / self.noise**2 * (_STANDARD / size) ** 2
        through += np.sqrt(through / photons) * chance.standard_normal(depth.shape)
        seen = -np.log(np.maximum(through, 0.2 * np.exp(-self.high)))
        seen += _DETAIL * (seen - gaussian_filter(seen, _DETAIL_SPREAD * size, mode="nearest"))
        grey = gaussian_filter(self.tone(seen), _BLUR)
        self._frame(grey)
        return np.asarray(np.clip(np.rint(grey), 0, 255), dtype=np.uint8)

    def _frame(self, grey: Array) -> None:
        """Blacken the borders and set the marker."""
        size = len(grey)
        left, top, right, bottom = (round(share * size) for share in self.borders)
        grey[:top], grey[size - bottom :], grey[:, :left], grey[:, size - right :] = 0, 0, 0, 0
        if self.marker:
            dot = max(1, round(size / 128))
            letter = np.kron([[sign == "1" for sign in row] for row in _LETTERS[self.marker]], np.ones((dot, dot)))
            column, row = (round(share * size) for share in self.place)
            part = grey[row : row + len(letter), column : column + letter.shape[1]]
            part[letter[: part.shape[0], : part.shape[1]] > 0] = 250


def _expected(view: View, patient: Patient) -> tuple[float, float]:
    """Return the optical depth through the lungs of a normal chest of this size, and beside them."""
    body = Body(patient)
    level = 14.0
    trunk, cage = body.trunk, body.cage
    if view == "frontal":
        dense, airy = 2 * np.interp(level, LEVELS, trunk.deep), 1.75 * np.interp(level, LEVELS, cage.deep)
    else:
        dense, airy = 2 * np.interp(level, LEVELS, trunk.across), 1.6 * np.interp(level, LEVELS, cage.across)
    return float(TISSUE * dense - (TISSUE - LUNG) * airy), float(TISSUE * dense)


def _spread(through: Array) -> Array:
    """Return what scatters to each pixel from those around: float [rows, columns]. Found on a coarse grid, as it is smooth."""
    size = len(through)
    coarse = zoom(through, 1 / _COARSE, order=1, mode="nearest", grid_mode=True)
    blurred = gaussian_filter(coarse, _SCATTER_SPREAD * len(coarse), mode="nearest")
    return np.asarray(zoom(blurred, size / len(coarse), order=1, mode="nearest", grid_mode=True))[:size, :size]
