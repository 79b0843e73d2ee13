"""Metrics on answers small enough to count by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from medtext.corpus.record import Record, Task
from medtext.learn.loss import balanced_weights
from medtext.learn.metrics import measure
from medtext.learn.predict import Prediction


def answer(labels: tuple[str, ...], probabilities: list[float]) -> Prediction:
    given = tuple(name for name, value in zip("abc", probabilities, strict=False) if value >= 0.5)
    return Prediction(Record(id="1", text="x", labels=labels), given, np.array(probabilities))


def test_one_label_by_hand() -> None:
    answers = [answer(("a",), [0.8, 0.2]), answer(("a",), [0.4, 0.6]), answer(("b",), [0.1, 0.9])]
    figures = measure(answers, ("a", "b"), Task.CLASSIFY)
    assert figures["accuracy"] == pytest.approx(2 / 3)
    assert figures["by_label"]["a"] == {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3), "support": 2}
    assert figures["by_label"]["b"] == {"precision": 0.5, "recall": 1.0, "f1": pytest.approx(2 / 3), "support": 1}
    assert figures["macro_f1"] == pytest.approx(2 / 3)
    assert figures["log_loss"] == pytest.approx(-(math.log(0.8) + math.log(0.4) + math.log(0.9)) / 3)
    assert figures["confusion"] == [[1, 1], [0, 1]]


def test_a_label_that_does_not_occur_stands_out_of_the_macro_mean() -> None:
    figures = measure(
        [answer(("a",), [0.8, 0.1, 0.1]), answer(("b",), [0.1, 0.8, 0.1])], ("a", "b", "c"), Task.CLASSIFY
    )
    assert figures["macro_f1"] == 1.0
    assert figures["by_label"]["c"]["support"] == 0


def test_many_labels_by_hand() -> None:
    answers = [
        answer(("a", "b"), [0.9, 0.6]),
        answer((), [0.2, 0.7]),
        answer(("a",), [0.4, 0.1]),
    ]
    figures = measure(answers, ("a", "b"), Task.TAG)
    # Given at 0.5: {a, b}, {b}, {}. True positives 2, false positives 1, false negatives 1.
    assert figures["micro_f1"] == pytest.approx(4 / 6)
    assert figures["accuracy"] == pytest.approx(1 / 3)
    assert figures["by_label"]["a"]["auc"] == 1.0
    assert figures["by_label"]["b"]["auc"] == 0.5
    assert figures["macro_auc"] == 0.75
    # Positives .9 .6 .4 against negatives .2 .7 .1: 7 of 9 pairs stand right (.6 and .4 lose to .7).
    assert figures["micro_auc"] == pytest.approx(7 / 9)
    losses = [0.9, 0.6, 1 - 0.2, 1 - 0.7, 0.4, 1 - 0.1]
    assert figures["mlogloss"] == pytest.approx(-sum(map(math.log, losses)) / 6)
    assert figures["s"] == pytest.approx(1 - 2 * figures["mlogloss"])


def test_a_label_that_is_the_only_one_of_many_is_measured_by_its_presence() -> None:
    true, said = (1, 0, 0, 0, 1, 0), (0.9, 0.1, 0.1, 0.1, 0.2, 0.3)
    answers = [answer(("a",) if there else (), [value]) for there, value in zip(true, said, strict=True)]
    figures = measure(answers, ("a",), Task.TAG)
    row = {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3), "support": 2}
    assert figures["by_label"]["a"] == row | {"auc": 0.875, "ap": pytest.approx((1 + 2 / 3) / 2)}
    assert figures["macro_f1"] == figures["micro_f1"] == pytest.approx(2 / 3)


def test_figures_that_are_not_defined_are_none() -> None:
    figures = measure([answer((), [0.2, 0.7])], ("a", "b"), Task.TAG)
    assert figures["macro_auc"] is None
    assert measure([answer((), [0.2, 0.3])], ("a", "b"), Task.TAG)["micro_f1"] is None  # nothing to find, nothing found
    assert figures["macro_f1"] is None


def test_balanced_weights_make_labels_count_alike() -> None:
    records = [Record(id=str(n), text="x", labels=("a",) if n < 3 else ("b",)) for n in range(4)]
    weights = balanced_weights(records, ("a", "b", "c"), Task.CLASSIFY)
    assert weights.tolist() == pytest.approx([4 / (3 * 3), 4 / 3, 1.0])
    assert balanced_weights(records, ("a", "b"), Task.TAG).tolist() == pytest.approx([1 / 3, 3.0])
