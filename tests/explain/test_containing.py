"""In how many records a term stands: against a count by hand, joined as spans are joined, each record once."""

from __future__ import annotations

import random

import numpy as np
import pytest

from medtext.corpus.assertion_rules import Assertion
from medtext.explain.asserting import Asserting
from medtext.explain.containing import Containing
from medtext.explain.naming import Naming, as_written


def cut(*words: str) -> tuple[str, np.ndarray]:
    """Return a text of words side by side, and where each stands."""
    ends = np.cumsum([len(word) for word in words])
    return "".join(words), np.stack([ends - [len(word) for word in words], ends], axis=1)


def holding(*texts: tuple[str, np.ndarray], naming: Naming = as_written) -> Containing:
    made = Containing(naming)
    for text, sites in texts:
        made.add(text, sites)
    return made


def test_a_record_counts_once_and_a_word_inside_another_does_not() -> None:
    made = holding(cut("胃炎", "胃炎"), cut("慢性胃炎"), cut("慢性", "胃炎"), cut("肠"))
    assert made.count({"胃炎", "慢性胃炎", "慢性", "肝"}) == {"胃炎": 2, "慢性胃炎": 2, "慢性": 1, "肝": 0}


def test_words_are_joined_over_blanks_but_not_over_signs_or_lines() -> None:
    made = holding(cut("a", " ", "b"), cut("a", ",", "b"), cut("a", "\n", "b"), cut("a", "b"))
    assert made.count({"a b", "ab", "a", "b"}) == {"a b": 1, "ab": 1, "a": 4, "b": 4}


def test_words_that_are_named_alike_are_one_term() -> None:
    made = holding(
        cut("粘膜", "红"), cut("黏膜", "红"), cut("ＣＴ"), naming=lambda word: (word.replace("粘", "黏").lower(), word)
    )
    assert made.count({"黏膜红", "粘膜红"}) == {"黏膜红": 2, "粘膜红": 0}
    assert holding(cut("ＣＴ"), cut("ct")).count({"ct"}) == {"ct": 2}


def test_a_denied_term_is_another_one() -> None:
    made, asserting = Containing(asserting=(rules := Asserting())), Asserting()
    for words in (("未见", "溃疡"), ("胃", "溃疡"), ("溃疡",)):
        made.add(*cut(*words))
    assert made.count({"溃疡", "[无]溃疡"}) == {"溃疡": 2, "[无]溃疡": 1}
    assert rules.plain("[无]溃疡", Assertion.ABSENT) == "溃疡"
    assert asserting.plain("[无]溃疡", Assertion.PRESENT) == "[无]溃疡"
    assert asserting.plain("溃疡", Assertion.ABSENT) is None


@pytest.mark.parametrize("seed", range(3))
def test_counts_are_those_of_a_search_through_all_stretches(seed: int) -> None:
    chance = random.Random(seed)
    rows = [chance.choices(["a", "b", "ab", ",", "c"], k=chance.randrange(12)) for _ in range(60)]
    made = holding(*(cut(*row) for row in rows))
    found: dict[str, int] = {}
    for row in rows:
        stretches = [part.split("|") for part in "|".join(row).split(",")]
        words = [[word for word in stretch if word] for stretch in stretches]
        joined = {"".join(each[i:j]) for each in words for i in range(len(each)) for j in range(i + 1, len(each) + 1)}
        for term in joined:
            found[term] = found.get(term, 0) + 1
    assert len(found) > 50
    assert made.count(found) == found
