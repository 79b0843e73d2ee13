"""What is counted of one keyword: whole numbers and sets of hashes, which add up the same in any order."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any, Self

from medtext.corpus.record import Record
from medtext.explain.clusters import patient_hash, template_hash
from medtext.explain.contexts import Context, Contexts
from medtext.explain.spans import Span
from medtext.explain.term_sums import PER_LOGIT


def _hashes() -> array[int]:
    return array("Q")


@dataclass(slots=True)
class Tally:
    """How often a keyword was found, in how many records, with what scores, spelt how, of whom, and where.

    ``score`` is the sum in millionths of a logit. ``patients`` and ``templates`` are hashes, one for every record
    (8 bytes each); those that are there twice count once.
    """

    count: int = 0
    records: int = 0
    score: int = 0
    forms: dict[str, int] = field(default_factory=dict)
    patients: array[int] = field(default_factory=_hashes)
    templates: array[int] = field(default_factory=_hashes)
    contexts: Contexts = field(default_factory=lambda: Contexts(0))

    def see(self, record: Record, span: Span, form: str) -> None:
        """Count a span of a record that reads so."""
        self.count += 1
        self.score += round(span.score * PER_LOGIT)
        self.forms[form] = self.forms.get(form, 0) + 1
        self.contexts.see(record, span)

    def belong(self, patient: int | None, template: int) -> None:
        """Count the record that all of these spans are of."""
        self.records += 1
        self.templates.append(template)
        if patient is not None:
            self.patients.append(patient)

    def add(self, other: Tally) -> None:
        """Add what was counted of other records."""
        self.count += other.count
        self.records += other.records
        self.score += other.score
        for form, count in other.forms.items():
            self.forms[form] = self.forms.get(form, 0) + count
        self.patients.extend(other.patients)
        self.templates.extend(other.templates)
        self.contexts.add(other.contexts.kept)

    @property
    def form(self) -> str:
        """The commonest way to write the keyword."""
        return min(self.forms, key=lambda form: (-self.forms[form], form))

    @property
    def mean_score(self) -> float:
        """The mean score of a span, in logits."""
        return self.score / self.count / PER_LOGIT

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values: the same for the same records, in whatever order and sharding."""
        return {
            "count": self.count,
            "records": self.records,
            "score": self.score,
            "forms": dict(sorted(self.forms.items())),
            "patients": sorted(set(self.patients)),
            "templates": sorted(set(self.templates)),
            "contexts": [{"drawn": each.drawn, **each.to_json()} for each in self.contexts.kept],
        }

    @classmethod
    def from_json(cls, content: Any, contexts: int) -> Self:
        """Read what ``to_json`` gave; KeyError, TypeError, ValueError or OverflowError where it is none of it."""
        whole = {name: _whole(content[name]) for name in ("count", "records", "score")}
        forms = {str(form): _whole(count) for form, count in content["forms"].items()}
        if not 0 < whole["records"] <= whole["count"] == sum(forms.values()):
            raise ValueError("a keyword's counts do not go together")
        patients, templates = (array("Q", content[name]) for name in ("patients", "templates"))
        kept = Contexts(contexts)
        kept.add(Context(**each) for each in content["contexts"])
        return cls(**whole, forms=forms, patients=patients, templates=templates, contexts=kept)


def hashes_of(record: Record) -> tuple[int | None, int]:
    """Return what stands for a record's patient, None where it names none, and for its template."""
    return patient_hash(record), template_hash(record)


def _whole(number: Any) -> int:
    if type(number) is not int:
        raise ValueError(f"{number!r} is no whole number")
    return number
