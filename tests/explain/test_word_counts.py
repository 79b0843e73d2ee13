"""Words are counted once a record, and what marks a label is what stands there oftener than elsewhere."""

from __future__ import annotations

import re
from math import log, sqrt

import numpy as np
import pytest

from medtext.corpus.record import Record
from medtext.explain.word_counts import LEAST, PRIOR, WordTable, cut_words, log_odds, rows_with
from medtext.explain.words import jieba_cutter


def blanks(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(r"\S+", text)]


def count(*texts: str) -> WordTable:
    return WordTable.count(texts, blanks)


def test_a_word_counts_once_a_record_and_width_and_case_do_not_count() -> None:
    table = count("Ulcer ulcer the", "ＵＬＣＥＲ - ...", "the end")
    assert [(word.word, word.records) for word in table.common()] == [("the", 2), ("ulcer", 2), ("end", 1)]
    assert table.common(1)[0].word == "the"
    assert [(word.word, word.records) for word in table.of([0, 1]).common()] == [("ulcer", 2), ("the", 1)]


def test_chinese_is_cut_by_jieba_and_signs_are_no_words() -> None:
    words = list(cut_words("胃窦黏膜充血，Ｈｐ（＋）3 cm。", jieba_cutter()))
    assert "".join(words) == "胃窦黏膜充血hp3cm"
    assert len(words) > 3


@pytest.mark.parametrize("texts", [(), ("...", "--")])
def test_texts_without_words_have_none(texts: tuple[str, ...]) -> None:
    table = count(*texts)
    assert table.common() == []
    assert table.marking(np.ones(len(texts), dtype=bool)) == []


def test_log_odds_are_those_of_the_formula() -> None:
    inside, outside = [30, 5, 65], [10, 40, 250]
    pull = [PRIOR * (a + b) / 400 for a, b in zip(inside, outside, strict=True)]
    z = log_odds(np.array(inside), np.array(outside))
    for number, (a, b, more) in enumerate(zip(inside, outside, pull, strict=True)):
        one = log((a + more) / (100 + PRIOR - a - more))
        other = log((b + more) / (300 + PRIOR - b - more))
        assert z[number] == pytest.approx((one - other) / sqrt(1 / (a + more) + 1 / (b + more)))


def test_log_odds_change_sign_with_the_sides() -> None:
    inside, outside = np.array([9, 3, 0, 7]), np.array([1, 3, 8, 7])
    assert np.allclose(log_odds(inside, outside), -log_odds(outside, inside))


TEXTS = [f"{'ulcer stomach' if number % 2 else 'polyp colon'} the seen case{number}" for number in range(80)]
RECORDS = [
    Record(id=str(number), text=text, labels=("up" if number % 2 else "down",)) for number, text in enumerate(TEXTS)
]


def test_the_words_of_a_label_mark_it_and_common_words_mark_none() -> None:
    table = count(*TEXTS)
    up = table.marking(rows_with(RECORDS, "up"))
    assert {word.word for word in up} == {"ulcer", "stomach"}
    assert all(word.z is not None and word.z >= LEAST and word.records == 40 for word in up)
    assert table.marking(np.ones(len(TEXTS), dtype=bool)) == []


def test_a_word_of_one_record_marks_nothing() -> None:
    table = count("rare", *["the"] * 3000)
    assert table.marking(np.arange(3001) == 0) == []
