"""Tokens and numbers go there and back; no text ever gets a special number."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtext.corpus.vocabulary import END, MASK, PAD, SPECIAL, START, UNKNOWN, Vocabulary

words = st.lists(st.lists(st.sampled_from(["a", "b", "胃", "", " ", *SPECIAL]), max_size=6), max_size=6)


def test_special_tokens_come_first() -> None:
    vocabulary = Vocabulary(["a"])
    assert [vocabulary.token(number) for number in (PAD, UNKNOWN, START, END, MASK, 5)] == [*SPECIAL, "a"]
    assert PAD == 0
    assert len(vocabulary) == 6


@pytest.mark.parametrize("token", SPECIAL)
def test_a_text_that_reads_like_a_special_token_gets_no_special_number(token: str) -> None:
    assert Vocabulary(["a"]).number(token) == UNKNOWN
    vocabulary = Vocabulary(["a", token])
    assert vocabulary.number(token) == 6
    assert vocabulary.token(6) == token


def test_the_most_frequent_come_first_and_ties_by_token() -> None:
    texts = [["b", "a", "c"], ["c", "b", "a"], ["c", "d"], ["c", "d", "b"]]
    assert Vocabulary.collect(texts).tokens == ("c", "b", "a", "d")


def test_a_token_counts_once_a_record() -> None:
    assert Vocabulary.collect([["a", "a", "a"], ["b"], ["b"]]).tokens == ("b",)


@pytest.mark.parametrize(("least", "tokens"), [(1, ("a", "b", "c")), (2, ("a", "b")), (3, ("a",)), (4, ())])
def test_rare_tokens_are_left_out(least: int, tokens: tuple[str, ...]) -> None:
    assert Vocabulary.collect([["a", "b", "c"], ["a", "b"], ["a"]], min_records=least).tokens == tokens


def test_a_size_keeps_the_most_frequent() -> None:
    texts = [["a", "b", "c"], ["a", "b", "c"], ["c"]]
    assert Vocabulary.collect(texts, size=2).tokens == ("c", "a")
    assert Vocabulary.collect(texts, size=0).tokens == ()


@settings(deadline=None, max_examples=50, database=None)
@given(words, st.randoms(use_true_random=False))
def test_numbers_depend_on_the_records_not_on_their_order(texts: list[list[str]], chance: object) -> None:
    vocabulary = Vocabulary.collect(texts, min_records=1)
    moved = texts[:]
    chance.shuffle(moved)
    assert Vocabulary.collect(moved, min_records=1) == vocabulary
    found = {token for tokens in texts for token in tokens}
    assert set(vocabulary.tokens) == found
    for token in found:
        assert vocabulary.number(token) >= len(SPECIAL)
        assert vocabulary.token(vocabulary.number(token)) == token


def test_many_tokens_are_numbered_like_one() -> None:
    vocabulary = Vocabulary(["a", "b"])
    assert vocabulary.numbers(["b", "x", "a", "<pad>"]) == [6, UNKNOWN, 5, UNKNOWN]


def test_vocabularies_are_equal_by_their_tokens() -> None:
    assert Vocabulary(["a", "b"]) == Vocabulary(iter(["a", "b"]))
    assert Vocabulary(["a", "b"]) != Vocabulary(["b", "a"])
    assert Vocabulary(["a"]) != ("a",)
