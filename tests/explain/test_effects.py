"""Effects of terms: what the sums give by hand, that shards merge exactly, and that bad input is met."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy.stats import t as student

from medtext.errors import OptionError
from medtext.explain.effects import TermEffects
from medtext.explain.verdicts import TermEffect, Verdict


class Explained(NamedTuple):
    cluster: str
    label: str
    margin: float
    scores: Mapping[str, float]


def table_of(explained: Iterable[Explained], **changes: Any) -> TermEffects:
    effects = TermEffects(**changes)
    for each in explained:
        effects.add(*each)
    return effects


def by_term(effects: TermEffects) -> dict[tuple[str, str], TermEffect]:
    return {(row.term, row.label): row for row in effects.rows()}


def corpus(seed: int, records: int = 400) -> list[Explained]:
    """Draw records of 60 clusters, few terms each, for two labels, with ties and zeros."""
    chance = np.random.default_rng(seed)
    terms = [f"词{number}" for number in range(12)]
    drawn = []
    for _ in range(records):
        cluster = f"c{chance.integers(60)}"
        there = chance.choice(terms, chance.integers(0, 9), replace=False).tolist()
        for label in ("x", "y"):
            scores = {term: float(chance.choice([0.0, chance.normal(0.4, 1.0), 1 / 3])) for term in there}
            drawn.append(Explained(cluster, label, float(chance.normal(0, 3)), scores))
    return drawn


def by_hand() -> list[Explained]:
    """Twenty clusters: ten of mean 1, five of which have three records, and ten of mean 3."""
    ones = [Explained(f"a{number}", "x", 4.0, {"胃": score}) for number in range(5) for score in (0.0, 1.0, 2.0)]
    more = [Explained(f"b{number}", "x", -4.0, {"胃": 1.0}) for number in range(5)]
    return [*ones, *more, *(Explained(f"c{number}", "x", 4.0, {"胃": 3.0}) for number in range(10))]


def test_a_row_says_what_can_be_reckoned_by_hand() -> None:
    (row,) = table_of(by_hand()).rows()
    # Ten means of 1 and ten of 3: mean 2, variance 20 / 19, and an error of sqrt(20 / 19 / 20).
    error = math.sqrt(1 / 19)
    assert (row.records, row.clusters, row.theta, row.percent) == (30, 20, 2.0, 50.0)
    reach = 2.093024 * error
    assert (row.low, row.high) == (pytest.approx(2 - reach), pytest.approx(2 + reach))
    assert (row.percent_low, row.percent_high) == (pytest.approx(50 - 25 * reach), pytest.approx(50 + 25 * reach))
    # The median margin is 4, delta .2; two directions are tested, and the p-value of the other is near one.
    p = student.sf(1.8 / error, 19)
    assert row.p == pytest.approx(p)
    assert (row.q, row.q_by) == (pytest.approx(2 * p), pytest.approx(3 * p))
    assert row.p_flip == 1 / 2000
    assert row.verdict is Verdict.FOR


def test_a_cluster_counts_once_whatever_it_holds() -> None:
    copies = [Explained("a0", "x", 4.0, {"胃": 1.0})] * 1000
    few, many = (table_of(explained).rows()[0] for explained in (by_hand(), [*by_hand(), *copies]))
    assert (many.theta, many.low, many.high, many.p) == (few.theta, few.low, few.high, few.p)
    assert many.records == few.records + 1000


def test_what_speaks_against_is_the_mirror_of_what_speaks_for() -> None:
    turned = [each._replace(scores={"胃": -each.scores["胃"]}) for each in by_hand()]
    (row,), (mirrored,) = table_of(by_hand()).rows(), table_of(turned).rows()
    assert mirrored.verdict is Verdict.AGAINST
    assert (mirrored.theta, mirrored.low, mirrored.high) == (-row.theta, -(row.high or 0), -(row.low or 0))
    assert (mirrored.p, mirrored.q, mirrored.p_flip) == (row.p, row.q, row.p_flip)


def test_a_record_where_a_term_scores_zero_counts() -> None:
    (row,) = table_of([Explained("a", "x", 1.0, {"胃": 0.0}), Explained("b", "x", 1.0, {"胃": 1.0})]).rows()
    assert (row.theta, row.clusters, row.records) == (0.5, 2, 2)


def test_nineteen_clusters_are_too_few_to_say_more_than_a_mean() -> None:
    (row,) = table_of([each for each in by_hand() if each.cluster != "c9"]).rows()
    assert row.verdict is Verdict.TOO_FEW
    assert (row.clusters, row.theta) == (19, pytest.approx(37 / 19))
    assert (row.low, row.p, row.p_flip, row.q, row.q_by, row.direction) == (None,) * 6


@pytest.mark.parametrize(
    ("spread", "verdict"),
    [(0.1, Verdict.NONE), (2.0, Verdict.OPEN)],
)
def test_only_an_interval_inside_delta_says_that_a_term_is_not_used(spread: float, verdict: Verdict) -> None:
    scores = [spread if number % 2 else -spread for number in range(40)]
    effects = table_of(Explained(f"{number}", "x", 4.0, {"胃": score}) for number, score in enumerate(scores))
    (row,) = effects.rows()
    assert (row.theta, row.verdict) == (0.0, verdict)


def test_where_all_clusters_agree_the_interval_has_no_width() -> None:
    same = {"胃": 0.3, "肠": 0.2, "肝": 0.0}
    rows = by_term(table_of(Explained(f"{number}", "x", 4.0, same) for number in range(30)))
    wanted = {"胃": (0.0, Verdict.FOR), "肠": (0.5, Verdict.NONE), "肝": (1.0, Verdict.NONE)}
    assert {row.term: (row.p, row.verdict) for row in rows.values()} == wanted
    assert all(row.low == row.theta == row.high for row in rows.values())


def test_q_values_are_over_every_term_label_and_direction_that_has_clusters_enough() -> None:
    chance = np.random.default_rng(3)
    explained = [
        Explained(f"{number}", label, 1.0, {f"{term}": float(chance.normal(0.1 * term, 1)) for term in range(5)})
        for number in range(25)
        for label in ("x", "y")
    ]
    rows = table_of([*explained, Explained("0", "x", 1.0, {"rare": 5.0})]).rows()
    tested = [row for row in rows if row.p is not None]
    least = min(tested, key=lambda row: row.p or 0)
    assert len(tested) == len(rows) - 1 == 10
    assert least.q == pytest.approx(min(20 * (row.p or 0) / rank for rank, row in enumerate(_ordered(tested), start=1)))
    assert least.q_by == pytest.approx(min(1, (least.q or 0) * sum(1 / rank for rank in range(1, 21))))


def _ordered(rows: list[TermEffect]) -> list[TermEffect]:
    return sorted(rows, key=lambda row: row.p or 0)


def test_margins_are_compared_by_size_and_of_every_label() -> None:
    margins = [("x", -4.0), ("x", 3.0), ("x", 5.0), ("y", 0.25), ("y", 0.75), ("y", -0.5)]
    effects = table_of(Explained(f"{at}", label, margin, {}) for at, (label, margin) in enumerate(margins))
    assert (effects.median_margin("x"), effects.median_margin("y"), effects.median_margin()) == (4.0, 0.5, 1.875)
    assert effects.scale.delta == pytest.approx(0.05 * 1.875)
    assert (effects.header()["explained"], effects.header()["clusters"]) == (6, 6)


def test_a_table_without_any_margin_has_no_percent() -> None:
    (row,) = table_of([Explained("a", "x", 0.0, {"胃": 0.0})]).rows()
    assert row.percent is None
    assert TermEffects().rows() == []
    assert TermEffects().median_margin() == 0.0


@pytest.mark.parametrize("seed", range(8))
def test_merged_shards_equal_the_whole_to_the_last_bit(seed: int) -> None:
    explained = corpus(seed)
    whole = table_of(explained)
    assert {row.verdict for row in whole.rows()} >= {Verdict.OPEN, Verdict.FOR}
    chance = np.random.default_rng(seed)
    shard_of = chance.integers(chance.integers(2, 9), size=len(explained))
    order = chance.permutation(len(explained))
    shards = [table_of(explained[at] for at in order if shard_of[at] == shard) for shard in set(shard_of.tolist())]
    stored = [TermEffects.from_json(json.loads(json.dumps(shard.to_json()))) for shard in shards]
    chance.shuffle(stored)  # type: ignore[arg-type]  # a list will do
    merged = TermEffects()
    for shard in stored:
        merged.merge(shard)
    assert merged.rows() == whole.rows()
    assert merged.header() == whole.header()
    assert merged.to_json() == whole.to_json()


def test_a_table_goes_on_after_it_was_read_back() -> None:
    explained = corpus(1)
    half = TermEffects.from_json(table_of(explained[:333]).to_json())
    for each in explained[333:]:
        half.add(*each)
    assert half.to_json() == table_of(explained).to_json()


def test_signs_hang_on_clusters_and_seed_alone() -> None:
    effects = table_of(corpus(2))
    flips = [[row.p_flip for row in effects.rows(seed)] for seed in (1, 1, 2)]
    assert flips[0] == flips[1] != flips[2]
    assert {row.p_flip for row in effects.rows(seed=None)} == {None}


def test_sign_flips_agree_with_all_sets_of_signs() -> None:
    chance = np.random.default_rng(5)
    means = np.round(chance.normal(0.5, 1.5, 20), 6)
    effects = table_of(Explained(f"{at}", "x", 4.0, {"胃": mean}) for at, mean in enumerate(means.tolist()))
    (row,) = effects.rows()
    beyond = means - 0.2
    sums = np.zeros(1)
    for each in beyond:
        sums = np.concatenate([sums + each, sums - each])
    exact = np.mean(sums >= beyond.sum() - 1e-9)
    assert 0.01 < exact < 0.5
    assert row.p_flip == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 2000))


def test_tables_of_other_runs_or_settings_do_not_merge() -> None:
    with pytest.raises(ValueError, match="different runs or settings"):
        TermEffects(run="a").merge(TermEffects(run="b"))
    with pytest.raises(ValueError, match="different runs or settings"):
        TermEffects(settings={"unit": "word"}).merge(TermEffects())


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1e7])
def test_a_score_that_is_no_logit_is_refused_and_adds_nothing(bad: float) -> None:
    effects = TermEffects()
    with pytest.raises(ValueError, match="of '肠' for 'x' is no number of logits"):
        effects.add("a", "x", 1.0, {"胃": 1.0, "肠": bad})
    with pytest.raises(ValueError, match="of 'margin' for 'x' is no number of logits"):
        effects.add("a", "x", bad, {"胃": 1.0})
    assert effects.to_json() == TermEffects().to_json()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 2}, "format 2, and this version reads 1"),
        ({"cells": [[0, 0, 0, 1.5, 1]]}, "five whole numbers"),
        ({"cells": [[0, 0, 0, 1]]}, "five whole numbers"),
        ({"cells": [[0, 0, 7, 1, 1]]}, "no name"),
        ({"cells": [[0, 0, -1, 1, 1]]}, "no name"),
        ({"cells": [[0, 0, 0, 1, 0]]}, "no record"),
        ({"clusters": ["a", "a"], "cells": [[0, 0, 1, 1, 1]]}, "no name"),
        ({"margins": {"x": [[0.5, 1]]}}, "whole numbers"),
        ({"margins": {"x": [[5, -1]]}}, "whole numbers"),
        ({"margins": None}, "not effects"),
        ({"terms": None}, "not effects"),
    ],
)
def test_a_file_that_holds_no_effects_is_met(change: dict[str, Any], says: str) -> None:
    content = table_of([Explained("a", "x", 1.0, {"胃": 1.0})]).to_json()
    with pytest.raises(OptionError, match=rf"^effects\.json: .*{says}"):
        TermEffects.from_json({**content, **change}, "effects.json")


@pytest.mark.parametrize("content", [None, [], {}, "effects"])
def test_what_is_no_document_at_all_is_met(content: Any) -> None:
    with pytest.raises(OptionError, match=r"^effects\.json: not effects"):
        TermEffects.from_json(content, "effects.json")
