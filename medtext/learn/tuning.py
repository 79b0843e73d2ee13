"""How logits are best answered, found on records that were not trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from medtext.corpus.record import Task
from medtext.learn.decision import NEVER

FEW = 5
"""Records with a label, or without it, below which its cutoff is not tuned."""
COLDEST, HOTTEST = 0.05, 20.0


def fit_temperature(logits: NDArray[np.float64], truth: NDArray[np.int64], task: Task) -> float:
    """Return the temperature under which logits have the least log loss (Guo et al. 2017, arXiv:1706.04599).

    ``logits`` is float64 [records, labels], ``truth`` int64 of that shape.
    """

    def loss(power: float) -> float:
        scaled = logits / np.exp(power)
        if task is Task.CLASSIFY:
            return float(-(log_softmax(scaled, axis=1) * truth).sum(axis=1).mean())
        return float((np.logaddexp(0, scaled) - scaled * truth).mean())

    found = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded", options={"xatol": 1e-4})
    return float(np.exp(found.x))


@dataclass(frozen=True, slots=True)
class Goal:
    """What cutoffs are tuned for: ``f1``, or at least ``least`` of ``sensitivity`` or ``ppv``."""

    name: str = "f1"
    least: float = 0.0


def fit_cutoffs(
    probabilities: NDArray[np.float64], truth: NDArray[np.int64], labels: Sequence[str], goal: Goal
) -> Mapping[str, float | None]:
    """Return the cutoff of each label: None where too few records tell, NEVER where no cutoff reaches the goal.

    ``probabilities`` is float64 [records, labels], ``truth`` int64 of that shape. For F1 the best cutoff; for a
    sensitivity the highest that has it; for a positive predictive value the lowest. A cutoff lies
    midway between the two probabilities that it parts.
    """
    return {
        label: _cutoff(probabilities[:, number], truth[:, number], goal)
        if FEW <= truth[:, number].sum() <= len(truth) - FEW
        else None
        for number, label in enumerate(labels)
    }


def _cutoff(said: NDArray[np.float64], true: NDArray[np.int64], goal: Goal) -> float:
    order = np.argsort(-said, kind="stable")
    high, right = said[order], np.cumsum(true[order])
    # A cutoff can only lie where probabilities differ; the last takes all.
    ends = np.nonzero(np.append(high[:-1] != high[1:], True))[0]
    given = ends + 1
    found = right[ends]
    above, below = high[ends[:-1]], high[ends[:-1] + 1]
    middle = (above + below) / 2
    cutoffs = np.append(np.where(middle > below, middle, above), 0.0)  # neighbouring numbers have none between
    if goal.name == "f1":
        return float(cutoffs[np.argmax(2 * found / (given + true.sum()))])
    reached = found / true.sum() if goal.name == "sensitivity" else found / given
    fit = np.nonzero(reached >= goal.least)[0]
    if not len(fit):
        return NEVER
    return float(cutoffs[fit[0] if goal.name == "sensitivity" else fit[-1]])
