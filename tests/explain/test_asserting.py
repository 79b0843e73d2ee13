"""Units of a text and what it asserts of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from medtext.corpus.assertion_rules import Assertion
from medtext.corpus.record import Record
from medtext.explain.asserting import Asserting
from medtext.explain.attribution import Attribution
from medtext.explain.keywords import KeywordTable
from medtext.explain.naming import as_written
from medtext.explain.spans import find_spans
from medtext.explain.term_scores import term_scores

TEXT = "胃窦溃疡,未见出血"
WORDS = [(0, 2), (2, 4), (4, 5), (5, 7), (7, 9)]


def attribution(scores: Sequence[float], text: str = TEXT, words: Sequence[tuple[int, int]] = WORDS) -> Attribution:
    return Attribution(
        record=Record(id="1", text=text),
        label="up",
        probability=0.9,
        sites=np.array(words, dtype=np.int64),
        scores=np.array(scores),
        margin=float(sum(scores)),
        gap=0.0,
        points=0,
        converged=True,
    )


def test_every_unit_has_a_state_and_a_text_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    asserting = Asserting()
    true = asserting.states(attribution([1.0] * 5))
    assert true[1] is Assertion.PRESENT
    assert true[4] is Assertion.ABSENT
    monkeypatch.setattr("medtext.explain.asserting.assertions_of", lambda text, spans, rules: read.append(text) or [])
    assert asserting.states(attribution([0.0] * 5)) == true
    asserting.states(attribution([0.0], "另一例", [(0, 3)]))
    assert read == ["另一例"]


def test_units_of_different_states_are_not_joined() -> None:
    made = attribution([1.0, 2.0, 0.0, 1.5, 1.5])
    states = Asserting().states(made)
    assert [(span.text, span.state) for span in find_spans(made, 0.1)] == [
        ("胃窦溃疡", Assertion.PRESENT),
        ("未见出血", Assertion.PRESENT),
    ]
    kept = find_spans(made, 0.1, states=states)
    assert ("出血", Assertion.ABSENT) in [(span.text, span.state) for span in kept]
    assert sum(span.score for span in kept) == pytest.approx(6.0)


def test_a_denied_term_is_counted_apart_in_table_and_effects() -> None:
    asserting, table = Asserting(), KeywordTable(0.1, labels=("up",))
    marked = KeywordTable(0.1, labels=("up",), asserting=asserting)
    denied, plain = attribution([0.0, 0.0, 0.0, 0.0, 2.0]), attribution([0.0, 0.0, 0.0, 0.0, 2.0], "胃窦溃疡,伴有出血")
    for each in (denied, plain):
        table.add([each])
        marked.add([each])
    assert [(row.keyword, row.count) for row in table.rows()] == [("出血", 2)]
    assert {(row.keyword, row.count) for row in marked.rows()} == {("[无]出血", 1), ("出血", 1)}
    assert term_scores(denied, as_written)["出血"] == 2.0
    assert term_scores(denied, as_written, asserting)["[无]出血"] == 2.0
    assert "出血" not in term_scores(denied, as_written, asserting)


def test_punctuation_is_no_term_and_occurrences_add_up() -> None:
    made = attribution([1.0, -0.25, 5.0, 0.0, 0.5], "Ulcer,ulcer polyp", [(0, 5), (5, 6), (6, 11), (11, 12), (12, 17)])
    assert term_scores(made, as_written) == {"ulcer": 6.0, "polyp": 0.5}
