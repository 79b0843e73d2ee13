"""Rules that find findings: what names each, what makes it absent or uncertain, and where; read from a TOML file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from medtext.corpus.negation import Negation
from medtext.corpus.rule_tables import finder, negation_of, read_toml, refuse_unknown, texts_of
from medtext.errors import OptionError

CUES = ("absent", "uncertain", "history", "former")
"""What a cue says of the finding in its scope: it is not there, may be there, is only asked for or known, was there."""
_BOOK_KEYS = ("stops", "stops_behind", "cue", "side", "prior", "finding", "normal")
_SIDES = ("left", "right", "bilateral")
_BETWEEN = ("lead", "joint", "shared")
_TERMS = ("words", "patterns")
_EXCEPTIONS = ("except", "except_patterns")
_DOUBTFUL = ("doubtful", "doubtful_patterns")
_FLAGS = ("sided", "lasting", "critical")
_BUNDLED = Path(__file__).with_name("findings_en.toml")


@dataclass(frozen=True)
class FindingRule:
    """What names one finding, what only looks like it, and what names it as doubtful.

    ``sided`` ones have a side; former ones that are ``lasting`` are still there; a report that misses a ``critical``
    one is dangerous.
    """

    name: str
    hits: re.Pattern[str]
    exceptions: re.Pattern[str] | None = None
    doubtful: re.Pattern[str] | None = None
    sided: bool = False
    lasting: bool = False
    critical: bool = False


@dataclass(frozen=True)
class NormalRule:
    """What says that all is well, and which findings are absent then."""

    hits: re.Pattern[str]
    absent: tuple[str, ...]


@dataclass(frozen=True)
class SideRule:
    """What names a side, by groups called left, right and bilateral, and what leads to one behind the finding.

    A ``joint`` stands between two sides that are told together, and ends what leads to a side; ``shared`` is all that
    stands between two findings that have the side behind them in common.
    """

    words: re.Pattern[str]
    lead: re.Pattern[str]
    joint: re.Pattern[str]
    shared: re.Pattern[str]


@dataclass(frozen=True, eq=False)
class FindingRules:
    """All rules of one language. ``cues`` are by the names in ``CUES``; ``stops`` end the scope of a cue."""

    findings: tuple[FindingRule, ...]
    normal: tuple[NormalRule, ...]
    cues: Mapping[str, Negation]
    stops: re.Pattern[str]
    stops_behind: re.Pattern[str]
    side: SideRule
    prior: re.Pattern[str]
    no_prior: re.Pattern[str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The findings, in the order of the file."""
        return tuple(rule.name for rule in self.findings)

    @property
    def critical(self) -> tuple[str, ...]:
        """The findings that no report may miss."""
        return tuple(rule.name for rule in self.findings if rule.critical)

    @classmethod
    @cache
    def bundled(cls) -> FindingRules:
        """Return the rules for English reports of chest radiographs."""
        return cls.read(_BUNDLED)

    @classmethod
    def read(cls, path: Path) -> FindingRules:
        """Read a rule file, which is TOML; the bundled one, ``findings_en.toml``, is an example of all there is.

        Raises OptionError, which says where in the file what is wrong.
        """
        content = read_toml(path)
        refuse_unknown(content, _BOOK_KEYS, f"{path}")
        findings = [_finding(table, f"{path}: finding {at}") for at, table in _tables(content, "finding", path)]
        names = [rule.name for rule in findings]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise OptionError(f"{path}: the finding '{twice}' stands twice: join the two")
        cues, side, prior = (_table(content, key, path) for key in ("cue", "side", "prior"))
        refuse_unknown(cues, CUES, f"{path}: cue")
        refuse_unknown(prior, (*_TERMS, *_EXCEPTIONS), f"{path}: prior")
        return cls(
            findings=tuple(findings),
            normal=tuple(
                _normal(table, f"{path}: normal {at}", names) for at, table in _tables(content, "normal", path)
            ),
            cues={
                name: negation_of(_table(cues, name, path), f"{path}: cue.{name}", Negation((), (), ()))
                for name in CUES
            },
            stops=_any(content, (), ("stops",), f"{path}"),
            stops_behind=_any(content, (), ("stops_behind",), f"{path}"),
            side=_side(side, f"{path}: side"),
            prior=_any(prior, ("words",), ("patterns",), f"{path}: prior"),
            no_prior=_some(prior, _EXCEPTIONS[:1], _EXCEPTIONS[1:], f"{path}: prior"),
        )


