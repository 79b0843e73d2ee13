"""Whether the order of a keyword table holds: over samples of clusters, over seeds, and against shuffled weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from medtext.explain.bootstrap import ABSENT, REPLICATES, SEED, poisson_weights, ranks_of
from medtext.explain.confirmation import Outcome
from medtext.explain.inference import FoundEffects
from medtext.explain.rank_agreement import RankAgreement
from medtext.explain.span_sums import LabelSpans, SpanSums
from medtext.explain.verdicts import Verdict

TOP = 20
"""How many keywords of a label are the top of its table, where nothing else is said."""
SURE = 0.95
"""The share of replicates that keep two rows in order which are told apart."""

_ENDS = (0.025, 0.975)
"""What of the replicates ends the interval of a rank."""
_COMPARED = 50
"""So many replicates are compared with the table: the mean needs no more."""


@dataclass(frozen=True)
class RunTables:
    """What one run's explanations of the records came to.

    ``spans`` are those of its table, ``shuffled`` those of the same answers under shuffled weights, ``found`` what
    terms are used for; None where that was not asked for.
    """

    run: str
    spans: SpanSums
    shuffled: SpanSums | None = None
    found: FoundEffects | None = None

    @cached_property
    def verdicts(self) -> dict[tuple[str, str], Verdict]:
        """What was found of each term and label: keywords of several words are no terms."""
        return {(row.term, row.label): row.verdict for row in self.found.rows} if self.found else {}

    @cached_property
    def outcomes(self) -> dict[tuple[str, str], Outcome]:
        """What became of each discovered term and label on another split."""
        return self.found.outcomes if self.found else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowInRun:
    """A keyword in one run.

    ``rank`` is that in its table, ``selected`` the share of replicates in which it is in the top K, ``low`` to
    ``high`` the interval of its rank over them; ``shuffled`` the rank under shuffled weights. No rank: it is absent
    there. ``verdict`` and ``outcome`` are those of ``--infer`` and ``--confirm``, of keywords of one word.
    """

    run: str
    rank: int | None
    selected: float
    low: int | None
    high: int | None
    shuffled: int | None
    verdict: Verdict | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StableRow:
    """A keyword of the first run's top, and what becomes of it.

    ``count`` spans in ``records`` records of that run; ``runs`` are all runs, the first one first. ``ahead`` is the
    share of that run's replicates in which it has more spans than the next row; None of the last.
    """

    rank: int
    keyword: str
    label: str
    count: int
    records: int
    runs: tuple[RowInRun, ...]
    ahead: float | None

    @property
    def apart(self) -> bool | None:
        """Whether nearly all replicates give it more spans than the next row has; None of the last."""
        return None if self.ahead is None else self.ahead >= SURE

    def in_top(self, top: int) -> float:
        """Return the share of runs that have it in their top."""
        return self._share(lambda each: each.rank is not None and each.rank <= top)

    @property
    def best(self) -> int:
        """The best rank of all runs."""
        return min(each.rank for each in self.runs if each.rank is not None)

    @property
    def worst(self) -> int | None:
        """The worst rank of all runs; None where it is absent from the table of one."""
        ranks = [each.rank for each in self.runs if each.rank is not None]
        return max(ranks) if len(ranks) == len(self.runs) else None

    @property
    def used(self) -> float | None:
        """The share of runs that use it for the label, by ``--infer``; None where that was not asked, or cannot be."""
        if self.too_few or any(each.verdict is None for each in self.runs):
            return None
        return self._share(lambda each: each.verdict is Verdict.FOR)

    @property
    def too_few(self) -> bool:
        """Whether it stands in too few clusters to say what it is used for: the same in all runs."""
        return any(each.verdict is Verdict.TOO_FEW for each in self.runs)

    @property
    def confirmed(self) -> float | None:
        """The share of runs in which it was discovered for the label, and confirmed on the other split."""
        if self.used is None or self.unconfirmable:
            return None
        return self._share(lambda each: each.verdict is Verdict.FOR and each.outcome is Outcome.CONFIRMED)

    @property
    def unconfirmable(self) -> bool:
        """Whether the other split has too few clusters of it, in every run that uses it, to say anything."""
        tried = [each.outcome for each in self.runs if each.verdict is Verdict.FOR]
        return bool(tried) and all(outcome is Outcome.TOO_FEW for outcome in tried)

    def _share(self, holds: Callable[[RowInRun], bool]) -> float:
        return sum(map(holds, self.runs)) / len(self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelStability:
    """The table of one label: ``rows`` are the first run's top, of ``keywords`` in all.

    ``resampled`` compares the first run's table with its replicates, ``between`` each two runs, ``shuffled`` each run
    with itself under shuffled weights; all are means. ``pairs`` are those of ``between``, in the order of
    ``combinations``.
    """

    label: str
    keywords: int
    rows: tuple[StableRow, ...]
    resampled: RankAgreement
    pairs: tuple[RankAgreement, ...]
    shuffled: RankAgreement

    @property
    def between(self) -> RankAgreement:
        """How alike two runs are, in the mean."""
        return RankAgreement.mean(self.pairs)

    @property
    def neighbours(self) -> int:
        """How many of the rows have a keyword behind them, be it the first that is not in the top."""
        return sum(row.apart is not None for row in self.rows)

    @property
    def not_apart(self) -> int:
        """How many of them replicates do not tell apart."""
        return sum(row.apart is False for row in self.rows)

    @property
    def overlapping(self) -> int:
        """How many of them have intervals of which one lies within the other."""
        ends = [(row.runs[0].low or ABSENT, row.runs[0].high or ABSENT) for row in self.rows]
        return sum((max(one[0], other[0]), min(one[1], other[1])) in {one, other} for one, other in pairwise(ends))


@dataclass(frozen=True)
class Stability:
    """The tables of all labels that have one, each with its ranks counted within the label."""

    runs: tuple[str, ...]
    top: int
    replicates: int
    clusters: int
    labels: tuple[LabelStability, ...]

    @classmethod
    def of(
        cls,
        tables: Sequence[RunTables],
        labels: Sequence[str],
        clusters: Sequence[str],
        *,
        top: int = TOP,
        replicates: int = REPLICATES,
        seed: int = SEED,
    ) -> Self:
        """Compare the tables of runs, at least one; ``clusters`` are those that all of them were gathered over."""
        weights = poisson_weights(clusters, replicates, seed)
        found = [_label(tables, label, weights, top) for label in labels]
        kept = tuple(each for each in found if each.rows)
        return cls(tuple(each.run for each in tables), top, replicates, len(clusters), kept)

    @property
    def rows(self) -> list[StableRow]:
        """The rows of all labels."""
        return [row for label in self.labels for row in label.rows]

    @property
    def resampled(self) -> RankAgreement:
        """How alike the first run's table and its replicates are, over all labels in the mean."""
        return RankAgreement.mean(label.resampled for label in self.labels)

    @property
    def between(self) -> RankAgreement:
        """How alike two runs are, over all labels in the mean."""
        return RankAgreement.mean(label.between for label in self.labels)

    @property
    def shuffled(self) -> RankAgreement:
        """How alike a run and itself under shuffled weights are, over all labels in the mean."""
        return RankAgreement.mean(label.shuffled for label in self.labels)

    @property
    def pairs(self) -> dict[tuple[str, str], RankAgreement]:
        """How alike each two runs are, over all labels in the mean."""
        by_label = [label.pairs for label in self.labels]
        names = list(combinations(self.runs, 2))
        return {pair: RankAgreement.mean(own[place] for own in by_label) for place, pair in enumerate(names)}


