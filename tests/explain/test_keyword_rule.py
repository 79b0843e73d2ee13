"""A keyword rule answers as it says, and is scored as a model is."""

from __future__ import annotations

import re

import pytest

from medtext.corpus.record import Record, Task
from medtext.explain.keyword_rule import SIZES, KeywordRule, compare, scored, truth_of
from medtext.explain.word_counts import WordTable


def count(*texts: str) -> WordTable:
    return WordTable.count(texts, lambda text: [found.span() for found in re.finditer(r"\S+", text)])


TEXTS = [f"{'ulcer stomach' if number % 2 else 'polyp colon'} the seen case{number}" for number in range(80)]
RECORDS = [
    Record(id=str(number), text=text, labels=("up" if number % 2 else "down",)) for number, text in enumerate(TEXTS)
]


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
