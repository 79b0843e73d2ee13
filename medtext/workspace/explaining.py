"""An explainer for a run, from what a user asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from medtext.corpus.record import Record, Task
from medtext.errors import OptionError, UnknownNameError
from medtext.explain.attribution import DEFAULT_METHOD
from medtext.explain.dictionary import dictionary_name
from medtext.explain.ensemble import EnsembleExplainer
from medtext.explain.explainer import Explainer, Explains, Which
from medtext.explain.methods import GRADIENTS, METHODS
from medtext.explain.words import cutter
from medtext.learn.device import refuse_half
from medtext.learn.ensemble import Ensemble
from medtext.learn.model import Attending, Classifier, Exact
from medtext.workspace.calibration import UNINFORMED, UNKNOWN, Calibration
from medtext.workspace.ready import Ready, whole


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
) -> Explains:
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
    unit = unit or ("word" if ready.predictor.batcher.tokenizer.pieces else "token")
    if dictionary is not None and unit != "word":
        raise OptionError("--dictionary cuts words, but scores are left by token: add --unit word")
    lead = Explainer(
        ready.networks[0],
        which=which,
        label=None if label is None else ready.label_number(label),
        against=None if against is None else ready.label_number(against),
        unit=unit if dictionary is None else f"word by {dictionary_name(dictionary)}",
        segment=cutter(unit, dictionary),
        magnitude=magnitude,
        method=method,
        tolerance=tolerance,
        half=precision == "bf16" and _halved(ready, method, magnitude=magnitude),
        least=calibration.least(unit, method),
        profile=calibration.profile,
    )
    if not isinstance(ready.predictor, Ensemble):
        return lead
    if magnitude:
        raise OptionError("--scores magnitude does not add up over an ensemble: name a member, or leave it out")
    return EnsembleExplainer(ready.predictor, tuple(_member(lead, each) for each in ready.members), lead)


def calibrated(ready: Ready, records: Sequence[Record]) -> Calibration | None:
    """Explain some val records of a run as it answers now; None for models without gradients."""
    if not isinstance(ready.predictor, Ensemble):
        return Calibration.measure(ready.predictor, records)
    if not all(isinstance(network.model, Classifier) for network in ready.networks):
        return None
    return Calibration.of_answers(list(ready.predictor.predict(records)), explainer_for(ready, unit="token"))


def _member(lead: Explainer, member: Ready) -> Explainer:
    """Return what explains a member of an ensemble: the labels that are asked of that, and nothing is too little."""
    with whole(member.run):
        profile = Calibration.read(member.run).profile
    return replace(lead, predictor=member.network, which="gold", label=None, least=0.0, profile=profile)


def doubts(ready: Ready, precision: str = "32", method: str = DEFAULT_METHOD, *, magnitude: bool = False) -> list[str]:
    """Return what has to be said first: that a run knows nothing, that nothing is known of it, that a wish is vain."""
    with whole(ready.run):
        calibration = Calibration.read(ready.run)
    said = []
    if not calibration.informed:
        said.append(UNINFORMED.format(run=ready.run.name))
    elif not calibration.known and isinstance(ready.networks[0].model, Classifier):
        said.append(UNKNOWN.format(run=ready.run.name))
    if precision == "bf16" and not _takes_gradients(ready, method, magnitude=magnitude):
        said.append("--precision bf16 changes nothing here: it is for gradients, and these scores take none in it")
    return said


def _halved(ready: Ready, method: str, *, magnitude: bool) -> bool:
    """Whether bfloat16 is of any use. Raises DeviceError where the device cannot compute in it."""
    if not _takes_gradients(ready, method, magnitude=magnitude):
        return False
    for network in ready.networks:
        refuse_half(network.model, network.device)
    return True


def _takes_gradients(ready: Ready, method: str, *, magnitude: bool) -> bool:
    models = [network.model for network in ready.networks]
    exact = method == DEFAULT_METHOD and all(isinstance(m, Exact) or not isinstance(m, Classifier) for m in models)
    return method in GRADIENTS and not exact and not magnitude


def fitting_methods(ready: Ready) -> list[str]:
    """Return the methods that a run's model allows: one without gradients is explained by leaving tokens out."""
    models = [network.model for network in ready.networks]
    if ready.task is Task.GENERATE or not all(isinstance(model, Classifier) for model in models):
        return [DEFAULT_METHOD]
    return [name for name in METHODS if name != "attention" or all(isinstance(model, Attending) for model in models)]


def refuse_unfit(ready: Ready, method: str) -> None:
    """Raise UnknownNameError or OptionError for a method that a run's model does not allow."""
    fitting = fitting_methods(ready)
    if method not in METHODS:
        raise UnknownNameError.among("method", method, METHODS)
    if method not in fitting:
        raise OptionError(
            f"--method {method} does not go with run '{ready.run.name}' "
            f"(model {ready.model_name}): choose {' or '.join(fitting)}"
        )
