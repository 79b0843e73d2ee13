"""A text denies what its triggers reach, and no more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtext.corpus.negation import Negation
from medtext.corpus.rule_tables import negation_of
from medtext.errors import OptionError


@pytest.mark.parametrize(
    ("text", "part", "denied"),
    [
        ("未见溃疡,糜烂", "糜烂", False),  # the comma stands right before it
        ("未见溃疡、糜烂", "糜烂", True),
        ("未分化癌", "分化癌", False),  # what looks like a trigger reaches into the part
        ("不除外癌", "癌", False),
        ("无发热但咳嗽", "咳嗽", False),
        ("ulcer: not only", "ulcer", False),
        ("no ulcer", "ulcer", True),
    ],
)
def test_a_part_is_denied_where_a_trigger_reaches_it(text: str, part: str, denied: bool) -> None:
    start = text.index(part)
    assert Negation().denies(text, start, start + len(part)) is denied


@given(st.text(st.sampled_from("未见无溃疡，。no a.(-)胃"), max_size=60), st.data())
def test_a_text_that_is_read_once_says_the_same_of_every_part(text: str, data: st.DataObject) -> None:
    scopes = Negation().read(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert scopes.denies(start, end) == Negation().denies(text, start, end)
    assert scopes.denies(start, end) == (scopes.before(start) or scopes.behind(end))


def test_a_table_replaces_parts_of_a_negation() -> None:
    table = {
        "before": ["缺（乏）"],
        "before_patterns": [r"no\s(?:\w+\s){0,2}signs of"],
        "no_trigger_patterns": ["(no) new signs"],
        "stops": ["，|,", "兼"],
        "window": 4,
    }
    negation = negation_of(table, "here", Negation())
    assert (negation.before, negation.after, negation.window) == (("缺(乏)",), Negation.after, 4)
    for text, part, denied in [
        ("缺(乏)溃疡", "溃疡", True),
        ("未见溃疡", "溃疡", False),
        ("缺(乏)出血兼溃疡", "溃疡", False),
        ("缺(乏)出血但溃疡", "溃疡", True),
        ("no clear signs of ulcer", "ulcer", True),
        ("no new signs of ulcer", "ulcer", False),
    ]:
        assert negation.denies(text, text.index(part), text.index(part) + len(part)) is denied, text


def test_what_ends_a_scope_may_differ_behind() -> None:
    negation = negation_of({"stops": [";"], "stops_behind": [","]}, "here", Negation())
    text = "no ulcer, polyp; stone, clot (-)"
    said = {
        word: negation.denies(text, text.index(word), text.index(word) + len(word))
        for word in re.findall(r"[a-z]{4,}", text)
    }
    assert said == {"ulcer": True, "polyp": True, "stone": False, "clot": True}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"befor": []}, "here: 'befor' is not known: there is before, after"),
        ({"before": "no"}, "here: before is a list of texts"),
        ({"window": 0}, "here: window is a whole number from 1"),
        ({"window": True}, "here: window is a whole number from 1"),
        ({"after_patterns": ["("]}, "here: after_patterns: the pattern '(' is no regular expression"),
        ({"before_patterns": ["x*"]}, "here: before_patterns: the pattern 'x*' fits nothing at all"),
        ({"stops": []}, "here: stops must not be empty: leave it out"),
        ({"stops_behind": ["["]}, "here: stops_behind: the pattern '[' is no regular expression"),
    ],
)
def test_a_bad_table_is_told_in_one_line(table: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=re.escape(message)) as caught:
        negation_of(table, "here", Negation())
    assert "\n" not in str(caught.value)
