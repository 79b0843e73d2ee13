"""What a training writes down of its network for those who explain it later."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Self

from medtext.corpus.record import Record, Task
from medtext.corpus.sample import sampled
from medtext.explain.explainer import Explainer
from medtext.explain.words import jieba_cutter
from medtext.learn.chance import beyond_chance
from medtext.learn.model import Classifier, Exact
from medtext.learn.predict import Predictor
from medtext.runs.store import Run

FILE = "calibration.json"
LEAST_SHARE = 1 / 3
"""A text has evidence if its highest score is over this share of what the run's texts have for it in the median.

On planted corpora nearly all texts without a cue lie under it and nearly all with one over it; 0.1 logits alone let
every text pass.
"""
UNINFORMED = "run '{run}': its answers to val go with the truth no more than chance does, so nothing counts as evidence"
_EXACT = 500
"""Records that are explained, where that costs little."""
_LADDERS = 64
"""Records that are probed and explained, where it costs a hundredth of an epoch or so."""


@dataclass(frozen=True)
class Calibration:
    """How high scores are, and how their explanations are had most cheaply.

    ``highest`` is the median of the highest score of a text over ``answers`` answers, in logits, by words where
    tokens are parts of words; 0 where it is not known (of an imported run, say). ``profile`` says
    where on their paths the answers move (see ``Warp``); empty where scores are exact, or nothing is known.
    ``informed`` says whether the answers go with the truth more than chance does: where they do not, nothing
    is evidence.
    """

    highest: float = 0.0
    answers: int = 0
    profile: tuple[float, ...] = ()
    informed: bool = True

    @classmethod
    def measure(cls, predictor: Predictor, records: Sequence[Record]) -> Self | None:
        """Explain some records; None for writers and for models without gradients, and where nothing was answered."""
        if predictor.batcher.task is Task.GENERATE or not isinstance(predictor.model, Classifier):
            return None
        segment = jieba_cutter() if predictor.batcher.tokenizer.pieces else None
        explainer = Explainer(predictor, segment=segment)
        exact = isinstance(predictor.model, Exact)
        some = sampled(records, _EXACT if exact else _LADDERS)
        if not exact:
            explainer = replace(explainer, profile=explainer.movement(some))
        found = [each for explained in explainer.explain(some) for each in explained.attributions if len(each.scores)]
        if not found:
            return None
        informed = beyond_chance(list(predictor.predict(records)), predictor.batcher.labels) is not False
        return cls(median(float(each.scores.max()) for each in found), len(found), explainer.profile, informed)

    @property
    def least(self) -> float:
        """What the highest score of a text has to exceed to be evidence, in logits."""
        return LEAST_SHARE * self.highest if self.informed else math.inf

    @classmethod
    def read(cls, run: Run) -> Self:
        """Read what a run's training wrote. Raises RunError where it is damaged."""
        if not (run.path / FILE).exists():
            return cls()
        found = run.read(FILE)
        return cls(
            float(found["highest"]),
            int(found["answers"]),
            tuple(map(float, found.get("profile", ()))),
            bool(found.get("informed", True)),
        )

    def write(self, run: Run) -> None:
        """Write it into a run."""
        run.write(FILE, asdict(self))
