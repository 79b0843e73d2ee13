"""What two models use terms for, set beside each other over the same records: which terms came, went and moved.

Logits of two models are on no common scale: a model that is as right but surer has greater ones, and all its scores
with them. So an effect is taken in percent of its own model's median margin m, and what is compared is

    d(r, t, l) = 100 (a_B(r, t, l) / m_B - a_A(r, t, l) / m_A)

for every record r that contains the term t, and label l. Its mean is taken as that of a single model's scores is
(``cluster_means``): within each cluster, then over clusters. Both models read the same records, so the difference is
taken within each, and what a record does to both of them falls out of the error. m_A and m_B are taken as fixed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from medtext.errors import OptionError
from medtext.explain.cluster_means import Sample
from medtext.explain.effects import MATERIAL, TermEffects
from medtext.explain.verdicts import Scale, TermEffect, Verdict, judge

POINTS = Scale(median=100.0, delta=100 * MATERIAL)
"""What differences are compared with, in points of percent of a median margin: delta is 5."""


class Change(StrEnum):
    """What may be said of a term and label; not discovered never means unchanged."""

    CAME = "came"
    WENT = "went"
    REVERSED = "reversed"
    STRONGER = "stronger"
    WEAKER = "weaker"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OPEN = "undetermined"
    TOO_FEW = "too few"

    @property
    def discovered(self) -> bool:
        """Whether it says that the effects of the two models differ."""
        return self not in {Change.UNCHANGED, Change.OPEN, Change.TOO_FEW}


_KINDS = {
    (0, 1): Change.CAME,
    (-1, 0): Change.WENT,
    (-1, 1): Change.REVERSED,
    (1, 1): Change.STRONGER,
    (-1, -1): Change.WEAKER,
}
"""By the direction that was discovered of A and of B: 1 that of the difference, -1 the other, 0 none."""


@dataclass(frozen=True, slots=True)
class TermChange:
    """A row: the effects of a term on a label in two models, and how far they are apart.

    ``before`` is that of A and ``after`` that of B, each with the verdict that it has among all of its own model;
    ``difference`` is B's less A's, everything of it in points of percent, tested like an effect: its q-values are
    over every term, label and direction of clusters enough.
    """

    before: TermEffect
    after: TermEffect
    difference: TermEffect

    @property
    def term(self) -> str:
        """The term."""
        return self.difference.term

    @property
    def label(self) -> str:
        """The label."""
        return self.difference.label

    @property
    def change(self) -> Change:
        """What may be said. Where the difference is discovered, the verdicts on A and B say which kind it is."""
        if self.difference.direction is None:
            return {Verdict.NONE: Change.UNCHANGED, Verdict.TOO_FEW: Change.TOO_FEW}.get(
                self.difference.verdict, Change.OPEN
            )
        found = (each.direction.sign if each.direction else 0 for each in (self.before, self.after))
        before, after = (sign * self.difference.direction.sign for sign in found)
        return _KINDS.get((before, after), Change.CHANGED)

    @property
    def unused(self) -> Verdict | None:
        """What is known of the term in the model that does not use it, where it came or went; else None."""
        return {Change.CAME: self.before.verdict, Change.WENT: self.after.verdict}.get(self.change)

    @property
    def said(self) -> str:
        """The change, with a question mark where the model that does not use the term may use it all the same."""
        return f"{self.change}?" if self.unused is Verdict.OPEN else str(self.change)


@dataclass(frozen=True)
class TermDifferences:
    """The effects of terms in two models, over the same records. Raises OptionError for one whose answers never move.

    ``before`` is of A, ``after`` of B; both hold every record, term and label that the other holds: ValueError
    is raised where they do not.
    """

    before: TermEffects
    after: TermEffects

    def __post_init__(self) -> None:
        for each in (self.before, self.after):
            if not each.scale.median:
                raise OptionError(
                    f"the answers of run '{each.run}' do not move with the texts: there is no margin to measure a "
                    "change by; name another run, or other records by --split or --source"
                )

    @cached_property
    def samples(self) -> dict[tuple[str, str], Sample]:
        """The mean differences of every term and label, one a cluster, in points of percent."""
        return {(sample.term, sample.label): sample for sample in self._paired()}

    def rows(self) -> list[TermChange]:
        """Return a row for every term and label: what came, went, reversed, moved; within each what is surely great."""
        before, after = (
            {(row.term, row.label): row for row in each.rows(seed=None)} for each in (self.before, self.after)
        )
        made = judge(self.samples.values(), POINTS)
        rows = [TermChange(before[row.term, row.label], after[row.term, row.label], row) for row in made]
        return sorted(rows, key=_order)

    def clusters(self, row: TermChange) -> Iterator[str]:
        """Yield the clusters in which the difference of a row lies farthest in its direction, the farthest first."""
        sample, names = self.samples[row.term, row.label], self.before.sums.clusters
        far = sample.means if row.difference.theta >= 0 else -sample.means
        for place in np.argsort(-far, kind="stable").tolist():
            yield names[sample.clusters[place]]

    def _paired(self) -> Iterator[Sample]:
        numbers = {name: number for number, name in enumerate(self.before.sums.clusters)}
        if set(numbers) != set(self.after.sums.clusters):
            raise ValueError("effects of other clusters cannot be compared")
        own = np.array([numbers[name] for name in self.after.sums.clusters], dtype=np.int64)
        margins = self.before.scale.median, self.after.scale.median
        others = {(sample.term, sample.label): sample for sample in self.after.sums.samples()}
        for sample in self.before.sums.samples():
            other = others.pop((sample.term, sample.label), None)
            order = np.argsort(own[other.clusters]) if other else np.zeros(0, dtype=np.int64)
            if (
                other is None
                or other.records != sample.records
                or not np.array_equal(own[other.clusters][order], sample.clusters)
            ):
                raise ValueError(f"'{sample.term}' for '{sample.label}' stands in other records")
            shares = other.means[order] / margins[1] - sample.means / margins[0]
            yield Sample(sample.term, sample.label, sample.records, sample.clusters, POINTS.median * shares)
        if others:
            raise ValueError(f"{len(others)} pairs of term and label are of one model only")


def _order(row: TermChange) -> tuple[int, float, str, str]:
    found = row.difference
    low, high = found.low, found.high
    surely = abs(found.theta) if low is None or high is None else low if found.theta >= 0 else -high
    return list(Change).index(row.change), -surely, row.label, row.term
