"""Means over records, their intervals, and what does not count."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from medtext.corpus.record import Rationale, Record
from medtext.explain.attribution import Attribution
from medtext.explain.plausibility import Plausibility


def explained(name: str, scores: list[float], mark: tuple[int, int] | None, label: str = "x") -> Attribution:
    """Return scores of the letters of a text, some of them marked for the label."""
    places = np.arange(len(scores), dtype=np.int64)
    marks = None if mark is None else (Rationale(*mark, "x"), Rationale(*mark, "y"))
    return Attribution(
        record=Record(id=name, text="abcdefgh"[: len(scores)], labels=("x", "y"), rationales=marks),
        label=label,
        probability=0.9,
        sites=np.stack([places, places + 1], axis=1),
        scores=np.array(scores),
        margin=float(sum(scores)),
        gap=0.0,
        points=1,
        converged=True,
    )


RIGHT, WRONG = [9.0, 1.0, 0.0], [0.0, 1.0, 9.0]


def test_figures_are_means_over_explanations_and_what_cannot_be_compared_is_counted() -> None:
    attributions = [
        explained("1", RIGHT, (0, 1)),
        explained("1", WRONG, (0, 1), label="y"),
        explained("2", RIGHT, (0, 1)),
        explained("3", RIGHT, None),
        explained("4", RIGHT, (0, 1), label="z"),
        explained("5", RIGHT, (0, 3)),
    ]
    found = Plausibility.measure(iter(attributions), threshold=0.5)
    assert (found.compared, found.records, found.unmarked, found.indifferent) == (3, 2, 2, 1)
    assert found.means["auprc"].value == pytest.approx((1 + 1 / 3 + 1) / 3)
    assert found.means["token_f1"].value == pytest.approx(2 / 3)
    assert found.means["marked"].value == pytest.approx(1 / 3)
    # Drawn are records with all their labels: twice the first, both, or twice the second.
    low, high = found.means["auprc"].low, found.means["auprc"].high
    assert (low, high) == pytest.approx(((1 + 1 / 3) / 2, 1.0))


def test_an_interval_is_as_wide_as_the_records_differ_and_always_the_same() -> None:
    chance = np.random.default_rng(7)
    right = chance.random(200) < 0.7
    attributions = [explained(str(n), RIGHT if good else WRONG, (0, 1)) for n, good in enumerate(right)]
    found = Plausibility.measure(attributions, threshold=0.5)
    mean = found.means["r_precision"]
    assert mean.value == pytest.approx(right.mean())
    error = 1.96 * float(np.sqrt(right.mean() * (1 - right.mean()) / 200))
    assert (mean.value - mean.low, mean.high - mean.value) == pytest.approx((error, error), rel=0.25)
    assert found == Plausibility.measure(attributions, threshold=0.5)
    assert found != Plausibility.measure(attributions, threshold=0.5, seed=14)
    assert found.means["marked"].low == pytest.approx(found.means["marked"].high)


def test_nothing_to_compare_has_no_means() -> None:
    found = Plausibility.measure([explained("1", RIGHT, None)], threshold=0.5)
    assert (found.compared, found.unmarked, found.means) == (0, 1, {})


def test_words_of_an_image_cannot_be_marked() -> None:
    image = replace(explained("1", RIGHT, (0, 1)), sites=np.zeros((3, 3), dtype=np.int64))
    assert Plausibility.measure([image], threshold=0.5).compared == 0


def test_all_of_it_can_be_written() -> None:
    found = Plausibility.measure([explained("1", RIGHT, (0, 1))], threshold=0.5)
    written = json.loads(json.dumps(found.to_json()))
    assert written["compared"] == 1
    assert written["means"]["auprc"] == {"value": 1.0, "low": 1.0, "high": 1.0}
