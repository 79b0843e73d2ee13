"""Weights hang on names alone, are Poisson of mean one, and weighed sums are ranked as a table is."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.stats import chi2, poisson

from medtext.explain.bootstrap import ABSENT, poisson_weights, ranks_of
from medtext.explain.span_sums import SpanSums

CLUSTERS = [f"group:{number}" for number in range(40)]


def corpus(seed: int = 3) -> list[tuple[str, list[tuple[str, str, float]]]]:
    """Return the cluster and the spans of some records: keys, forms, scores; many are level."""
    dice = random.Random(seed)
    keys = [f"k{number}" for number in range(12)]
    return [
        (dice.choice(CLUSTERS), [(key, key.upper(), dice.choice([0.5, 1.0])) for key in dice.choices(keys, k=3)])
        for _ in range(60)
    ]


def gathered(records: list[tuple[str, list[tuple[str, str, float]]]]) -> SpanSums:
    sums = SpanSums(CLUSTERS)
    for cluster, spans in records:
        sums.add(cluster, "x", spans)
    return sums


def test_weights_are_poisson_of_mean_one() -> None:
    weights = poisson_weights([f"c{number}" for number in range(2000)], 100)
    counts = np.bincount(weights.ravel(), minlength=7)
    expected = weights.size * poisson.pmf(np.arange(6), 1)
    seen = np.append(counts[:5], counts[5:].sum())
    expected[5] = weights.size - expected[:5].sum()
    assert ((seen - expected) ** 2 / expected).sum() < chi2.ppf(0.9999, 5)
    # Neither a cluster's weights hang together, nor those of a replicate.
    assert abs(np.corrcoef(weights[:, 0], weights[:, 1])[0, 1]) < 0.1
    assert abs(np.corrcoef(weights[0], weights[1])[0, 1]) < 0.4


def test_a_weight_hangs_on_seed_replicate_and_name_alone() -> None:
    weights = poisson_weights(CLUSTERS, 20, seed=5)
    some = [7, 3, 31]
    assert np.array_equal(poisson_weights([CLUSTERS[place] for place in some], 50, seed=5)[:, :20], weights[some])
    assert not np.array_equal(poisson_weights(CLUSTERS, 20, seed=6), weights)


def test_ranks_are_those_of_a_table_in_which_each_cluster_stands_as_often_as_its_weight_says() -> None:
    records = corpus()
    weights = poisson_weights(CLUSTERS, 8)
    spans = gathered(records).of("x")
    ranks = ranks_of(spans, weights)
    for replicate in range(8):
        tallies: dict[str, list[int]] = {}
        for cluster, found in records:
            times = int(weights[CLUSTERS.index(cluster), replicate])
            for key in {key for key, _, _ in found}:
                own = [score for each, _, score in found if each == key]
                tally = tallies.setdefault(key, [0, 0, 0])
                for place, value in enumerate((len(own), 1, round(sum(own) * 1_000_000))):
                    tally[place] += times * value
        order = sorted((key for key in tallies if tallies[key][0]), key=lambda key: (*(-n for n in tallies[key]), key))
        expected = [order.index(key) + 1 if key in order else ABSENT for key in spans.keys]
        assert ranks[:, replicate].tolist() == expected


@pytest.mark.parametrize("seed", range(3))
def test_no_sharding_and_no_order_shows_in_the_sums(seed: int) -> None:
    records = corpus(seed)
    weights = poisson_weights(CLUSTERS, 30).astype(np.int64)
    whole = gathered(records).of("x")
    shards = [gathered(records[start::2][::-1]).of("x") for start in range(2)]
    for field in ("spans", "records", "scores"):
        total = dict.fromkeys(whole.keys, 0)
        for shard in shards:
            for key, row in zip(shard.keys, getattr(shard, field) @ weights, strict=True):
                total[key] = total[key] + row
        for key, row in zip(whole.keys, getattr(whole, field) @ weights, strict=True):
            assert np.array_equal(total[key], row)


def test_what_no_label_has_is_empty_and_forms_are_the_commonest() -> None:
    sums = SpanSums(["a", "b"])
    sums.add("a", "x", [("ct", "CT", 1.0), ("ct", "ct", 1.0), ("ct", "CT", 1.0)])
    sums.add("b", "x", [])
    found = sums.of("x")
    assert (found.keys, found.forms) == (("ct",), ("CT",))
    assert (found.spans.toarray().tolist(), found.records.toarray().tolist()) == ([[3, 0]], [[1, 0]])
    assert sums.of("y").keys == ()
    assert ranks_of(sums.of("y"), poisson_weights(["a", "b"], 4)).shape == (0, 4)
