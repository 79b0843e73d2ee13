"""How many records of every cluster have a term, a label, and both: whole numbers, so that tables merge exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from medtext.errors import OptionError
from medtext.explain.log_odds import Contrast, Shares
from medtext.explain.term_sums import TermSums

_FORMAT = 1
_ANY = ""
"""Stands for a term that every record has; no word is empty."""


@dataclass(frozen=True, slots=True)
class TermLabel:
    """A term and a label: records with both, of the term, of the label, and all; clusters with the term; contrasts.

    There is a contrast of every stratum, if there are strata, in which two clusters or more have records with the term,
    as many without, and some records, but not all, have the label.
    """

    term: str
    label: str
    both: int
    having: int
    labelled: int
    records: int
    clusters: int
    contrasts: tuple[Contrast, ...]


@dataclass
class TermLabels:
    """Records counted by term, label and cluster: those that have the term, and those of them that have the label.

    Two tables of disjoint records merge to exactly the table of all of them, also where they share clusters.
    """

    _counts: TermSums = field(default_factory=TermSums)

    def add(self, cluster: str, label: str, has_it: bool, terms: Iterable[str]) -> None:
        """Count a record with its terms, and whether it has a label: once for every label there is."""
        self._counts.add(cluster, label, dict.fromkeys((_ANY, *terms), int(has_it)))

    def merge(self, other: TermLabels) -> Self:
        """Add the counts of a table of other records; returns itself."""
        self._counts.merge(other._counts)
        return self

    def pairs(self) -> Iterator[TermLabel]:
        """Yield every term and label that were seen together in a text, whether or not any record has both."""
        wholes = {label: _Whole(cells) for term, label, cells in self._counts.groups() if term == _ANY}
        for term, label, cells in self._counts.groups():
            if term != _ANY:
                yield wholes[label].pair(term, label, cells)

    @staticmethod
    def within(strata: Iterable[TermLabels]) -> Iterator[TermLabel]:
        """Yield every term and label of some strata, a contrast a stratum; a cluster counts once in each it is in."""
        found: dict[tuple[str, str], list[TermLabel]] = {}
        for stratum in strata:
            for pair in stratum.pairs():
                found.setdefault((pair.term, pair.label), []).append(pair)
        for (term, label), pairs in found.items():
            yield TermLabel(
                term,
                label,
                both=sum(pair.both for pair in pairs),
                having=sum(pair.having for pair in pairs),
                labelled=sum(pair.labelled for pair in pairs),
                records=sum(pair.records for pair in pairs),
                clusters=sum(pair.clusters for pair in pairs),
                contrasts=tuple(contrast for pair in pairs for contrast in pair.contrasts),
            )

    def to_json(self) -> dict[str, Any]:
        """Return everything as one JSON document: the same for the same records, in whatever order and sharding."""
        return {"format": _FORMAT, **self._counts.to_json()}

    @classmethod
    def from_json(cls, content: Any, place: str = "counts") -> Self:
        """Read what ``to_json`` gave. Raises OptionError, which names the ``place``, where it is none of it."""
        try:
            if content["format"] == _FORMAT:
                return cls(TermSums.from_json(content))
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise OptionError(f"{place}: not counts as medtext writes them ({error!r}): make the file anew") from None
        raise OptionError(f"{place}: format {content['format']!r}, and this version reads {_FORMAT}: make it anew")


class _Whole:
    """All records of a label by cluster: what a term's records are taken from."""

    def __init__(self, cells: NDArray[np.int64]) -> None:
        self._labelled = np.zeros(int(cells[:, 2].max()) + 1, dtype=np.int64)
        self._records = np.zeros_like(self._labelled)
        self._labelled[cells[:, 2]], self._records[cells[:, 2]] = cells[:, 3], cells[:, 4]
        self._totals = int(cells[:, 3].sum()), int(cells[:, 4].sum())
        self._shares = Shares.of(cells[:, 3] / cells[:, 4])

    def pair(self, term: str, label: str, cells: NDArray[np.int64]) -> TermLabel:
        """Set the records with a term, by cluster, against all others."""
        clusters, both, having = cells[:, 2], cells[:, 3], cells[:, 4]
        labelled, records = self._labelled[clusters], self._records[clusters]
        without = records - having
        beside = np.full(len(cells), np.nan)
        np.divide(labelled - both, without, out=beside, where=without > 0)
        elsewhere = self._shares.minus(Shares.of(labelled / records))
        contrast = Contrast.of(both / having, beside, elsewhere)
        counts = int(both.sum()), int(having.sum()), *self._totals
        # Where no record has the label, or all have it, the term tells nothing of it.
        tells = contrast.clusters > 1 and 0 < self._totals[0] < self._totals[1]
        return TermLabel(term, label, *counts, len(cells), (contrast,) if tells else ())
