"""The ranked table of what drove the answers, counted over a corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from medtext.explain.asserting import Asserting
from medtext.explain.attribution import DEFAULT_METHOD, Attribution
from medtext.explain.keyword_spans import keyword_spans
from medtext.explain.naming import Naming, as_written
from medtext.explain.spans import Pick

if TYPE_CHECKING:
    import pandas

BLIND = "Nothing counts as evidence: the run's answers to val go with the truth no more than chance does."
"""What a table says of a run that knows nothing; the least score of its settings is infinite."""

_PER_LOGIT = 1_000_000
"""Scores are added up in whole millionths of a logit: integers add exactly, in any order and any sharding."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A row: a keyword that drove a label.

    ``count`` is how many spans read so, ``records`` in how many records, ``mean_score``
    the mean of the spans' summed scores, in logits.
    """

    rank: int
    keyword: str
    label: str
    count: int
    records: int
    mean_score: float


@dataclass
class _Tally:
    count: int = 0
    records: int = 0
    score: int = 0
    forms: dict[str, int] = field(default_factory=dict)

    def add(self, other: _Tally) -> None:
        self.count += other.count
        self.records += other.records
        self.score += other.score
        for form, count in other.forms.items():
            self.forms[form] = self.forms.get(form, 0) + count


@dataclass
class KeywordTable:
    """Spans above a threshold, counted by keyword and label.

    ``settings`` says how the scores were made (which labels, unit, kind, tolerance).
    Spans that differ only in width or case are one keyword, shown in its commonest
    form; ``naming`` may make one of more, such as synonyms, and ``asserting`` keeps
    apart what texts deny, doubt, tell of the past or call normal. The header counts:
    ``records`` that were read, ``explained`` answers, ``without_evidence`` (no score
    over the floor, so no keyword) and ``unconverged`` ones (gap over tolerance), and
    ``truncated`` records. Two tables of disjoint records merge to exactly the table
    of all of them.
    """

    threshold: float
    pick: Pick = "all"
    run: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    naming: Naming = field(default=as_written, compare=False, repr=False)
    asserting: Asserting | None = field(default=None, compare=False, repr=False)
    records: int = 0
    explained: int = 0
    without_evidence: int = 0
    unconverged: int = 0
    truncated: int = 0
    greatest_gap: float = 0.0
    _tallies: dict[tuple[str, str], _Tally] = field(default_factory=dict)

    def add(self, attributions: Sequence[Attribution], *, truncated: bool = False) -> None:
        """Count the attributions of one record, one for each label that was explained; ``truncated`` if it was cut."""
        self.records += 1
        self.truncated += truncated or any(attribution.truncated for attribution in attributions)
        for attribution in attributions:
            self.explained += 1
            self.without_evidence += not attribution.has_evidence
            self.unconverged += attribution.converged is False
            if attribution.adds_up:
                self.greatest_gap = max(self.greatest_gap, abs(attribution.gap))
            self._count(attribution)

    @property
    def adds_up(self) -> bool:
        """Whether the scores were meant to add up, so that they can fail to converge."""
        method, scores = self.settings.get("method", DEFAULT_METHOD), self.settings.get("scores", "signed")
        return method == DEFAULT_METHOD and scores == "signed"

    @property
    def how(self) -> str:
        """How the scores were made, in a few words."""
        method, scores = self.settings.get("method", DEFAULT_METHOD), self.settings.get("scores", "signed")
        kind = "magnitude" if method == DEFAULT_METHOD and scores != "signed" else method
        unit, labels = self.settings.get("unit", "token"), self.settings.get("explain", "predicted")
        return f"{kind}, by {unit}, of {labels} labels"

    def _count(self, attribution: Attribution) -> None:
        found: dict[str, _Tally] = {}
        for key, form, score in keyword_spans(attribution, self.threshold, self.pick, self.naming, self.asserting):
            tally = found.setdefault(key, _Tally(records=1))
            tally.add(_Tally(1, 0, round(score * _PER_LOGIT), {form: 1}))
        for keyword, tally in found.items():
            self._tallies.setdefault((keyword, attribution.label), _Tally()).add(tally)

    def merge(self, other: KeywordTable) -> Self:
        """Add the counts of a table of other records, made with the same settings; returns itself."""
        own, others = ((each.run, each.threshold, each.pick, dict(each.settings)) for each in (self, other))
        if own != others:
            raise ValueError("tables of different runs, thresholds or settings cannot be merged")
        for key, tally in other._tallies.items():
            self._tallies.setdefault(key, _Tally()).add(tally)
        self.records += other.records
        self.explained += other.explained
        self.without_evidence += other.without_evidence
        self.unconverged += other.unconverged
        self.truncated += other.truncated
        self.greatest_gap = max(self.greatest_gap, other.greatest_gap)
        self.labels = self.labels or other.labels
        return self

    def rows(self, label: str | None = None) -> list[Keyword]:
        """Return the rows, most frequent first, of one label or of all; ranks count within what is returned."""
        picked = [(key, tally) for key, tally in self._tallies.items() if label in (None, key[1])]
        picked.sort(key=lambda item: (-item[1].count, -item[1].records, -item[1].score, item[0]))
        return [
            Keyword(
                rank=rank,
                keyword=min(tally.forms, key=lambda form: (-tally.forms[form], form)),
                label=key[1],
                count=tally.count,
                records=tally.records,
                mean_score=tally.score / tally.count / _PER_LOGIT,
            )
            for rank, (key, tally) in enumerate(picked, start=1)
        ]

    def header(self) -> dict[str, Any]:
        """Return what the table was made of, as plain values."""
        return {
            "run": self.run,
            "threshold": self.threshold,
            "pick": self.pick,
            **self.settings,
            "records": self.records,
            "explained": self.explained,
            "without_evidence": self.without_evidence,
            "unconverged": self.unconverged,
            "truncated": self.truncated,
            "greatest_gap": self.greatest_gap,
        }

    def to_frame(self) -> pandas.DataFrame:
        """Return the rows as a data frame, one column a field."""
        import pandas

        columns = list(Keyword.__dataclass_fields__)
        return pandas.DataFrame([[getattr(row, name) for name in columns] for row in self.rows()], columns=columns)
