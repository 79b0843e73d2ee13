"""Two models on the same records: how far apart they are, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.record import Task
from medtext.corpus.split import group_of
from medtext.learn.metrics import binary_losses, label_losses, label_matrix, truth_matrix
from medtext.learn.predict import Prediction
from medtext.learn.resampling import group_weights, percentiles


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much a figure is higher than another model's on the same records, with a 95 % interval."""

    value: float
    low: float
    high: float


def record_losses(predictions: Sequence[Prediction], labels: Sequence[str], task: Task) -> NDArray[np.float64]:
    """Return the log loss of each record, float64 [records]: of its label, or the mean over many labels."""
    truth = truth_matrix(predictions, labels)
    probabilities = np.stack([each.probabilities for each in predictions if each.probabilities is not None])
    if task is Task.CLASSIFY:
        return label_losses(truth, probabilities)
    return np.asarray(binary_losses(truth, probabilities).mean(axis=1))


def paired_differences(
    predictions: Sequence[Prediction],
    others: Sequence[Prediction],
    labels: Sequence[str],
    task: Task,
    *,
    seed: int = 13,
) -> dict[str, Difference]:
    """Return by how much the ``figures`` of ``predictions`` are over those of ``others``, of the same records.

    A paired bootstrap: groups of records (patients, or equal texts) are drawn with replacement, the same for both
    (Efron and Tibshirani 1993). There is none where there is one group, from which nothing is known of others.
    """
    return _differences(predictions, others, lambda weights, each: _figures(weights, each, labels, task), seed)


def answer_differences(
    predictions: Sequence[Prediction], others: Sequence[Prediction], labels: Sequence[str], *, seed: int = 13
) -> dict[str, Difference]:
    """Return by how much accuracy and macro F1 are over those of ``others``, of the same records.

    As ``paired_differences``, but by the labels that are given alone, for what has no probabilities.
    """
    return _differences(predictions, others, lambda weights, each: _given(weights, each, labels), seed)


def figures(predictions: Sequence[Prediction], labels: Sequence[str], task: Task) -> dict[str, float]:
    """Return log loss, accuracy (of many labels: the share of records with all of them right) and macro F1.

    Macro F1 is over the labels that occur in all records; it is left out where none does.
    """
    weights = np.ones((1, len(predictions)))
    return {name: float(values[0]) for name, values in _figures(weights, predictions, labels, task).items()}


def _differences(
    predictions: Sequence[Prediction],
    others: Sequence[Prediction],
    measured: Callable[[NDArray[np.float64], Sequence[Prediction]], dict[str, NDArray[np.float64]]],
    seed: int,
) -> dict[str, Difference]:
    groups = [group_of(each.record) for each in predictions]
    weights = group_weights(groups, seed=seed)
    one, other = (measured(weights, each) for each in (predictions, others))
    return {name: _difference(one[name] - other[name]) for name in one} if len(set(groups)) > 1 else {}


def _figures(
    weights: NDArray[np.float64], predictions: Sequence[Prediction], labels: Sequence[str], task: Task
) -> dict[str, NDArray[np.float64]]:
    """Return ``figures`` under each weighting of records, float64 [weightings]."""
    losses = weights @ record_losses(predictions, labels, task) / weights.sum(axis=1)
    return {"log_loss": losses, **_given(weights, predictions, labels)}


def _given(
    weights: NDArray[np.float64], predictions: Sequence[Prediction], labels: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    truth = truth_matrix(predictions, labels)
    right = (truth == label_matrix([each.labels for each in predictions], labels)).all(axis=1)
    found = {"accuracy": weights @ right / weights.sum(axis=1)}
    return {**found, "macro_f1": _macro_f1(weights, predictions, labels)} if truth.any() else found


def _macro_f1(
    weights: NDArray[np.float64], predictions: Sequence[Prediction], labels: Sequence[str]
) -> NDArray[np.float64]:
    """Return macro F1 under each weighting of records, float64 [weightings]."""
    truth = truth_matrix(predictions, labels)
    given = label_matrix([each.labels for each in predictions], labels)
    present = truth.any(axis=0)
    right, either = weights @ (truth & given), weights @ (truth + given)
    scores = np.divide(2 * right, either, out=np.zeros_like(either), where=either > 0)
    return np.asarray(scores[:, present].mean(axis=1))


def _difference(found: NDArray[np.float64]) -> Difference:
    """Return the first figure, which is that of all records, with the interval of the others, of resamples."""
    return Difference(float(found[0]), *percentiles(found[1:]))
