"""Whether the presence of a term goes with the true label of records: associated, equivalent to none, or not known."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from medtext.explain.cluster_means import FEWEST, Direction
from medtext.explain.log_odds import LogOdds
from medtext.explain.term_labels import TermLabel
from medtext.explain.verdicts import LEVEL, discovery_rates

MARGIN = math.log(1.25)
"""The size of log-odds that counts as none: odds times 0.8 to 1.25, the 80 to 125 % within which two drugs are called
equivalent (Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics 15:657-680), here of odds. It is a
convention, fixed before any data are seen."""


class Association(StrEnum):
    """What may be said; not discovered never means not associated."""

    WITH = "associated"
    AGAINST = "associated inversely"
    NONE = "equivalent to none"
    OPEN = "undetermined"
    TOO_FEW = "too few"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermAssociation:
    """A row: how far the records that have a term have a label more often, or less, than the others.

    ``both`` counts records with the term and the label, ``having`` those with the term, ``labelled`` those with the
    label, of all ``records``; ``clusters`` those with the term. ``log_odds`` is the log-odds ratio over clusters and
    ``error`` its standard error; ``low`` to ``high`` is the 95 % interval, an end that is open being None (see
    ``log_odds``). ``p`` tests the direction in which ``log_odds`` lies; ``q`` and ``q_by`` are as those of an effect,
    over every term, label and direction that has clusters enough, a family of their own. Of too few clusters with the
    term, or without it (of all strata together, in those where the two can be compared), there are log-odds and no
    more; not even these where there is nothing to compare with.
    """

    term: str
    label: str
    both: int
    having: int
    labelled: int
    records: int
    clusters: int
    log_odds: float | None
    verdict: Association
    error: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: float | None = None
    q_by: float | None = None

    @property
    def direction(self) -> Direction | None:
        """The direction that was discovered; None where none was."""
        return {Association.WITH: Direction.FOR, Association.AGAINST: Direction.AGAINST}.get(self.verdict)

    @property
    def surely(self) -> float:
        """How great the log-odds surely are: the end of the interval that is nearer to zero, or beyond."""
        near = None if self.log_odds is None else self.low if self.log_odds >= 0 else self.high
        return -math.inf if near is None or self.log_odds is None else math.copysign(near, near * self.log_odds)


def associate(pairs: Iterable[TermLabel], margin: float = MARGIN) -> list[TermAssociation]:
    """Return the row of every term and label, in order of their names."""
    known = list(pairs)
    rows = [_row(pair, _log_odds(pair), Association.TOO_FEW) for pair in known if not _suffices(pair)]
    tested = [pair for pair in known if _suffices(pair)]
    log_odds = LogOdds([pair.contrasts for pair in tested])
    low, high = log_odds.interval()
    p = np.stack([log_odds.p(direction, margin) for direction in Direction], axis=1)
    # As with effects, both directions of every term and label are one family.
    q, q_by = discovery_rates(p)
    for at, pair in enumerate(tested):
        beta, ends = float(log_odds.beta[at]), (float(low[at]), float(high[at]))
        side = 0 if p[at, 0] <= p[at, 1] else 1
        rows.append(
            _row(
                pair,
                beta,
                _verdict(tuple(Direction)[side], float(q[at, side]), ends, margin),
                error=float(log_odds.error[at]),
                low=_closed(ends[0]),
                high=_closed(ends[1]),
                p=float(p[at, side]),
                q=float(q[at, side]),
                q_by=float(q_by[at, side]),
            )
        )
    return sorted(rows, key=lambda row: (row.label, row.term))


def _suffices(pair: TermLabel) -> bool:
    return sum(contrast.clusters for contrast in pair.contrasts) >= FEWEST


def _log_odds(pair: TermLabel) -> float | None:
    return float(LogOdds([pair.contrasts]).beta[0]) if pair.contrasts else None


def _closed(end: float) -> float | None:
    return end if math.isfinite(end) else None


def _row(pair: TermLabel, log_odds: float | None, verdict: Association, **tested: float | None) -> TermAssociation:
    return TermAssociation(
        term=pair.term,
        label=pair.label,
        both=pair.both,
        having=pair.having,
        labelled=pair.labelled,
        records=pair.records,
        clusters=pair.clusters,
        log_odds=log_odds,
        verdict=verdict,
        **tested,
    )


def _verdict(direction: Direction, q: float, ends: tuple[float, float], margin: float) -> Association:
    if q <= LEVEL:
        return Association.WITH if direction is Direction.FOR else Association.AGAINST
    return Association.NONE if -margin <= ends[0] and ends[1] <= margin else Association.OPEN
