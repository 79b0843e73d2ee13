"""Associations of terms: what counts give by hand, that shards merge exactly, and what pairs of verdicts are called."""

from __future__ import annotations

import json
import math
from typing import NamedTuple

import numpy as np
import pytest

from medtext.errors import OptionError
from medtext.explain.association import MARGIN, Association, TermAssociation, associate
from medtext.explain.effects import TermEffects
from medtext.explain.term_labels import TermLabels
from medtext.explain.use import FoundUse, Pair
from medtext.explain.verdicts import TermEffect, Verdict


class Labelled(NamedTuple):
    cluster: str
    label: str
    has_it: bool
    terms: tuple[str, ...]


def counted(records: list[Labelled]) -> TermLabels:
    labels = TermLabels()
    for record in records:
        labels.add(*record)
    return labels


def by_hand() -> list[Labelled]:
    """Sixty patients of one record, and one with many; 胃 goes with the label, 肠 does not, 肝 is rare, 脾 in all."""
    singles = [
        Labelled(f"p{at}", "x", at % 4 == 0 or at < 25, ("脾", *(["胃"] * (at < 25)), *(["肠"] * (at % 2))))
        for at in range(60)
    ]
    return [*singles, *[Labelled("many", "x", False, ("脾", "肝"))] * 30]


def corpus(seed: int) -> list[Labelled]:
    chance = np.random.default_rng(seed)
    terms = [f"词{number}" for number in range(12)]
    return [
        Labelled(
            f"c{chance.integers(60)}", label, bool(chance.random() < (0.7 if "词0" in there else 0.3)), tuple(there)
        )
        for there in (chance.choice(terms, chance.integers(0, 9), replace=False).tolist() for _ in range(300))
        for label in ("x", "y")
    ]


def rows_of(labels: TermLabels) -> dict[str, TermAssociation]:
    return {row.term: row for row in associate(labels.pairs())}


def test_a_row_says_what_can_be_counted_by_hand() -> None:
    rows = rows_of(counted(by_hand()))
    first = rows["胃"]
    assert (first.both, first.having, first.labelled, first.records, first.clusters) == (25, 25, 33, 90, 25)
    # All 25 patients with the term have the label; of the others 8 of 35, and not the one with many, who counts once.
    assert first.log_odds == pytest.approx(math.log(25.5 / 0.5 * 28.5 / 8.5))
    assert first.high is None
    assert first.verdict is Association.WITH
    assert rows["肠"].verdict is Association.OPEN


def test_too_few_clusters_with_a_term_or_without_it_say_no_more_than_log_odds() -> None:
    rows = rows_of(counted(by_hand()))
    assert (rows["肝"].verdict, rows["肝"].clusters, rows["肝"].having) == (Association.TOO_FEW, 1, 30)
    assert (rows["脾"].verdict, rows["脾"].clusters, rows["脾"].log_odds) == (Association.TOO_FEW, 61, None)
    assert (rows["脾"].low, rows["脾"].p, rows["脾"].q, rows["脾"].direction) == (None,) * 4


def test_only_an_interval_inside_the_margin_says_that_there_is_no_association() -> None:
    def labelled(each: int) -> list[Labelled]:
        kinds = [(has_it, there) for has_it in (True, False) for there in (("胃",), ())]
        return [Labelled(f"{kind}{at}", "x", *kinds[kind]) for kind in range(4) for at in range(each)]

    few, many = (rows_of(counted(labelled(each)))["胃"] for each in (50, 800))
    assert (few.verdict, few.log_odds) == (Association.OPEN, 0)
    assert many.verdict is Association.NONE
    assert many.high is not None
    assert many.high < MARGIN


def test_q_values_are_over_every_term_label_and_direction() -> None:
    rows = associate(counted(corpus(1)).pairs())
    tested = sorted((row for row in rows if row.p is not None), key=lambda row: row.p or 0)
    assert len(tested) == 24
    assert tested[0].q == pytest.approx(min(1, *(48 * (row.p or 0) / rank for rank, row in enumerate(tested, start=1))))


