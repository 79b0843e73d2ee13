"""Differences between two models: against an independent computation, and that kinds of change exclude each other."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.stats import false_discovery_control, t, ttest_1samp

from medtext.errors import OptionError
from medtext.explain.difference import Change, TermChange, TermDifferences
from medtext.explain.effects import TermEffects
from medtext.explain.verdicts import TermEffect, Verdict

Scores = dict[str, float]
Drawn = tuple[str, str, tuple[float, float], tuple[Scores, Scores]]


def corpus(seed: int, records: int = 500) -> list[Drawn]:
    """Draw records of 60 clusters: cluster, label, margins and scores in two models, the second in twice the logits."""
    chance = np.random.default_rng(seed)
    often = 1 / np.arange(1, 41)
    drawn = []
    for _ in range(records):
        cluster = f"c{chance.integers(60)}"
        there = [
            f"词{number}" for number in chance.choice(40, chance.integers(0, 9), replace=False, p=often / often.sum())
        ]
        for label in ("x", "y"):
            both = {term: chance.normal(int(term[1:]) / 40, 0.5) for term in there}
            other = {term: 2 * (score + chance.normal(int(term[1:]) / 60, 0.3)) for term, score in both.items()}
            margins = float(chance.normal(0, 3)), float(chance.normal(0, 6))
            drawn.append((cluster, label, margins, (both, other)))
    return drawn


def tables(drawn: list[Drawn]) -> tuple[TermEffects, TermEffects]:
    made = TermEffects("a"), TermEffects("b")
    for cluster, label, margins, scores in drawn:
        for effects, margin, own in zip(made, margins, scores, strict=True):
            effects.add(cluster, label, margin, own)
    return made


def rows_of(drawn: list[Drawn]) -> dict[tuple[str, str], TermChange]:
    return {(row.term, row.label): row for row in TermDifferences(*tables(drawn)).rows()}


def one_term(before: list[float], after: list[float], *, margins: tuple[float, float] = (10.0, 10.0)) -> TermChange:
    """Return the row of a term with one record in each cluster."""
    pairs = zip(before, after, strict=True)
    drawn: list[Drawn] = [(f"c{at}", "x", margins, ({"胃": a}, {"胃": b})) for at, (a, b) in enumerate(pairs)]
    (row,) = rows_of(drawn).values()
    return row


def spread(effect: float, width: float = 0.1) -> list[float]:
    """Return forty scores about an effect, in logits."""
    return [effect + (width if number % 2 else -width) for number in range(40)]


@pytest.mark.parametrize("seed", range(3))
def test_differences_are_those_of_an_independent_computation(seed: int) -> None:
    drawn = corpus(seed)
    medians = [float(np.median([abs(margins[at]) for _, _, margins, _ in drawn])) for at in (0, 1)]
    apart: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for cluster, label, _, (before, after) in drawn:
        for term in before:
            value = 100 * (after[term] / medians[1] - before[term] / medians[0])
            apart[term, label][cluster].append(value)
    rows = rows_of(drawn)
    assert set(rows) == set(apart)
    p: dict[tuple[str, str], list[float]] = {}
    for key, clusters in apart.items():
        means = np.array([np.mean(values) for values in clusters.values()])
        found = rows[key].difference
        assert found.theta == pytest.approx(means.mean(), abs=1e-3)
        assert (found.clusters, found.records) == (len(means), sum(map(len, clusters.values())))
        if len(means) < 20:
            assert rows[key].change is Change.TOO_FEW
            continue
        interval = ttest_1samp(means, 0).confidence_interval(0.95)
        assert (found.low, found.high) == (
            pytest.approx(interval.low, abs=1e-3),
            pytest.approx(interval.high, abs=1e-3),
        )
        error = means.std(ddof=1) / np.sqrt(len(means))
        p[key] = [float(t.sf((sign * means.mean() - 5) / error, len(means) - 1)) for sign in (1, -1)]
    q = false_discovery_control(np.array(list(p.values())).ravel()).reshape(-1, 2)
    for (key, both), own in zip(p.items(), q, strict=True):
        found, way = rows[key].difference, int(rows[key].difference.theta < 0)
        assert found.p == pytest.approx(both[way], rel=1e-3, abs=1e-12)
        assert found.q == pytest.approx(own[way], rel=1e-3, abs=1e-12)
        assert rows[key].change.discovered == (own[way] <= 0.05)
    assert len(p) < len(rows)
    assert len({row.change for row in rows.values()}) >= 4


def test_a_model_that_is_as_right_and_surer_has_not_changed() -> None:
    drawn = corpus(1)
    doubled: list[Drawn] = [
        (cluster, label, (margins[0], 2 * margins[0]), (scores[0], {term: 2 * own for term, own in scores[0].items()}))
        for cluster, label, margins, scores in drawn
    ]
    rows = rows_of(doubled).values()
    assert {row.change for row in rows} == {Change.UNCHANGED, Change.TOO_FEW}
    assert max(abs(row.difference.theta) for row in rows) < 1e-3
    assert all(row.before.percent == pytest.approx(row.after.percent, abs=1e-3) for row in rows)


def test_a_run_beside_itself_shows_no_change_at_all() -> None:
    effects, _ = tables(corpus(2))
    rows = TermDifferences(effects, effects).rows()
    tested = [row for row in rows if row.change is not Change.TOO_FEW]
    assert tested
    assert {row.change for row in tested} == {Change.UNCHANGED}
    assert {(row.difference.theta, row.difference.low, row.difference.high) for row in tested} == {(0.0, 0.0, 0.0)}


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (0.0, 2.0, Change.CAME),
        (0.0, -2.0, Change.CAME),
        (2.0, 0.0, Change.WENT),
        (-2.0, 0.0, Change.WENT),
        (1.5, -1.5, Change.REVERSED),
        (1.0, 3.0, Change.STRONGER),
        (-1.0, -3.0, Change.STRONGER),
        (3.0, 1.0, Change.WEAKER),
        (-3.0, -1.0, Change.WEAKER),
        (-0.4, 0.4, Change.CHANGED),
        (1.0, 1.2, Change.UNCHANGED),
        (0.0, 0.0, Change.UNCHANGED),
    ],
)
def test_what_became_of_a_term_is_said(before: float, after: float, change: Change) -> None:
    row = one_term(spread(before), spread(after))
    assert row.change is change
    assert row.difference.theta == pytest.approx(10 * (after - before))
    assert row.unused is (Verdict.NONE if change in {Change.CAME, Change.WENT} else None)
    assert row.said == change


def test_what_is_not_discovered_is_not_called_unchanged() -> None:
    row = one_term(spread(1.0), spread(1.0, 5.0))
    assert (row.difference.theta, row.change) == (pytest.approx(0.0), Change.OPEN)


def test_it_is_said_where_the_model_that_does_not_use_a_term_may_use_it_all_the_same() -> None:
    row = one_term(spread(0.6, 2.0), spread(4.0))
    assert (row.change, row.before.verdict, row.unused, row.said) == (Change.CAME, Verdict.OPEN, Verdict.OPEN, "came?")
    turned = one_term(spread(4.0), spread(0.6, 2.0))
    assert (turned.change, turned.said) == (Change.WENT, "went?")


def test_the_error_is_that_of_the_difference_as_records_move_both_models() -> None:
    shared = np.random.default_rng(3).normal(0, 8, 40)
    row = one_term((1.0 + shared).tolist(), (2.0 + shared).tolist())
    assert row.before.verdict is Verdict.OPEN
    assert row.change is Change.CHANGED
    assert (row.difference.low, row.difference.high) == (pytest.approx(10.0), pytest.approx(10.0))


def effect(theta: float, verdict: Verdict) -> TermEffect:
    return TermEffect(term="t", label="x", records=30, clusters=30, theta=theta, percent=theta, verdict=verdict)


@pytest.mark.parametrize(("before", "after"), list(product(list(Verdict)[:4], repeat=2)))
def test_every_pair_of_verdicts_has_one_kind_that_turning_signs_does_not_change(
    before: Verdict, after: Verdict
) -> None:
    signs = {Verdict.FOR: 1, Verdict.AGAINST: -1}
    mirror = {Verdict.FOR: Verdict.AGAINST, Verdict.AGAINST: Verdict.FOR}
    up = TermChange(effect(0, before), effect(0, after), effect(9, Verdict.FOR)).change
    down = TermChange(
        effect(0, mirror.get(before, before)), effect(0, mirror.get(after, after)), effect(-9, Verdict.AGAINST)
    ).change
    assert up is down
    assert up.discovered
    assert (up is Change.CAME) == (before not in signs and after is Verdict.FOR)
    assert (up is Change.WENT) == (before is Verdict.AGAINST and after not in signs)
    assert (up is Change.STRONGER) == (before is after is Verdict.FOR)
    assert (up is Change.WEAKER) == (before is after is Verdict.AGAINST)
    assert (up is Change.REVERSED) == (before is Verdict.AGAINST and after is Verdict.FOR)
    for verdict, change in (
        (Verdict.NONE, Change.UNCHANGED),
        (Verdict.OPEN, Change.OPEN),
        (Verdict.TOO_FEW, Change.TOO_FEW),
    ):
        assert TermChange(effect(0, before), effect(0, after), effect(1, verdict)).change is change


def test_rows_are_in_the_order_of_their_kinds_and_of_what_is_surely_great() -> None:
    rows = list(rows_of(corpus(4)).values())
    kinds = [list(Change).index(row.change) for row in rows]
    assert kinds == sorted(kinds)
    stronger = [abs(row.difference.theta) for row in rows if row.change is Change.TOO_FEW]
    assert stronger == sorted(stronger, reverse=True)


def test_neither_the_order_of_records_nor_shards_show() -> None:
    drawn = corpus(5)
    before, after = tables(drawn)
    shards = [tables(drawn[at::3]) for at in (2, 0, 1)]
    merged: tuple[TermEffects, TermEffects] = TermEffects("a"), TermEffects("b")
    for own in shards:
        for whole, shard in zip(merged, own, strict=True):
            whole.merge(shard)
    stored = TermEffects.from_json(json.loads(json.dumps(merged[1].to_json())))
    assert TermDifferences(merged[0], stored).rows() == TermDifferences(before, after).rows()
    assert TermDifferences(before, stored).rows() == TermDifferences(before, after).rows()


def test_clusters_that_show_a_change_most_come_first() -> None:
    row = one_term([0.0] * 30, [3.0 + number for number in range(30)])
    pairs: list[Drawn] = [(f"c{at}", "x", (10.0, 10.0), ({"胃": 0.0}, {"胃": -3.0 - at})) for at in range(30)]
    differences = TermDifferences(*tables(pairs))
    (turned,) = differences.rows()
    assert row.change is turned.change is Change.CAME
    assert list(differences.clusters(turned))[:3] == ["c29", "c28", "c27"]


@pytest.mark.parametrize(
    "other",
    [
        ("c9", "x", {"胃": 1.0}),
        ("c0", "y", {"胃": 1.0}),
        ("c0", "x", {"肠": 1.0}),
        ("c0", "x", {"胃": 1.0, "肠": 1.0}),
    ],
)
def test_tables_of_other_records_are_no_pair(other: tuple[str, str, Scores]) -> None:
    made = TermEffects("a"), TermEffects("b")
    made[0].add("c0", "x", 1.0, {"胃": 1.0})
    made[1].add(*other[:2], 1.0, other[2])
    with pytest.raises(ValueError, match=r"other clusters|other records|one model only"):
        TermDifferences(*made).rows()


def test_a_run_whose_answers_never_move_is_refused() -> None:
    made: Any = TermEffects("a"), TermEffects("still")
    for effects, margin in zip(made, (1.0, 0.0), strict=True):
        effects.add("c", "x", margin, {"胃": 0.0})
    with pytest.raises(OptionError, match="run 'still' do not move"):
        TermDifferences(*made)
