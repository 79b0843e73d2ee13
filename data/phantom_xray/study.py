"""A study: a patient, what is found, pictures of one or two views, and a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .body import Body
from .exposure import Exposure
from .findings import FOCAL, FRONTAL, Finding, draw_finding, draw_names
from .names import VARIANTS, VIEWS, Side, View
from .patient import Patient, Stance
from .projection import Look
from .regions import SIZE, Box, boxes
from .solids import LEVELS
from .wording import Report, report

_FINDINGS, _NOISE, _WORDS = 1, 2, 4
"""Each of these has a sequence of chance of its own; noise has one for each view."""
_ONE_VIEW = 0.04
"""Share of the studies that have the frontal view only; as many have the lateral one only."""
_TRIES = 60
_CLEAR = 0.62
"""Share of the way through a chest that has to be lung with air where a spot is put: none lies behind the heart."""


@dataclass(frozen=True)
class Study:
    """A study and the truth about it; ``regions`` has the boxes of each finding of ``body``, by view, in the same order."""

    seed: int
    number: int
    body: Body
    views: tuple[View, ...]
    stances: Mapping[View, Stance]
    exposures: Mapping[View, Exposure]
    regions: tuple[Mapping[View, tuple[Box, ...]], ...]
    report: Report

    def picture(self, view: View, size: int, body: Body | None = None) -> NDArray[np.uint8]:
        """Take the picture of a view: uint8 [size, size]. Of another ``body`` it has the same exposure and noise."""
        depth = Look(view, self.stances[view], size).depth(body or self.body)
        return self.exposures[view].picture(depth, _chance(self.seed, self.number, _NOISE + VIEWS.index(view)))

    def told_side(self, finding: Finding) -> Side | None:
        """Return the side of a finding as far as the views tell it: a lateral one alone does not."""
        return finding.side if "frontal" in self.views else None

    def truth(self) -> dict[str, Any]:
        """Return what is known of the study, as JSON can hold it."""
        told = [
            (_told(finding, self.told_side(finding), regions), finding.name)
            for finding, regions in zip(self.body.findings, self.regions, strict=True)
        ]
        return {
            "id": f"phantom-{self.seed}-{self.number:05}",
            "findings": [truth for truth, name in told if name not in VARIANTS],
            "variants": [truth for truth, name in told if name in VARIANTS],
            "report": {"findings": self.report.findings, "impression": self.report.impression},
        }


def study_of(seed: int, number: int) -> Study:
    """Return a study: the same for the same seed and number, whatever others there are."""
    chance = _chance(seed, number)
    patient = Patient.draw(chance)
    stances = {view: Stance.draw(chance) for view in VIEWS}
    exposures = {view: Exposure.draw(view, patient, chance) for view in VIEWS}
    one = chance.random()
    views = VIEWS[:1] if one < _ONE_VIEW else VIEWS[1:] if one < 2 * _ONE_VIEW else VIEWS
    drawn = _drawn(patient, _chance(seed, number, _FINDINGS))
    if "frontal" not in views:
        drawn = tuple(finding for finding in drawn if finding.name not in FRONTAL)
    body = Body(patient, drawn)
    looks = {view: Look(view, stances[view], SIZE) for view in views}
    while True:
        depths = {view: look.depth(body) for view, look in looks.items()}
        regions = tuple(
            {
                view: found
                for view, look in looks.items()
                if (found := boxes(look, exposures[view], body, finding, depths[view]))
            }
            for finding in body.findings
        )
        unseen = [finding for finding, found in zip(body.findings, regions, strict=True) if not found]
        if not unseen:
            break
        body = body.without(unseen[0])  # what no picture shows is not there; another may show without it
    words = report(body.findings, views, _chance(seed, number, _WORDS))
    return Study(seed, number, body, views, stances, exposures, regions, words)


def _chance(*numbers: int) -> np.random.Generator:
    return np.random.default_rng(numbers)


def _drawn(patient: Patient, chance: np.random.Generator) -> tuple[Finding, ...]:
    """Draw findings: those that take room first, then those that are put where a lung with air is left."""
    found: list[Finding] = []
    for name in sorted(draw_names(chance), key=_rank):
        for _ in range(_TRIES):
            finding = _put(draw_finding(name, chance, found), Body(patient, tuple(found)))
            if finding:
                found.append(finding)
                break
    return tuple(found)


def _rank(name: str) -> int:
    return 2 if name in FOCAL else 1 if name == "pneumothorax" else 0


def _put(finding: Finding, body: Body) -> Finding | None:
    """Put a new finding into a body; None where there is no room for it.

    A focal one needs a lung with air at its place, and little but such lung before and behind it; free air needs a side.
    """
    if finding.side is None:
        return None if finding.name == "pneumothorax" else finding
    if finding.name not in FOCAL:
        return finding
    x, y, z = body.place(finding, finding.side)
    pleura = body.pleura(finding.side)
    middle, reach = (float(np.interp(y, LEVELS, each)) for each in (pleura.z, pleura.deep))
    ray = np.array([(x, y, z), *((x, y, each) for each in middle + reach * np.linspace(-0.9, 0.9, 25))])
    clear = body.aerated(ray, finding.side)
    return replace(finding, place=(x, y, z)) if clear[0] and clear.mean() > _CLEAR else None


def _told(finding: Finding, side: Side | None, regions: Mapping[View, tuple[Box, ...]]) -> dict[str, Any]:
    return {
        "name": finding.name,
        "side": side,
        "zone": finding.zone,
        "kind": finding.kind,
        "severity": finding.severity,
        "certain": finding.certain,
        "regions": {view: [list(box) for box in found] for view, found in regions.items()},
    }
