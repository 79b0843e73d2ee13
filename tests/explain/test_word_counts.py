"""Words are counted once a record, and what marks a label is what stands there oftener than elsewhere."""

from __future__ import annotations

import re
from math import log, sqrt

import numpy as np
import pytest

from medtext.corpus.record import Record, Task
from medtext.explain.keyword_rule import SIZES, KeywordRule, compare, scored, truth_of
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


def learn(records: list[Record], labels: tuple[str, ...], task: Task = Task.CLASSIFY) -> tuple[KeywordRule, WordTable]:
    table = count(*(record.text for record in records))
    return KeywordRule.learn(table, records, labels, task), table


def answers(rule: KeywordRule, table: WordTable) -> list[set[str]]:
    return [{label for label, given in zip(rule.labels, row, strict=True) if given} for row in rule.answer(table)]


def test_a_rule_gives_the_label_of_its_words() -> None:
    more = [Record(id="a", text=text) for text in ("polyp", "ulcer the", "nothing known", "ulcer stomach polyp")]
    table = count(*TEXTS, *(record.text for record in more))
    train = table.of(range(80))
    rule = KeywordRule.learn(train, RECORDS, ("down", "up"), Task.CLASSIFY)
    assert rule.size in SIZES
    rule = KeywordRule(rule.task, rule.labels, rule.majority, rule.words, 2)
    # None: the commonest label, here the first of two that are equally common.
    assert answers(rule, table.of(range(80, 84))) == [{"down"}, {"up"}, {"down"}, {"up"}]
    scores = compare(rule, train, RECORDS)
    assert scores["rule"] == {"accuracy": 1.0, "macro_f1": 1.0}
    assert scores["majority"] == {"accuracy": 0.5, "macro_f1": pytest.approx(1 / 3)}


def test_of_labels_with_equally_many_words_the_surer_is_given() -> None:
    records = [
        *[Record(id=f"a{number}", text="ulcer the", labels=("up",)) for number in range(40)],
        *[Record(id=f"b{number}", text="polyp the", labels=("down",)) for number in range(20)],
        *[Record(id=f"c{number}", text="polyp the", labels=("up",)) for number in range(3)],
        Record(id="d", text="ulcer polyp", labels=("up",)),
    ]
    rule, table = learn(records, ("down", "up"))
    z = {label: words[0].z or 0 for label, words in rule.words.items()}
    assert answers(rule, table)[-1] == {max(z, key=z.__getitem__)}


def test_a_rule_of_many_labels_gives_each_that_has_a_word_and_none_without() -> None:
    records = [
        Record(
            id=str(number),
            text=f"{'ulcer ' if number % 2 else ''}{'polyp ' if number % 3 == 0 else ''}the seen",
            labels=(*(("up",) if number % 2 else ()), *(("down",) if number % 3 == 0 else ())),
        )
        for number in range(60)
    ]
    rule, table = learn(records, ("up", "down"), Task.TAG)
    assert rule.size == 1
    assert answers(rule, table) == [set(record.labels or ()) for record in records]
    assert "each label" in str(rule)
    assert compare(rule, table, records)["majority"]["accuracy"] == pytest.approx(40 / 120)


def test_figures_are_those_of_evaluate() -> None:
    labels, gold = ("a", "b", "c"), ("a", "b", "b", "a")
    truth = truth_of([Record(id=str(number), labels=(label,)) for number, label in enumerate(gold)], labels)
    given = truth.copy()
    given[3] = [False, False, True]
    # c has no record: it stands out of the mean.
    assert scored(truth, given, labels, Task.CLASSIFY) == {"accuracy": 0.75, "macro_f1": pytest.approx((2 / 3 + 1) / 2)}
