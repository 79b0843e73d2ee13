"""One record of the sample, with the spans its writer had in mind."""

from __future__ import annotations

from dataclasses import dataclass

WHYS = (
    "header",
    "history",
    "metaplasia",
    "negation",
    "neighbour",
    "normal",
    "origin",
    "other-organ",
    "plan",
    "preparation",
    "procedure",
    "referred",
    "rule-out",
)
"""Why a span names another organ without making the label; README.md says what each means."""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` of a text; ``why`` is empty for evidence."""

    start: int
    end: int
    text: str
    why: str = ""

    def as_json(self) -> dict[str, int | str]:
        """Give the span as it stands in ``evidence.jsonl``."""
        fields: dict[str, int | str] = {"start": self.start, "end": self.end, "text": self.text}
        return {**fields, "why": self.why} if self.why else fields


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, its label, the kind of report, and the spans that speak for and against the label."""

    text: str
    label: str
    kind: str
    evidence: tuple[Span, ...]
    distractors: tuple[Span, ...]
