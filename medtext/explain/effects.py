"""How far each term moves each label, gathered record by record over a split."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Self

from medtext.errors import OptionError
from medtext.explain.sign_flips import SignFlips
from medtext.explain.term_sums import PER_LOGIT, TermSums
from medtext.explain.verdicts import Scale, TermEffect, judge

MATERIAL = 0.05
"""The share of the median margin that counts as no effect: delta."""
SEED = 13
"""Of the signs that are flipped."""

_FORMAT = 1
_MOST = 1e6
"""No logit is as large, and the sums of nine million records fit in 64 bits."""


@dataclass
class TermEffects:
    """Signed scores of terms, added up by term, label and cluster, and the margins they are compared with.

    Every record that contains a term counts, by the sum of the scores of all its occurrences *before* any threshold,
    zero included: thresholded scores are positive by construction. For the same reason every label is to be explained,
    not the predicted one alone, and the terms are to be fixed before scores are seen. What is estimated, and how, is
    told in ``cluster_means``. Delta is 5 % of the median size of all margins, labels and records alike: one yardstick
    for all labels, in logits, which is fixed once it is reckoned. ``run`` and ``settings`` say how scores were made.
    Two tables of disjoint records merge to exactly the table of all of them, also where they share clusters.
    """

    run: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    sums: TermSums = field(default_factory=TermSums)
    _margins: dict[str, Counter[int]] = field(default_factory=dict)

    def add(self, cluster: str, label: str, margin: float, scores: Mapping[str, float]) -> None:
        """Add one record's explanation for one label.

        ``margin`` is the explained quantity at the record minus at the baseline; ``scores`` holds every term that the
        record contains, with the sum of the signed scores of its occurrences; both in logits. Raises ValueError, and
        adds nothing, where one is not finite or over a million.
        """
        size = abs(_whole(margin, "margin", label))
        self.sums.add(cluster, label, {term: _whole(score, term, label) for term, score in scores.items()})
        self._margins.setdefault(label, Counter())[size] += 1

    def merge(self, other: TermEffects) -> Self:
        """Add the sums of a table of other records, of the same run and settings; returns itself."""
        if not self.comparable(other):
            raise ValueError("effects of different runs or settings cannot be merged")
        self.sums.merge(other.sums)
        for label, margins in other._margins.items():
            self._margins.setdefault(label, Counter()).update(margins)
        return self

    def comparable(self, other: TermEffects) -> bool:
        """Whether both tables are of one run and one way to score."""
        return (self.run, dict(self.settings)) == (other.run, dict(other.settings))

    def median_margin(self, label: str | None = None) -> float:
        """Return the median size of the margins of one label or of all, in logits; 0 where there is none."""
        margins = Counter[int]()
        for name, sizes in self._margins.items():
            if label in {None, name}:
                margins.update(sizes)
        return _median(margins) / PER_LOGIT

    @property
    def scale(self) -> Scale:
        """What effects are compared with: the median margin, and delta, 5 % of it."""
        median = self.median_margin()
        return Scale(median, MATERIAL * median)

    def rows(self, seed: int | None = SEED) -> list[TermEffect]:
        """Return a row for every term and label, the greatest effect first.

        ``seed`` is that of the sign-flips, which take most of the time; None leaves them out.
        """
        flips = None if seed is None else SignFlips(self.sums.clusters, seed)
        return judge(self.sums.samples(), self.scale, flips)

    def header(self) -> dict[str, Any]:
        """Return what the rows are made of, as plain values; ``explained`` counts a record once for every label."""
        return {
            "run": self.run,
            **self.settings,
            "explained": sum(margins.total() for margins in self._margins.values()),
            "clusters": len(self.sums.clusters),
            "median_margin": self.scale.median,
            "delta": self.scale.delta,
        }

    def to_json(self) -> dict[str, Any]:
        """Return everything as one JSON document: the same for the same records, in whatever order and sharding."""
        margins = {label: sorted(map(list, self._margins[label].items())) for label in sorted(self._margins)}
        settings = dict(sorted(self.settings.items()))
        return {"format": _FORMAT, "run": self.run, "settings": settings, "margins": margins, **self.sums.to_json()}

    @classmethod
    def from_json(cls, content: Any, place: str = "effects") -> Self:
        """Read what ``to_json`` gave. Raises OptionError, which names the ``place``, where it is none of it."""
        try:
            if content["format"] == _FORMAT:
                margins = {label: _counted(sizes) for label, sizes in content["margins"].items()}
                return cls(content["run"], dict(content["settings"]), TermSums.from_json(content), margins)
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise OptionError(f"{place}: not effects as medtext writes them ({error!r}): make the file anew") from None
        raise OptionError(f"{place}: format {content['format']!r}, and this version reads {_FORMAT}: make it anew")


def _whole(score: float, what: str, label: str) -> int:
    if not abs(score) <= _MOST:
        raise ValueError(f"{score} of {what!r} for {label!r} is no number of logits")
    return round(score * PER_LOGIT)


def _counted(sizes: Any) -> Counter[int]:
    if not all(type(number) is int and number >= 0 for each in sizes for number in each):
        raise ValueError("margins are not counted in whole numbers")
    return Counter(dict(sizes))


def _median(counts: Mapping[int, int]) -> float:
    """Return the median of values by how often each is there; 0 of none.

    >>> _median({1: 2, 4: 2}), _median({1: 1, 4: 2}), _median({})
    (2.5, 4.0, 0.0)
    """
    if not counts:
        return 0.0
    values = sorted(counts)
    ends = list(accumulate(counts[value] for value in values))
    low, high = (values[bisect_right(ends, at)] for at in ((ends[-1] - 1) // 2, ends[-1] // 2))
    return (low + high) / 2
