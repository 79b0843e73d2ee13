"""Calibration of use against association: intervals of log-odds, discoveries, and pairs of verdicts, on drawn corpora.

Run from the project's folder: ``python reports/keywords/association.py``; it prints the table of README.md beside it.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr
from scipy.stats import beta as beta_distribution

from calibration import DELTA, MARGIN, share, written
from medtext.explain.association import MARGIN as NONE
from medtext.explain.association import Association, associate
from medtext.explain.effects import TermEffects
from medtext.explain.term_labels import TermLabels
from medtext.explain.term_sums import PER_LOGIT, TermSums
from medtext.explain.use import FoundUse, Pair, TermUse
from medtext.explain.verdicts import Verdict

STRONG = 1.5
LOG_ODDS = np.repeat([0.0, NONE, STRONG, -STRONG], [20, 16, 12, 12])
"""Of the pairs: none, the margin itself (the hardest of what counts as none), for, and against."""
USED = np.arange(len(LOG_ODDS)) % 2 == 1
"""Every other term moves the answer by three deltas; the others have a weight of exactly zero."""


@dataclass(frozen=True)
class Design:
    """A corpus to draw: clusters, records of one on average, and what a pair of term and label is like.

    ``icc`` is the share of the variance of labels that a cluster's records share, with the term and without it alike.
    ``presence`` is the share of records with a term, ``rate`` that of the label without it. ``sizes`` are ``equal`` or
    ``uneven`` (geometric). With a ``template`` one cluster more has as many records as all others, all of them alike.
    With ``null`` no label hangs on its term.
    """

    clusters: int
    records: int = 2
    icc: float = 0.5
    presence: float = 0.3
    rate: float = 0.3
    sizes: str = "uneven"
    template: bool = False
    null: bool = False

    @property
    def log_odds(self) -> NDArray[np.float64]:
        """The true log-odds ratios of the pairs."""
        return np.zeros_like(LOG_ODDS) if self.null else LOG_ODDS

    def draw(self, chance: Generator) -> Corpus:
        """Draw clusters, which records have which term, and which the label that goes with it."""
        pairs = len(LOG_ODDS)
        sizes = chance.geometric(1 / self.records, self.clusters)
        cluster = np.repeat(np.arange(self.clusters), self.records if self.sizes == "equal" else sizes)
        there = chance.beta(self.presence, 1 - self.presence, (self.clusters, pairs))[cluster]
        terms = chance.random((len(cluster), pairs)) < there
        leaning = ndtr(chance.standard_normal((self.clusters, pairs)))
        rates = [self._shared(leaning, expit(logit(self.rate) + beta)) for beta in (self.log_odds, 0.0)]
        labels = chance.random(terms.shape) < np.where(terms, *(rate[cluster] for rate in rates))
        if self.template:
            copies = np.zeros(len(cluster), dtype=np.int64)
            cluster = np.concatenate([cluster, copies + self.clusters])
            terms, labels = (np.concatenate([each, each[copies]]) for each in (terms, labels))
        scores = np.where(USED, 3 * DELTA, 0.0) * (1 + chance.normal(0, 1, terms.shape))
        return Corpus(cluster, terms, labels, scores)

    def _shared(self, leaning: NDArray[np.float64], rate: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the rate of each cluster, float64 [clusters, pairs]: beta about ``rate``."""
        if not self.icc:
            return np.broadcast_to(rate, leaning.shape)
        spread = 1 / self.icc - 1
        return np.asarray(beta_distribution.ppf(leaning, rate * spread, (1 - rate) * spread))


@dataclass(frozen=True)
class Corpus:
    """The cluster of every record, int64 [records]; the others are [records, pairs]: bool, bool, and logits."""

    cluster: NDArray[np.int64]
    terms: NDArray[np.bool_]
    labels: NDArray[np.bool_]
    scores: NDArray[np.float64]

    def found(self, cluster: NDArray[np.int64]) -> list[TermUse]:
        """Put all into the engine's tables, under these clusters, and return the pairs in their order."""
        pairs = self.terms.shape[1]
        numbers = np.broadcast_to(np.arange(pairs), self.terms.shape)
        clusters = np.broadcast_to(cluster[:, None], self.terms.shape)
        ones = np.ones_like(numbers)
        whole = np.rint(self.scores * PER_LOGIT).astype(np.int64)
        there = [each[self.terms] for each in (numbers, numbers, clusters, whole, self.labels, ones)]
        names = [f"{number:02}" for number in range(pairs)]
        named = [f"{number}" for number in range(cluster.max() + 1)]
        effects = TermEffects(sums=TermSums([names, names, named], np.stack([*there[:4], there[5]], axis=1)))
        effects.add("0", "00", MARGIN, {})
        everything = [each.ravel() for each in (np.full_like(numbers, pairs), numbers, clusters, self.labels, ones)]
        cells = np.concatenate([np.stack([*there[:3], *there[4:]], axis=1), np.stack(everything, axis=1)])
        counts = TermSums([[*names, ""], names, named], cells.astype(np.int64))
        rows = FoundUse.of(effects.rows(seed=None), associate(TermLabels(counts).pairs())).rows
        return sorted(rows, key=lambda row: row.effect.term)


