"""A patient as numbers: how large, how wide, how deep a breath. Nothing here is drawn from any person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Patient:
    """What makes one chest differ from another. Lengths in cm, angles in radians.

    ``width`` and ``depth`` scale the chest; ``fat`` is the layer around it; ``dome`` is the height of the right half
    of the diaphragm and ``arch`` how far it rises; ``offset`` is how much lower the left half stands. ``heart`` is the
    width of the heart as a share of the chest's inner width. ``curve`` bends the spine to a side (cm) around the
    height ``bend``; ``stoop`` bends it backward. ``breasts`` and ``stomach`` are sizes, nought where not to be seen.
    ``bone`` scales how much bones attenuate. ``vessels`` starts the chance that lays out the vessels.
    """

    width: float
    depth: float
    fat: float
    dome: float
    arch: float
    offset: float
    heart: float
    tip: float
    curve: float
    bend: float
    stoop: float
    breasts: float
    stomach: float
    bone: float
    vessels: int

    @classmethod
    def draw(cls, chance: np.random.Generator) -> Patient:
        """Draw a patient; every number comes from ``chance``, in a fixed order."""
        uniform = chance.uniform
        return cls(
            width=uniform(0.9, 1.07),
            depth=uniform(0.88, 1.12),
            fat=uniform(0.2, 2.6),
            dome=uniform(20.0, 22.8),
            arch=uniform(4.4, 6.2),
            offset=uniform(0.3, 1.8),
            heart=uniform(0.40, 0.475),
            tip=uniform(-0.6, 0.6),
            curve=uniform(-0.35, 0.35),
            bend=uniform(11, 17),
            stoop=uniform(-0.5, 0.7),
            breasts=max(0.0, uniform(-0.8, 1.0)),
            stomach=max(0.0, uniform(-0.5, 1.0)),
            bone=uniform(0.8, 1.2),
            vessels=int(chance.integers(2**31)),
        )


@dataclass(frozen=True)
class Stance:
    """How a patient stood before the detector in one view.

    ``turn`` is the angle (radians) about the vertical axis; ``tilt`` that in the plane of the picture (degrees);
    the picture is a square of ``field`` cm whose middle lies at ``middle`` (across, down).
    """

    turn: float
    tilt: float
    field: float
    middle: tuple[float, float]

    @classmethod
    def draw(cls, chance: np.random.Generator) -> Stance:
        """Draw a stance."""
        return cls(
            turn=float(np.clip(chance.normal(0, 0.028), -0.075, 0.075)),
            tilt=float(np.clip(chance.normal(0, 1.3), -3.5, 3.5)),
            field=chance.uniform(34.0, 38.0),
            middle=(chance.uniform(-0.9, 0.9), chance.uniform(11.8, 13.2)),
        )
