"""Effects of terms as they are gathered from explanations, and what was left out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from medtext.errors import OptionError
from medtext.explain.clusters import Patients, cluster_of
from medtext.explain.effects import TermEffects
from medtext.explain.explainer import Explained
from medtext.explain.inference import Confirmed, FoundEffects, by_lower_bound
from medtext.explain.keywords import KeywordTable
from medtext.explain.term_scores import term_scores


@dataclass
class Gathered:
    """Effects over the records of a split or of a shard of it.

    ``truncated`` counts the texts that were left out since they were cut, ``unconverged`` explanations. Two of
    disjoint records merge to exactly what one gathers of all of them.
    """

    effects: TermEffects
    truncated: int = 0
    unconverged: int = 0

    def add(self, explained: Explained, table: KeywordTable) -> None:
        """Add a record explained for all labels, unless its text was cut: what was not read has no effect.

        Its terms are those of the table.
        """
        attributions = explained.attributions
        if explained.prediction.truncated or any(each.truncated for each in attributions):
            self.truncated += 1
            return
        self.unconverged += sum(each.converged is False for each in attributions)
        cluster = cluster_of(explained.prediction.record)
        for each in attributions:
            self.effects.add(cluster, each.label, each.margin, term_scores(each, table.naming, table.asserting))

    def merge(self, other: Gathered) -> Self:
        """Add what was gathered of other records, of the same run and settings; returns itself. Raises ValueError."""
        self.effects.merge(other.effects)
        self.truncated += other.truncated
        self.unconverged += other.unconverged
        return self

    def found(
        self, settings: Mapping[str, Any], label: str | None = None, confirmed: Confirmed | None = None
    ) -> FoundEffects:
        """Return what was found of all labels, or of one; q-values are always those among all.

        ``settings`` are those of the table beside it.
        """
        rows = [row for row in self.effects.rows() if label in (None, row.label)]
        counts = {"truncated": self.truncated, "unconverged": self.unconverged}
        header = {**settings, **self.effects.header(), **counts}
        return FoundEffects(header, tuple(by_lower_bound(rows)), Patients.of(self.effects.sums.clusters), confirmed)

    def to_json(self) -> dict[str, Any]:
        """Return everything as one JSON document: the same for the same records, in whatever order and sharding."""
        return {"truncated": self.truncated, "unconverged": self.unconverged, "effects": self.effects.to_json()}

    @classmethod
    def from_json(cls, content: Any, place: str = "effects") -> Self:
        """Read what ``to_json`` gave. Raises OptionError, which names the ``place``, where it is none of it."""
        try:
            counts = int(content["truncated"]), int(content["unconverged"])
            effects = content["effects"]
        except (KeyError, TypeError, ValueError) as error:
            raise OptionError(f"{place}: not effects as medtext writes them ({error!r}): make the file anew") from None
        return cls(TermEffects.from_json(effects, place), *counts)
