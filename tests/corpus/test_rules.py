"""Rules give labels, say why, and know what a text denies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtext.corpus.negation import Negation
from medtext.corpus.rules import RuleBook, Verdict, read_rules
from medtext.errors import OptionError

BOOK = """
decide = "one"
[[rule]]
label = "上消化道"
words = ["胃", "食管"]
except = ["胃肠外科"]
negation = false
[[rule]]
label = "溃疡"
words = ["溃疡", "ulcer"]
priority = 1
"""


def book(tmp_path: Path, content: str) -> RuleBook:
    """Read a rule file."""
    path = tmp_path / "rules.toml"
    path.write_text(content, encoding="utf-8")
    return read_rules(path)


def refused(tmp_path: Path, content: str) -> str:
    """Return why a rule file is refused, without its path."""
    with pytest.raises(OptionError) as caught:
        book(tmp_path, content)
    return str(caught.value).removeprefix(f"{tmp_path / 'rules.toml'}: ")


def shown(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as texts."""
    hits, denied = [str(hit) for hit in verdict.hits], [rule.name for rule in verdict.denied]
    return {"hits": hits, "denied": denied, "labels": verdict.labels, "conflict": verdict.conflict}


def test_a_rule_says_where_it_hit(tmp_path: Path) -> None:
    rules = book(tmp_path, BOOK)
    assert shown(rules.judge("镜下见胃窦充血")) == {
        "hits": ["上消化道: 胃@3"],
        "denied": [],
        "labels": ("上消化道",),
        "conflict": False,
    }
    assert rules.labels == ("上消化道", "溃疡")


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("转胃肠外科", None),
        ("转胃肠外科，胃窦充血", ("上消化道",)),
        ("胃窦见溃疡", ("溃疡",)),  # of the higher priority
        ("胃窦未见溃疡", ("上消化道",)),
        ("ＵＬＣＥＲ", ("溃疡",)),
        ("ulcerative colitis", None),  # no word of its own
        ("肠", None),
    ],
)
def test_labels_follow_the_rules(tmp_path: Path, text: str, labels: tuple[str, ...] | None) -> None:
    assert book(tmp_path, BOOK).judge(text).labels == labels


@pytest.mark.parametrize(
    ("decide", "labels", "conflict"),
    [("one", None, True), ("first", ("胃",), False), ("all", ("胃", "肠"), False)],
)
def test_several_labels_are_decided_on(
    tmp_path: Path, decide: str, labels: tuple[str, ...] | None, conflict: bool
) -> None:
    rules = f'decide = "{decide}"\ndefault = "其他"\n' + "".join(
        f'[[rule]]\nlabel = "{label}"\nwords = ["{label}"]\n' for label in ("胃", "肠")
    )
    verdict = book(tmp_path, rules).judge("肠和胃")
    assert (verdict.labels, verdict.conflict) == (labels, conflict)
    assert book(tmp_path, rules).judge("肺").labels == ("其他",)
    assert book(tmp_path, rules).labels == ("胃", "肠", "其他")


def test_two_rules_may_speak_for_one_label(tmp_path: Path) -> None:
    rules = book(
        tmp_path, '[[rule]]\nlabel="胃"\nwords=["胃"]\n[[rule]]\nlabel="胃"\npatterns=["Hp ?\\\\(\\\\+\\\\)"]\n'
    )
    assert [rule.name for rule in rules.rules] == ["胃", "胃 2"]
    assert shown(rules.judge("胃窦，Ｈｐ（＋）"))["hits"] == ["胃: 胃@0", "胃 2: Ｈｐ（＋）@3"]
    assert rules.judge("胃窦，Ｈｐ（＋）").labels == ("胃",)


