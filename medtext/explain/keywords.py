"""The ranked table of what drove the answers, counted over a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from medtext.errors import OptionError
from medtext.explain.asserting import Asserting
from medtext.explain.attribution import DEFAULT_METHOD, Attribution
from medtext.explain.cluster_means import Direction
from medtext.explain.clusters import Patients
from medtext.explain.contexts import Context, Contexts
from medtext.explain.keyword_spans import named
from medtext.explain.naming import Naming, as_written
from medtext.explain.rank_stability import THRESHOLDS, ThresholdStability, ranks, stability
from medtext.explain.spans import Pick, spans_among
from medtext.explain.tally import Tally, hashes_of

if TYPE_CHECKING:
    import pandas

BLIND = "Nothing counts as evidence: the run's answers to val go with the truth no more than chance does."
"""What a table says of a run that knows nothing; the least score of its settings is infinite."""
UNBOUNDED = "Keywords without an interval (of several words, or of too few clusters) come last, by frequency."
"""What a table says that is ranked by the lower bounds of effects."""

_FORMAT = 1

Key = tuple[str, str, Direction]
"""What spans are counted by: a keyword as it is named, a label, and whether it speaks for or against that."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A row: a keyword that drove a label.

    ``count`` is how many spans read so, ``records`` in how many records, ``patients`` of how many patients (None where
    no record names one) and ``templates`` of how many wordings; ``containing`` is how many records hold the keyword at
    all, None where that was not counted, so that ``records / containing`` is how often it counted where it stands.
    ``mean_score`` is the mean of the spans' summed scores, in logits, and negative where they speak against.
    ``least_rank`` and ``greatest_rank`` are those by frequency at thresholds of .1 to .5; the latter is None where the
    keyword is found at some of them only. ``lower_bound`` is that of its effect, where rows are ranked by it.
    """

    rank: int
    keyword: str
    label: str
    direction: Direction
    count: int
    records: int
    patients: int | None
    templates: int
    containing: int | None
    mean_score: float
    least_rank: int | None
    greatest_rank: int | None
    lower_bound: float | None = None
    contexts: tuple[Context, ...] = ()


@dataclass
class KeywordTable:
    """Spans above a threshold, counted by keyword, label and direction.

    ``settings`` says how the scores were made (which labels, unit, kind, tolerance).
    Spans that differ only in width or case are one keyword, shown in its commonest
    form; ``naming`` may make one of more, such as synonyms, and ``asserting`` keeps
    apart what texts deny, doubt, tell of the past or call normal. What speaks against a label is what would speak
    for it were all signs changed. Of each keyword at most ``contexts`` places are kept. The header counts:
    ``records`` that were read, ``explained`` answers, ``without_evidence`` (no score
    over the floor in any of the ``directions``, so no keyword) and ``unconverged`` ones (gap over tolerance), and
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
    directions: tuple[Direction, ...] = (Direction.FOR,)
    contexts: int = 0
    records: int = 0
    explained: int = 0
    without_evidence: int = 0
    unconverged: int = 0
    truncated: int = 0
    greatest_gap: float = 0.0
    named: int = 0
    """Explained records that name a patient."""
    unnamed: int = 0
    containing_of: int = 0
    """How many records were looked through for keywords that they contain; 0 if none were."""
    _containing: dict[str, int] = field(default_factory=dict)
    _tallies: dict[Key, Tally] = field(default_factory=dict)
    _frequencies: dict[float, Counter[Key]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.directions:
            raise ValueError("a table is of one direction or of both")

    def add(self, attributions: Sequence[Attribution], *, truncated: bool = False) -> None:
        """Count the attributions of one record, one for each label that was explained; ``truncated`` if it was cut."""
        self.records += 1
        self.truncated += truncated or any(attribution.truncated for attribution in attributions)
        if not attributions:
            return
        belongs = hashes_of(attributions[0].record)
        self.named += belongs[0] is not None
        self.unnamed += belongs[0] is None
        for attribution in attributions:
            self.explained += 1
            self.unconverged += attribution.converged is False
            if attribution.adds_up:
                self.greatest_gap = max(self.greatest_gap, abs(attribution.gap))
            turned = {direction: _turned(attribution, direction) for direction in self.directions}
            self.without_evidence += not any(each.has_evidence for each in turned.values())
            for direction, each in turned.items():
                if each.has_evidence:
                    self._count(each, direction, belongs)

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

    def _count(self, attribution: Attribution, direction: Direction, belongs: tuple[int | None, int]) -> None:
        text, units = attribution.record.text, attribution.units
        states = self.asserting.states(attribution) if self.asserting else ()
        names: dict[tuple[tuple[int, int], ...], tuple[str, str]] = {}
        for threshold in {self.threshold, *THRESHOLDS}:
            found: set[Key] = set()
            for span in spans_among(text, units, threshold, pick=self.pick, states=states):
                if span.words not in names:
                    names[span.words] = named(text, span, self.naming, self.asserting)
                keyword, form = names[span.words]
                key = keyword, attribution.label, direction
                if threshold == self.threshold:
                    found.add(key)
                    tally = self._tallies.get(key) or self._tallies.setdefault(
                        key, Tally(contexts=Contexts(self.contexts))
                    )
                    tally.see(attribution.record, span, form)
                else:
                    self._frequencies.setdefault(threshold, Counter())[key] += 1
            for key in found:
                self._tallies[key].belong(*belongs)

    @property
    def keys(self) -> Collection[str]:
        """The keywords, as they are named, of all labels."""
        return {keyword for keyword, _, _ in self._tallies}

    def set_containing(self, counts: Mapping[str, int], of: int) -> None:
        """Note how many ``of`` the records of the whole table contain each of ``keys``: all, also where it is cut up.

        Counts of whole records, unlike those of spans, are no sums: shards that are to be merged all look through
        the same records.
        """
        self._containing, self.containing_of = dict(counts), of

    def merge(self, other: KeywordTable) -> Self:
        """Add the counts of a table of other records, made with the same settings; returns itself.

        Raises ValueError for other settings, and for keywords that were looked for in other records.
        """
        if (self.run, self.made_with) != (other.run, other.made_with):
            raise ValueError("tables of different runs, thresholds or settings cannot be merged")
        both = self._containing.keys() & other._containing.keys()
        if self.containing_of != other.containing_of or any(
            self._containing[key] != other._containing[key] for key in both
        ):
            raise ValueError("tables whose keywords were looked for in different records cannot be merged")
        self._containing |= other._containing
        for key, tally in other._tallies.items():
            self._tallies.setdefault(key, Tally(contexts=Contexts(self.contexts))).add(tally)
        for threshold, frequencies in other._frequencies.items():
            self._frequencies.setdefault(threshold, Counter()).update(frequencies)
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.greatest_gap = max(self.greatest_gap, other.greatest_gap)
        self.labels = self.labels or other.labels
        return self

    @property
    def made_with(self) -> dict[str, Any]:
        """All choices, by name: tables that differ in one are not of one whole."""
        return {
            "threshold": self.threshold,
            "pick": self.pick,
            **self.settings,
            "direction": "both" if len(self.directions) > 1 else str(self.directions[0]),
            "contexts": self.contexts,
        }

    def rows(self, label: str | None = None, bounds: Mapping[Key, float] | None = None) -> list[Keyword]:
        """Return the rows of one label or of all; ranks count within what is returned.

        The most frequent are first, or, where ``bounds`` are given, those with the greatest; rows without one are last.
        """
        return list(self.keyed(_only(label), bounds).values())

    def keyed(
        self, labels: Container[str] | None = None, bounds: Mapping[Key, float] | None = None
    ) -> dict[Key, Keyword]:
        """Return the rows of some labels or of all, as ``rows`` does, by what they are counted by.

        What counts as one keyword may be shown otherwise in another table, in the form that is commonest there.
        """
        bounds = bounds or {}
        picked = [(key, tally) for key, tally in self._tallies.items() if labels is None or key[1] in labels]
        picked.sort(key=lambda item: (-item[1].count, -item[1].records, -item[1].score, item[0]))
        picked.sort(key=lambda item: (item[0] not in bounds, -bounds.get(item[0], 0.0)))
        orders = [ranks(frequencies) for frequencies in self._by_threshold(labels).values()]
        return {
            key: self._row(rank, key, tally, [order.get(key) for order in orders], bounds.get(key))
            for rank, (key, tally) in enumerate(picked, start=1)
        }

    def _row(self, rank: int, key: Key, tally: Tally, places: Sequence[int | None], bound: float | None) -> Keyword:
        keyword, label, direction = key
        known = [place for place in places if place is not None]
        return Keyword(
            rank=rank,
            keyword=tally.form,
            label=label,
            direction=direction,
            count=tally.count,
            records=tally.records,
            patients=len(set(tally.patients)) if self.named else None,
            templates=len(set(tally.templates)),
            containing=self._containing.get(keyword),
            mean_score=direction.sign * tally.mean_score,
            least_rank=min(known, default=None),
            greatest_rank=None if None in places else max(known, default=None),
            lower_bound=bound,
            contexts=tuple(tally.contexts.kept),
        )

    def stability(self, label: str | None = None) -> ThresholdStability:
        """Say how far the order by frequency, of one label or of all, hangs on the threshold."""
        own = {key: tally.count for key, tally in self._tallies.items() if label in (None, key[1])}
        return stability(self.threshold, own, self._by_threshold(_only(label)))

    def _by_threshold(self, labels: Container[str] | None) -> dict[float, dict[Key, int]]:
        """Return the frequencies at each of ``THRESHOLDS``, which may be that of the table itself."""
        own = {key: tally.count for key, tally in self._tallies.items()}
        found = {
            threshold: own if threshold == self.threshold else self._frequencies.get(threshold, {})
            for threshold in THRESHOLDS
        }
        return {
            threshold: {key: count for key, count in frequencies.items() if labels is None or key[1] in labels}
            for threshold, frequencies in found.items()
        }

    @property
    def patients(self) -> Patients:
        """Whether it is known which of the explained records are of one patient."""
        if not self.named:
            return Patients.UNKNOWN
        return Patients.PARTLY if self.unnamed else Patients.KNOWN

    def header(self) -> dict[str, Any]:
        """Return what the table was made of, as plain values."""
        return {
            "run": self.run,
            **self.made_with,
            "patients": str(self.patients),
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

    def to_json(self) -> dict[str, Any]:
        """Return everything as one JSON document: the same for the same records, in whatever order and sharding.

        It holds keywords, contexts where these are kept, and hashes of patients and of templates, but no other text.
        """
        return {
            "format": _FORMAT,
            "run": self.run,
            "threshold": self.threshold,
            "pick": self.pick,
            "settings": dict(self.settings),
            "labels": list(self.labels),
            "directions": [str(direction) for direction in self.directions],
            "contexts": self.contexts,
            **{name: getattr(self, name) for name in _COUNTS},
            "greatest_gap": self.greatest_gap,
            "containing_of": self.containing_of,
            "containing": dict(sorted(self._containing.items())),
            "rows": [[*map(str, key), tally.to_json()] for key, tally in sorted(self._tallies.items())],
            "frequencies": [
                [threshold, [[*map(str, key), count] for key, count in sorted(frequencies.items())]]
                for threshold, frequencies in sorted(self._frequencies.items())
            ],
        }

    @classmethod
    def from_json(cls, content: Any, place: str = "table") -> Self:
        """Read what ``to_json`` gave. Raises OptionError, which names the ``place``, where it is none of it."""
        try:
            if content["format"] == _FORMAT:
                counts: dict[str, Any] = {name: int(content[name]) for name in _COUNTS}
                return cls(
                    threshold=float(content["threshold"]),
                    pick=content["pick"],
                    run=content["run"],
                    settings=dict(content["settings"]),
                    labels=tuple(content["labels"]),
                    directions=tuple(map(Direction, content["directions"])),
                    contexts=int(content["contexts"]),
                    **counts,
                    greatest_gap=float(content["greatest_gap"]),
                    containing_of=int(content["containing_of"]),
                    _containing={str(key): int(count) for key, count in content["containing"].items()},
                    _tallies={
                        (keyword, label, Direction(direction)): Tally.from_json(tally, content["contexts"])
                        for keyword, label, direction, tally in content["rows"]
                    },
                    _frequencies={
                        float(threshold): Counter(
                            {
                                (keyword, label, Direction(direction)): int(count)
                                for keyword, label, direction, count in rows
                            }
                        )
                        for threshold, rows in content["frequencies"]
                    },
                )
        except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise OptionError(f"{place}: not a table as medtext writes it ({error!r}): make the file anew") from None
        raise OptionError(f"{place}: format {content['format']!r}, and this version reads {_FORMAT}: make it anew")


_COUNTS = ("records", "explained", "without_evidence", "unconverged", "truncated", "named", "unnamed")
"""What is added up when tables are merged."""


def _only(label: str | None) -> set[str] | None:
    return None if label is None else {label}


def _turned(attribution: Attribution, direction: Direction) -> Attribution:
    return attribution if direction is Direction.FOR else attribution.turned()
