"""Weights that are fitted are those of least loss, and differences are paired."""

from __future__ import annotations

import math

import numpy as np
import pytest

from medtext.corpus.record import Record, Task
from medtext.learn.ensemble import fitted_weights
from medtext.learn.paired import paired_differences, record_losses
from medtext.learn.predict import Prediction

CHANCE = np.random.default_rng(7)


def loss(mean: np.ndarray, truth: np.ndarray, task: Task) -> float:
    if task is Task.TAG:
        return float((np.logaddexp(0, mean) - mean * truth).mean())
    return float((np.log(np.exp(mean).sum(axis=1)) - (mean * truth).sum(axis=1)).mean())


@pytest.mark.parametrize("task", [Task.CLASSIFY, Task.TAG])
def test_no_other_weights_have_less_loss(task: Task) -> None:
    true = CHANCE.normal(scale=3, size=(500, 3))
    first = true.argmax(axis=1)
    truth = np.eye(3, dtype=np.int64)[first] if task is Task.CLASSIFY else (true > 0).astype(np.int64)
    members = np.stack([true * 0.5 + CHANCE.normal(scale=noise, size=true.shape) for noise in (1.0, 2.0, 6.0)])
    weights = fitted_weights(members, truth, task)
    assert sum(weights) == pytest.approx(1.0)
    assert weights[0] > weights[1] > weights[2] >= 0
    best = loss(np.einsum("m,mrl->rl", weights, members), truth, task)
    for first_share in np.linspace(0, 1, 21):
        for second_share in np.linspace(0, 1 - first_share, 11):
            tried = (first_share, second_share, 1 - first_share - second_share)
            assert best <= loss(np.einsum("m,mrl->rl", tried, members), truth, task) + 1e-6


def test_of_records_without_labels_or_of_one_group_no_more_is_said_than_is_known() -> None:
    empty = [Prediction(Record(id=str(n), text=str(n), labels=()), (), np.array([0.2])) for n in range(9)]
    assert list(paired_differences(empty, empty, ("a",), Task.TAG)) == ["log_loss", "accuracy"]
    assert paired_differences(empty[:1], empty[:1], ("a",), Task.TAG) == {}


def test_a_member_that_only_harms_weighs_nothing() -> None:
    truth = np.eye(2, dtype=np.int64)[CHANCE.integers(2, size=300)]
    right = truth * 4.0 - 2 + CHANCE.normal(scale=1.5, size=truth.shape)
    weights = fitted_weights(np.stack([right, -right]), truth, Task.CLASSIFY)
    assert weights[1] == pytest.approx(0.0, abs=1e-3)


def predictions(rows: list[tuple[float, bool]], groups: list[str] | None = None) -> list[Prediction]:
    return [
        Prediction(
            Record(
                id=str(number), text=f"t{number}", labels=("a",) if true else ("b",), group=groups and groups[number]
            ),
            ("a",) if sure >= 0.5 else ("b",),
            np.array([sure, 1 - sure]),
        )
        for number, (sure, true) in enumerate(rows)
    ]


def test_losses_are_those_of_each_record() -> None:
    found = record_losses(predictions([(0.8, True), (0.4, True), (0.1, False)]), ("a", "b"), Task.CLASSIFY)
    assert found.tolist() == pytest.approx([-math.log(0.8), -math.log(0.4), -math.log(0.9)])
    many = Prediction(Record(id="1", text="x", labels=("a",)), (), np.array([0.8, 0.3]))
    assert record_losses([many], ("a", "b"), Task.TAG).tolist() == pytest.approx([-(math.log(0.8) + math.log(0.7)) / 2])


def test_the_same_answers_do_not_differ_and_a_better_model_is_told_from_a_worse() -> None:
    truth = [bool(number % 2) for number in range(200)]
    good = predictions([(0.9 if true else 0.1, true) for true in truth])
    poor = predictions([(0.6 if true else 0.55, true) for true in truth])
    same = paired_differences(good, good, ("a", "b"), Task.CLASSIFY)
    assert [(each.value, each.low, each.high) for each in same.values()] == [(0.0, 0.0, 0.0)] * 3
    found = paired_differences(good, poor, ("a", "b"), Task.CLASSIFY)
    assert found["log_loss"].low <= found["log_loss"].value <= found["log_loss"].high < 0
    assert found["macro_f1"].value == pytest.approx(1 - 1 / 3)
    assert found["accuracy"].value == 0.5
    assert found["macro_f1"].low > 0


def test_records_of_one_patient_are_drawn_together() -> None:
    chance = np.random.default_rng(1)
    rows = [(float(sure), True) for sure in np.repeat(chance.uniform(0.3, 0.9, size=8), 25)]
    even = predictions([(0.6, True)] * 200)
    alone = paired_differences(predictions(rows), even, ("a", "b"), Task.CLASSIFY)["log_loss"]
    groups = [f"patient {number // 25}" for number in range(200)]
    together = paired_differences(predictions(rows, groups), even, ("a", "b"), Task.CLASSIFY)["log_loss"]
    assert together.high - together.low > 3 * (alone.high - alone.low)
