"""Planted words are found in a corpus of chance, and pairs that stand together by chance are not."""

from __future__ import annotations

import random
from collections import Counter
from math import log2

import pytest

from medtext.explain.term_discovery import Limits, Term, TermFinder, TermUnit, unit_of

LETTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 120)]
PLANTED = {"窦痉": 40, "瘘憩膈": 30, "贲肛盲蒂": 25, "噎嗳呃膜腺囊": 20}
"""Made of characters that stand nowhere else, so that every split of them holds."""


def corpus(seed: int = 1, records: int = 200) -> list[str]:
    """Return texts of characters drawn alike, with the planted words strewn over them, and some edges."""
    dice = random.Random(seed)
    words = [word for word, count in PLANTED.items() for _ in range(count)]
    pieces = [dice.choices(LETTERS, k=60) for _ in range(records)]
    for number, word in enumerate(words):
        pieces[number % records].insert(dice.randrange(60), word)
    for piece in pieces[::3]:
        piece.insert(dice.randrange(60), "，0.5cm")
    return ["".join(piece) for piece in pieces]


def find(texts: list[str], unit: TermUnit = TermUnit.CHARACTER, limits: Limits | None = None) -> list[Term]:
    finder = TermFinder(unit)
    for text in texts:
        finder.add(text)
    return finder.find(limits or Limits())


@pytest.mark.parametrize("seed", range(5))
def test_what_was_planted_is_found_and_nothing_else(seed: int) -> None:
    texts = corpus(seed)
    found = {term.text: term for term in find(texts)}
    assert set(found) == set(PLANTED)
    for word, count in PLANTED.items():
        assert found[word].count == count
        assert found[word].records == sum(word in text for text in texts)


def test_parts_of_a_word_are_no_terms_as_their_neighbour_is_always_the_same() -> None:
    found = {term.text: term for term in find(corpus(), limits=Limits(entropy=0.0))}
    assert {"贲肛", "肛盲蒂"} <= set(found)
    assert found["贲肛"].right_entropy == 0.0
    assert found["肛盲蒂"].left_entropy == 0.0


def test_the_measures_are_those_of_the_formulas() -> None:
    texts = ["甲乙丙", "丁甲乙戊，甲乙", "己甲丙", "庚乙丙"]
    finder = TermFinder()
    for text in texts:
        finder.add(text)
    found = {term.text: term for term in finder.find(Limits(longest=3, count=1, pmi=-99, entropy=0))}
    assert finder.units == 15
    pair = found["甲乙"]
    assert (pair.count, pair.records) == (3, 2)
    assert pair.pmi == pytest.approx(log2((3 / 15) / ((4 / 15) * (4 / 15))))
    # Before it: an edge, 丁, another edge: three of their own. Behind it: 丙, 戊, an edge.
    assert pair.left_entropy == pytest.approx(log2(3))
    assert pair.right_entropy == pytest.approx(log2(3))
    triple = found["甲乙丙"]
    splits = ((4 / 15) * (2 / 15), (3 / 15) * (3 / 15))
    assert triple.pmi == pytest.approx(min(log2((1 / 15) / split) for split in splits))
    assert {text for text in found if len(text) > 1} == set(found)


def test_equal_neighbours_weigh_by_their_number() -> None:
    found = {
        term.text: term for term in find(["丁甲乙戊"] * 3 + ["己甲乙戊"], limits=Limits(count=1, pmi=-99, entropy=0))
    }
    assert found["甲乙"].left_entropy == pytest.approx(-(0.75 * log2(0.75) + 0.25 * log2(0.25)))
    assert found["甲乙"].right_entropy == 0.0


def test_no_term_crosses_a_sign_a_digit_a_line_or_a_record() -> None:
    texts = ["痉瘘，憩膈", "贲3肛", "盲\n蒂", "噎", "嗳", "腺CT囊"] * 20
    limits = Limits(count=2, pmi=0.0, entropy=0.0)
    assert {term.text for term in find(texts, limits=limits)} == {"痉瘘", "憩膈"}


def test_counts_and_records_are_those_of_counting_by_hand() -> None:
    texts = corpus(7, 60)
    strings: Counter[str] = Counter()
    for text in texts:
        for run in "".join(letter if "\u4e00" <= letter <= "\u9fff" else " " for letter in text).split():
            strings.update(run[place : place + 2] for place in range(len(run) - 1))
    found = find(texts, limits=Limits(longest=2, count=2, pmi=-99, entropy=0))
    assert {term.text: term.count for term in found} == {text: count for text, count in strings.items() if count >= 2}
    assert all(term.records == sum(term.text in text for text in texts) for term in found)


def test_least_count_and_length_are_kept() -> None:
    assert {term.text for term in find(corpus(), limits=Limits(count=30))} == {"窦痉", "瘘憩膈"}
    assert max(len(term.text) for term in find(corpus(), limits=Limits(longest=4))) == 4


def test_the_best_come_first_and_the_same_texts_give_the_same() -> None:
    found = find(corpus())
    assert [term.score for term in found] == sorted((term.score for term in found), reverse=True)
    assert found == find(corpus())


def test_terms_of_english_are_of_words() -> None:
    dice = random.Random(3)
    words = [f"w{chr(97 + one)}{chr(97 + two)}" for one in range(12) for two in range(12)]
    texts = []
    for number in range(150):
        drawn = dice.choices(words, k=40)
        drawn.insert(dice.randrange(40), ("Pleural effusion", "pleural effusion", "right upper lobe")[number % 3])
        texts.append(" ".join(drawn))
    found = {term.text: term.count for term in find(texts, TermUnit.WORD)}
    assert found == {"pleural effusion": 100, "right upper lobe": 50}


@pytest.mark.parametrize("texts", [[], ["", "，。", "123"], ["胃"], ["胃炎"]])
def test_texts_without_terms_have_none(texts: list[str]) -> None:
    assert find(texts) == []


def test_the_script_says_what_terms_are_made_of() -> None:
    assert unit_of(["胃镜示 CT 正常"]) is TermUnit.CHARACTER
    assert unit_of(["The heart is normal.", "No effusion."]) is TermUnit.WORD
