"""Intervals of ranks, selection frequencies and neighbours told apart, where the true order is known."""

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
def simulation() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield importlib.import_module("stability")
    del sys.modules["stability"]


def test_the_examples_of_the_docstrings_hold(simulation) -> None:
    failed, tried = doctest.testmod(simulation)
    assert (failed, tried > 0) == (0, True)


def test_figures_mean_what_they_say_of_clusters_and_not_of_their_records(simulation) -> None:
    means, errors = simulation.measure(simulation.Design(150, records=3), 12, 13)
    assert means.held == pytest.approx(0.95, abs=0.02 + ERRORS * errors.held)
    assert means.record_held < 0.85
    assert means.sure >= 0.95 - ERRORS * errors.sure
    assert means.sure > means.likely > means.doubtful
    assert means.sure_fresh < means.sure  # another corpus is drawn anew, too
    assert means.apart_right >= 0.95
    assert means.level_right < 0.8
