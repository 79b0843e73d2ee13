"""Findings are read as a radiologist means them: named, denied, doubted, on a side."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtext.corpus import finding_rules
from medtext.corpus.finding_rules import FindingRules
from medtext.corpus.findings import Side, State, findings_of, side_conflicts
from medtext.errors import OptionError

CASES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("findings_cases.toml").read_text(encoding="utf-8"))
RULES = FindingRules.bundled()
SMALL = """
stops = ['\\bwith\\b']
stops_behind = [',']
[cue.absent]
before = ["no"]
[cue.uncertain]
before = ["possible"]
[cue.history]
before = ["history of"]
[cue.former]
before = ["old"]
[side]
left = ['\\bleft\\b']
right = ['\\bright\\b']
bilateral = ['\\bboth\\b']
lead = '\\bin\\b'
joint = ','
shared = ' and '
[prior]
words = ["again"]
[[finding]]
name = "polyp"
words = ["polyp", "polyps"]
sided = true
[[finding]]
name = "ulcer"
words = ["ulcer"]
lasting = true
critical = true
[[normal]]
patterns = ['\\bnormal mucosa\\b']
absent = ["ulcer"]
"""


def expected(case: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the state of each finding of a case, and the side of the present ones."""
    states: dict[str, str] = {}
    sides: dict[str, str] = {}
    for state in ("absent", "uncertain", "present"):
        for entry in case.get(state, []):
            for name in CASES["sets"][entry[1:]] if entry.startswith("+") else [entry]:
                finding, _, side = name.partition(": ")
                states[finding] = state
                if state == "present":
                    sides[finding] = side
    return states, sides


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["text"][:40])
def test_a_case_is_read_as_it_is_meant(case: dict[str, Any]) -> None:
    states, sides = expected(case)
    found = findings_of(case["text"], RULES)
    said = {name: str(found.state(name)) for name in RULES.names if found.state(name) is not State.NOT_MENTIONED}
    assert said == states
    assert {name: str(found.side(name)) for name in sides} == sides
    assert found.prior == case.get("prior", False)


def test_the_cases_are_of_all_findings_and_states() -> None:
    assert len(CASES["case"]) > 100
    assert {case["half"] for case in CASES["case"]} == {"held-out", "tuning"}
    counts = Counter(pair for case in CASES["case"] for pair in expected(case)[0].items())
    assert {name for name, _ in counts} == set(RULES.names)
    assert {name for name, state in counts if state == "present"} == set(RULES.names)


def test_a_mention_says_by_which_words() -> None:
    text = "Heart size is normal.\nThere is no evidence of\npneumothorax. Opacity in the LEFT base."
    mentions = findings_of(text, RULES).mentions
    assert [(text[each.start : each.end], each.finding, each.state, each.side) for each in mentions] == [
        ("Heart size is normal", "cardiomegaly", State.ABSENT, Side.NONE),
        ("pneumothorax", "pneumothorax", State.ABSENT, Side.NONE),
        ("Opacity", "opacity", State.PRESENT, Side.LEFT),
    ]


def test_the_strongest_statement_stands() -> None:
    found = findings_of("No effusion. Possible effusion. Small right effusion. Left effusion.", RULES)
    assert (found.state("pleural effusion"), found.side("pleural effusion")) == (State.PRESENT, Side.BILATERAL)
    assert findings_of("No effusion. Possible effusion.", RULES).state("pleural effusion") is State.UNCERTAIN


def test_sides_conflict_only_where_one_is_left_and_the_other_right() -> None:
    left, right, both, none = (
        findings_of(f"{side} effusion. Left nodule.", RULES) for side in ("Left", "Right", "Bilateral", "Small")
    )
    assert side_conflicts(left, right) == ("pleural effusion",)
    assert [side_conflicts(left, other) for other in (left, both, none)] == [(), (), ()]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read(text: str) -> None:
    for mention in findings_of(f"{text} no effusion", RULES).mentions:
        assert 0 <= mention.start < mention.end <= len(text) + len(" no effusion")


