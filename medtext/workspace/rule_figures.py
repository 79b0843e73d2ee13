"""What each rule of a rule file does on a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from medtext.corpus.rules import RuleBook, Verdict


@dataclass
class RuleFigures:
    """Counts of records for one rule (as the analysis of labelling functions in Ratner et al. 2017, arXiv:1711.10160).

    ``records`` it hit; of those, ``overlaps`` that another rule hit too, and ``conflicts`` where
    another rule spoke for another label; ``denied``, where every hit was negated; ``known``, those hit
    whose label was known already, and ``right``, those of them where it was the rule's.
    """

    rule: str
    label: str
    records: int = 0
    overlaps: int = 0
    conflicts: int = 0
    denied: int = 0
    known: int = 0
    right: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the figures, with ``accuracy`` on the records whose label was known, None without any."""
        return {**asdict(self), "accuracy": self.right / self.known if self.known else None}


class RuleCount:
    """Counts over a corpus what the rules of a book do."""

    def __init__(self, book: RuleBook) -> None:
        self.rules = {rule.name: RuleFigures(rule.name, rule.label) for rule in book.rules}
        self.records = self.hit = self.default = self.conflicts = self.none = 0
        self.known = self.right = 0
        self.pairs: Counter[tuple[str, ...]] = Counter()

    def add(self, verdict: Verdict, known: Collection[str] | None) -> None:
        """Count a verdict on a record; ``known`` are the labels that it has already, None without."""
        self.records += 1
        for rule in verdict.denied:
            self.rules[rule.name].denied += 1
        labels = {hit.rule.label for hit in verdict.hits}
        for hit in verdict.hits:
            figures = self.rules[hit.rule.name]
            figures.records += 1
            figures.overlaps += len(verdict.hits) > 1
            figures.conflicts += len(labels) > 1
            figures.known += known is not None
            figures.right += hit.rule.label in (known or ())
        self.hit += bool(verdict.hits)
        self.default += not verdict.hits and verdict.labels is not None
        self.none += not verdict.hits and verdict.labels is None
        if verdict.conflict:
            self.conflicts += 1
            self.pairs[tuple(sorted(labels))] += 1
        if known is not None and verdict.labels is not None:
            self.known += 1
            self.right += set(verdict.labels) == set(known)

    def to_json(self) -> dict[str, Any]:
        """Return all figures as JSON can hold them."""
        return {
            "records": self.records,
            "hit": self.hit,
            "default": self.default,
            "conflict": self.conflicts,
            "none": self.none,
            "known": self.known,
            "accuracy": self.right / self.known if self.known else None,
            "conflicts_between": [{"labels": list(pair), "records": n} for pair, n in self.pairs.most_common(10)],
            "rules": [figures.to_json() for figures in self.rules.values()],
        }
