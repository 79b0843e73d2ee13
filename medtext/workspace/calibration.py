"""What a training writes down of its network for those who explain it later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from statistics import mean, median
from typing import Self

from medtext.corpus.record import Record, Task
from medtext.corpus.sample import sampled
from medtext.explain.explainer import Explainer
from medtext.explain.warp import STEPS
from medtext.learn.model import Classifier, Exact
from medtext.learn.predict import Predictor
from medtext.runs.store import Run

FILE = "calibration.json"
_MARGINS = 500
"""Records whose margins are looked at: two forwards each."""
_LADDERS = 32
"""Records that are explained with probes and without."""
_GRADIENT = 2.0
"""What a point costs, where a probe costs one: it goes forwards and backwards."""


@dataclass(frozen=True)
class Calibration:
    """How far answers move, and how their explanations are had most cheaply.

    ``margin`` is the median of |F(text) - F(baseline)| over ``answers`` answers, in logits, 0 where that is
    not known (of an imported run, say); ``probes`` says whether ``integrate`` is cheaper with its probes than without.
    """

    margin: float = 0.0
    answers: int = 0
    probes: bool = True

    @classmethod
    def measure(cls, predictor: Predictor, records: Sequence[Record]) -> Self | None:
        """Explain some records; None for writers and for models without gradients, and where nothing was answered."""
        if predictor.batcher.task is Task.GENERATE or not isinstance(predictor.model, Classifier):
            return None
        free = Explainer(predictor, method="random")  # costs no gradient: only the margins are wanted
        margins = [
            abs(each.margin) for found in free.explain(sampled(records, _MARGINS)) for each in found.attributions
        ]
        if not margins:
            return None
        cheaper = isinstance(predictor.model, Exact) or _cost(predictor, records, True) <= _cost(
            predictor, records, False
        )
        return cls(median(margins), len(margins), cheaper)

    @classmethod
    def read(cls, run: Run) -> Self:
        """Read what a run's training wrote. Raises RunError where it is damaged."""
        if not (run.path / FILE).exists():
            return cls()
        found = run.read(FILE)
        return cls(float(found["margin"]), int(found["answers"]), bool(found["probes"]))

    def write(self, run: Run) -> None:
        """Write it into a run."""
        run.write(FILE, asdict(self))


def _cost(predictor: Predictor, records: Sequence[Record], probes: bool) -> float:
    """Return the mean cost of an explanation, in forwards."""
    explainer = replace(Explainer(predictor), probes=probes)
    points = [each.points for found in explainer.explain(sampled(records, _LADDERS)) for each in found.attributions]
    return _GRADIENT * mean(points) + (STEPS - 1) * probes if points else 0.0
