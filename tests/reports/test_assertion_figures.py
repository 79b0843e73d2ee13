"""The assertion rules on sentences that they were not written from."""

from __future__ import annotations

import importlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from medtext.corpus.assertion_rules import Assertion

FOLDER = Path(__file__).parents[2] / "reports" / "keywords"


@pytest.fixture(scope="module")
def figures() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield importlib.import_module("assertions")
    del sys.modules["assertions"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_states_are_found_in_sentences_that_the_rules_were_not_written_from(figures, language: str) -> None:
    lines = (figures.CASES / f"assertions_gold_{language}.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    assert all(case["text"][case["start"] :].startswith(case["term"]) for case in cases)
    assert len({(case["text"], case["start"]) for case in cases}) == 300
    pairs = figures.outcomes(language)
    assert sum(one == other for one, other in pairs) / len(pairs) > 0.93
    counts = Counter(pairs)
    for state in Assertion:
        true, given = (sum(pair[at] == state for pair in pairs) for at in (0, 1))
        assert min(counts[state, state] / true, counts[state, state] / given) > 0.88, state
