"""An explainer for a run, from what a user asks for."""

from __future__ import annotations

import logging
from pathlib import Path

from medtext.corpus.record import Task
from medtext.errors import OptionError, UnknownNameError
from medtext.explain.attribution import DEFAULT_METHOD
from medtext.explain.explainer import Explainer, Which
from medtext.explain.methods import METHODS
from medtext.explain.words import cut_at_sentences, jieba_cutter
from medtext.learn.model import Attending, Classifier
from medtext.workspace.calibration import UNINFORMED, Calibration
from medtext.workspace.ready import Ready, whole

_log = logging.getLogger("medtext")


def explainer_for(
    ready: Ready,
    *,
    which: Which = "predicted",
    label: str | None = None,
    against: str | None = None,
    unit: str | None = None,
    dictionary: Path | None = None,
    magnitude: bool = False,
    method: str = DEFAULT_METHOD,
    tolerance: float = 0.01,
    precision: str = "32",
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
    if magnitude and method != DEFAULT_METHOD:
        raise OptionError("--scores magnitude is a method of its own: leave --method out")
    refuse_unfit(ready, method)
    with whole(ready.run):
        calibration = Calibration.read(ready.run)
    if not calibration.informed:
        _log.warning("%s", UNINFORMED.format(run=ready.run.name))
    by_words = unit == "word" or (unit is None and ready.predictor.batcher.tokenizer.pieces)
    if dictionary is not None and not by_words:
        raise OptionError("--dictionary cuts words, but scores are left by token: add --unit word")
    return Explainer(
        ready.predictor,
        which=which,
        label=None if label is None else ready.label_number(label),
        against=None if against is None else ready.label_number(against),
        segment=jieba_cutter(dictionary) if by_words else cut_at_sentences if unit == "sentence" else None,
        magnitude=magnitude,
        method=method,
        tolerance=tolerance,
        half=precision == "bf16",
        least=calibration.least,
        profile=calibration.profile,
    )


def fitting_methods(ready: Ready) -> list[str]:
    """Return the methods that a run's model allows: one without gradients is explained by leaving tokens out."""
    model = ready.predictor.model
    if ready.task is Task.GENERATE or not isinstance(model, Classifier):
        return [DEFAULT_METHOD]
    return [name for name in METHODS if name != "attention" or isinstance(model, Attending)]


def refuse_unfit(ready: Ready, method: str) -> None:
    """Raise UnknownNameError or OptionError for a method that a run's model does not allow."""
    fitting = fitting_methods(ready)
    if method not in METHODS:
        raise UnknownNameError.among("method", method, METHODS)
    if method not in fitting:
        raise OptionError(
            f"--method {method} does not go with run '{ready.run.name}' "
            f"(model {ready.setup.model.name}): choose {' or '.join(fitting)}"
        )
