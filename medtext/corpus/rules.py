"""Labels by rules: words that speak for a label, read from a file that a person writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medtext.corpus.fold import fold_width
from medtext.corpus.negation import Negation
from medtext.corpus.rule_tables import finder, negation_of, read_toml, refuse_unknown, texts_of
from medtext.errors import OptionError

DECIDE = ("one", "first", "all")
"""How several labels that hit are decided on: none is taken, the first in the file, or all."""
_RULE_KEYS = ("label", "name", "words", "patterns", "except", "negation", "priority", "parts")
_BOOK_KEYS = ("decide", "default", "rule", "negation")
_JOINT = "|"


@dataclass(frozen=True)
class Rule:
    """What speaks for one label: whole words, regular expressions, and exceptions, which cover a hit inside them.

    A hit that the text denies does not count, unless ``negation`` is False. Of several labels
    that hit, those of the highest ``priority`` are left. With ``parts``, only records of those parts are looked at.
    """

    label: str
    name: str
    hits: re.Pattern[str]
    exceptions: re.Pattern[str] | None = None
    negation: bool = True
    priority: int = 0
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that hit, the words that made it hit, and where they stand in the text."""

    rule: Rule
    words: str
    start: int

    def __str__(self) -> str:
        return f"{self.rule.name}: {self.words}@{self.start}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one text: the rules that hit, those whose hits are all denied, and the labels decided on.

    ``labels`` is None where rules of several labels hit and one is wanted (``conflict``), or none hit.
    """

    hits: tuple[Hit, ...]
    denied: tuple[Rule, ...]
    labels: tuple[str, ...] | None
    conflict: bool = False


@dataclass(frozen=True)
class RuleBook:
    """Rules in the order of their file, and how they decide."""

    rules: tuple[Rule, ...]
    decide: str = "one"
    default: str | None = None
    negation: Negation = field(default_factory=Negation)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that can be given, in the order of the file."""
        return tuple(dict.fromkeys([*(rule.label for rule in self.rules), *([self.default] if self.default else [])]))

    def judge(self, text: str, part: str | None = None) -> Verdict:
        """Return what the rules say of a text."""
        folded = fold_width(text)
        hits: list[Hit] = []
        denied: list[Rule] = []
        for rule in self.rules:
            if rule.parts and part not in rule.parts:
                continue
            hit, was_denied = self._hit(rule, folded)
            if hit is not None:
                hits.append(Hit(rule, text[hit.start() : hit.end()], hit.start()))
            elif was_denied:
                denied.append(rule)
        labels, conflict = self._decided(hits)
        return Verdict(tuple(hits), tuple(denied), labels, conflict)

    def _hit(self, rule: Rule, folded: str) -> tuple[re.Match[str] | None, bool]:
        """Return the first hit that counts, or whether there was one that the text denies."""
        denied = False
        covered: list[tuple[int, int]] | None = None
        for found in rule.hits.finditer(folded):
            if rule.exceptions is not None:
                if covered is None:
                    covered = [each.span() for each in rule.exceptions.finditer(folded)]
                if any(start <= found.start() and found.end() <= end for start, end in covered):
                    continue
            if rule.negation and self.negation.denies(folded, *found.span()):
                denied = True
                continue
            return found, denied
        return None, denied

    def _decided(self, hits: Sequence[Hit]) -> tuple[tuple[str, ...] | None, bool]:
        if not hits:
            return ((self.default,) if self.default else None), False
        labels = tuple(dict.fromkeys(hit.rule.label for hit in hits))
        if self.decide == "all":
            return labels, False
        highest = max(hit.rule.priority for hit in hits)
        labels = tuple(dict.fromkeys(hit.rule.label for hit in hits if hit.rule.priority == highest))
        if self.decide == "first" or len(labels) == 1:
            return labels[:1], False
        return None, True


def read_rules(path: Path) -> RuleBook:
    """Read a rule file, which is TOML.

    ``decide`` is one of ``DECIDE``, ``default`` the label where no rule hits. Each ``[[rule]]`` has a
    ``label`` and ``words`` or ``patterns``, and may have a ``name``, ``except``, ``negation = false``, ``priority`` and
    ``parts``. A table ``[negation]`` may replace any part of ``Negation``.
    Raises OptionError, which says in which rule what is wrong.
    """
    content = read_toml(path)
    refuse_unknown(content, _BOOK_KEYS, f"{path}")
    decide = content.get("decide", "one")
    if decide not in DECIDE:
        raise OptionError(f"{path}: decide = {decide!r}: expected one of {', '.join(DECIDE)}")
    default = content.get("default")
    if default is not None:
        _check_label(default, f"{path}: default")
    tables = content.get("rule")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise OptionError(f'{path}: no rule in it: write [[rule]], then label = "..." and words = ["..."]')
    rules: list[Rule] = []
    names: set[str] = set()
    for number, table in enumerate(tables, start=1):
        rule = _rule(table, f"{path}: rule {number}", names)
        names.add(rule.name)
        rules.append(rule)
    return RuleBook(tuple(rules), decide, default, _negation(content.get("negation", {}), path))


def _check_label(label: object, where: str) -> str:
    if not isinstance(label, str) or not label.strip() or label != label.strip() or _JOINT in label:
        raise OptionError(
            f"{where}: a label is a text without {_JOINT} and without blanks around it, not {label!r:.40}"
        )
    return label


def _rule(table: Mapping[str, Any], where: str, names: set[str]) -> Rule:
    refuse_unknown(table, _RULE_KEYS, where)
    label = _check_label(table.get("label"), where)
    words, patterns = texts_of(table, "words", where), texts_of(table, "patterns", where)
    if not words and not patterns:
        raise OptionError(f'{where}: neither words nor patterns: write words = ["..."]')
    name = table.get("name") or next(
        each for each in (label, *(f"{label} {number}" for number in range(2, len(names) + 3))) if each not in names
    )
    if not isinstance(name, str) or name in names:
        raise OptionError(f"{where}: the name {name!r:.40} is no text or stands twice: choose another")
    negation, priority = table.get("negation", True), table.get("priority", 0)
    if not isinstance(negation, bool) or not isinstance(priority, int) or isinstance(priority, bool):
        raise OptionError(f"{where}: negation is true or false, priority a whole number")
    exceptions = texts_of(table, "except", where)
    return Rule(
        label=label,
        name=name,
        hits=finder(words, patterns, where),
        exceptions=finder(exceptions, (), where) if exceptions else None,
        negation=negation,
        priority=priority,
        parts=texts_of(table, "parts", where),
    )


def _negation(table: Any, path: Path) -> Negation:
    if not isinstance(table, dict):
        raise OptionError(f'{path}: negation is a table: write [negation], then before = ["未见"]')
    return negation_of(table, f"{path}: negation", Negation())
