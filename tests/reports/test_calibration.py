"""Intervals, discoveries and power of the engine on scores whose effects are known, within Monte Carlo error."""

from __future__ import annotations

import doctest
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "reports" / "keywords"
ERRORS = 3.5
"""How many standard errors of the simulation a figure may be off."""


@pytest.fixture(scope="module")
def calibration() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield importlib.import_module("calibration")
    del sys.modules["calibration"]


def test_the_examples_of_the_docstrings_hold(calibration) -> None:
    failed, tried = doctest.testmod(calibration)
    assert (failed, tried > 0) == (0, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"clusters": 20},
        {"clusters": 40, "icc": 0.9},
        {"clusters": 40, "sizes": "with effect", "common": 0.25},
        {"clusters": 40, "template": True},
        {"clusters": 40, "shape": "heavy"},
    ],
    ids=["few", "alike", "sizes go with the effect", "one template makes half", "heavy tails"],
)
def test_intervals_hold_what_they_should_and_records_taken_for_clusters_do_not(calibration, changes) -> None:
    means, errors = calibration.measure(calibration.Design(**changes), 24, 13)
    assert means.coverage == pytest.approx(0.95, abs=ERRORS * errors.coverage)
    assert errors.coverage < 0.02
    assert means.fdr <= 0.05 + ERRORS * errors.fdr
    assert means.rejected <= 0.05 + ERRORS * errors.rejected
    assert means.flip_rejected <= 0.05 + ERRORS * errors.flip_rejected
    assert means.record_coverage < 0.85
    assert means.record_fdr > means.fdr


def test_records_of_their_own_are_as_good_as_clusters(calibration) -> None:
    means, errors = calibration.measure(calibration.Design(40, icc=0.0, sizes="equal"), 24, 13)
    assert means.record_coverage == pytest.approx(0.95, abs=ERRORS * errors.record_coverage)


def test_where_no_effect_is_beyond_delta_anything_is_found_in_one_corpus_of_twenty_at_most(calibration) -> None:
    means, errors = calibration.measure(calibration.Design(25, records=2, null=True), 60, 13)
    assert means.fdr <= 0.05 + ERRORS * errors.fdr
    assert means.rejected == pytest.approx(0.05, abs=ERRORS * errors.rejected)
    assert means.record_fdr > 0.2


def test_clusters_enough_find_what_is_there_and_say_what_is_not(calibration) -> None:
    few, many = (calibration.measure(calibration.Design(clusters, records=2), 12, 13)[0] for clusters in (20, 300))
    assert few.power < 0.5
    assert many.power > 0.99
    assert few.none < 0.1
    assert many.none > 0.8
    assert many.false_none < 0.05
