"""An explainer for a run, from what a user asks for."""

from __future__ import annotations

from pathlib import Path

from medtext.corpus.record import Task
from medtext.errors import OptionError
from medtext.explain.explainer import Explainer, Which
from medtext.explain.words import jieba_cutter
from medtext.workspace.ready import Ready


def explainer_for(
    ready: Ready,
    *,
    which: Which = "predicted",
    label: str | None = None,
    against: str | None = None,
    unit: str | None = None,
    dictionary: Path | None = None,
    magnitude: bool = False,
    tolerance: float = 0.01,
) -> Explainer:
    """Make an explainer. ``unit`` None means words where the run's tokens are parts of words.

    Raises UnknownNameError for labels the run does not know, OptionError for what does not go together.
    """
    if against is not None and ready.task is not Task.CLASSIFY:
        raise OptionError(f"--against compares two labels of which one is true; run '{ready.run.name}' is {ready.task}")
    if ready.task is Task.GENERATE and (label or magnitude or which != "predicted"):
        raise OptionError("a writer's words are explained as they were written: leave --label, --explain, --scores out")
    if against is not None and against == label:
        raise OptionError(f"--against {against} is the label that is explained: name two labels")
    if magnitude and against is not None:
        raise OptionError("--scores magnitude knows no --against: leave one out")
    by_words = unit == "word" or (unit is None and ready.predictor.batcher.tokenizer.pieces)
    if dictionary is not None and not by_words:
        raise OptionError("--dictionary cuts words, but scores are left by token: add --unit word")
    return Explainer(
        ready.predictor,
        which=which,
        label=None if label is None else ready.label_number(label),
        against=None if against is None else ready.label_number(against),
        segment=jieba_cutter(dictionary) if by_words else None,
        magnitude=magnitude,
        tolerance=tolerance,
    )