def test_a_rule_may_look_at_some_parts_only(tmp_path: Path) -> None:
    rules = book(tmp_path, '[[rule]]\nlabel = "胃"\nwords = ["胃"]\nparts = ["诊断"]\n')
    assert [rules.judge("胃炎", part).labels for part in ("诊断", "所见", None)] == [("胃",), None, None]


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("未见溃疡", True),
        ("胃窦未见明显糜烂、溃疡", True),
        ("无黑便，见溃疡", False),
        ("否认溃疡病史", True),
        ("未见糜烂。溃疡可见", False),
        ("未见糜烂，但有溃疡", False),
        ("不除外溃疡", False),
        ("不能排除溃疡", False),
        ("无痛胃镜下见溃疡", False),
        ("溃疡（-）", True),
        ("不伴溃疡", True),
        ("no ulcer", True),
        ("No evidence of bleeding, erosion or ulcer.", True),
        ("No bleeding. An ulcer.", False),
        ("no bleeding but an ulcer", False),
        ("ulcer was ruled out", True),
        ("normal ulcer", False),
        ("not only an ulcer", False),
        ("no " + "a " * 12 + "ulcer", False),  # beyond the window
        ("an ulcer, no bleeding", False),
    ],
)
def test_what_a_text_denies_does_not_count(tmp_path: Path, text: str, denied: bool) -> None:
    verdict = book(tmp_path, BOOK.replace('"胃"', '"XX"')).judge(text)
    assert ([rule.name for rule in verdict.denied] == ["溃疡"]) is denied
    assert (verdict.labels == ("溃疡",)) is not denied


def test_a_later_hit_that_is_not_denied_counts(tmp_path: Path) -> None:
    verdict = book(tmp_path, BOOK).judge("球部未见溃疡。残端见溃疡")
    assert shown(verdict)["hits"] == ["溃疡: 溃疡@10"]
    assert verdict.denied == ()


def test_negation_can_be_replaced(tmp_path: Path) -> None:
    rules = book(tmp_path, BOOK + '[negation]\nbefore = ["缺乏"]\nwindow = 3\n')
    assert [rules.judge(text).labels for text in ("未见溃疡", "缺乏溃疡", "缺乏其他的一切溃疡")] == [
        ("溃疡",),
        None,
        ("溃疡",),
    ]


@given(st.text(st.sampled_from("未见无溃疡，。no a.(-)胃"), max_size=40), st.integers(0, 40), st.integers(0, 5))
def test_negation_looks_at_no_more_than_its_clause(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    alone = Negation().denies(text, start, end)
    assert Negation().denies(f"未见。{text}", start + 3, end + 3) == alone
    assert Negation().denies(f"{text}。阴性", start, end) == alone


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no rule in it: write [[rule]]"),
        ("rule = 3", "no rule in it"),
        ("[[rule]\n", "not TOML"),
        ("decide = 'two'\n[[rule]]\nlabel='a'\nwords=['a']", "decide = 'two': expected one of one, first, all"),
        ("[[rule]]\nwords=['a']", "rule 1: a label is a text"),
        ("[[rule]]\nlabel='a|b'\nwords=['a']", "rule 1: a label is a text without |"),
        ("default=''\n[[rule]]\nlabel='a'\nwords=['a']", "default: a label is a text"),
        ("[[rule]]\nlabel='a'", "rule 1: neither words nor patterns"),
        ("[[rule]]\nlabel='a'\nwords='a'", "rule 1: words is a list of texts"),
        ("[[rule]]\nlabel='a'\nwords=['']", "rule 1: words is a list of texts"),
        ("[[rule]]\nlabel='a'\npatterns=['(']", "rule 1: the pattern '(' is no regular expression"),
        ("[[rule]]\nlabel='a'\npatterns=['a*']", "rule 1: the pattern 'a*' fits nothing at all"),
        ("[[rule]]\nlabel='a'\nword=['a']", "rule 1: 'word' is not known: there is label"),
        ("[[rule]]\nlabel='a'\nwords=['a']\nnegation='no'", "rule 1: negation is true or false"),
        ("[[rule]]\nlabel='a'\nwords=['a']\n[negation]\nwindow=0", "negation: window is a whole number from 1"),
        (
            "[[rule]]\nlabel='a'\nwords=['a']\nname='x'\n[[rule]]\nlabel='b'\nwords=['b']\nname='x'",
            "rule 2: the name 'x'",
        ),
    ],
)
def test_a_rule_file_that_is_wrong_is_told(tmp_path: Path, content: str, message: str) -> None:
    assert refused(tmp_path, content).startswith(message)


def test_a_rule_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="there is no such rule file"):
        read_rules(tmp_path / "gone.toml")
    (tmp_path / "a.toml").write_bytes("label = '上消化道'".encode("gb18030"))
    with pytest.raises(OptionError, match="not UTF-8"):
        read_rules(tmp_path / "a.toml")
    with pytest.raises(OptionError, match="cannot be read"):
        read_rules(tmp_path)
