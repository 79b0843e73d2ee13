"""Draws of clusters hang on their names alone, merge exactly, and say how firm an order is."""

from __future__ import annotations

import numpy as np
import pytest

from medtext.explain.resampling import REPLICATES, Resampled, poisson_weights


def counted(records: list[tuple[str, dict[str, int]]], seed: int = 13) -> Resampled[str]:
    draws = Resampled[str](seed)
    for cluster, counts in records:
        draws.add(cluster, counts)
    return draws


def test_weights_are_poisson_of_mean_one() -> None:
    weights = np.concatenate([poisson_weights(7, f"{number}") for number in range(1000)])
    assert len(weights) == 1000 * REPLICATES
    assert weights.mean() == pytest.approx(1, abs=0.01)
    assert weights.var() == pytest.approx(1, abs=0.02)
    assert np.mean(weights == 0) == pytest.approx(np.exp(-1), abs=0.005)
    assert np.mean(weights == 3) == pytest.approx(np.exp(-1) / 6, abs=0.003)


def test_a_key_that_leads_everywhere_is_always_selected() -> None:
    draws = counted([(f"c{number}", {"胃": 5, "肠": 2, "肝": 1}) for number in range(50)])
    assert draws.selected(2) == {"胃": 1.0, "肠": 1.0, "肝": 0.0}
    assert draws.selected(0) == {"胃": 0.0, "肠": 0.0, "肝": 0.0}
    assert draws.selected(9) == {"胃": 1.0, "肠": 1.0, "肝": 1.0}


def test_what_one_cluster_made_great_is_not_firm() -> None:
    many = [(f"c{number}", {"胃": 1}) for number in range(60)]
    template = [("template", {"肠": 1})] * 80
    assert counted(many + template).selected(1)["肠"] == pytest.approx(1 - np.exp(-1), abs=0.1)
    assert counted([*many, *((f"d{number}", {"肠": 1}) for number in range(80))]).selected(1)["肠"] > 0.9


def test_keys_that_tie_share_the_places_that_are_left() -> None:
    draws = counted([(f"c{number}", {"a": 2, "b": 1, "c": 1, "d": 1}) for number in range(30)])
    assert draws.selected(2) == {
        "a": 1.0,
        "b": pytest.approx(1 / 3),
        "c": pytest.approx(1 / 3),
        "d": pytest.approx(1 / 3),
    }
    assert draws.selected(1, ["b", "c"]) == {"b": 0.5, "c": 0.5}


def test_what_a_draw_does_not_hold_is_not_selected() -> None:
    draws = counted([("one", {"胃": 1})])
    assert draws.selected(1)["胃"] == np.mean(poisson_weights(13, "one") > 0)


def test_merged_shards_are_the_whole_exactly() -> None:
    chance = np.random.default_rng(3)
    records = [(f"c{chance.integers(30)}", {f"k{chance.integers(9)}": int(chance.integers(1, 4))}) for _ in range(300)]
    order, shard_of = chance.permutation(300), chance.integers(4, size=300)
    merged = Resampled[str]()
    for shard in range(4):
        merged.merge(counted([records[at] for at in order if shard_of[at] == shard]))
    assert merged.selected(3) == counted(records).selected(3)
    assert 0 < sorted(merged.selected(3).values())[-3] < 1
    with pytest.raises(ValueError, match="different seeds"):
        merged.merge(Resampled(14))
