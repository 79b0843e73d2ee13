"""The audit by stratum: whether what terms go with holds within sites, authors or whatever records are parted by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from medtext.explain.association import Association, TermAssociation, associate
from medtext.explain.effects import TermEffects
from medtext.explain.term_labels import TermLabels
from medtext.explain.use import TermUse
from medtext.explain.verdicts import Scale, judge


@dataclass
class Stratum:
    """The effects of terms and the counts of labels of the records of one stratum."""

    effects: TermEffects
    labels: TermLabels = field(default_factory=TermLabels)
    records: int = 0

    def merge(self, other: Stratum) -> None:
        """Add the counts of other records of the stratum. Raises ValueError for those of another run or settings."""
        self.effects.merge(other.effects)
        self.labels.merge(other.labels)
        self.records += other.records

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values: the same for the same records, in whatever order and sharding."""
        return {"records": self.records, "effects": self.effects.to_json(), "labels": self.labels.to_json()}

    @classmethod
    def from_json(cls, content: Any, place: str) -> Self:
        """Read what ``to_json`` gave; OptionError, KeyError, TypeError or ValueError where it is none of it."""
        effects = TermEffects.from_json(content["effects"], place)
        return cls(effects, TermLabels.from_json(content["labels"], place), int(content["records"]))


class Within(StrEnum):
    """What becomes of an association where records are compared within strata alone; first what calls for a look."""

    TOO_FEW = "too few to compare within strata"
    TURNS = "turns within strata"
    APART = "not discovered as a whole"
    GONE = "none within strata"
    MASKED = "within strata only"
    OPEN = "undetermined within strata"
    HOLDS = "holds within strata"

    @classmethod
    def of(cls, overall: TermAssociation, within: TermAssociation) -> Within:
        """Say it of a term and a label."""
        if overall.direction is None:
            # Of too few clusters it is not known whether there is nothing over all records.
            masked = within.direction and overall.verdict is not Association.TOO_FEW
            return cls.MASKED if masked else cls.APART
        if within.direction:
            return cls.HOLDS if within.direction is overall.direction else cls.TURNS
        return _LOST[within.verdict]


_LOST = {Association.TOO_FEW: Within.TOO_FEW, Association.NONE: Within.GONE, Association.OPEN: Within.OPEN}


@dataclass(frozen=True, slots=True)
class Audited:
    """A term and a label: over all records, within strata, and which strata disagree.

    ``turned`` names the axes, ``use`` or ``association``, on which one stratum has discovered the one direction and
    another the other, with what each of them says.
    """

    overall: TermUse
    within: TermAssociation
    says: Within
    turned: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class FoundStrata:
    """The audit of the terms and labels that go together over all records or within strata, or on which these disagree.

    ``records`` counts those of every value of the ``field``.
    """

    field: str
    records: Mapping[str, int]
    rows: tuple[Audited, ...]

    @classmethod
    def of(cls, name: str, strata: Mapping[str, Stratum], overall: Iterable[TermUse], scale: Scale) -> FoundStrata:
        """Audit what was found over all records; ``scale`` is theirs, so that delta is the same in all strata.

        Rows stand in the order of ``Within``, what the run uses before what it does not.
        """
        parts = {stratum: strata[stratum] for stratum in sorted(strata)}
        within = {
            (row.term, row.label): row for row in associate(TermLabels.within(each.labels for each in parts.values()))
        }
        directions = {stratum: _directions(part, scale) for stratum, part in parts.items()}
        rows = []
        for row in overall:
            key = row.effect.term, row.effect.label
            audited = Audited(row, within[key], Within.of(row.association, within[key]), _turned(directions, key))
            if audited.says is not Within.APART or audited.turned:
                rows.append(audited)
        places = {kind: number for number, kind in enumerate(Within)}
        rows.sort(key=lambda row: (places[row.says], row.overall.effect.direction is None))
        return cls(name, {stratum: part.records for stratum, part in parts.items()}, tuple(rows))

    @property
    def suspect(self) -> list[Audited]:
        """The rows whose association does not simply hold within strata, or that turn between them."""
        return [row for row in self.rows if row.says is not Within.HOLDS or row.turned]

    def notes(self) -> list[str]:
        """Say what the rows rest on, a sentence each."""
        sizes = ", ".join(f"{stratum} {count}" for stratum, count in list(self.records.items())[:_SHOWN])
        more = "" if len(self.records) <= _SHOWN else f" and {len(self.records) - _SHOWN} more"
        counts = Counter(row.says for row in self.rows)
        kinds = "; ".join(f"{counts[kind]} {kind}" for kind in Within if counts[kind]) or "none"
        turned = sum(bool(row.turned) for row in self.rows)
        return [
            f"Records by {self.field}: {sizes}{more}.",
            f"{len(self.rows)} associations, over all records or within strata: {kinds}. "
            f"On {turned} of them strata disagree in sign.",
            "A term that is used, and not surely associated within strata, is a candidate for a shortcut; "
            "one that tells strata apart, as a header does, leaves too few to compare.",
        ]

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        rows = [
            {
                "term": row.within.term,
                "label": row.within.label,
                "pair": row.overall.pair,
                "says": row.says,
                "within": asdict(row.within),
                "turned": row.turned,
            }
            for row in self.rows
        ]
        return {"field": self.field, "records": self.records, "rows": rows}


_SHOWN = 8
"""Strata that a note names."""


def _directions(part: Stratum, scale: Scale) -> dict[str, dict[tuple[str, str], str]]:
    """Return what was discovered in one stratum, with a false discovery rate of its own: by axis, term and label."""
    use, association = judge(part.effects.sums.samples(), scale), associate(part.labels.pairs())
    return {
        "use": {(row.term, row.label): str(row.verdict) for row in use if row.direction},
        "association": {(row.term, row.label): str(row.verdict) for row in association if row.direction},
    }


def _turned(
    directions: Mapping[str, Mapping[str, Mapping[tuple[str, str], str]]], key: tuple[str, str]
) -> dict[str, dict[str, str]]:
    turned = {}
    for axis in ("use", "association"):
        said = {stratum: found[axis][key] for stratum, found in directions.items() if key in found[axis]}
        if len(set(said.values())) > 1:
            turned[axis] = said
    return turned