@pytest.mark.parametrize("text", ["", " ", "...", "12 / 3"])
def test_what_says_nothing_has_no_finding(text: str) -> None:
    found = findings_of(text, RULES)
    assert (found.mentions, found.prior) == ((), False)


def small(tmp_path: Path, content: str) -> FindingRules:
    """Read a rule file."""
    path = tmp_path / "rules.toml"
    path.write_text(content, encoding="utf-8")
    return FindingRules.read(path)


def test_rules_can_be_replaced(tmp_path: Path) -> None:
    rules = small(tmp_path, SMALL)
    assert (rules.names, rules.critical) == (("polyp", "ulcer"), ("ulcer",))
    found = findings_of("Polyp in the right colon, possible ulcer again.", rules)
    assert {name: found.state(name) for name in rules.names} == {"polyp": State.PRESENT, "ulcer": State.UNCERTAIN}
    assert (found.side("polyp"), found.prior) == (Side.RIGHT, True)
    old = findings_of("Old polyp, old ulcer.", rules)
    assert [old.state(name) for name in rules.names] == [State.NOT_MENTIONED, State.PRESENT]
    assert findings_of("normal mucosa", rules).state("ulcer") is State.ABSENT


def test_the_bundled_rules_are_a_file_to_start_from(tmp_path: Path) -> None:
    bundled = Path(finding_rules.__file__).with_name("findings_en.toml").read_text(encoding="utf-8")
    extended = small(tmp_path, f'{bundled}\n[[finding]]\nname = "rib notching"\nwords = ["rib notching"]\n')
    assert extended.names == (*RULES.names, "rib notching")
    assert findings_of("Rib notching.", extended).state("rib notching") is State.PRESENT


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[[finding]]", "[[finding", "not TOML"),
        ("[prior]", "[priors]", "'priors' is not known"),
        ("[cue.former]", "[cue.formerly]", "cue: 'formerly' is not known"),
        ('[cue.former]\nbefore = ["old"]\n', "", r"no table 'former' in it: write [former]"),
        ("stops = ['\\bwith\\b']", "stops = ['(']", "the pattern '(' is no regular expression"),
        ("stops = ['\\bwith\\b']", "", "stops must not be empty"),
        ('before = ["no"]', 'before = "no"', "cue.absent: before is a list of texts"),
        ('before = ["no"]', 'before = ["no"]\nwindow = 0', "cue.absent: window is a whole number from 1"),
        ("lead = '\\bin\\b'", "", "side: lead is a pattern"),
        ("left = ['\\bleft\\b']", "left = []", "side: left must not be empty"),
        ('name = "polyp"', 'name = ""', "finding 1: a finding needs a name"),
        ('name = "polyp"', 'name = "ulcer"', "the finding 'ulcer' stands twice"),
        ('words = ["ulcer"]', "", "finding 2: neither words nor patterns"),
        ("critical = true", "critical = 1", "finding 2: critical is true or false"),
        ("critical = true", "urgent = true", "finding 2: 'urgent' is not known"),
        ('absent = ["ulcer"]', 'absent = ["erosion"]', "normal 1: absent names findings of this file, not erosion"),
        ("patterns = ['\\bnormal mucosa\\b']", "", "normal 1: words and patterns must not be empty"),
    ],
)
def test_damage_is_told_in_one_line_with_file_and_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in SMALL
    with pytest.raises(OptionError, match=re.escape(message)) as caught:
        small(tmp_path, SMALL.replace(old, new))
    assert str(caught.value).startswith(str(tmp_path / "rules.toml"))
    assert "\n" not in str(caught.value)


def test_a_rule_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"nowhere\.toml: there is no such rule file"):
        FindingRules.read(tmp_path / "nowhere.toml")
