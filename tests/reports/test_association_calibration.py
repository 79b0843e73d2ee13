"""Intervals of log-odds cover, and discoveries hold, on corpora whose log-odds are known, within Monte Carlo error."""

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
def association() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield importlib.import_module("association")
    for name in ("association", "calibration"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("changes", [{}, {"template": True}, {"rate": 0.05, "null": True}])
def test_intervals_cover_and_discoveries_hold(association: ModuleType, changes: dict[str, object]) -> None:
    means, errors = association.measure(association.Design(100, **changes), 8, 5)
    assert 0.93 - ERRORS * errors.coverage <= means.coverage <= 0.985
    assert means.fdr <= 0.05 + ERRORS * errors.fdr
    assert means.decoys == 0
    if not changes.get("null"):
        assert means.power > 0.4


def test_records_are_no_clusters(association: ModuleType) -> None:
    means, _ = association.measure(association.Design(100, template=True), 4, 5)
    assert means.record_coverage < 0.5
    assert means.coverage > 0.9
