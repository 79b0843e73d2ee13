"""Whether answers go with the truth at all."""

from __future__ import annotations

import numpy as np
import pytest

from medtext.corpus.record import Record
from medtext.learn.chance import beyond_chance
from medtext.learn.predict import Prediction

LABELS = ("x", "y", "z")


def answers(count: int, strength: float, seed: int, *, bias: tuple[float, ...] = (0.0, 0.0, 0.0)) -> list[Prediction]:
    """Return answers that lean to the truth by so many logits, in noise of one logit."""
    chance = np.random.default_rng(seed)
    made = []
    for number in range(count):
        true = int(chance.choice(3, p=[0.7, 0.2, 0.1]))
        logits = chance.normal(size=3) + np.array(bias)
        logits[true] += strength
        shares = np.exp(logits) / np.exp(logits).sum()
        made.append(Prediction(Record(id=str(number), text="t", labels=(LABELS[true],)), probabilities=shares))
    return made


def test_blind_answers_are_no_better_than_chance_however_common_a_label() -> None:
    # All lean to the commonest label, and so are mostly right.
    told = [beyond_chance(answers(200, 0.0, seed, bias=(3.0, 0.0, 0.0)), LABELS) for seed in range(100)]
    assert sum(each is True for each in told) <= 4


def test_answers_that_know_something_are_better_than_chance_even_if_their_labels_never_change() -> None:
    for seed in range(20):
        made = answers(200, 1.0, seed, bias=(9.0, 0.0, 0.0))
        assert {int(each.probabilities.argmax()) for each in made if each.probabilities is not None} == {0}
        assert beyond_chance(answers(200, 1.0, seed), LABELS)
    assert not beyond_chance(answers(200, -2.0, 1), LABELS)  # against the truth is no knowledge of it


def test_any_number_of_labels_count_each_by_itself() -> None:
    chance = np.random.default_rng(3)
    true = chance.random((100, 3)) < [0.5, 0.1, 0.01]
    known = [
        Prediction(
            Record(id=str(row), text="t", labels=tuple(np.array(LABELS)[each])),
            probabilities=np.clip(each * 0.3 + chance.random(3) * 0.5, 0, 1),
        )
        for row, each in enumerate(true)
    ]
    assert beyond_chance(known, LABELS)


def rare(count: int, positives: int, *, right: float = 0.99) -> list[Prediction]:
    """Return answers for two labels of which one is rare; the true label is given ``right``."""
    made = []
    for number in range(count):
        true = int(number < positives)
        shares = np.full(2, 1 - right)
        shares[true] = right
        made.append(Prediction(Record(id=str(number), text="t", labels=(LABELS[true],)), probabilities=shares))
    return made


@pytest.mark.parametrize(("count", "positives"), [(264, 8), (1000, 8), (2000, 1), (264, 1), (20, 3), (30, 2)])
def test_right_answers_are_better_than_chance_however_rare_a_label(count: int, positives: int) -> None:
    assert beyond_chance(rare(count, positives), LABELS[:2])
    assert beyond_chance(rare(count, positives, right=0.01), LABELS[:2]) is False


@pytest.mark.parametrize("answers", [rare(264, 0), rare(50, 1), rare(6, 2), []])
def test_nothing_is_said_where_right_answers_would_not_stand_out_either(answers: list[Prediction]) -> None:
    assert beyond_chance(answers, LABELS[:2]) is None


def test_answers_to_records_without_labels_do_not_count() -> None:
    unknown = [Prediction(Record(id=str(n), text="t"), probabilities=np.ones(2) / 2) for n in range(30)]
    assert beyond_chance(unknown, LABELS[:2]) is None
    assert beyond_chance([*unknown, *rare(264, 8)], LABELS[:2])
