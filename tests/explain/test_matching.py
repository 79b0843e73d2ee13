"""Terms are found where they stand, each character counts once, and states are those of the rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from explain.lexicons import lexicon, term
from hypothesis import given
from hypothesis import strategies as st

from medtext.corpus.assertion_rules import Assertion
from medtext.errors import OptionError
from medtext.explain.matching import Matcher, folded, rules_of


def found(matcher: Matcher, text: str) -> list[tuple[str, int, int]]:
    return [(match.terms[0].term, match.start, match.end) for match in matcher.find(text)]


def slowly(names: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Find names one by one with regular expressions, and take the longest, then the first."""
    places = []
    for name in names:
        before = r"(?<![a-z0-9])" if re.match("[a-z0-9]", name) else ""
        before += r"(?<!\d\.)" if name[0].isdigit() else ""
        after = (r"(?!\.\d)" if name[-1].isdigit() else "") + (r"(?![a-z0-9])" if re.search("[a-z0-9]$", name) else "")
        places += [match.span(1) for match in re.finditer(f"(?={before}({re.escape(name)}){after})", text)]
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda place: (place[0] - place[1], place[0])):
        if all(end <= other[0] or other[1] <= start for other in chosen):
            chosen.append((start, end))
    return sorted(chosen)


@given(
    names=st.sets(st.text("胃炎肠a1", min_size=1, max_size=4), min_size=1, max_size=12),
    text=st.text("胃炎肠a1.，", max_size=30),
)
def test_what_is_found_is_what_a_search_for_one_after_another_finds(names: set[str], text: str) -> None:
    matcher = Matcher(lexicon(*map(term, sorted(names))))
    assert [(match.start, match.end) for match in matcher.find(text)] == slowly(sorted(names), text)


def test_the_longest_of_nested_terms_is_counted_alone() -> None:
    matcher = Matcher(lexicon(term("胃炎"), term("慢性非萎缩性胃炎"), term("萎缩性胃炎", "down")))
    assert found(matcher, "慢性非萎缩性胃炎，胃炎") == [("慢性非萎缩性胃炎", 0, 8), ("胃炎", 9, 11)]
    # The longer of two that overlap, though the other begins before it.
    assert found(Matcher(lexicon(term("肠息"), term("息肉切除"))), "结肠息肉切除") == [("息肉切除", 2, 6)]


def test_width_case_and_line_ends_do_not_count_and_offsets_are_those_of_the_text() -> None:
    matcher = Matcher(lexicon(term("ct"), term("hiatal hernia"), term("胃炎")))
    text = "ＣＴ示İ胃炎, Hiatal\nhernia; act"
    assert found(matcher, text) == [("ct", 0, 2), ("胃炎", 4, 6), ("hiatal hernia", 8, 21)]
    assert len(folded(text)) == len(text)


def test_letters_and_numbers_are_whole_words() -> None:
    matcher = Matcher(lexicon(term("hp"), term("5"), term("no")))
    assert found(matcher, "Hp阳性，hpa，nodule，0.5、5.2、5，胃hp5") == [("hp", 0, 2), ("5", 24, 25)]


def test_a_synonym_is_found_as_its_term_and_one_name_may_be_of_two_labels() -> None:
    rows = term("黏膜", synonyms=("粘膜",)), term("黏膜", "down", -3.0), term("粘膜", "down", 4.0)
    (match,) = Matcher(lexicon(*rows)).find("胃粘膜")
    assert (match.start, match.end) == (1, 3)
    assert [(each.term, each.label) for each in match.terms] == [("黏膜", "up"), ("粘膜", "down")]


def test_states_are_respected_where_the_lexicon_has_them() -> None:
    rows = term("溃疡", state=Assertion.PRESENT), term("出血", "down", state=Assertion.ABSENT)
    matcher = Matcher(lexicon(*rows, assertions=()))
    assert [(match.terms[0].term, match.state) for match in matcher.find("胃窦溃疡，未见出血")] == [
        ("溃疡", Assertion.PRESENT),
        ("出血", Assertion.ABSENT),
    ]
    assert matcher.find("未见溃疡，可见出血") == []
    plain = Matcher(lexicon(term("溃疡"), term("出血")))
    assert len(plain.find("未见溃疡，可见出血")) == 2


def test_a_denied_longer_term_does_not_set_the_shorter_one_free() -> None:
    matcher = Matcher(
        lexicon(term("胃炎", state=Assertion.PRESENT), term("慢性胃炎", state=Assertion.ABSENT), assertions=())
    )
    assert matcher.find("慢性胃炎") == []
    assert found(matcher, "未见慢性胃炎") == [("慢性胃炎", 2, 6)]


def test_measures_are_found_by_rule_where_a_dictionary_cut_them() -> None:
    rows = term("[measurement]"), term("la-b"), term("幽门螺杆菌(+)", synonyms=("hp(+)",))
    text = "息肉0.5*0.6cm，洛杉矶分级B级，Hp（+）"
    assert [text[start:end] for _, start, end in found(Matcher(lexicon(*rows, dictionary="gi-terms")), text)] == [
        "0.5*0.6cm",
        "洛杉矶分级B级",
        "Hp（+）",
    ]
    assert found(Matcher(lexicon(*rows)), "息肉0.5*0.6cm，[measurement]") == [("[measurement]", 12, 25)]


def test_rules_have_to_be_those_that_the_lexicon_was_made_with() -> None:
    own = Path("own.toml")
    with pytest.raises(OptionError, match="made without --assertions"):
        rules_of(lexicon(), [own])
    with pytest.raises(OptionError, match=r"made with --rules own\.toml, not with none"):
        rules_of(lexicon(assertions=("own.toml",)), [])
    with pytest.raises(OptionError, match=r"the bundled rules alone, not with own\.toml"):
        rules_of(lexicon(assertions=()), [own])
    assert rules_of(lexicon(assertions=()), []).keys() == rules_of(lexicon(), []).keys()
