"""What a training writes down of its network for those who explain it later."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from statistics import median
from typing import Self

from medtext.corpus.record import Record, Task
from medtext.corpus.sample import sampled
from medtext.explain.attribution import DEFAULT_METHOD, Attribution
from medtext.explain.explainer import Explainer, Explains
from medtext.explain.words import UNITS, cutter
from medtext.learn.chance import beyond_chance
from medtext.learn.model import Classifier, Exact
from medtext.learn.predict import Prediction, Predictor
from medtext.runs.store import Run

FILE = "calibration.json"
UNKNOWN = (
    "run '{run}': how high its scores are is not known (imported, or no val record got a label): "
    "all over 0.1 logits counts as evidence"
)
"""What to say of a run that is not ``known``."""
LEAST_SHARE = 1 / 3
"""A text has evidence if its highest score is over this share of what the run's texts have for it in the median.

On planted corpora nearly all texts without a cue lie under it and nearly all with one over it; 0.1 logits alone let
every text pass.
"""
UNINFORMED = "run '{run}': its answers to val go with the truth no more than chance does, so nothing counts as evidence"
"""What to say of a run that is not ``informed``."""
_EXACT = 500
"""Records that are explained, where that costs little."""
_LADDERS = 64
"""Records that are probed and explained, where it costs a hundredth of an epoch or so."""


@dataclass(frozen=True)
class Calibration:
    """How high scores are, how their explanations are had most cheaply, and whether they are worth anything.

    ``highest`` is the median of the highest score of a text over ``answers`` answers, in logits, by what
    scores are summed over; empty where it is not known (of an imported run, say). ``profile`` says
    where on their paths the answers move (see ``Warp``); empty where scores are exact, or nothing is known.
    ``informed`` says whether the answers go with the truth more than chance does: where they do not, nothing
    is evidence.
    """

    highest: Mapping[str, float] = field(default_factory=dict)
    answers: int = 0
    profile: tuple[float, ...] = ()
    informed: bool = True

    @classmethod
    def measure(cls, predictor: Predictor, records: Sequence[Record]) -> Self | None:
        """Explain some records; None for writers and for models without gradients."""
        if predictor.batcher.task is Task.GENERATE or not isinstance(predictor.model, Classifier):
            return None
        answers = list(predictor.predict(records))
        if isinstance(predictor.model, Exact):
            return cls.of_answers(answers, Explainer(predictor), most=_EXACT)
        profile = Explainer(predictor).movement(sampled(records, _LADDERS))
        return replace(cls.of_answers(answers, Explainer(predictor, profile=profile)), profile=profile)

    @classmethod
    def of_answers(cls, answers: Sequence[Prediction], explainer: Explains, *, most: int = _LADDERS) -> Self:
        """Explain at most ``most`` of some answers, token by token, and see whether they are worth anything."""
        informed = beyond_chance(answers, explainer.labels) is not False
        some = sampled([answer.record for answer in answers], most)
        found = [each for explained in explainer.explain(some) for each in explained.attributions if len(each.scores)]
        texts = [each for each in found if each.sites.shape[1] == 2]  # pictures have no words
        highest = {unit: median(_highest(texts, unit) or [0.0]) for unit in UNITS if texts}
        return cls(highest, len(found), informed=informed)

    def least(self, unit: str, method: str = DEFAULT_METHOD) -> float:
        """Return what the highest score of a text has to exceed to be evidence, in logits.

        It was measured of integrated gradients; other methods have other scales, and no such floor.
        """
        if not self.informed:
            return math.inf
        return LEAST_SHARE * self.highest.get(unit, 0.0) if method == DEFAULT_METHOD else 0.0

    @property
    def known(self) -> bool:
        """Whether anything was measured."""
        return self.answers > 0

    @classmethod
    def read(cls, run: Run) -> Self:
        """Read what a run's training wrote. Raises RunError where it is damaged."""
        if not (run.path / FILE).exists():
            return cls()
        found = run.read(FILE)
        highest = found["highest"]
        # Runs of before have one for all units.
        by_unit = highest if isinstance(highest, dict) else dict.fromkeys(UNITS, highest)
        by_unit = {str(unit): float(value) for unit, value in by_unit.items()}
        profile, informed = tuple(map(float, found.get("profile", ()))), found.get("informed", True)
        if (
            not all(0 <= each < math.inf for each in profile)
            or not all(map(math.isfinite, by_unit.values()))
            or not isinstance(informed, bool)
        ):
            raise ValueError(f"{FILE} holds {found!r:.200}")
        return cls(by_unit, int(found["answers"]), profile, informed)

    def write(self, run: Run) -> None:
        """Write it into a run."""
        run.write(FILE, asdict(self))


def _highest(attributions: Sequence[Attribution], unit: str) -> list[float]:
    cut = cutter(unit)
    merged = attributions if cut is None else [each.merged(cut(each.record.text)) for each in attributions]
    return [each.highest for each in merged if each.highest > -math.inf]
