"""Rules by which a text asserts a term: the cues of each state, and how far they reach; read from TOML files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from medtext.corpus.negation import Negation, word_pattern
from medtext.corpus.rule_tables import (
    NEGATION_KEYS,
    NEGATION_PATTERNS,
    NEGATION_STOPS,
    finder,
    negation_of,
    read_toml,
    refuse_unknown,
    texts_of,
)
from medtext.errors import OptionError


class Assertion(StrEnum):
    """What a text says of a term; ``historical`` also of one that a relative has."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"
    HISTORICAL = "historical"
    NORMAL = "normal"


class Script(StrEnum):
    """What a text is written in."""

    CHINESE = "chinese"
    LETTERS = "letters"


PRECEDENCE = (Assertion.ABSENT, Assertion.HISTORICAL, Assertion.UNCERTAIN, Assertion.NORMAL)
"""Which state holds where cues of several reach a term: the first. With none, the term is present.

What is denied is neither past nor doubted (否认肝炎病史, no possible fracture); what is doubted about the past is past
(考虑胃癌术后); what is doubted is not yet normal.
"""

_BOOK_KEYS = ("script", "marks", "lists", *NEGATION_STOPS, "cue")
_PATTERN_KEYS = (*NEGATION_PATTERNS, *NEGATION_STOPS, "spares")
_BUNDLED = ("assertions_zh.toml", "assertions_en.toml")
_NAMED = re.compile(r"\{([A-Za-z_]\w*)\}")
_NOTHING = Negation((), (), ())


@dataclass(frozen=True, eq=False)
class Cue:
    """Words that put a term into a state. A term that is wholly one of ``spares`` is left alone."""

    state: Assertion
    words: Negation
    spares: re.Pattern[str] | None = None


@dataclass(frozen=True, eq=False)
class AssertionRules:
    """All rules for terms of one script. ``cues`` are in order of precedence; ``marks`` name the states but present."""

    script: Script
    cues: tuple[Cue, ...]
    marks: Mapping[Assertion, str]

    @classmethod
    def read(cls, path: Path) -> AssertionRules:
        """Read a rule file; the top of the bundled one for Chinese, ``assertions_zh.toml``, tells the format.

        Raises OptionError, which says where in the file what is wrong.
        """
        content = read_toml(path)
        refuse_unknown(content, _BOOK_KEYS, f"{path}")
        lists = _lists(_table(content, "lists", path), f"{path}: lists")
        content = _expanded(content, lists, f"{path}")
        base = negation_of({key: content[key] for key in NEGATION_STOPS if key in content}, f"{path}", _NOTHING)
        tables = content.get("cue")
        if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
            raise OptionError(f'{path}: no cue in it: write [[cue]], then state = "absent" and before = ["no"]')
        cues = [
            _cue(_expanded(table, lists, f"{path}: cue {at}"), f"{path}: cue {at}", base)
            for at, table in enumerate(tables, start=1)
        ]
        return cls(
            script=Script(_one_of(list(Script), content.get("script"), f"{path}: script")),
            cues=tuple(sorted(cues, key=lambda cue: PRECEDENCE.index(cue.state))),
            marks=_marks(_table(content, "marks", path), f"{path}: marks"),
        )


def assertion_rules(*paths: Path) -> Mapping[Script, AssertionRules]:
    """Return the bundled rules of every script, with those of some files in place of theirs.

    Raises OptionError for a bad file, and for two files of one script.
    """
    own: dict[Script, tuple[Path, AssertionRules]] = {}
    for path in paths:
        rules = AssertionRules.read(path)
        if rules.script in own:
            raise OptionError(f"{path}: {own[rules.script][0]} is for {rules.script} too: join the two")
        own[rules.script] = path, rules
    return {rules.script: rules for rules in _bundled()} | {script: rules for script, (_, rules) in own.items()}


@cache
def _bundled() -> tuple[AssertionRules, ...]:
    return tuple(AssertionRules.read(Path(__file__).with_name(name)) for name in _BUNDLED)


def _cue(table: Mapping[str, Any], where: str, base: Negation) -> Cue:
    refuse_unknown(table, ("state", "spares", *NEGATION_KEYS), where)
    state = Assertion(_one_of(PRECEDENCE, table.get("state"), f"{where}: state"))
    spares = texts_of(table, "spares", where)
    words = negation_of({key: table[key] for key in NEGATION_KEYS if key in table}, where, base)
    if not (words.before or words.after or words.before_patterns or words.after_patterns):
        raise OptionError(f'{where}: nothing before and nothing after: write before = ["no"]')
    return Cue(state, words, finder((), spares, f"{where}: spares") if spares else None)


def _one_of(known: Sequence[str], value: object, where: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise OptionError(f"{where} = {value!r:.40}: expected one of {', '.join(known)}")
    return value


def _marks(table: Mapping[str, Any], where: str) -> Mapping[Assertion, str]:
    refuse_unknown(table, PRECEDENCE, where)
    wrong = next((state for state in PRECEDENCE if not isinstance(table.get(state), str) or not table[state]), None)
    if wrong is not None:
        raise OptionError(f'{where}: {wrong} is what stands before a term: write {wrong} = "[{wrong}] "')
    return {state: table[state] for state in PRECEDENCE}


def _lists(table: Mapping[str, Any], where: str) -> dict[str, str]:
    lists = {name: texts_of(table, name, where) for name in table}
    empty = next((name for name, words in lists.items() if not words), None)
    if empty is not None:
        raise OptionError(f"{where}: {empty} must not be empty: leave it out")
    return {name: f"(?:{word_pattern(words)})" for name, words in lists.items()}


def _expanded(table: Mapping[str, Any], lists: Mapping[str, str], where: str) -> dict[str, Any]:
    """Return a table with the lists in place of their names in its patterns."""
    expanded = dict(table)
    for key in _PATTERN_KEYS:
        if key in table:
            patterns = texts_of(table, key, where)
            unknown = next((n for text in patterns for n in _NAMED.findall(text) if n not in lists), None)
            if unknown is not None:
                raise OptionError(f"{where}: {key} names the list {{{unknown}}}: there is {', '.join(lists) or 'none'}")
            expanded[key] = [_NAMED.sub(lambda found: lists[found[1]], text) for text in patterns]
    return expanded


def _table(content: Mapping[str, Any], key: str, path: Path) -> Mapping[str, Any]:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise OptionError(f"{path}: {key} is a table: write [{key}]")
    return table
