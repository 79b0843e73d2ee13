"""Ribs, collar bones, breastbone side and shoulder blades, as tubes. Lengths in cm, attenuation per cm."""

from __future__ import annotations

import numpy as np

from .solids import LEVELS, Stack
from .tubes import Tube

_RIB = 0.42
_RIBS = 11
_STATIONS = 40


def bones(cage: Stack, trunk: Stack, density: float) -> list[Tube]:
    """Return bones around a cage; ``density`` scales what they attenuate."""
    made = [_rib(cage, number, sign, density) for number in range(_RIBS) for sign in (-1, 1)]
    for sign in (-1, 1):
        wide = float(np.interp(0, LEVELS, trunk.across))
        collar = [
            (sign * 2.2, 2.6, -6.2),
            (sign * 6.5, 1.7, -7.4),
            (sign * 11, 0.2, -6),
            (sign * (wide - 2.5), -1.0, -1.5),
        ]
        made.append(Tube.through(collar, 0.62, 0.4 * density, hollow=True))
        blade = [
            (sign * 11.2, 0.8, 8.0),
            (sign * 10.9, 6, 9.4),
            (sign * 12.6, 13.5, 9.6),
            (sign * 15.2, 6, 6.5),
            (sign * 16, 1.5, 2.5),
        ]
        made.append(Tube.through(blade, 0.55, 0.28 * density, hollow=True))
    return made


def _rib(cage: Stack, number: int, sign: int, density: float) -> Tube:
    """Return a rib: from the spine around to the front, ever lower, and there ending in cartilage, which shows less."""
    start = -0.9 + 2.22 * number
    fall = 3.6 + 0.42 * number
    end = 2.35 if number < 8 else 2.35 - 0.45 * (number - 7)
    angle = np.linspace(0.17, end, _STATIONS)
    y = start + fall * (1 - np.cos(angle)) / 2 - 0.7 * np.sin(angle) + 0.55 * number**0.5 * np.maximum(angle - 1.6, 0)
    across, deep, z = (np.interp(y, LEVELS, each) for each in (cage.across, cage.deep, cage.z))
    points = np.stack([sign * across * np.sin(angle), y, z + deep * np.cos(angle)], axis=1)
    return Tube.through(points, 0.56, _RIB * density, hollow=True)
