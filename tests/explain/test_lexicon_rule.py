"""Labels by sums of thetas: each term once, cutoffs that score best, and a default."""

from __future__ import annotations

import numpy as np
import pytest
from explain.lexicons import lexicon, term

from medtext.corpus.record import Task
from medtext.explain.lexicon import Lexicon
from medtext.explain.lexicon_rule import LexiconRule, tuned, tuned_cutoffs
from medtext.explain.matching import Matcher

ROWS = term("胃", theta=30), term("肠", "down", 20), term("胃", "down", -15), term("镜", theta=1)


def labels(known: Lexicon, text: str) -> tuple[str, ...]:
    rule = LexiconRule(known)
    return rule.labels(rule.sums(Matcher(known).find(text)))


def test_a_term_counts_once_a_text() -> None:
    known = lexicon(*ROWS)
    assert LexiconRule(known).sums(Matcher(known).find("胃胃肠胃")) == {"up": 30, "down": 5}


def test_a_synonym_beside_its_term_counts_once() -> None:
    known = lexicon(term("黏膜", synonyms=("粘膜",)))
    assert LexiconRule(known).sums(Matcher(known).find("黏膜，粘膜"))["up"] == 10


def test_one_label_is_that_of_the_highest_sum_and_the_commonest_without_any_term() -> None:
    known = lexicon(*ROWS)
    assert [labels(known, text) for text in ("胃肠", "肠", "无")] == [("up",), ("down",), ("up",)]
    assert labels(lexicon(*ROWS, default="down"), "无") == ("down",)
    assert labels(lexicon(*ROWS, counts=(0, 0)), "无") == ()
    # Nothing but what speaks against the commonest: another one.
    assert labels(lexicon(term("肝", theta=-5)), "肝") == ("down",)


def test_many_labels_are_those_over_zero_that_reach_their_cutoffs() -> None:
    known = lexicon(*ROWS, task=Task.TAG)
    assert labels(known, "肠镜") == ("down", "up")
    assert labels(lexicon(*ROWS, task=Task.TAG, cutoffs={"up": 1.5, "down": -9}), "肠镜") == ("down",)
    assert labels(lexicon(*ROWS, task=Task.TAG, cutoffs={"down": -99}), "胃") == ("up",)


def test_cutoffs_are_those_of_the_best_f1() -> None:
    chance = np.random.default_rng(3)
    truth = chance.random((200, 2)) < 0.3
    sums = np.round(20 * (truth + chance.normal(0, 0.6, truth.shape)), 1)
    found = tuned_cutoffs([dict(zip(("up", "down"), row, strict=True)) for row in sums.tolist()], truth, ("up", "down"))

    def f1(column: int, cutoff: float) -> float:
        given = (sums[:, column] > 0) & (sums[:, column] >= cutoff)
        return float(2 * (given & truth[:, column]).sum() / (given.sum() + truth[:, column].sum()))

    for column, label in enumerate(("up", "down")):
        best = max(f1(column, cutoff) for cutoff in [0.0, *sums[:, column].tolist()])
        assert f1(column, found[label]) == pytest.approx(best)
        assert found[label] > 0


def test_a_label_that_nothing_speaks_for_or_that_nothing_has_gets_no_cutoff() -> None:
    truth = np.array([[True, False], [True, False]])
    assert tuned_cutoffs([{"up": 0.0, "down": 3.0}, {"up": -2.0, "down": 1.0}], truth, ("up", "down")) == {}


def test_the_default_is_the_commonest_label_of_texts_without_a_term() -> None:
    known = lexicon(*ROWS)
    texts = ["胃", "胃", "无", "无", "无"]
    truth = np.array([[True, False], [True, False], [True, False], [False, True], [False, True]])
    matches = [Matcher(known).find(text) for text in texts]
    assert tuned(known, matches, truth).default == "down"
    assert tuned(known, matches[:2], truth[:2]).default is None
    assert tuned(lexicon(*ROWS, task=Task.TAG), matches, truth).cutoffs == {"up": 15.0}


def test_the_rule_says_what_it_does() -> None:
    assert "the commonest of all" in str(LexiconRule(lexicon()))
    assert "where no term stands, 'down'" in str(LexiconRule(lexicon(default="down")))
    assert "reaches the label's cutoff" in str(LexiconRule(lexicon(task=Task.TAG, cutoffs={})))
    assert "cutoff" not in str(LexiconRule(lexicon(task=Task.TAG)))
