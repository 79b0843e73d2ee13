"""Intervals, discoveries and kinds of change of the engine on scores whose effects are known in two models."""

from __future__ import annotations

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
def differences() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield importlib.import_module("differences")
    del sys.modules["differences"], sys.modules["calibration"]


@pytest.mark.parametrize(
    "changes", [{"clusters": 20}, {"clusters": 40, "icc": 0.9}, {"clusters": 40, "shape": "heavy"}]
)
def test_intervals_cover_and_discoveries_hold(differences, changes) -> None:
    means, errors = differences.measure(differences.Design(**changes), 16, 13)
    assert means.coverage == pytest.approx(0.95, abs=ERRORS * errors.coverage)
    assert errors.coverage < 0.02
    assert means.fdr <= 0.05 + ERRORS * errors.fdr
    assert means.rejected <= 0.05 + ERRORS * errors.rejected


def test_what_both_models_have_in_common_is_no_error_and_verdicts_side_by_side_are_no_test(differences) -> None:
    (apart, _), (alike, _) = (differences.measure(differences.Design(30, alike=share), 12, 13) for share in (0.0, 0.9))
    assert apart.power < 0.8 < alike.power
    assert apart.naive > 0.15
    many, errors = differences.measure(differences.Design(300, records=2), 8, 13)
    assert many.power > 0.99
    assert many.unchanged > 0.8
    assert many.false_unchanged < 0.06
    assert many.sure_kind <= 0.05 + ERRORS * errors.sure_kind
    assert many.both_kind <= 0.05 + ERRORS * errors.both_kind
