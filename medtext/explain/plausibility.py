"""How well scores agree with what people marked as evidence, over many records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medtext.explain.agreement import Agreement, compare, marks_for
from medtext.explain.attribution import Attribution

RESAMPLES = 1000
"""How often the records are drawn anew for an interval."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean and the 95 % interval that a bootstrap over records gives it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Plausibility:
    """The means of the figures of ``Agreement`` over all explanations that could be compared.

    ``compared`` counts these, a record and a label each, of ``records`` records. Left out are ``unmarked``, without a
    mark for the label, and ``indifferent``, where marks hold every word or none. ``means`` is empty where
    nothing could be compared. Scores that agree with people are plausible; whether they are faithful to the model
    is another question (Jacovi and Goldberg 2020, arXiv:2004.03685).
    """

    threshold: float
    compared: int
    records: int
    unmarked: int
    indifferent: int
    means: Mapping[str, Mean]

    @classmethod
    def measure(cls, attributions: Iterable[Attribution], *, threshold: float, seed: int = 13) -> Plausibility:
        """Compare attributions with the rationales of their records, one at a time; only figures are kept.

        A word counts as picked from ``threshold`` on, as a share of its text's highest score. Records are drawn
        with all their labels, ``seed`` fixes the draw. Punctuation counts on neither side.
        """
        figures: list[list[float]] = []
        rows: list[int] = []
        numbers: dict[str, int] = {}
        unmarked = indifferent = 0
        for attribution in attributions:
            agreement = compare(attribution, threshold)
            if agreement is not None:
                figures.append(list(asdict(agreement).values()))
                rows.append(numbers.setdefault(attribution.record.id, len(numbers)))
            elif marks_for(attribution.record, attribution.label):
                indifferent += 1
            else:
                unmarked += 1
        return cls(
            threshold=threshold,
            compared=len(figures),
            records=len(numbers),
            unmarked=unmarked,
            indifferent=indifferent,
            means=_means(np.array(figures), np.array(rows), seed) if figures else {},
        )

    def to_json(self) -> dict[str, Any]:
        """Return counts, and for each figure its ``value``, ``low`` and ``high``; keys are stable."""
        return asdict(self)


def _means(figures: NDArray[np.float64], rows: NDArray[np.int64], seed: int) -> dict[str, Mean]:
    """Return the mean of each column of ``figures``, float [explanations, figures]; ``rows`` numbers their records."""
    chance = np.random.default_rng(seed)
    counts = np.bincount(rows)
    sums = np.zeros((len(counts), figures.shape[1]))
    np.add.at(sums, rows, figures)
    drawn = []
    for _ in range(RESAMPLES):
        picked = chance.integers(len(counts), size=len(counts))
        drawn.append(sums[picked].sum(axis=0) / counts[picked].sum())
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    names = [field.name for field in fields(Agreement)]
    values = zip(figures.mean(axis=0).tolist(), low.tolist(), high.tolist(), strict=True)
    return {name: Mean(*each) for name, each in zip(names, values, strict=True)}
