"""A lexicon is read back as it was written, and what is none is told where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from explain.lexicons import lexicon, term

from medtext.corpus.assertion_rules import Assertion
from medtext.corpus.record import Task
from medtext.errors import OptionError
from medtext.explain.lexicon import Lexicon, read_lexicon

FULL = lexicon(
    term("溃疡", state=Assertion.PRESENT, synonyms=("溃烂",)),
    term("出血", "down", -3.5, state=Assertion.ABSENT),
    task=Task.TAG,
    assertions=("own.toml",),
    dictionary="gi-terms",
    cutoffs={"up": 2.5},
    settings={"run": "one"},
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(FULL.to_json()), encoding="utf-8")
    assert read_lexicon(tmp_path / "a.json") == FULL
    assert [each["direction"] for each in FULL.to_json()["terms"]] == ["for", "against"]


def test_other_terms_undo_what_was_tuned() -> None:
    left = FULL.with_terms(FULL.terms[:1])
    assert (left.cutoffs, left.default, len(left.terms)) == (None, None, 1)


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (("terms", 0, "theta"), "x", "term 1: ValueError: could not convert"),
        (("terms", 1, "theta"), float("nan"), "term 2: ValueError: theta, low, high and q are finite"),
        (("terms", 1, "label"), "left", "term 2: ValueError: no label is called 'left'"),
        (("terms", 1, "state"), "gone", "term 2: ValueError: 'gone' is not a valid Assertion"),
        (("terms", 1, "state"), None, "its state and 'assertions' of the header do not go together"),
        (("terms", 1, "term"), " ", "term 2: TypeError"),
        (("header", "format"), 9, "a lexicon of format 9, and this version reads 1"),
        (("header", "task"), "generate", "labels do not go with the task"),
        (("header", "labels"), ["up"], "labels do not go with the task"),
        (("header", "default"), "left", "the default 'left' is none of the labels"),
        (("header", "cutoffs"), {"up": float("inf")}, "a cutoff is no finite number"),
        (("header",), None, "header: TypeError"),
    ],
)
def test_what_is_no_lexicon_is_told(place: tuple[Any, ...], value: object, says: str) -> None:
    document: Any = json.loads(json.dumps(FULL.to_json()))
    *way, last = place
    part = document
    for step in way:
        part = part[step]
    part[last] = value
    with pytest.raises(OptionError, match=r"^a\.json: ") as raised:
        Lexicon.from_json(document, "a.json")
    assert says in str(raised.value)


def test_a_term_stands_once_for_a_label() -> None:
    twice = lexicon(term("a"), term("a", theta=3.0)).to_json()
    with pytest.raises(OptionError, match="'a' stands there twice for 'up'"):
        Lexicon.from_json(twice, "a.json")


def test_a_file_that_is_no_lexicon_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    for name, says in (("a.json", "not JSON"), ("b.json", "no such lexicon"), ("a.xlsx", "medtext lexicon --review")):
        with pytest.raises(OptionError, match=says):
            read_lexicon(tmp_path / name)
