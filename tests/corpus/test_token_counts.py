"""Tokens are counted whole, whatever the limit, and the tokenizer is left as it was."""

from __future__ import annotations

import numpy as np

from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.token import Encoding
from medtext.corpus.token_counts import TokenCounts


def characters(text: str) -> list[tuple[int, int]]:
    return [(place, place + 1) for place in range(len(text))]


def test_texts_are_counted_beyond_the_limit() -> None:
    tokenizer = PatternTokenizer(characters, min_records=1, max_length=3).fit(["abc"])
    counts = TokenCounts.of(tokenizer, ["abcde", "ab", "", "xyz" * 1000])
    assert counts.lengths.tolist() == [5, 2, 0, 3000]
    assert counts.unknown.tolist() == [2, 0, 0, 3000]
    assert counts.whole
    assert tokenizer.max_length == 3
    assert counts.share_unknown([0, 1]) == 2 / 7
    assert counts.share_unknown([2]) is None


def test_two_texts_of_a_record_are_added() -> None:
    tokenizer = PatternTokenizer(characters, min_records=1).fit(["abc"])
    both = TokenCounts.of(tokenizer, ["ax", ""]).plus(TokenCounts.of(tokenizer, ["b", "yy"]))
    assert (both.lengths.tolist(), both.unknown.tolist()) == ([3, 2], [1, 2])


def test_a_tokenizer_that_cuts_by_itself_is_met() -> None:
    class Stubborn(PatternTokenizer):
        def encode(self, texts: object) -> list[Encoding]:
            return [Encoding.plain([1, 1], [0, 1], [1, 2]).cut(1)]

    counts = TokenCounts.of(Stubborn(characters), ["ab"])
    assert not counts.whole
    assert np.array_equal(counts.lengths, [1])
