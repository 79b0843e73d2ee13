"""How good answers are, on records whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.record import Task
from medtext.learn.predict import Prediction

HEADLINE = {Task.CLASSIFY: "macro_f1", Task.TAG: "macro_f1", Task.GENERATE: "bleu_4"}
"""The one figure that a list of runs shows."""
LEAST_LIKELY = 1e-15
"""The probability that what is true is taken to have at least: a loss is a number."""


def measure(predictions: Sequence[Prediction], labels: Sequence[str], task: Task) -> dict[str, Any]:
    """Return every metric of a task as plain numbers; undefined ones are None.

    Of many labels: ``mlogloss`` is the mean binary log loss over records and labels, ``s`` is 1 - 2 mlogloss (the
    score of the Tianchi CT competition of 2021), ``ap`` average precision, which says more than ``auc`` where
    a label is rare. ``predictions`` are of records with known labels (or targets, for writers).
    """
    if task is Task.GENERATE:
        from medtext.learn.writing import Writing

        return Writing(predictions).figures()
    truth = truth_matrix(predictions, labels)
    probabilities = np.stack([p.probabilities for p in predictions if p.probabilities is not None])
    if task is Task.CLASSIFY:
        return _one(truth, probabilities, labels)
    given = label_matrix([prediction.labels for prediction in predictions], labels)
    return _many(truth, given, probabilities, labels)


def truth_matrix(predictions: Sequence[Prediction], labels: Sequence[str]) -> NDArray[np.int64]:
    """Return what is true: int64 [records, labels], one where the record has the label."""
    return label_matrix([prediction.record.labels or () for prediction in predictions], labels)


def label_matrix(sets: Sequence[tuple[str, ...]], labels: Sequence[str]) -> NDArray[np.int64]:
    """Return sets of labels as int64 [sets, labels], one where a label is in a set."""
    numbers = {label: number for number, label in enumerate(labels)}
    matrix = np.zeros((len(sets), len(labels)), dtype=np.int64)
    for row, own in enumerate(sets):
        matrix[row, [numbers[label] for label in own]] = 1
    return matrix


def binary_losses(truth: NDArray[np.int64], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log loss of every yes or no, float64 [records, labels]; a probability of what is true is clipped."""
    clipped = np.clip(probabilities, LEAST_LIKELY, 1 - LEAST_LIKELY)
    return np.asarray(-(truth * np.log(clipped) + (1 - truth) * np.log1p(-clipped)))


def label_losses(truth: NDArray[np.int64], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log loss of each record's one label, float64 [records], clipped alike."""
    return np.asarray(-np.log((probabilities * truth).sum(axis=1).clip(LEAST_LIKELY, 1)))


def _one(truth: NDArray[np.int64], probabilities: NDArray[np.float64], labels: Sequence[str]) -> dict[str, Any]:
    from sklearn.metrics import accuracy_score, confusion_matrix

    gold, given = truth.argmax(1), probabilities.argmax(1)
    numbers = list(range(len(labels)))
    return {
        "records": len(truth),
        "accuracy": float(accuracy_score(gold, given)),
        **label_scores(gold, given, labels),
        "log_loss": float(label_losses(truth, probabilities).mean()),
        "confusion": confusion_matrix(gold, given, labels=numbers).tolist(),
    }


def _many(
    truth: NDArray[np.int64], given: NDArray[np.int64], probabilities: NDArray[np.float64], labels: Sequence[str]
) -> dict[str, Any]:
    from sklearn.metrics import average_precision_score, roc_auc_score

    losses = binary_losses(truth, probabilities)
    # A label that all records have, or none, has no ranking: it stands out of the macro mean.
    ranked = [number for number in range(len(labels)) if 0 < truth[:, number].sum() < len(truth)]
    areas: dict[int, float] = {
        number: float(roc_auc_score(truth[:, number], probabilities[:, number])) for number in ranked
    }
    precisions = {
        number: float(average_precision_score(truth[:, number], probabilities[:, number])) for number in ranked
    }
    scores = label_scores(truth, given, labels)
    for number, label in enumerate(labels):
        scores["by_label"][label] |= {"auc": areas.get(number), "ap": precisions.get(number)}
    return {
        "records": len(truth),
        "accuracy": float((truth == given).all(axis=1).mean()),
        **scores,
        "micro_f1": float(2 * (truth & given).sum() / (truth.sum() + given.sum())) if (truth | given).any() else None,
        "mlogloss": float(losses.mean()),
        "s": 1 - 2 * float(losses.mean()),
        "macro_auc": float(np.mean(list(areas.values()))) if areas else None,
        "macro_ap": float(np.mean(list(precisions.values()))) if precisions else None,
        "micro_auc": float(roc_auc_score(truth.ravel(), probabilities.ravel())) if 0 < truth.mean() < 1 else None,
    }


def label_scores(gold: NDArray[Any], given: NDArray[Any], labels: Sequence[str]) -> dict[str, Any]:
    """Return precision, recall and F1 of each label, and their means over the labels that occur.

    ``gold`` and ``given`` are label numbers [records], or, of many labels, which are there [records, labels].
    """
    numbers = np.arange(len(labels))
    # By hand: a matrix of one column is two classes to scikit-learn, and the first of them the label's absence.
    true, said = ((each if each.ndim > 1 else each[:, None] == numbers).astype(np.int64) for each in (gold, given))
    hits, support = (true & said).sum(axis=0), true.sum(axis=0)
    precision, recall = _ratio(hits, said.sum(axis=0)), _ratio(hits, support)
    f1 = _ratio(2 * hits, said.sum(axis=0) + support)
    # The macro mean is over labels that occur: one without a record has no recall to speak of.
    present = support > 0
    means = {
        f"macro_{name}": float(values[present].mean()) if present.any() else None
        for name, values in (("precision", precision), ("recall", recall), ("f1", f1))
    }
    return {
        **means,
        "by_label": {
            label: {
                "precision": float(precision[number]),
                "recall": float(recall[number]),
                "f1": float(f1[number]),
                "support": int(support[number]),
            }
            for number, label in enumerate(labels)
        },
    }


def _ratio(part: Any, whole: Any) -> NDArray[np.float64]:
    """Divide counts; of nothing it is 0."""
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    return np.asarray(np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0))
