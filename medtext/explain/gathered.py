"""Effects of terms as they are gathered from explanations, and what was left out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from medtext.corpus.record import Record
from medtext.errors import OptionError
from medtext.explain.association import associate
from medtext.explain.clusters import Patients, cluster_of
from medtext.explain.effects import TermEffects
from medtext.explain.explainer import Explained
from medtext.explain.inference import Confirmed, FoundEffects, by_lower_bound
from medtext.explain.keywords import KeywordTable
from medtext.explain.strata import FoundStrata, Stratum
from medtext.explain.term_labels import TermLabels
from medtext.explain.term_scores import term_scores
from medtext.explain.use import FoundUse

_NOWHERE = "(none)"
"""The stratum of records that do not name theirs."""


@dataclass
class Gathered:
    """Effects over the records of a split or of a shard of it.

    ``truncated`` counts the texts that were left out since they were cut, ``unconverged`` explanations, ``seen`` texts
    that were left out since the run learned from them. ``labels``
    counts the true labels beside the effects, where association is asked for, and ``strata`` does both once more for
    every value of the field ``by`` of records. Two of disjoint records merge to exactly what one gathers of all.
    """

    effects: TermEffects
    truncated: int = 0
    unconverged: int = 0
    seen: int = 0
    labels: TermLabels | None = None
    by: str | None = None
    strata: dict[str, Stratum] = field(default_factory=dict)

    def add(self, explained: Explained, table: KeywordTable) -> None:
        """Add a record explained for all labels, unless its text was cut: what was not read has no effect.

        Its terms are those of the table.
        """
        attributions = explained.attributions
        if explained.prediction.truncated or any(each.truncated for each in attributions):
            self.truncated += 1
            return
        self.unconverged += sum(each.converged is False for each in attributions)
        record = explained.prediction.record
        cluster, stratum = cluster_of(record), self._stratum(record)
        for each in attributions:
            scores = term_scores(each, table.naming, table.asserting)
            has_it = each.label in (record.labels or ())
            self.effects.add(cluster, each.label, each.margin, scores)
            if self.labels is not None:
                self.labels.add(cluster, each.label, has_it, scores)
            if stratum is not None:
                stratum.effects.add(cluster, each.label, each.margin, scores)
                stratum.labels.add(cluster, each.label, has_it, scores)

    def _stratum(self, record: Record) -> Stratum | None:
        if self.by is None:
            return None
        stratum = self._named(record.meta.get(self.by) or _NOWHERE)
        stratum.records += 1
        return stratum

    def _named(self, name: str) -> Stratum:
        return self.strata.setdefault(name, Stratum(TermEffects(self.effects.run, self.effects.settings)))

    @property
    def asked(self) -> str:
        """What was asked for, as it is typed."""
        association = "" if self.labels is None else " --association"
        return f"--infer{association}" + ("" if self.by is None else f" --stratum {self.by}")

    def merge(self, other: Gathered) -> Self:
        """Add what was gathered of other records, of the same run and settings; returns itself. Raises ValueError."""
        if self.asked != other.asked:
            raise ValueError("what was gathered by other choices cannot be merged")
        self.effects.merge(other.effects)
        if self.labels is not None and other.labels is not None:
            self.labels.merge(other.labels)
        for name, stratum in other.strata.items():
            self._named(name).merge(stratum)
        self.truncated += other.truncated
        self.unconverged += other.unconverged
        self.seen += other.seen
        return self

    def found(
        self, settings: Mapping[str, Any], label: str | None = None, confirmed: Confirmed | None = None
    ) -> FoundEffects:
        """Return what was found of all labels, or of one; q-values are always those among all.

        ``settings`` are those of the table beside it.
        """
        rows = by_lower_bound([row for row in self.effects.rows() if label in (None, row.label)])
        counts = {"truncated": self.truncated, "unconverged": self.unconverged, "seen": self.seen}
        header = {**settings, **self.effects.header(), **counts}
        use = None if self.labels is None else FoundUse.of(rows, associate(self.labels.pairs()))
        strata = None
        if use is not None and self.by is not None:
            strata = FoundStrata.of(self.by, self.strata, use.rows, self.effects.scale)
        return FoundEffects(header, tuple(rows), Patients.of(self.effects.sums.clusters), confirmed, use, strata)

    def to_json(self) -> dict[str, Any]:
        """Return everything as one JSON document: the same for the same records, in whatever order and sharding."""
        return {
            "truncated": self.truncated,
            "unconverged": self.unconverged,
            "seen": self.seen,
            "effects": self.effects.to_json(),
            "labels": self.labels and self.labels.to_json(),
            "by": self.by,
            "strata": {name: self.strata[name].to_json() for name in sorted(self.strata)},
        }

    @classmethod
    def from_json(cls, content: Any, place: str = "effects") -> Self:
        """Read what ``to_json`` gave. Raises OptionError, which names the ``place``, where it is none of it."""
        try:
            counts = int(content["truncated"]), int(content["unconverged"]), int(content["seen"])
            effects, labels, by, strata = (content[name] for name in ("effects", "labels", "by", "strata"))
            named = {str(name): Stratum.from_json(part, place) for name, part in strata.items()}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise OptionError(f"{place}: not effects as medtext writes them ({error!r}): make the file anew") from None
        known = None if labels is None else TermLabels.from_json(labels, place)
        return cls(TermEffects.from_json(effects, place), *counts, known, by, named)