@dataclass(frozen=True)
class Seen:
    """What a corpus showed: a column each; ``record_`` where every record is taken for a cluster of its own."""

    coverage: float
    below: float
    above: float
    rejected: float
    fdr: float
    power: float
    none: float
    false_none: float
    decoys: float
    both: float
    unused: float
    record_coverage: float
    record_fdr: float

    @classmethod
    def of(cls, design: Design, chance: Generator) -> Seen:
        """Draw a corpus and look at its table."""
        corpus, truth = design.draw(chance), design.log_odds
        rows = corpus.found(corpus.cluster)
        naive = corpus.found(np.arange(len(corpus.cluster)))
        tested = np.array([row.association.p is not None for row in rows])
        below, above = outside(rows, truth)
        p = np.array([row.association.p or 1.0 for row in rows])
        up = np.array([(row.association.log_odds or 0) > NONE for row in rows])
        verdicts = np.array([row.association.verdict for row in rows])
        uses = np.array([row.effect.verdict for row in rows])
        kinds = np.array([row.pair for row in rows])
        real = np.abs(truth) > NONE
        return cls(
            coverage=share(~(below | above)[tested]),
            below=share(below[tested]),
            above=share(above[tested]),
            rejected=share(((p <= 0.05) & up)[tested & (truth == NONE)]),
            fdr=false_share(rows, truth),
            power=share((discovered(rows) == np.sign(truth))[real & tested]),
            none=share((verdicts == Association.NONE)[(truth == 0) & tested]),
            false_none=share((verdicts == Association.NONE)[(truth == NONE) & tested]),
            decoys=share(np.isin(uses, [Verdict.FOR, Verdict.AGAINST])[~USED & (uses != Verdict.TOO_FEW)]),
            both=share(~(real & USED)[kinds == Pair.BOTH]) if (kinds == Pair.BOTH).any() else 0.0,
            unused=share((~real | USED)[kinds == Pair.UNUSED]) if (kinds == Pair.UNUSED).any() else 0.0,
            record_coverage=share(~np.logical_or(*outside(naive, truth))),
            record_fdr=false_share(naive, truth),
        )


def outside(rows: list[TermUse], truth: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return whether the truth lies below intervals, and above them: bool [pairs] each; an open end is infinite."""
    low, high = (
        np.array([each if each is not None else end for each in ends])
        for ends, end in (
            ([row.association.low for row in rows], -math.inf),
            ([row.association.high for row in rows], math.inf),
        )
    )
    return truth < low, truth > high


def discovered(rows: list[TermUse]) -> NDArray[np.int64]:
    """Return the direction that was discovered, 1 or -1, or 0: int64 [pairs]."""
    directions = [row.association.direction for row in rows]
    return np.array([each.sign if each else 0 for each in directions], dtype=np.int64)


def false_share(rows: list[TermUse], truth: NDArray[np.float64]) -> float:
    """Return the share of discoveries that are none, or in the wrong direction; 0 without any."""
    found, real = discovered(rows), np.where(np.abs(truth) > NONE, np.sign(truth), 0)
    return share((found != real)[found != 0]) if found.any() else 0.0


COLUMNS = {
    "coverage": "coverage",
    "below": "truth below",
    "above": "truth above",
    "rejected": "p ≤ .05 at delta",
    "fdr": "FDR",
    "power": "power",
    "none": "equivalent, of 0",
    "false_none": "equivalent, of delta",
    "decoys": "decoys used",
    "both": "false: used and associated",
    "unused": "false: associated, not used",
    "record_coverage": "coverage, by record",
    "record_fdr": "FDR, by record",
}


DESIGNS = (
    Design(100),
    Design(100, null=True),
    Design(100, template=True),
    Design(100, template=True, null=True),
    Design(100, icc=0.0),
    Design(100, icc=0.9),
    Design(100, records=8),
    Design(100, records=4, sizes="equal"),
    Design(300),
    Design(300, null=True),
    Design(300, rate=0.05),
    Design(300, rate=0.05, null=True),
    Design(300, records=1, presence=0.1, rate=0.03),
    Design(300, records=1, presence=0.1, rate=0.03, null=True),
    Design(3000, records=1),
)


def measure(design: Design, corpora: int, seed: int) -> tuple[Seen, Seen]:
    """Return means over corpora, and the standard errors of these means; a share of nothing counts in neither."""
    chance = np.random.default_rng([seed, *repr(design).encode()])
    seen = [Seen.of(design, chance) for _ in range(corpora)]
    values = np.array([[getattr(each, field.name) for field in fields(Seen)] for each in seen])
    counts = (~np.isnan(values)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.nansum(values, axis=0) / counts
        errors = np.sqrt(np.nansum((values - means) ** 2, axis=0) / (counts - 1) / counts)
    return Seen(*means), Seen(*errors)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=int, default=100, help="how many to draw; of many records, fewer")
    parser.add_argument("--seed", type=int, default=13)
    asked = parser.parse_args()
    heads = ["clusters", "records", "ICC", "with the term", "with the label", "corpora"]
    print("|", " | ".join([*heads, *COLUMNS.values()]), "|")
    print("|", " | ".join(["--:"] * (len(heads) + len(COLUMNS))), "|")
    for design in DESIGNS:
        corpora = max(20, round(asked.corpora * min(1, 1200 / design.clusters / design.records)))
        means, errors = measure(design, corpora, asked.seed)
        figures = [written(getattr(means, name), getattr(errors, name)) for name in COLUMNS]
        clusters = f"{design.clusters} + template" if design.template else str(design.clusters)
        records = f"{design.records}, equal" if design.sizes == "equal" else str(design.records)
        rate = f"{design.rate:.0%}, at random" if design.null else f"{design.rate:.0%}"
        drawn = [clusters, records, f"{design.icc:g}", f"{design.presence:.0%}", rate, str(corpora)]
        print("|", " | ".join([*drawn, *figures]), "|", flush=True)


if __name__ == "__main__":
    main()
