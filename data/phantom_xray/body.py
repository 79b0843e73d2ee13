"""A patient's body with findings in it: solids, tubes, and what the lungs hold. Lengths in cm, attenuation per cm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .bones import bones
from .devices import Device, device
from .findings import Finding
from .lungs import vessels
from .names import Side
from .patient import Patient
from .solids import LEVELS, Array, Stack, ellipsoid, profile
from .tubes import Ball, Cloud, Tube

TISSUE = 0.2
"""What soft tissue attenuates, per cm."""
LUNG = 0.055
"""What a lung full of air attenuates, per cm."""
SIGNS: dict[Side, int] = {"left": 1, "right": -1}
"""Where a side lies along x."""
_NORMAL_HEART = 0.447
"""The share of the chest's width that the outline below has."""


@dataclass(frozen=True)
class Body:
    """A patient with findings. What is built depends on these alone, so a body without one of them differs by it alone."""

    patient: Patient
    findings: tuple[Finding, ...] = ()

    def without(self, finding: Finding) -> Body:
        """Return the same body without a finding."""
        return replace(self, findings=tuple(each for each in self.findings if each is not finding))

    def found(self, *names: str) -> list[Finding]:
        """Return the findings of these names."""
        return [finding for finding in self.findings if finding.name in names]

    @cached_property
    def _inflation(self) -> float:
        """How far the lungs are hyperinflated: 0 not at all, else 0.5 to 1."""
        return max((0.5 + 0.5 * finding.strength for finding in self.found("hyperinflation")), default=0.0)

    @cached_property
    def air(self) -> float:
        """What the lungs attenuate, per cm."""
        return LUNG * (1 - 0.3 * self._inflation)

    def dome(self, side: Side) -> float:
        """Return the height of the top of one half of the diaphragm."""
        lower = self.patient.offset if side == "left" else 0.0
        return self.patient.dome + lower * (1 - 0.6 * self._inflation) + 4.4 * self._inflation

    @cached_property
    def arch(self) -> float:
        """How far the diaphragm rises above the angles beside it."""
        return self.patient.arch * (1 - 0.62 * self._inflation)

    @cached_property
    def cage(self) -> Stack:
        """The inside of the ribs."""
        width, depth = self.patient.width, self.patient.depth
        return Stack(
            x=np.zeros_like(LEVELS),
            z=profile({-1: 2.6, 0: 2.4, 6: 1.2, 14: 0.3, 26: 0.0}),
            across=width * profile({-1: 3.4, 0: 4.8, 2: 7.6, 4: 9.8, 8: 12.2, 12: 13.4, 18: 14.1, 24: 14.3, 30: 13.9}),
            deep=depth * profile({-1: 3.4, 0: 4.4, 4: 6.6, 10: 8.7, 18: 9.7, 26: 9.9}),
        )

    @cached_property
    def trunk(self) -> Stack:
        """Everything within the skin."""
        patient = self.patient
        across = profile(
            {-14: 6, -8: 6.3, -5: 7.6, -3.5: 11, -2: 15.5, 0: 18.3, 4: 19.4, 8: 18.2, 12: 17, 20: 16.5, 30: 16.3}
        )
        deep = profile({-14: 5.6, -6: 6.2, -2: 7.6, 2: 9.0, 8: 10.7, 18: 11.5, 30: 11.6})
        layer = patient.fat * profile({-8: 0.2, 0: 0.6, 8: 1.0})
        return Stack(
            x=np.zeros_like(LEVELS),
            z=profile({-14: 2.0, -2: 1.5, 6: 0.8, 14: 0.3, 30: 0.0}),
            across=patient.width * across + layer,
            deep=patient.depth * deep + 0.8 * layer,
            power=2.5,
        )

    def breasts(self) -> list[Stack]:
        """Return what stands out of the trunk in front."""
        size = self.patient.breasts
        if not size:
            return []
        front = float(-np.interp(17, LEVELS, self.trunk.deep))
        radii = (5.0 + 1.4 * size, 4.6 + 1.8 * size, 3.2 + 1.8 * size)
        return [
            ellipsoid((sign * 7.6 * self.patient.width, 16.5 + 1.5 * size, front + 2.2), radii)
            for sign in SIGNS.values()
        ]

    def shoulders(self) -> list[Stack]:
        """Return the heads of the upper arms."""
        wide = float(np.interp(0, LEVELS, self.trunk.across))
        return [ellipsoid((sign * (wide - 1.2), 1.6, 0.5), (2.2, 2.8, 2.2)) for sign in SIGNS.values()]

    def pleura(self, side: Side) -> Stack:
        """Return the room that a lung has, up to the ribs."""
        inner, outer = 0.4, self.cage.across - 0.3
        tip = np.sqrt(1 - (1 - np.clip(LEVELS / 4.5, 0, 1)) ** 2)
        end = self.dome("left") + self.arch + 3 > LEVELS
        return Stack(
            x=SIGNS[side] * (outer + inner) / 2,
            z=self.cage.z,
            across=np.maximum(outer - inner, 0) / 2 * tip * end,
            deep=(self.cage.deep - 0.3) * tip * end,
            power=2.3,
        )

    def half(self, side: Side) -> Stack:
        """Return what lies under one half of the diaphragm."""
        pleura = self.pleura(side)
        rise = np.clip((LEVELS - self.dome(side)) / self.arch, 0, 1)
        full = np.sqrt(1 - (1 - rise) ** 2) * (self.dome(side) < LEVELS)
        room = profile({-14: 6.6, 40: 6.8}) * self.patient.width
        across = np.maximum(pleura.across, room) * 1.06 * full
        return Stack(pleura.x, pleura.z - 1.3, across, (self.cage.deep - 0.3) * 1.16 * full)

    def fluid(self, side: Side) -> float | None:
        """Return the height of the fluid beside a lung; None where there is none."""
        for finding in self.found("pleural effusion"):
            if side in finding.sides:
                low, high = self.dome(side) + 0.45 * self.arch, self.dome(side) - 9.0
                amount = finding.strength * (0.75 if finding.side == "both" and side == "left" else 1.0)
                return float(low + (high - low) * amount**1.2)
        return None

    def collapse(self, side: Side) -> float:
        """Return how far a lung is off its ribs beside its tip, in cm; nought where it is not."""
        return max((1.1 + 3.0 * each.strength for each in self.found("pneumothorax") if each.side == side), default=0.0)

    def lung(self, side: Side) -> Stack:
        """Return what of the room holds a lung with air in it."""
        pleura, fluid, gap = self.pleura(side), self.fluid(side), self.collapse(side)
        if fluid is not None:
            # It creeps up along the ribs, and fills all that lies deeper.
            over = LEVELS - fluid
            rim = np.where(over < 0, 1.5 * np.exp(over / 1.8), 1.5 + 4.5 * over)
            pleura = pleura.shrunk(rim)
        if gap:
            rim = gap * np.interp(LEVELS, [0, 6, 22], [1.0, 0.8, 0.12])
            below = np.sqrt(1 - (1 - np.clip((LEVELS - 1.6 * gap) / 4.5, 0, 1)) ** 2)
            free = pleura.shrunk(rim)
            # The lung stays at its root: only its outer side moves.
            pleura = replace(
                free, x=free.x - SIGNS[side] * 0.8 * rim, across=free.across * below, deep=free.deep * below
            )
        return pleura

    @cached_property
    def heart(self) -> Stack:
        """The heart, between the lungs, on the diaphragm."""
        patient = self.patient
        top, bottom = 8.6, self.dome("left") + 3.2
        share = patient.heart
        for finding in self.found("cardiomegaly"):
            share = 0.545 + 0.15 * finding.strength
        size = share / _NORMAL_HEART * patient.width
        t = (LEVELS - top) / (bottom - top)
        inside = (t > 0) & (t < 1)
        left = np.interp(t, [0, 0.2, 0.4, 0.6, 0.75, 0.9, 1], [2.4, 3.6, 5.4, 7.2, 8.2, 8.3, 7.4]) + patient.tip * (
            t > 0
        )
        right = np.interp(t, [0, 0.2, 0.4, 0.6, 0.8, 1], [2.3, 3.0, 3.9, 4.4, 4.3, 3.4]) - 0.5 * patient.tip * (t > 0)
        deep = np.interp(t, [0, 0.3, 0.6, 0.9, 1], [3.0, 4.5, 5.2, 4.9, 4.0]) * patient.depth * (0.35 + 0.65 * size)
        front = np.interp(t, [0, 0.3, 1], [-5.6, -7.3, -8.2]) * patient.depth
        return Stack((left - right) / 2 * size, front + deep, (left + right) / 2 * size * inside, deep * inside)

    @cached_property
    def middle(self) -> Stack:
        """What else lies between the lungs: great vessels, gullet, and the spine's front."""
        knob = np.exp(-(((LEVELS - 4.8) / 1.5) ** 2))
        left = profile({-14: 3.0, -4: 3.0, 0: 2.6, 6: 2.9, 9: 2.9, 13: 2.3, 40: 2.3}) + 1.0 * knob
        right = profile({-14: 3.0, -4: 3.0, 0: 2.5, 6: 2.7, 9: 2.7, 13: 1.9, 40: 1.9})
        return Stack(
            x=(left - right) / 2 + 0.5 * self.spine_x,
            z=profile({-14: 2.0, 0: 1.6, 6: 0.6, 9: 1.0, 13: 4.2, 40: 4.2}),
            across=(left + right) / 2,
            deep=profile({-14: 4.0, 0: 3.8, 8: 4.2, 13: 3.2, 40: 3.2}),
            power=2.5,
        )

    @cached_property
    def spine_x(self) -> Array:
        """Where the spine runs, left to right: float [levels]."""
        bend = self.patient.curve
        for finding in self.found("scoliosis"):
            bend = (SIGNS["left"] if finding.side == "left" else SIGNS["right"]) * (1.7 + 1.5 * finding.strength)
        return np.asarray(bend * np.exp(-(((LEVELS - self.patient.bend) / 6.5) ** 2)))

    @cached_property
    def spine_z(self) -> Array:
        """Where the spine runs, front to back: float [levels]."""
        deep = self.patient.depth * profile({-14: 3.2, -4: 4.0, 0: 5.2, 8: 7.4, 16: 7.7, 26: 6.4, 34: 5.2}, 2.0)
        return np.asarray(deep + self.patient.stoop * np.exp(-(((LEVELS - 10) / 8) ** 2)))

    @cached_property
    def windpipe(self) -> Stack:
        """The air down to where it forks."""
        inside = LEVELS < 6.6
        x = 0.15 + 0.4 * self.spine_x
        return Stack(x, profile({-14: -0.6, 6: 1.4}), 0.85 * inside, 0.85 * inside)

    def gas(self) -> list[Stack]:
        """Return the air in the stomach."""
        size = self.patient.stomach
        if not size:
            return []
        top = self.dome("left") + 1.1
        return [
            ellipsoid(
                (6.2 * self.patient.width, top + 1.1 + size, -1.5), (1.6 + 1.6 * size, 0.9 + 0.9 * size, 2.0), 2.4
            )
        ]

    def bones(self) -> list[Tube]:
        """Return ribs, collar bones and shoulder blades."""
        return bones(self.cage, self.trunk, self.patient.bone)

    def vessels(self) -> list[Tube]:
        """Return the vessels, as far as there is a lung with air around them."""
        made = []
        for side, sign in SIGNS.items():
            tubes = vessels(self.pleura(side), sign, self.patient.vessels, TISSUE - LUNG)
            made += [tube.part(self.aerated(tube.points, side)) for tube in tubes]
        return made

    def aerated(self, points: Array, side: Side) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Say which points, float [points, 3], lie in a lung with air in it: bool [points]."""
        solid = self.heart.holds(points) | self.middle.holds(points) | self.half(side).holds(points)
        return np.asarray(self.lung(side).holds(points) & ~solid)

    def devices(self) -> list[Device]:
        """Return what was put into the patient."""
        return [device(finding, self) for finding in self.found("device")]

    def place(self, finding: Finding, side: Side) -> tuple[float, float, float]:
        """Return where a focal finding that is new to this body is to be put on a side: (x, y, z)."""
        sign, (across, down, deep) = SIGNS[side], finding.spot
        third = self.dome(side) / 3
        low, high = {
            "upper": (0.48 * third, 0.92 * third),
            "middle": (1.1 * third, 1.85 * third),
            "lower": (2.12 * third, 2.85 * third),
        }[finding.zone or "middle"]
        y = low + (high - low) * down
        pleura = self.pleura(side)
        x, half, z, thick = (
            float(np.interp(y, LEVELS, each)) for each in (pleura.x, pleura.across, pleura.z, pleura.deep)
        )
        # Of a consolidation the zone says the lobe too: the middle lobe and the lingula lie in front, the lower one behind.
        ranges = {"upper": (-0.5, 0.4), "middle": (-0.6, -0.25), "lower": (0.2, 0.6)}
        front, back = ranges[finding.zone or "middle"] if finding.name == "consolidation" else (-0.6, 0.6)
        return x + sign * half * (-0.35 + 0.95 * across), y, z + thick * (front + (back - front) * deep)

    def balls(self, side: Side) -> list[tuple[Ball, float]]:
        """Return the nodules and granulomas of a side, and what they attenuate more than a lung, per cm."""
        made = []
        for finding in self.found("nodule or mass", "calcified granuloma"):
            if finding.side != side:
                continue
            small = finding.name == "calcified granuloma"
            radius, more = (0.36, 1.5) if small else (1.05 + 1.05 * finding.strength, 1.5 * TISSUE - LUNG)
            made.append((Ball(finding.place, radius), more))
        return made

    def clouds(self, side: Side) -> list[list[Cloud]]:
        """Return the consolidations of a side, each made of parts."""
        made = []
        for finding in self.found("consolidation"):
            if finding.side != side:
                continue
            chance = np.random.default_rng(finding.seed)
            x, y, z = finding.place
            size = 1.6 + 1.1 * finding.strength
            share = 0.9 + 0.3 * finding.strength
            moves = size * np.array([1, 0.8, 1]) * chance.normal(0, 0.75, (9, 3))
            scales = chance.uniform(0.35, 0.8, 9)
            made.append(
                [
                    Cloud((x + u, y + v, z + w), size * scale, share)
                    for (u, v, w), scale in zip(moves, scales, strict=True)
                ]
            )
        return made

    def spurs(self) -> list[Ball]:
        """Return what grows at the borders of worn vertebrae."""
        made = []
        for finding in self.found("degenerative spine"):
            chance = np.random.default_rng(finding.seed)
            for y in (14.4, 16.8, 19.2, 21.6):
                x, z = (float(np.interp(y, LEVELS, each)) for each in (self.spine_x, self.spine_z))
                made += [
                    Ball((x + sign * 1.75, y + chance.uniform(-0.2, 0.2), z - 1.3), chance.uniform(0.45, 0.8))
                    for sign in (-1, 1)
                ]
        return made
