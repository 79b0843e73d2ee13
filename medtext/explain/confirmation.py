"""Whether what was discovered on one split holds on another, of clusters that discovery never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from medtext.explain.cluster_means import Direction, Estimate, Sample
from medtext.explain.effects import TermEffects
from medtext.explain.verdicts import TermEffect, Verdict

FAMILY_ERROR = 0.05
"""How often, at most, one term or more is confirmed that has no effect beyond delta."""


class Outcome(StrEnum):
    """What became of a discovered term."""

    CONFIRMED = "confirmed"
    FAILED = "failed"
    TOO_FEW = "too few"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedTerm:
    """A discovered term on the other split.

    ``verdict`` is what discovery found; ``records`` and ``clusters`` count those that it did not see; ``discovered``
    and ``theta`` are the effects there and here, in logits, and ``ratio`` is the latter by the former: under 1 as a
    rule, since what is chosen for being great was great by chance too. ``p_holm`` is Holm's. With too few clusters
    there is no p, and with none no ``theta`` either.
    """

    term: str
    label: str
    verdict: Verdict
    records: int
    clusters: int
    discovered: float
    theta: float | None
    ratio: float | None
    p: float | None
    p_holm: float | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The discovered terms tried once more.

    ``delta`` is that of the discovery, in logits; ``seen`` counts the clusters that were left out because discovery
    saw them: templates, for the most part, as patients never share two splits.
    """

    delta: float
    seen: int
    terms: tuple[ConfirmedTerm, ...]

    def count(self, outcome: Outcome) -> int:
        """Return how many terms came out so; the terms that were tried are ``len(terms)``."""
        return sum(term.outcome is outcome for term in self.terms)


def confirm(discovery: TermEffects, other: TermEffects) -> Confirmation:
    """Try the discovered terms, and only these, on another split: same direction, same delta, Holm at .05.

    All K discovered terms count as tests, those with too few clusters as p = 1. What is confirmed is that *this model*
    uses the term in texts it did not see. Raises ValueError where the tables are not of one run and one way to score.
    """
    if not discovery.comparable(other):
        raise ValueError("effects of different runs or settings cannot confirm each other")
    delta = discovery.scale.delta
    seen = set(discovery.sums.clusters)
    samples = {(sample.term, sample.label): sample for sample in other.sums.samples(without=seen)}
    tried = [(row, samples.get((row.term, row.label))) for row in discovery.rows(seed=None) if row.direction]
    p = [_p(row.direction, sample, delta) for row, sample in tried]
    corrected = holm([1.0 if each is None else each for each in p])
    terms = [_term(*pair, one, all_together) for pair, one, all_together in zip(tried, p, corrected, strict=True)]
    return Confirmation(delta, len(seen.intersection(other.sums.clusters)), tuple(terms))


def _p(direction: Direction | None, sample: Sample | None, delta: float) -> float | None:
    if direction is None or sample is None or not sample.suffices:
        return None
    return Estimate.of(sample.means).p(direction, delta)


def _term(row: TermEffect, sample: Sample | None, p: float | None, p_holm: float) -> ConfirmedTerm:
    theta = Estimate.of(sample.means).theta if sample else None
    return ConfirmedTerm(
        term=row.term,
        label=row.label,
        verdict=row.verdict,
        records=sample.records if sample else 0,
        clusters=len(sample.means) if sample else 0,
        discovered=row.theta,
        theta=theta,
        ratio=None if theta is None else theta / row.theta,
        p=p,
        p_holm=None if p is None else p_holm,
        outcome=_outcome(p, p_holm),
    )


def _outcome(p: float | None, p_holm: float) -> Outcome:
    if p is None:
        return Outcome.TOO_FEW
    return Outcome.CONFIRMED if p_holm <= FAMILY_ERROR else Outcome.FAILED


def holm(p: Sequence[float]) -> list[float]:
    """Return p-values that may be compared with the family-wise error (Holm 1979, Scand. J. Statistics 6:65-70).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    corrected, least = [1.0] * len(p), 0.0
    for rank, place in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        least = max(least, min(1.0, p[place] * (len(p) - rank)))
        corrected[place] = least
    return corrected
