"""What was put into a patient, as tubes and a box. Lengths in cm, attenuation per cm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .findings import Finding
from .solids import LEVELS, Stack, ellipsoid
from .tubes import Tube

if TYPE_CHECKING:
    from .body import Body

METAL = 3.0
_LEAD, _LINE, _TUBE = 4.5, 4.5, 2.0


@dataclass(frozen=True)
class Device:
    """Tubes, and a case of metal if there is one."""

    tubes: tuple[Tube, ...]
    case: Stack | None = None


def device(finding: Finding, body: Body) -> Device:
    """Return the device that a finding means."""
    if finding.kind == "pacemaker":
        return _pacemaker(finding, body)
    if finding.kind == "central line":
        return _central_line(finding)
    return _endotracheal_tube(finding, body)


def _pacemaker(finding: Finding, body: Body) -> Device:
    sign = 1 if finding.side == "left" else -1
    across, down, _ = finding.spot
    x, y = sign * (8.6 + 1.6 * across) * body.patient.width, 3.4 + 2.2 * down
    front = float(np.interp(y, LEVELS, body.trunk.z - body.trunk.deep)) + 1.7
    vein = [
        (x - sign * 1.2, y - 1.6, front),
        (sign * 6.5, 1.4, -5.0),
        (sign * 2.6, 2.6, -2.0),
        (-1.8, 4.2, -1.6),
        (-2.2, 8.5, -1.8),
    ]
    heart = body.heart
    low = body.dome("left") + 0.2
    middle, wide = (float(np.interp(low - 1.5, LEVELS, each)) for each in (heart.x, heart.across))
    tip = (middle + 0.62 * wide, low - 1.2, -5.2)
    ventricle = [*vein, (-2.9, low - 6.5, -2.4), (-1.4, low - 2.4, -3.8), tip]
    atrium = [*vein, (-2.8, low - 7.5, -2.2), (-1.4, low - 6.6, -4.4), (-2.0, low - 8.4, -5.0)]
    tubes = [
        Tube.through(ventricle, 0.13, _LEAD),
        *([Tube.through(atrium, 0.13, _LEAD)] if finding.strength > 0.4 else []),
    ]
    return Device(tuple(tubes), ellipsoid((x, y, front), (2.3, 2.0, 0.4), 4.0))


def _central_line(finding: Finding) -> Device:
    sign = 1 if finding.side == "left" else -1
    across, down, _ = finding.spot
    end = 7.0 + 3.0 * down
    if across < 0.5:  # by the vein of the neck, else by that under the collar bone
        way = [(sign * 4.6, -7.0, -1.0), (sign * 3.6, -1.0, -1.5)]
    else:
        way = [(sign * 13, 4.0, -7.0), (sign * 8.0, 1.2, -5.5)]
    return Device((Tube.through([*way, (sign * 2.4, 2.4, -1.8), (-2.0, 4.4, -1.6), (-2.4, end, -1.8)], 0.17, _LINE),))


def _endotracheal_tube(finding: Finding, body: Body) -> Device:
    end = 1.2 + 3.6 * finding.spot[1]
    pipe = body.windpipe
    stations = [
        (float(np.interp(y, LEVELS, pipe.x)), float(y), float(np.interp(y, LEVELS, pipe.z)))
        for y in np.linspace(-9, end, 8)
    ]
    return Device((Tube.through(stations, 0.42, _TUBE, hollow=True), Tube.through(stations, 0.13, _LEAD)))