@dataclass(frozen=True)
class _Ranked:
    """The table of a label in one run: its keywords, their ranks int32 [keywords], and those of its replicates."""

    spans: LabelSpans
    base: NDArray[np.int32]
    replicates: NDArray[np.int32]

    @classmethod
    def of(cls, spans: LabelSpans, weights: NDArray[np.uint8]) -> Self:
        return cls(spans, ranks_of(spans)[:, 0], ranks_of(spans, weights))

    @cached_property
    def places(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.spans.keys)}

    @property
    def ranks(self) -> dict[str, int]:
        return dict(zip(self.spans.keys, self.base.tolist(), strict=True))

    def resampled(self, top: int) -> RankAgreement:
        some = self.replicates[:, :_COMPARED]
        near = (some <= top).any(axis=1) | (self.base <= top)
        base, others = self.base[near], some[near]
        return RankAgreement.mean(RankAgreement.of(base, other, top) for other in others.T)

    def selected(self, place: int, top: int) -> float:
        return float((self.replicates[place] <= top).mean())

    def interval(self, place: int) -> tuple[int, int]:
        """Return the ranks that 2.5 and 97.5 % of the replicates reach, of those that there are."""
        low, high = np.quantile(self.replicates[place], _ENDS, method="inverted_cdf").tolist()
        return low, high


