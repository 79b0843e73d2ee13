"""A run's answers tuned on its val records."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.record import Task
from medtext.errors import OptionError, RecordError, RunError
from medtext.learn.decision import NEVER, Decision
from medtext.learn.metrics import label_matrix
from medtext.learn.predict import Prediction
from medtext.learn.tuning import COLDEST, FEW, HOTTEST, Goal, fit_cutoffs, fit_temperature
from medtext.workspace.calibration import Calibration
from medtext.workspace.card import model_card
from medtext.workspace.evaluation import evaluate
from medtext.workspace.explaining import calibrated
from medtext.workspace.ready import DECISION, Ready

_log = logging.getLogger("medtext")


@dataclass(frozen=True)
class Tuned:
    """What was found, and the answers to val before and after."""

    decision: Decision
    before: list[Prediction]
    after: list[Prediction]


def tune(ready: Ready, *, temperature: bool, goal: Goal | None) -> Tuned:
    """Find how a run's logits are best answered, on val, and write it into the run.

    Without ``temperature`` the one that holds stays; without ``goal`` cutoffs are 0.5. The run's figures are made anew.
    Raises OptionError for a run that gives no labels, and for cutoffs where exactly one label is given.
    """
    if ready.task is Task.GENERATE:
        raise OptionError(f"run '{ready.run.name}' writes texts: there is nothing to calibrate")
    if goal is not None and ready.task is not Task.TAG:
        raise OptionError(f"run '{ready.run.name}' gives exactly one label: it has no cutoffs to tune")
    records = [record for record in ready.records(split="val") if record.labels is not None]
    read = ready.predictor.read(records)
    truth = label_matrix([record.labels or () for record in records], ready.labels)
    held = ready.predictor.decision
    decision = Decision(_fitted(read.logits, truth, ready.task) if temperature else held.temperature)
    if held.cutoffs is not None and goal is None:
        _log.warning("the cutoffs that were tuned before are forgotten: name --cutoffs again to have some")
    if goal is not None:
        found = fit_cutoffs(decision.probabilities(read.logits, ready.task), truth, ready.labels, goal)
        _warn(found, goal)
        cutoffs = {label: cutoff for label, cutoff in found.items() if cutoff is not None}
        decision = Decision(decision.temperature, cutoffs)
    before, after = (read.answers(records, each, ready.predictor.batcher) for each in (held, decision))
    known = _Known.of(ready, decision)
    ready.run.write(DECISION, decision.to_json())
    known.write(ready)
    return Tuned(decision, before, after)


def forget(ready: Ready) -> bool:
    """Let a run answer as its network does; say whether it did not. Its figures are made anew where records are."""
    if not (ready.run.path / DECISION).exists():
        return False
    try:
        known = _Known.of(ready, Decision())
    except (RunError, RecordError) as error:
        _log.warning("the run's figures stay those of the tuned answers: %s", error)
        known = None
    (ready.run.path / DECISION).unlink(missing_ok=True)
    if known is not None:
        known.write(ready)
    return True


@dataclass(frozen=True)
class _Known:
    """What a run writes down of its answers: its figures, and how high its scores are."""

    figures: dict[str, Any]
    calibration: Calibration | None

    @classmethod
    def of(cls, ready: Ready, decision: Decision) -> Self:
        """Measure a run as if its logits were answered by ``decision``."""
        ready = replace(ready, predictor=replace(ready.predictor, decision=decision))
        splits = ready.run.read("splits.json")
        parts = {part: ready.records(split=part) for part in ("val", "test") if splits[part]}
        figures = {part: evaluate(ready, records) for part, records in parts.items()}
        return cls(figures, calibrated(ready, parts["val"]) if "val" in parts else None)

    def write(self, ready: Ready) -> None:
        """Write it into the run; one that came from elsewhere has no records, and keeps what it came with."""
        if not self.figures:
            return
        ready.run.write("metrics.json", self.figures)
        if self.calibration is not None:
            self.calibration.write(ready.run)
        if not ready.members:  # the card of an ensemble has no figures
            ready.run.write_text("README.md", model_card(ready))


def _warn(found: Mapping[str, float | None], goal: Goal) -> None:
    """Name the labels whose cutoffs say nothing."""
    kinds = {
        f"under {FEW} val records with the label, or without: its cutoff stays 0.5": (None,),
        f"no cutoff has a {goal.name} of {goal.least:g} on val: the label is never given": (NEVER,),
        (
            "F1 on val is best where the label is given to every record"
            if goal.name == "f1"
            else f"only a cutoff of 0 has a {goal.name} of {goal.least:g} on val: the label is given to every record"
        ): (0.0,),
    }
    for what, cutoffs in kinds.items():
        labels = [label for label, cutoff in found.items() if cutoff in cutoffs]
        if labels:
            _log.warning("%s (%s)", what, ", ".join(labels))


def _fitted(logits: NDArray[np.float64], truth: NDArray[np.int64], task: Task) -> float:
    """Fit a temperature, and warn of one that val does not settle."""
    found = fit_temperature(logits, truth, task)
    if not COLDEST * 1.5 < found < HOTTEST / 1.5:
        _log.warning(
            "val does not settle a temperature (%.3g): all is right there, or all wrong: do not trust it", found
        )
    return found
