"""What is said of the order of keywords, against tables whose order is known."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from medtext.explain.bootstrap import ABSENT, poisson_weights
from medtext.explain.inference import FoundEffects
from medtext.explain.rank_agreement import RankAgreement
from medtext.explain.span_sums import SpanSums
from medtext.explain.stability import RunTables, Stability
from medtext.explain.stability_warnings import order_warnings
from medtext.explain.verdicts import TermEffect, Verdict

CLUSTERS = [f"group:{number}" for number in range(200)]
EVEN = {f"k{place}": 200 // 2**place for place in range(5)}
"""Keywords, and in how many clusters each stands."""


def spans(counts: dict[str, int], label: str = "x") -> SpanSums:
    """Return the spans of keywords that stand once in each of the first so many clusters."""
    sums = SpanSums(CLUSTERS)
    for number, cluster in enumerate(CLUSTERS):
        sums.add(cluster, label, [(key, key, 1.0) for key, count in counts.items() if number < count])
    return sums


def apart(keywords: int, each: int) -> SpanSums:
    """Return the spans of keywords that stand in so many clusters each, and no two in the same."""
    sums = SpanSums(CLUSTERS)
    for number in range(keywords * each):
        sums.add(CLUSTERS[number], "x", [(f"k{number // each}",) * 2 + (1.0,)])
    return sums


def run(counts: dict[str, int], name: str = "a", shuffled: dict[str, int] | None = None) -> RunTables:
    return RunTables(name, spans(counts), spans(shuffled) if shuffled else None)


def of(*tables: RunTables, top: int = 3) -> Stability:
    return Stability.of(tables, ["x", "y"], CLUSTERS, top=top)


def tau_b(one: list[int], other: list[int]) -> float:
    """Count pairs, as Kendall defines it."""
    same = tied = also = 0
    for (a, b), (c, d) in combinations(zip(one, other, strict=True), 2):
        same += np.sign(a - c) * np.sign(b - d)
        tied, also = tied + (a != c), also + (b != d)
    return float(same) / math.sqrt(tied * also)


@pytest.mark.parametrize("seed", range(5))
def test_agreement_is_overlap_and_tau_b_over_what_either_top_has(seed: int) -> None:
    chance = np.random.default_rng(seed)
    one, other = (chance.permutation(np.arange(1, 31)).astype(np.int32) for _ in range(2))
    one[chance.random(30) < 0.2] = ABSENT
    top = 8
    found = RankAgreement.of(one, other, top)
    first, second = ({place for place in range(30) if ranks[place] <= top} for ranks in (one, other))
    union = sorted(first | second)
    assert found.overlap == len(first & second) / max(len(first), len(second))
    assert found.tau == pytest.approx(tau_b(one[union].tolist(), other[union].tolist()))
    assert RankAgreement.of(one, one, top) == RankAgreement(1.0, pytest.approx(1.0))


def test_what_cannot_be_compared_is_none_and_does_not_count() -> None:
    nothing = np.zeros(0, dtype=np.int32)
    assert RankAgreement.of(nothing, nothing, 3) == RankAgreement(None, None)
    single = np.array([1], dtype=np.int32)
    assert RankAgreement.of(single, single, 3) == RankAgreement(1.0, None)
    assert RankAgreement.mean(
        [RankAgreement(None, None), RankAgreement(0.5, None), RankAgreement(1.0, 0.2)]
    ) == RankAgreement(0.75, 0.2)
    assert RankAgreement.mean([]) == RankAgreement(None, None)


def test_an_order_that_is_far_apart_holds_in_every_sample() -> None:
    (label,) = of(run(EVEN)).labels  # a label without keywords has no table
    assert (label.label, label.keywords) == ("x", 5)
    assert [(row.rank, row.keyword, row.count, row.records) for row in label.rows] == [
        (1, "k0", 200, 200),
        (2, "k1", 100, 100),
        (3, "k2", 50, 50),
    ]
    assert [(row.runs[0].low, row.runs[0].high, row.runs[0].selected) for row in label.rows] == [
        (1, 1, 1.0),
        (2, 2, 1.0),
        (3, 3, 1.0),
    ]
    assert [row.apart for row in label.rows] == [True, True, True]
    assert label.resampled == RankAgreement(1.0, pytest.approx(1.0))
    assert (label.not_apart, label.overlapping, label.neighbours) == (0, 0, 3)


def test_figures_of_a_row_are_those_of_its_ranks_in_the_samples() -> None:
    places = {"a": range(12), "b": range(12, 23), "c": range(20, 30), "d": range(30, 40), "e": range(3)}
    sums = SpanSums(CLUSTERS)
    for key, own in places.items():
        for place in own:
            sums.add(CLUSTERS[place], "x", [(key, key, 1.0)])
    (label,) = of(RunTables("a", sums), top=2).labels
    weights = poisson_weights(CLUSTERS)
    counts = {key: weights[own.start : own.stop].sum(axis=0, dtype=int) for key, own in places.items()}
    ranks: dict[str, list[int]] = {key: [] for key in places}
    for replicate in range(200):
        there = [key for key in places if counts[key][replicate]]
        order = sorted(there, key=lambda key: (-counts[key][replicate], key))  # records and scores go with the spans
        for key, own in ranks.items():
            own.append(order.index(key) + 1 if key in there else ABSENT)
    for row in label.rows:
        own, found = sorted(ranks[row.keyword]), row.runs[0]
        assert found.selected == np.mean(np.array(own) <= 2)
        assert (found.low, found.high) == (own[4], own[194])
    assert label.rows[0].ahead == np.mean(counts["a"] > counts["b"])
    assert label.rows[0].apart is False
    assert label.rows[1].ahead == np.mean(counts["b"] > counts["c"])
    assert (label.not_apart, label.neighbours) == (2, 2)


def test_keywords_that_always_stand_together_are_level_though_the_table_has_an_order_for_them() -> None:
    first, second = of(run({"a": 50, "b": 50}), top=2).rows
    assert (first.keyword, second.keyword, first.ahead, first.apart) == ("a", "b", 0.0, False)


def test_a_keyword_of_one_cluster_is_absent_from_a_third_of_the_samples() -> None:
    (label,) = of(run({"a": 50, "b": 1})).labels
    row = label.rows[1].runs[0]
    assert row.selected == pytest.approx(1 - math.exp(-1), abs=0.1)
    assert (row.low, row.high) == (2, None)


def test_runs_are_compared_two_by_two_and_each_with_its_shuffled_self() -> None:
    turned = dict(zip(EVEN, reversed(EVEN.values()), strict=True))
    first = run(EVEN, "a", shuffled=turned)
    found = of(first, run(EVEN, "b"), run(turned, "c"), top=2)
    assert {pair: each.overlap for pair, each in found.pairs.items()} == {
        ("a", "b"): 1.0,
        ("a", "c"): 0.0,
        ("b", "c"): 0.0,
    }
    assert found.pairs["a", "c"].tau == pytest.approx(tau_b([1, 2, 4, 5], [5, 4, 2, 1])) == -1.0
    assert found.between.tau == pytest.approx(-1 / 3)
    assert found.shuffled == RankAgreement(0.0, pytest.approx(-1.0))
    row = found.rows[0]
    assert (row.keyword, row.best, row.worst, row.in_top(2)) == ("k0", 1, 5, pytest.approx(2 / 3))
    assert (row.runs[0].shuffled, row.runs[1].shuffled) == (5, None)


def test_a_keyword_that_a_run_lacks_has_no_worst_rank() -> None:
    found = of(run(EVEN, "a"), run({"k1": 10}, "b"))
    assert [(row.best, row.worst) for row in found.rows] == [(1, None), (1, 2), (3, None)]


def test_use_is_counted_over_runs_and_only_of_terms() -> None:
    def effects(verdict: Verdict) -> FoundEffects:
        row = TermEffect(term="k0", label="x", records=1, clusters=1, theta=1.0, percent=None, verdict=verdict, q=0.01)
        return FoundEffects({}, (row,), patients=None)  # type: ignore[arg-type]

    tables = [
        RunTables(str(number), spans(EVEN), None, effects(verdict))
        for number, verdict in enumerate((Verdict.FOR, Verdict.OPEN, Verdict.FOR, Verdict.AGAINST))
    ]
    first, second, _ = of(*tables).rows
    assert (first.used, second.used) == (0.5, None)
    assert (first.confirmed, second.confirmed) == (0.0, None)
    few = of(RunTables("a", spans(EVEN), None, effects(Verdict.TOO_FEW))).rows[0]
    assert (few.used, few.too_few, first.too_few) == (None, True, False)  # not 0 of 1: it was not tried


def test_fewer_than_five_runs_are_warned_of() -> None:
    said = order_warnings(of(run(EVEN)))
    assert len(said) == 1
    assert said[0].startswith("One run says nothing of how far training moves the order")
    assert order_warnings(of(*(run(EVEN, str(number)) for number in range(4))))[0].startswith("4 runs say little")
    assert order_warnings(of(*(run(EVEN, str(number)) for number in range(5)))) == []


def test_an_order_that_seeds_or_samples_change_is_warned_of_with_its_figure() -> None:
    turned = dict(zip(EVEN, reversed(EVEN.values()), strict=True))
    said = order_warnings(of(*(run(counts, str(number)) for number, counts in enumerate([EVEN, EVEN, turned] * 2))))
    assert len(said) == 1
    assert said[0].startswith("Other seeds give another order")
    assert "x (-0.07)" in said[0]
    level = order_warnings(of(*(RunTables(str(number), apart(9, each=3)) for number in range(5))))
    assert [line.partition(":")[0].partition(" (")[0] for line in level] == [
        "Other records of the same kind give another order",
        "3 of 3 neighbouring ranks are not told apart by these records",
    ]


def test_shuffled_weights_that_give_the_same_table_are_warned_of() -> None:
    blind = [run(EVEN, str(number), shuffled=EVEN) for number in range(5)]
    (said,) = order_warnings(of(*blind))
    assert "for x (1.00): that order comes from the corpus, not from what was learned" in said
    assert "two runs are to each other" in said
    alone = order_warnings(of(blind[0]))
    assert "the table is to its own replicates" in alone[1]
    turned = dict(zip(EVEN, reversed(EVEN.values()), strict=True))
    assert order_warnings(of(*(run(EVEN, str(number), shuffled=turned) for number in range(5)))) == []
