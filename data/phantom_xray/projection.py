"""Looks through a body: what each ray meets on its way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import rotate

from .body import SIGNS, TISSUE, Body
from .devices import METAL
from .names import Side, View
from .patient import Stance
from .solids import LEVELS, Array, Grid, Span, Stack, common, outside
from .tubes import Tube, project

_VERTEBRA = 0.13
_PROCESS = 0.08
_DISC, _PITCH = 0.24, 2.4
"""Half the height of a disc between vertebrae, and the way from one to the next (cm)."""
_STERNUM = 0.16
_SHOULDER = 0.09
_LINING = 0.045
"""How thick the lining of a lung is that stands free in air (cm)."""


@dataclass(frozen=True)
class Look:
    """A view of a patient who stands in some way, as a square of ``size`` pixels."""

    view: View
    stance: Stance
    size: int

    @property
    def grid(self) -> Grid:
        """The rays, before the picture is tilted."""
        stance = self.stance
        (across, down), half = stance.middle, stance.field / 2
        return Grid.square(self.size, stance.field, across - half, down - half)

    def depth(self, body: Body) -> Array:
        """Return the optical depth of a body, without noise: float [size, size]; rows run down.

        In a frontal picture the patient's left is on the right; in a lateral one the front is on the left.
        """
        straight = _Rays(self, body).depth()
        if not self.stance.tilt:
            return straight
        return np.asarray(rotate(straight, self.stance.tilt, reshape=False, order=1, mode="nearest"))


class _Rays:
    """The rays of a look on their way through a body."""

    def __init__(self, look: Look, body: Body) -> None:
        self._view, self._turn, self._grid, self._body = look.view, look.stance.turn, look.grid, body
        self._heart, self._middle = self._span(body.heart), self._span(body.middle)

    def depth(self) -> Array:
        body = self._body
        trunk = self._span(body.trunk)
        depth = TISSUE * common(trunk)
        for solid in body.breasts():
            depth += TISSUE * outside(self._span(solid), trunk)
        for solid in body.shoulders():
            depth += _SHOULDER * body.patient.bone * common(self._span(solid))
        for side in SIGNS:
            depth += self._lung(side)
        depth -= TISSUE * common(self._span(body.windpipe))
        for solid in body.gas():
            depth -= 0.8 * TISSUE * common(self._span(solid))
        depth += self._spine() + _STERNUM * common(self._span(_sternum(body)))
        for ball in body.spurs():
            depth += 0.3 * ball.length(self._view, self._grid, self._turn)
        depth += self._tubes([*body.bones(), *body.vessels(), *_airways(body)])
        for device in body.devices():
            depth += self._tubes(list(device.tubes))
            if device.case is not None:
                depth += METAL * common(self._span(device.case))
        return np.asarray(np.maximum(depth, 0))

    def _lung(self, side: Side) -> Array:
        """Return what one side of the chest takes off the tissue that would fill it, and what lies in it."""
        body = self._body
        solid = (self._heart, self._middle, self._span(body.half(side)))
        inner = self._span(body.lung(side))
        lung = outside(inner, *solid)
        taken = (body.air - TISSUE) * lung
        if body.collapse(side):
            room = outside(self._span(body.pleura(side)), *solid)
            taken -= TISSUE * np.maximum(room - lung, 0)
            lining = self._span(body.lung(side).shrunk(-_LINING))
            taken += TISSUE * (outside(lining, *solid) - lung)
        for clouds in body.clouds(side):
            filled = sum((cloud.length(self._view, self._grid, self._turn) for cloud in clouds), np.zeros_like(lung))
            # Never more than there is lung along the ray.
            taken += (TISSUE - body.air) * lung * -np.expm1(-filled / np.maximum(lung, 0.1))
        for ball, more in body.balls(side):
            taken += more * np.minimum(ball.length(self._view, self._grid, self._turn), lung)
        return taken

    def _spine(self) -> Array:
        """Return what vertebrae add, darker where the discs between them lie, and the processes behind them."""
        body, flat = self._body, np.ones_like(LEVELS)
        column = Stack(body.spine_x, body.spine_z, 1.75 * flat, 1.6 * flat, 3.0)
        process = Stack(body.spine_x, body.spine_z + 3.2, 0.8 * flat, 1.9 * flat)
        phase = np.mod(self._grid.y, _PITCH) - _PITCH / 2
        bony = 1 - 0.6 * np.exp(-((phase / _DISC) ** 2)) + 0.25 * np.exp(-(((np.abs(phase) - 0.42) / 0.14) ** 2))
        density = body.patient.bone * bony
        return density * (_VERTEBRA * common(self._span(column)) + _PROCESS * common(self._span(process)))

    def _span(self, solid: Stack) -> Span:
        return solid.turned(self._turn).span(self._view, self._grid)

    def _tubes(self, tubes: list[Tube]) -> Array:
        return project(tubes, self._view, self._grid, self._turn)


def _sternum(body: Body) -> Stack:
    inside = (LEVELS > 3) & (LEVELS < 19)
    return Stack(np.zeros_like(LEVELS), body.cage.z - body.cage.deep - 0.7, 1.7 * inside, 0.5 * inside)


def _airways(body: Body) -> list[Tube]:
    """Return the two main bronchi: air in the tissue around the root of the lungs."""
    x, z = (float(np.interp(6.4, LEVELS, each)) for each in (body.windpipe.x, body.windpipe.z))
    return [Tube.through([(x, 6.3, z), (sign * 3.6, 9.4, z + 0.3)], 0.55, -TISSUE) for sign in SIGNS.values()]
