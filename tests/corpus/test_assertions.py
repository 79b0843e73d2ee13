"""What is said of a term is read as a clinician means it, in Chinese and in English."""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtext.corpus import assertion_rules as module
from medtext.corpus.assertion_rules import PRECEDENCE, Assertion, AssertionRules, Script, assertion_rules
from medtext.corpus.assertions import assertions_of, marked
from medtext.errors import OptionError

CASES: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("assertions_cases.toml").read_text(encoding="utf-8")
)
BUNDLED = {
    Script.CHINESE: Path(module.__file__).with_name("assertions_zh.toml"),
    Script.LETTERS: Path(module.__file__).with_name("assertions_en.toml"),
}
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
SMALL = """
script = "letters"
stops = [';']
[marks]
absent = "no: "
uncertain = "perhaps: "
historical = "once: "
normal = "fine: "
[lists]
organ = ["liver", "spleen"]
[[cue]]
state = "absent"
before = ["sans"]
spares = ['(?:the )?{organ}']
[[cue]]
state = "normal"
after_patterns = ['{organ} likes it']
stops_behind = [',']
window = 3
"""

Spans = list[tuple[int, int]]


def read_case(case: str) -> tuple[str, Spans, list[str]]:
    """Return the text of a case, its terms, and their states."""
    text, spans, states, place = "", [], [], 0
    for found in re.finditer(r"\{(\w+):([^}]*)\}", case):
        text += case[place : found.start()]
        spans.append((len(text), len(text) + len(found[2])))
        text += found[2]
        states.append(found[1])
        place = found.end()
    return text + case[place:], spans, states


def said(text: str, *terms: str) -> list[str]:
    """Return what a text says of the first place of some terms."""
    return [
        str(state)
        for state in assertions_of(text, [(text.index(term), text.index(term) + len(term)) for term in terms])
    ]


ALL = [*CASES["chinese"], *CASES["letters"]]


@pytest.mark.parametrize("case", ALL)
def test_a_case_is_read_as_it_is_meant(case: str) -> None:
    text, spans, states = read_case(case)
    assert [str(state) for state in assertions_of(text, spans)] == states


@pytest.mark.parametrize("script", ["chinese", "letters"])
def test_the_cases_are_many_and_of_every_state(script: str) -> None:
    counts = Counter(state for case in CASES[script] for state in read_case(case)[2])
    assert len(set(CASES[script])) == len(CASES[script]) > 100
    assert set(counts) == set(Assertion)
    assert min(counts.values()) >= 15


@pytest.mark.parametrize("case", CASES["chinese"])
def test_a_text_at_full_width_says_the_same(case: str) -> None:
    text, spans, states = read_case(case)
    assert [str(state) for state in assertions_of(text.translate(FULL_WIDTH), spans)] == states


def test_letters_at_full_width_are_letters() -> None:
    text = "Ｎｏ　ｕｌｃｅｒ．　Ｐｏｓｓｉｂｌｅ　ｐｏｌｙｐ"
    assert said(text, "ｕｌｃｅｒ", "ｐｏｌｙｐ") == ["absent", "uncertain"]


@pytest.mark.parametrize("case", ALL)
def test_what_stands_in_other_sentences_says_nothing(case: str) -> None:
    text, spans, states = read_case(case)
    before, behind = ("No pain. ", ". Denies pain.") if text.isascii() else ("否认腹痛。", "。无腹痛。")
    moved = [(start + len(before), end + len(before)) for start, end in spans]
    assert [str(state) for state in assertions_of(before + text + behind, moved)] == states


def test_the_script_of_the_sentence_chooses_the_rules() -> None:
    text = "胃窦未见溃疡，Hp(-)，CT示nodule可能。No polyp, 2 mm."
    assert said(text, "溃疡", "Hp", "nodule", "polyp") == ["absent", "absent", "uncertain", "absent"]


@pytest.mark.parametrize("text", ["", " ", "12 345 6", "１２，３", "。(-)?"])
def test_what_holds_neither_characters_nor_letters_is_present_throughout(text: str) -> None:
    spans = [(start, end) for start in range(len(text) + 1) for end in range(start, len(text) + 1)]
    assert assertions_of(text, spans) == [Assertion.PRESENT] * len(spans)
    assert assertions_of(text, []) == []


def test_terms_at_both_ends_of_a_text_are_read() -> None:
    assert said("溃疡待排", "溃疡") == ["uncertain"]
    assert said("未见溃疡", "溃疡") == ["absent"]
    assert said("溃疡", "溃疡") == ["present"]
    assert said("ulcer not seen", "ulcer") == ["absent"]
    assert said("no ulcer", "ulcer") == ["absent"]