@pytest.mark.parametrize("seed", range(4))
def test_merged_shards_equal_the_whole_to_the_last_bit(seed: int) -> None:
    records, chance = corpus(seed), np.random.default_rng(seed)
    whole = counted(records)
    shard_of, order = chance.integers(5, size=len(records)), chance.permutation(len(records))
    merged = TermLabels()
    for shard in range(5):
        part = counted([records[at] for at in order if shard_of[at] == shard])
        merged.merge(TermLabels.from_json(json.loads(json.dumps(part.to_json()))))
    assert merged.to_json() == whole.to_json()
    assert associate(merged.pairs()) == associate(whole.pairs())


def test_a_file_that_holds_no_counts_is_met() -> None:
    for content, says in (({"format": 2}, "format 2"), ({"format": 1}, "not counts"), (None, "not counts")):
        with pytest.raises(OptionError, match=rf"^counts\.json: {says}"):
            TermLabels.from_json(content, "counts.json")


@pytest.mark.parametrize(
    ("use", "association", "pair"),
    [
        (Verdict.FOR, Association.WITH, Pair.BOTH),
        (Verdict.AGAINST, Association.AGAINST, Pair.BOTH),
        (Verdict.AGAINST, Association.WITH, Pair.CONTRARY),
        (Verdict.FOR, Association.NONE, Pair.ALONE),
        (Verdict.AGAINST, Association.OPEN, Pair.USED),
        (Verdict.NONE, Association.AGAINST, Pair.UNUSED),
        (Verdict.OPEN, Association.WITH, Pair.ASSOCIATED),
        (Verdict.NONE, Association.NONE, Pair.NEITHER),
        (Verdict.NONE, Association.OPEN, Pair.OPEN),
        (Verdict.OPEN, Association.NONE, Pair.OPEN),
        (Verdict.TOO_FEW, Association.WITH, Pair.ASSOCIATED),
        (Verdict.FOR, Association.TOO_FEW, Pair.USED),
        (Verdict.TOO_FEW, Association.OPEN, Pair.TOO_FEW),
        (Verdict.NONE, Association.TOO_FEW, Pair.TOO_FEW),
    ],
)
def test_every_pair_of_verdicts_has_its_word(use: Verdict, association: Association, pair: Pair) -> None:
    assert Pair.of(use, association) is pair


def found_use() -> FoundUse:
    """Find use and association of terms that are used, or go with the label, or both, or neither."""
    chance = np.random.default_rng(2)
    effects, labels = TermEffects(), TermLabels()
    for at in range(400):
        has_it = bool(chance.random() < 0.5)
        there = {"both": has_it, "unused": has_it, "used": False, "open": False}
        present = [term for term, follows in there.items() if chance.random() < (0.8 if follows else 0.3)]
        scores = {"both": 1.0, "unused": 0.0, "used": -1.0, "open": 0.2}
        effects.add(f"{at}", "x", 4.0, {term: scores[term] + chance.normal(0, 0.3) for term in present})
        labels.add(f"{at}", "x", has_it, present)
    return FoundUse.of(effects.rows(seed=None), associate(labels.pairs()))


def test_pairs_stand_in_the_order_in_which_they_call_for_a_look() -> None:
    found = found_use()
    assert [(row.effect.term, row.pair) for row in found.rows[:3]] == [
        ("unused", Pair.UNUSED),
        ("both", Pair.BOTH),
        ("used", Pair.USED),
    ]
    assert [row.association.term for row in found.rows] == [row.effect.term for row in found.rows]
    assert found.kinds == {str(Pair.UNUSED): 1, str(Pair.BOTH): 1, str(Pair.USED): 1, str(Pair.OPEN): 1}
    assert len(found.said) == 3
    assert any("used and associated" in note for note in found.notes())
    assert [row["pair"] for row in json.loads(json.dumps(found.to_json()))["rows"]] == [row.pair for row in found.rows]


def test_a_term_without_an_association_is_met() -> None:
    row = TermEffect(term="胃", label="x", records=1, clusters=1, theta=0.0, percent=None, verdict=Verdict.TOO_FEW)
    with pytest.raises(KeyError):
        FoundUse.of([row], [])


def test_a_label_that_no_record_has_or_all_have_is_compared_with_nothing() -> None:
    for has_it in (False, True):
        labels = TermLabels()
        for number in range(60):
            labels.add(f"c{number}", "x", has_it, ["a"] if number % 2 else [])
        (row,) = associate(labels.pairs())
        assert (row.verdict, row.log_odds, row.p) == (Association.TOO_FEW, None, None)
