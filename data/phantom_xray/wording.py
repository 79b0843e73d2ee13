"""Reports in words, by the grammar of ``wording.toml``: nothing is told that is not there, nor denied that is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .findings import Finding
from .names import View

_NAMES = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_USUAL_ORDER, _FURTHER, _CHRONIC = 0.65, 0.35, 0.6
_DEVICE_TOLD = 0.6
"""Shares of: reports in the usual order; topics with a finding that deny something too; impressions that end with no acute
disease where none is; impressions that name a device."""


@dataclass(frozen=True)
class Report:
    """The two sections of a report."""

    findings: str
    impression: str


@lru_cache(maxsize=1)
def _grammar() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("wording.toml").read_text(encoding="utf-8"))


def report(findings: Sequence[Finding], views: Sequence[View], chance: np.random.Generator) -> Report:
    """Write the report of a study that shows these findings and variants in these views."""
    return _Writer(findings, views, chance).report()


class _Writer:
    def __init__(self, findings: Sequence[Finding], views: Sequence[View], chance: np.random.Generator) -> None:
        self._findings = {finding.name: finding for finding in findings}
        self._frontal = "frontal" in views
        self._chance = chance
        self._grammar = _grammar()

    def report(self) -> Report:
        topics = list(self._grammar["topics"])
        if self._chance.random() >= _USUAL_ORDER:
            topics = [topics[each] for each in self._chance.permutation(len(topics))]
        sentences = [sentence for topic in topics for sentence in self._topic(topic)]
        if not sentences:
            sentences = [self._pick(self._grammar["normal"]["texts"])]
        return Report(" ".join(sentences), " ".join(self._impression()))

    def _topic(self, topic: str) -> list[str]:
        told = [self._told(name, "findings") for name in self._grammar["topics"][topic] if name in self._findings]
        if self._chance.random() < (_FURTHER if told else self._grammar["spoken"][topic]):
            told += self._denied(topic, after=bool(told))
        return told

    def _denied(self, topic: str, *, after: bool) -> list[str]:
        open_rules = [
            rule
            for rule in self._grammar["denied"]
            if rule["topic"] == topic
            and not set(rule["absent"]) & set(self._findings)
            and (after or not rule.get("after"))
            and (self._frontal or not rule.get("frontal"))
        ]
        if not open_rules:
            return []
        # Rules that deny more are taken more often.
        weights = np.array([1.0 + len(rule["absent"]) for rule in open_rules])
        rule = open_rules[int(self._chance.choice(len(open_rules), p=weights / weights.sum()))]
        return [self._pick(rule["texts"])]

    def _impression(self) -> list[str]:
        urgency = self._grammar["urgency"]
        named = [name for name in urgency["order"] if name in self._findings]
        if "device" in named and self._chance.random() >= _DEVICE_TOLD:
            named.remove("device")
        if not named:
            return [self._pick(self._grammar["normal"]["texts"])]
        told = [self._told(name, "impression") for name in named]
        if not set(named) & set(urgency["acute"]) and self._chance.random() < _CHRONIC:
            told.append(self._pick(self._grammar["chronic"]["texts"]))
        return told

    def _told(self, name: str, section: str) -> str:
        finding, forms = self._findings[name], self._grammar["told"][name]
        texts = [
            text for form in _forms(finding, sided=self._frontal) if form in forms for text in forms[form][section]
        ]
        return self._fill(self._pick(texts), finding)

    def _fill(self, text: str, finding: Finding) -> str:
        """Fill in names, leave out what cannot be told, and begin with a capital letter."""
        known = self._known(finding)
        kept = _OPTIONAL.sub(
            lambda part: part[1] if all(name in known for name in _NAMES.findall(part[1])) else "", text
        )
        filled = _NAMES.sub(lambda name: known[name[1]], kept)
        return filled[0].upper() + filled[1:]

    def _known(self, finding: Finding) -> dict[str, str]:
        side = finding.side if self._frontal else None
        place = " ".join(filter(None, (side, finding.zone)))
        words = {"side": [side] if side else [], "size": self._grammar["size"].get(finding.severity, [])}
        words |= {name: self._grammar[name].get(place, []) for name in ("lobe", "zone")}
        return {name: self._pick(each) for name, each in words.items() if each}

    def _pick(self, texts: Sequence[str]) -> str:
        return texts[int(self._chance.integers(len(texts)))]


def _forms(finding: Finding, *, sided: bool) -> tuple[str, ...]:
    """Return the forms of the grammar that suit a finding."""
    if finding.kind:
        return (finding.kind,)
    both = sided and finding.side == "both" and finding.name == "pleural effusion"
    if not finding.certain:
        return ("possible both" if both else "possible",)
    return ("both",) if both else ("any", finding.severity or "any")
