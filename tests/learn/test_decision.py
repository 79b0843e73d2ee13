"""Logits become answers: temperature, cutoffs, confidence, and how they are found."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtext.corpus.record import Record, Task
from medtext.learn.decision import NEVER, Decision
from medtext.learn.predict import Prediction
from medtext.learn.reliability import Coverage, Reliability
from medtext.learn.tuning import Goal, fit_cutoffs, fit_temperature

NAMES = ("a", "b")


def test_a_temperature_flattens_and_moves_no_label_past_another() -> None:
    logits = np.array([[2.0, 0.0]])
    cold, hot = (Decision(each).probabilities(logits, Task.CLASSIFY)[0] for each in (1.0, 2.0))
    assert cold[0] == pytest.approx(1 / (1 + math.exp(-2)))
    assert hot[0] == pytest.approx(1 / (1 + math.exp(-1)))
    assert Decision(2.0).probabilities(np.array([[2.0, -4.0]]), Task.TAG)[0] == pytest.approx(
        [1 / (1 + math.exp(-1)), 1 / (1 + math.exp(2))]
    )


def test_cutoffs_are_those_of_each_label_and_half_where_none_is_known() -> None:
    decision = Decision(cutoffs={"a": 0.2})
    assert decision.labels(np.array([0.3, 0.4]), NAMES, Task.TAG) == ("a",)
    assert Decision().labels(np.array([0.5, 0.6]), NAMES, Task.TAG) == ("b", "a")
    assert decision.labels(np.array([0.1, 0.15]), NAMES, Task.CLASSIFY) == ("b",)


def test_confidence_is_that_of_the_least_sure_yes_or_no() -> None:
    assert Decision().confidence(np.array([0.9, 0.3]), NAMES, Task.TAG) == pytest.approx(0.7)
    assert Decision().confidence(np.array([0.9, 0.1]), NAMES, Task.CLASSIFY) == pytest.approx(0.9)


def test_with_a_cutoff_of_its_own_a_label_is_as_sure_as_it_is_far_from_that() -> None:
    low = Decision(cutoffs={"a": 0.05, "b": NEVER})

    def sure(probability: float) -> float:
        return low.confidence(np.array([probability, 0.0]), NAMES, Task.TAG)

    assert sure(0.05) == pytest.approx(0.5)
    assert sure(0.06) == pytest.approx(0.5 + 0.5 * 0.01 / 0.95)
    assert sure(0.0) == pytest.approx(1.0)
    assert sure(1.0) == pytest.approx(1.0)
    assert low.labels(np.array([0.06, 1.0]), NAMES, Task.TAG) == ("a",)


def test_a_label_that_is_never_given_is_not_denied_surely_where_it_is_likely() -> None:
    decision = Decision(cutoffs={"a": NEVER, "b": 0.0})
    for probability, sure in ((1.0, 0.5), (0.5, 0.75), (0.0, 1.0)):
        row = np.array([probability, 1.0])
        assert decision.labels(row, ("a", "b"), Task.TAG) == ("b",)
        assert decision.confidence(row, ("a", "b"), Task.TAG) == pytest.approx(sure)


def test_a_decision_survives_being_written() -> None:
    decision = Decision(1.5, {"a": 0.25})
    assert Decision.from_json(decision.to_json()) == decision
    with pytest.raises(ValueError, match="temperature"):
        Decision.from_json({"temperature": 0, "cutoffs": None})


@pytest.mark.parametrize("task", [Task.TAG, Task.CLASSIFY])
@pytest.mark.parametrize("true", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_labels_is_found(task: Task, true: float) -> None:
    chance = np.random.default_rng(3)
    logits = chance.normal(scale=2, size=(20_000, 2))
    probabilities = Decision().probabilities(logits, task)
    if task is Task.TAG:
        truth = (chance.random(logits.shape) < probabilities).astype(np.int64)
    else:
        first = chance.random(len(logits)) < probabilities[:, 0]
        truth = np.stack([first, ~first], axis=1).astype(np.int64)
    assert fit_temperature(logits * true, truth, task) == pytest.approx(true, rel=0.06)


def _said(values: list[float], flags: list[bool]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(values)[:, None], np.array(flags, dtype=np.int64)[:, None]


@settings(deadline=None, max_examples=60, database=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=12, max_size=60))
def test_cutoffs_do_what_they_were_tuned_for_as_no_other_cutoff_does(rows: list[tuple[int, bool]]) -> None:
    said, truth = _said([value / 10 for value, _ in rows], [flag for _, flag in rows])
    if not 5 <= truth.sum() <= len(truth) - 5:
        assert fit_cutoffs(said, truth, ("a",), Goal())["a"] is None
        return

    def measured(cutoff: float) -> tuple[float, float, float]:
        given_ = said[:, 0] >= cutoff
        right = int((given_ & (truth[:, 0] == 1)).sum())
        return 2 * right / (given_.sum() + truth.sum()), right / truth.sum(), right / max(1, given_.sum())

    every = [step / 20 for step in range(21)]
    best = fit_cutoffs(said, truth, ("a",), Goal())["a"]
    assert best is not None
    assert measured(best)[0] == pytest.approx(max(measured(each)[0] for each in every))
    sensitive = fit_cutoffs(said, truth, ("a",), Goal("sensitivity", 0.8))["a"]
    assert sensitive is not None
    assert measured(sensitive)[1] >= 0.8
    fewer = [each for each in every if (said >= each).sum() < (said >= sensitive).sum()]
    assert all(measured(each)[1] < 0.8 for each in fewer)
    precise = fit_cutoffs(said, truth, ("a",), Goal("ppv", 0.6))["a"]
    assert precise is not None
    assert precise == NEVER or measured(precise)[2] >= 0.6


def answers(rows: list[tuple[float, bool]]) -> list[Prediction]:
    return [
        Prediction(Record(id=str(number), labels=("a",) if right else ("b",)), ("a",), np.array([sure, 1 - sure]), sure)
        for number, (sure, right) in enumerate(rows)
    ]


def test_reliability_is_the_gap_between_said_and_right() -> None:
    even = answers([(0.8, number % 5 > 0) for number in range(100)])
    assert Reliability.of(even, NAMES, Task.CLASSIFY).ece == pytest.approx(0.0)
    sure = answers([(0.9, True)] * 50 + [(0.9, False)] * 50)
    found = Reliability.of(sure, NAMES, Task.CLASSIFY)
    assert [(each.count, each.said, each.right) for each in found.bins] == [(100, pytest.approx(0.9), 0.5)]
    assert found.ece == pytest.approx(0.4)


def covered(rows: list[tuple[float, bool]]) -> Coverage:
    return Coverage.of(np.array([sure for sure, _ in rows]), np.array([not right for _, right in rows]))


def test_the_order_of_equally_sure_answers_changes_nothing() -> None:
    rows = [(0.9, number < 50) for number in range(100)]
    for order in (rows, rows[::-1]):
        assert covered(order).area == pytest.approx(0.5)
        assert Reliability.of(answers(order), NAMES, Task.CLASSIFY).ece == pytest.approx(0.4)


def test_the_risk_among_the_surest_rises_to_that_of_all() -> None:
    found = covered([(0.9, True), (0.8, True), (0.7, False), (0.6, True), (0.5, False)])
    assert found.risks[-1] == pytest.approx(2 / 5)
    assert found.risks[0] == 0.0
    assert found.cutoffs[-1] == 0.5
    assert found.area == pytest.approx((0 + 0 + 1 / 3 + 1 / 4 + 2 / 5) / 5)
