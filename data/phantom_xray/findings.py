"""What is found in a study: drawn first, to be put into the body afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .names import FINDINGS, Kind, Severity, Side, Zone

_COUNTS = (0.4, 0.3, 0.2, 0.1)
"""Shares of studies with no finding, one, two and three."""
_VARIANTS = {"degenerative spine": 0.10, "calcified granuloma": 0.08, "scoliosis": 0.08}
_UNSURE = 0.12
"""Findings weaker than this are told as possible."""
_GRADED = ("cardiomegaly", "consolidation", "hyperinflation", "nodule or mass", "pleural effusion", "pneumothorax")
FOCAL = ("consolidation", "nodule or mass", "calcified granuloma")
"""What lies in one spot of a lung, which has to be found for it."""
FRONTAL = ("pneumothorax",)
"""What a reader tells by a frontal view only."""
ZONES: tuple[Zone, ...] = ("upper", "middle", "lower")
_KINDS: tuple[Kind, ...] = ("pacemaker", "central line", "endotracheal tube")


@dataclass(frozen=True)
class Finding:
    """A finding, or a variant, as it is put into a body.

    ``side`` and ``zone`` are those of the patient, None where the finding has none. ``strength`` runs from 0, just to
    be seen, to 1. ``spot`` are three shares, of the room that there is across, down and deep; ``place`` (x, y, z, in cm)
    is where a focal finding was put by them. ``seed`` starts the chance of finer details.
    """

    name: str
    side: Side | None = None
    zone: Zone | None = None
    kind: Kind | None = None
    strength: float = 0.5
    spot: tuple[float, float, float] = (0.5, 0.5, 0.5)
    place: tuple[float, float, float] = (0.0, 0.0, 0.0)
    seed: int = 0

    @property
    def severity(self) -> Severity | None:
        """How much of it there is, in a word; None for what is there or not."""
        if self.name not in _GRADED:
            return None
        return "small" if self.strength < 1 / 3 else "moderate" if self.strength < 2 / 3 else "large"

    @property
    def certain(self) -> bool:
        """Whether a reader would be sure of it."""
        return self.name not in _GRADED or self.strength >= _UNSURE

    @property
    def sides(self) -> tuple[Side, ...]:
        """The single sides of it."""
        return ("left", "right") if self.side == "both" else (self.side,) if self.side else ()


def draw_names(chance: np.random.Generator) -> tuple[str, ...]:
    """Draw the names of a study's findings and variants, in the order of the alphabet.

    Every finding is as frequent as any other, whatever else is there; variants do not ask for findings.
    """
    count = int(chance.choice(len(_COUNTS), p=_COUNTS))
    names = [FINDINGS[each] for each in chance.choice(len(FINDINGS), count, replace=False)]
    names += [name for name, share in _VARIANTS.items() if chance.random() < share]
    return tuple(sorted(names))


def draw_finding(name: str, chance: np.random.Generator, before: Sequence[Finding] = ()) -> Finding:
    """Draw a finding. ``before`` are those that are there already: a side with fluid gets no free air."""
    side: Side | None = "left" if chance.random() < 0.5 else "right"
    zone, kind = None, None
    if name == "pleural effusion" and chance.random() < 0.25:
        side = "both"
    elif name == "pneumothorax":
        side = _free_side(side, before)
    elif name == "device":
        kind = _KINDS[int(chance.choice(3, p=(0.4, 0.3, 0.3)))]
        if kind == "endotracheal tube":
            side = None
        elif kind == "central line":
            side = "right" if chance.random() < 0.7 else "left"
        else:
            side = "left" if chance.random() < 0.75 else "right"
    elif name in ("cardiomegaly", "degenerative spine"):
        side = None
    elif name == "hyperinflation":
        side = "both"
    if name in FOCAL:
        zone = ZONES[int(chance.integers(3))]
    spot = (chance.random(), chance.random(), chance.random())
    return Finding(name, side, zone, kind, chance.random(), spot, seed=int(chance.integers(2**31)))


def _free_side(side: Side | None, before: Sequence[Finding]) -> Side | None:
    """Return a side without fluid; None where both have some."""
    wet = {each for finding in before if finding.name == "pleural effusion" for each in finding.sides}
    if side not in wet:
        return side
    free: list[Side] = [each for each in ("left", "right") if each not in wet]
    return free[0] if free else None