def _finding(table: Mapping[str, Any], where: str) -> FindingRule:
    refuse_unknown(table, ("name", *_TERMS, *_EXCEPTIONS, *_DOUBTFUL, *_FLAGS), where)
    name = table.get("name")
    if not isinstance(name, str) or not name.strip() or name != name.strip():
        raise OptionError(f'{where}: a finding needs a name: write name = "pleural effusion"')
    flags = {key: table.get(key, False) for key in _FLAGS}
    wrong = next((key for key, value in flags.items() if not isinstance(value, bool)), None)
    if wrong is not None:
        raise OptionError(f"{where}: {wrong} is true or false")
    hits, exceptions, doubtful = (
        _some(table, (plain,), (patterns,), where) for plain, patterns in (_TERMS, _EXCEPTIONS, _DOUBTFUL)
    )
    if hits is None:
        raise OptionError(f'{where}: neither words nor patterns: write words = ["effusion"]')
    return FindingRule(name, hits, exceptions, doubtful, **flags)


def _normal(table: Mapping[str, Any], where: str, names: Sequence[str]) -> NormalRule:
    refuse_unknown(table, (*_TERMS, "absent"), where)
    absent = texts_of(table, "absent", where)
    unknown = next((name for name in absent if name not in names), None)
    if unknown is not None or not absent:
        raise OptionError(f"{where}: absent names findings of this file, not {unknown or 'nothing'}")
    return NormalRule(_any(table, ("words",), ("patterns",), where), absent)


def _side(table: Mapping[str, Any], where: str) -> SideRule:
    refuse_unknown(table, (*_SIDES, *_BETWEEN), where)
    missing = next((key for key in _BETWEEN if not isinstance(table.get(key), str)), None)
    if missing is not None:
        raise OptionError(f"{where}: {missing} is a pattern: write {missing} = '\\b(?:in|on)\\b'")
    groups = {name: _any(table, (), (name,), where).pattern for name in _SIDES}
    # Bilateral ones first: "left greater than right" begins with a side of its own.
    words = "|".join(f"(?P<{name}>{groups[name]})" for name in reversed(_SIDES))
    return SideRule(re.compile(words, re.IGNORECASE), *(finder((), (table[key],), where) for key in _BETWEEN))


def _any(table: Mapping[str, Any], plain: Sequence[str], patterns: Sequence[str], where: str) -> re.Pattern[str]:
    found = _some(table, plain, patterns, where)
    if found is None:
        raise OptionError(f"{where}: {' and '.join([*plain, *patterns])} must not be empty")
    return found


def _some(
    table: Mapping[str, Any], plain: Sequence[str], patterns: Sequence[str], where: str
) -> re.Pattern[str] | None:
    """Compile the lists of plain words and of patterns that stand under some keys, or None where there are none."""
    words, own = ([text for key in keys for text in texts_of(table, key, where)] for keys in (plain, patterns))
    return finder(words, own, where) if words or own else None


def _table(content: Mapping[str, Any], key: str, path: Path) -> Mapping[str, Any]:
    table = content.get(key)
    if not isinstance(table, dict):
        raise OptionError(f"{path}: no table '{key}' in it: write [{key}]")
    return table


def _tables(content: Mapping[str, Any], key: str, path: Path) -> list[tuple[int, Mapping[str, Any]]]:
    tables = content.get(key)
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise OptionError(f"{path}: no {key} in it: write [[{key}]] and its keys")
    return list(enumerate(tables, start=1))
