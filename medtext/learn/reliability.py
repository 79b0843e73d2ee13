"""Whether probabilities mean what they say, and what is gained by answering only where the model is sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.record import Task
from medtext.learn.metrics import truth_matrix
from medtext.learn.predict import Prediction

BINS = 10
COVERAGES = tuple(share / 20 for share in range(1, 21))


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: how many, how sure they are in the mean, and what share of them is right."""

    count: int
    said: float
    right: float


@dataclass(frozen=True)
class Reliability:
    """Bins of nearly equal size, the least sure first; ``ece`` is their mean gap (Naeini et al. 2015).

    One label: of the given label's probability. Many: of every label's probability, against whether it is there.
    """

    bins: tuple[Bin, ...]
    ece: float

    @classmethod
    def of(cls, predictions: Sequence[Prediction], labels: Sequence[str], task: Task) -> Reliability:
        """Measure predictions of records whose labels are known."""
        said, right = _said(predictions, labels, task)
        # Equal confidences stay together, in the bin where the middle of them falls.
        _, block, counts = np.unique(said, return_inverse=True, return_counts=True)
        middles = np.cumsum(counts) - counts / 2
        place = np.minimum(middles * BINS / len(said), BINS - 1).astype(np.int64)[block]
        parts = [part for part in (np.nonzero(place == number)[0] for number in range(BINS)) if len(part)]
        bins = tuple(Bin(len(part), float(said[part].mean()), float(right[part].mean())) for part in parts)
        return cls(bins, sum(each.count * abs(each.said - each.right) for each in bins) / len(said))


@dataclass(frozen=True)
class Coverage:
    """The share of wrong answers among the surest so many, for shares of all; ``area`` is its mean over all shares.

    ``cutoffs`` are the confidences from which so many are answered.
    (El-Yaniv and Wiener 2010; Geifman et al. 2019.)
    """

    coverages: tuple[float, ...]
    risks: tuple[float, ...]
    cutoffs: tuple[float, ...]
    area: float

    @classmethod
    def of(cls, sure: NDArray[np.float64], wrong: NDArray[np.bool_]) -> Coverage:
        """Measure answers by how sure each is, from 0 to 1, and whether it is wrong, both [answers]; at least one."""
        # Among equally sure answers none comes first: each is as wrong as they are in the mean.
        _, block, counts = np.unique(sure, return_inverse=True, return_counts=True)
        share = (np.bincount(block, weights=wrong) / counts)[block]
        order = np.argsort(-sure, kind="stable")
        risks = np.cumsum(share[order]) / np.arange(1, len(order) + 1)
        kept = [max(1, round(share * len(order))) - 1 for share in COVERAGES]
        return cls(
            COVERAGES,
            tuple(risks[kept].tolist()),
            tuple(sure[order][kept].tolist()),
            float(risks.mean()),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the curve; keys are stable."""
        return asdict(self)


def _said(
    predictions: Sequence[Prediction], labels: Sequence[str], task: Task
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    truth = truth_matrix(predictions, labels).astype(np.float64)
    probabilities = np.stack([each.probabilities for each in predictions if each.probabilities is not None])
    if task is Task.TAG:
        return probabilities.ravel(), truth.ravel()
    given = probabilities.argmax(axis=1)
    rows = np.arange(len(given))
    return probabilities[rows, given], truth[rows, given]