def _label(tables: Sequence[RunTables], label: str, weights: NDArray[np.uint8], top: int) -> LabelStability:
    runs = [_Ranked.of(each.spans.of(label), weights) for each in tables]
    ranks = [each.ranks for each in runs]
    shuffled = [None if each.shuffled is None else _plain_ranks(each.shuffled.of(label)) for each in tables]
    first = runs[0]
    # The last of the top is compared with the first that is not in it.
    places = [int(place) for place in np.argsort(first.base, kind="stable")[: top + 1]]
    counts = first.spans.spans[places] @ weights.astype(np.int64)
    rows = []
    for number, place in enumerate(places[:top]):
        key = first.spans.keys[place]
        own = zip(tables, runs, ranks, shuffled, strict=True)
        rows.append(
            StableRow(
                rank=number + 1,
                keyword=first.spans.forms[place],
                label=label,
                count=int(first.spans.spans[[place]].sum()),
                records=int(first.spans.records[[place]].sum()),
                runs=tuple(_in_run(table, run, at, blind, key, label, top) for table, run, at, blind in own),
                ahead=None if number + 1 == len(places) else float((counts[number] > counts[number + 1]).mean()),
            )
        )
    blind = (_agreement(own, other, top) for own, other in zip(ranks, shuffled, strict=True) if other is not None)
    return LabelStability(
        label=label,
        keywords=len(first.spans.keys),
        rows=tuple(rows),
        resampled=first.resampled(top),
        pairs=tuple(_agreement(one, other, top) for one, other in combinations(ranks, 2)),
        shuffled=RankAgreement.mean(blind),
    )


def _in_run(
    table: RunTables,
    run: _Ranked,
    ranks: dict[str, int],
    shuffled: dict[str, int] | None,
    key: str,
    label: str,
    top: int,
) -> RowInRun:
    place = run.places.get(key)
    low, high = (ABSENT, ABSENT) if place is None else run.interval(place)
    return RowInRun(
        run=table.run,
        rank=ranks.get(key),
        selected=0.0 if place is None else run.selected(place, top),
        low=None if low == ABSENT else low,
        high=None if high == ABSENT else high,
        shuffled=shuffled.get(key) if shuffled else None,
        verdict=table.verdicts.get((key, label)),
        outcome=table.outcomes.get((key, label)),
    )


def _plain_ranks(spans: LabelSpans) -> dict[str, int]:
    return dict(zip(spans.keys, ranks_of(spans)[:, 0].tolist(), strict=True))


def _agreement(one: dict[str, int], other: dict[str, int], top: int) -> RankAgreement:
    keys = sorted({*one, *other})
    first, second = (np.array([ranks.get(key, ABSENT) for key in keys], dtype=np.int32) for ranks in (one, other))
    return RankAgreement.of(first, second, top)
