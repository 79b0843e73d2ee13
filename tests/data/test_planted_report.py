"""The committed report of planted truth is what its command writes, of corpora that there are."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from medtext_data.planted.kinds import KINDS

FOLDER = Path(__file__).parents[2] / "reports" / "planted"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("planted_benchmark", FOLDER / "benchmark.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_made_of_the_figures(benchmark: ModuleType) -> None:
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == benchmark.page(FOLDER / "figures.json")


def test_the_kinds_are_those_of_the_generator(benchmark: ModuleType) -> None:
    assert benchmark.KINDS == KINDS


def test_a_part_that_is_measured_again_takes_its_place(benchmark: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    for kind, precision in (("none", 0.0), ("single-cue", 0.123456), ("none", 1.0)):
        line = {"language": "zh", "kind": kind, "model": "text-cnn", "method": "x", "precision": precision}
        benchmark.keep(path, line)
    kept = [(line["kind"], line["precision"]) for line in json.loads(path.read_text(encoding="utf-8"))]
    assert kept == [("single-cue", 0.1235), ("none", 1.0)]