def test_a_cue_that_is_part_of_the_term_says_nothing() -> None:
    assert said("胃窦未见异常", "未见异常", "胃窦未见异常") == ["present", "present"]
    assert said("Hp(-)", "Hp(-)") == ["present"]
    assert said("no ulcer", "no ulcer") == ["present"]


@pytest.mark.parametrize("span", [(-1, 1), (0, 3), (2, 1), (3, 3)])
def test_a_part_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="is not in a text of 2 characters"):
        assertions_of("溃疡", [span])


@given(st.text(st.sampled_from("未见无胃窦光滑溃疡，。、？(-) a no clear\n1史疑")), st.data())
def test_a_part_is_read_alike_whatever_else_is_asked(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    spans = [tuple(sorted(pair)) for pair in data.draw(st.lists(st.tuples(places, places), max_size=5))]
    alone = [assertions_of(text, [(start, end)])[0] for start, end in spans]
    assert assertions_of(text, [(start, end) for start, end in spans]) == alone


@pytest.mark.parametrize(
    "text", ["未见{absent:溃疡}，可疑{uncertain:出血}", "no {absent:ulcer}, possible {uncertain:bleeding}"]
)
def test_a_text_of_a_megabyte_is_read_to_its_end(text: str) -> None:
    text, spans, states = read_case(text)
    filler = f"\n{'胃体充血，' * 67_000}\n"
    away = len(text) + len(filler)
    last = [(start + away, end + away) for start, end in spans]
    assert len(filler.encode()) >= 1_000_000
    assert [str(state) for state in assertions_of(text + filler + text, [*spans, *last])] == [*states, *states]


def calls(text: str, spans: Spans) -> int:
    """Count the calls, of Python's own functions too, that reading a text takes."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    assertions_of(text, spans)  # what is made once is made
    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        assertions_of(text, spans)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("joint", ["\n", "，", ""])
def test_the_steps_grow_no_faster_than_the_text(joint: str) -> None:
    text, spans, _ = read_case(joint.join(CASES["chinese"][:40]))
    moved = [[(start + at * len(text), end + at * len(text)) for start, end in spans] for at in range(8)]
    once, eight = calls(text, spans), calls(text * 8, [span for each in moved for span in each])
    assert 4 * once < eight < 9 * once


def no_bound(parsed: Any) -> bool:
    """Say whether a parsed pattern repeats something without a bound, but blanks between words."""
    for operation, argument in parsed:
        parts = argument if isinstance(argument, tuple | list) else [argument]
        if str(operation) in {"MAX_REPEAT", "MIN_REPEAT"}:
            blanks = str(argument[2]).startswith("[(IN, [(CATEGORY, CATEGORY_SPACE)])]")
            if str(argument[1]) == "MAXREPEAT" and not blanks:
                return True
        for part in parts:
            for inner in part if isinstance(part, list) else [part]:
                if hasattr(inner, "data") and no_bound(inner):
                    return True
    return False


@pytest.mark.parametrize("script", Script)
def test_no_pattern_looks_on_without_a_bound(script: Script) -> None:
    parser = importlib.import_module("re._parser")  # nothing public tells how far a pattern can look
    assert no_bound(parser.parse("a(?=[^.]*b)"))
    assert no_bound(parser.parse("a|(?:b+c)"))
    assert not no_bound(parser.parse(r"a\s+b{0,9}"))
    for cue in assertion_rules()[script].cues:
        words = cue.words
        for pattern in (words.triggers_before, words.triggers_after, words.stops, words.stops_behind, cue.spares):
            assert pattern is None or not no_bound(parser.parse(pattern.pattern)), pattern.pattern[:80]


@pytest.mark.parametrize(
    ("term", "marks"),
    [
        ("结节", ["结节", "[无]结节", "[疑]结节", "[史]结节", "[常]结节"]),
        ("Hp感染", ["Hp感染", "[无]Hp感染", "[疑]Hp感染", "[史]Hp感染", "[常]Hp感染"]),
        ("nodule", ["nodule", "[no] nodule", "[possible] nodule", "[history] nodule", "[normal] nodule"]),
        ("3", ["3", "[no] 3", "[possible] 3", "[history] 3", "[normal] 3"]),
    ],
)
def test_a_term_is_marked_with_its_state_in_plain_words(term: str, marks: list[str]) -> None:
    assert [marked(term, state) for state in Assertion] == marks


def small(tmp_path: Path, content: str = SMALL) -> Path:
    """Write a rule file."""
    path = tmp_path / "own.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_file_takes_the_place_of_the_bundled_one_of_its_script(tmp_path: Path) -> None:
    rules = assertion_rules(small(tmp_path))
    text = "sans ulcer and the liver; polyp, spleen likes it. No cyst"
    spans = [found.span() for found in re.finditer("ulcer|the liver|polyp|cyst", text)]
    assert [str(state) for state in assertions_of(text, spans, rules)] == ["absent", "present", "present", "present"]
    assert assertions_of("polyp spleen likes it", [(0, 5)], rules) == [Assertion.NORMAL]
    assert assertions_of("未见溃疡", [(2, 4)], rules) == [Assertion.ABSENT]
    assert marked("cyst", Assertion.ABSENT, rules) == "no: cyst"
    assert marked("溃疡", Assertion.ABSENT, rules) == "[无]溃疡"
    assert said("No cyst", "cyst") == ["absent"]


@pytest.mark.parametrize(("script", "text"), [(Script.CHINESE, "溃疡莫有"), (Script.LETTERS, "ulcer begone")])
def test_the_bundled_rules_are_files_to_start_from(tmp_path: Path, script: Script, text: str) -> None:
    own = '\n[[cue]]\nstate = "absent"\nafter = ["莫有", "begone"]\n'
    rules = assertion_rules(small(tmp_path, BUNDLED[script].read_text(encoding="utf-8") + own))
    term = (0, 2 if script is Script.CHINESE else 5)
    assert assertions_of(text, [term]) == [Assertion.PRESENT]
    assert assertions_of(text, [term], rules) == [Assertion.ABSENT]


def test_the_first_state_in_precedence_holds(tmp_path: Path) -> None:
    cues = "".join(f'[[cue]]\nstate = "{state}"\nbefore = ["{state}"]\n' for state in reversed(PRECEDENCE))
    rules = assertion_rules(small(tmp_path, SMALL.partition("[[cue]]")[0] + cues))
    for at, state in enumerate(PRECEDENCE):
        text = f"{' '.join(reversed(PRECEDENCE[at:]))} ulcer"
        assert assertions_of(text, [(len(text) - 5, len(text))], rules) == [state]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[[cue]]", "[[cue", "not TOML"),
        ("[marks]", "[mark]", "'mark' is not known: there is script, marks"),
        ('script = "letters"', "", "script = None: expected one of chinese, letters"),
        ('script = "letters"', 'script = "greek"', "script = 'greek': expected one of chinese, letters"),
        ('absent = "no: "\n', "", "marks: absent is what stands before a term"),
        ('absent = "no: "', 'absent = ""', "marks: absent is what stands before a term"),
        ('absent = "no: "', 'present = ""', "marks: 'present' is not known"),
        ("[marks]", "marks = 1\n[other]", "'other' is not known"),
        ("[lists]\n", "[lists]\nside = []\n", "lists: side must not be empty: leave it out"),
        ("[lists]\n", '[lists]\nside = "left"\n', "lists: side is a list of texts"),
        ("stops = [';']", "stops = []", "stops must not be empty"),
        ("stops = [';']", "stops = ['(']", "stops: the pattern '(' is no regular expression"),
        ("stops = [';']", "stops = ['{side}']", "stops names the list {side}: there is organ"),
        ('state = "absent"', 'state = "gone"', "cue 1: state = 'gone': expected one of absent, historical"),
        ('state = "absent"', 'state = "present"', "cue 1: state = 'present': expected one of absent, historical"),
        ('state = "absent"', "", "cue 1: state = None: expected one of absent"),
        ('before = ["sans"]', "", "cue 1: nothing before and nothing after"),
        ('before = ["sans"]', 'before = "sans"', "cue 1: before is a list of texts"),
        ('before = ["sans"]', 'befor = ["sans"]', "cue 1: 'befor' is not known"),
        ("['(?:the )?{organ}']", "['[']", "cue 1: spares: the pattern '[' is no regular expression"),
        (
            "['{organ} likes it']",
            "['{origin} likes it']",
            "cue 2: after_patterns names the list {origin}: there is organ",
        ),
        ("['{organ} likes it']", "['x*']", "cue 2: after_patterns: the pattern 'x*' fits nothing at all"),
        ("window = 3", "window = 0", "cue 2: window is a whole number from 1"),
    ],
)
def test_damage_is_told_in_one_line_with_file_and_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in SMALL
    path = small(tmp_path, SMALL.replace(old, new))
    with pytest.raises(OptionError, match=re.escape(message)) as caught:
        AssertionRules.read(path)
    assert str(caught.value).startswith(f"{path}")
    assert "\n" not in str(caught.value)


def test_a_file_without_cues_is_told(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"own\.toml: no cue in it: write \[\[cue\]\]"):
        AssertionRules.read(small(tmp_path, SMALL.partition("[[cue]]")[0]))


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"nowhere\.toml: there is no such rule file"):
        assertion_rules(tmp_path / "nowhere.toml")


def test_two_files_of_one_script_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(SMALL, encoding="utf-8")
    with pytest.raises(OptionError, match=r"other\.toml: .*own\.toml is for letters too: join the two"):
        assertion_rules(small(tmp_path), other)
