"""What became of answers between two models."""

from __future__ import annotations

import numpy as np
import pytest

from medtext.corpus.record import Record, Task
from medtext.learn.answer_changes import AnswerChanges, Answers
from medtext.learn.metrics import measure
from medtext.learn.predict import Prediction


def answers(rows: list[tuple[str | None, str]], names: tuple[str, ...]) -> Answers:
    """Return answers, each a truth and what was said, of which the model is sure to 70 %."""
    given = []
    for number, (truth, said) in enumerate(rows):
        labels = None if truth is None else tuple(filter(None, truth.split("|")))
        shares = np.array([0.7 if name == said else 0.3 / (len(names) - 1) for name in names])
        given.append(Prediction(Record(id=str(number), text=f"t{number}", labels=labels), (said,), shares))
    return Answers(given, names)


TRUTH = ["x", "x", "y", "y", "z", None]


def test_answers_that_changed_are_counted_by_the_way_they_went() -> None:
    before = answers(list(zip(TRUTH, "xyyxxx", strict=True)), ("x", "y", "z"))
    after = answers(list(zip(TRUTH, "xxyzzy", strict=True)), ("x", "y", "z"))
    found = AnswerChanges.between(before, after, ("x", "y", "z"), Task.CLASSIFY)
    assert (found.records, found.changed, found.labelled, found.mended, found.broken) == (6, 4, 5, 2, 0)
    assert found.notes()[0] == "4 of 6 answers changed."
    for figures, made in ((found.before, before), (found.after, after)):
        whole = measure(made.given[:5], ("x", "y", "z"), Task.CLASSIFY)
        for key, value in figures.items():
            assert value == pytest.approx(whole[key])
    for key, each in found.differences.items():
        assert each.value == pytest.approx(found.after[key] - found.before[key])


def test_labels_in_another_order_are_the_same_labels() -> None:
    rows = list(zip(TRUTH, "xyyxzx", strict=True))
    one, other = answers(rows, ("x", "y", "z")), answers(rows, ("z", "x", "y"))
    found = AnswerChanges.between(one, other, ("x", "y", "z"), Task.CLASSIFY)
    assert found.changed == 0
    assert found.before == pytest.approx(found.after)
    assert {each.value for each in found.differences.values()} == {0.0}


def test_records_of_labels_that_one_model_has_not_are_left_out_of_figures() -> None:
    rows = list(zip(TRUTH, "xyyxzz", strict=True))
    before, after = (
        answers(rows, ("x", "y", "z", "w")),
        answers(list(zip(TRUTH, "xxyyvv", strict=True)), ("v", "x", "y")),
    )
    found = AnswerChanges.between(before, after, ("x", "y"), Task.CLASSIFY)
    assert (found.changed, found.labelled, found.mended, found.broken) == (4, 4, 2, 0)
    assert (found.before["accuracy"], found.after["accuracy"]) == (0.5, 1.0)
    assert found.before["macro_f1"] == pytest.approx(0.5)


def test_of_many_labels_all_have_to_be_right() -> None:
    def many(given: list[tuple[str, ...]]) -> Answers:
        truth = [("x",), ("x", "y"), ()]
        rows = [
            Prediction(Record(id=str(n), text=f"t{n}", labels=own), said, np.array([0.6, 0.4]))
            for n, (own, said) in enumerate(zip(truth, given, strict=True))
        ]
        return Answers(rows, ("x", "y"))

    found = AnswerChanges.between(many([("x",), ("x",), ()]), many([("x",), ("y", "x"), ("y",)]), ("x", "y"), Task.TAG)
    assert (found.changed, found.mended, found.broken) == (2, 1, 1)
    assert found.before["accuracy"] == found.after["accuracy"] == pytest.approx(2 / 3)


def test_without_any_truth_only_what_changed_is_told() -> None:
    rows = [(None, "x"), (None, "y")]
    found = AnswerChanges.between(answers(rows, ("x", "y")), answers(rows[::-1], ("x", "y")), ("x", "y"), Task.CLASSIFY)
    assert (found.changed, found.labelled, found.before, found.differences) == (2, 0, {}, {})
    assert found.notes() == ["2 of 2 answers changed."]
