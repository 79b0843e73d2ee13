"""Calibration: how often intervals of a keyword table hold what they are to hold, and discoveries are true.

Scores are drawn with effects that are known, over clusters of records, and put through the engine. Run from the
project's folder: ``python reports/keywords/calibration.py``; it prints the table of README.md beside it.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from medtext.explain.effects import MATERIAL, TermEffects
from medtext.explain.term_sums import PER_LOGIT, TermSums
from medtext.explain.verdicts import TermEffect, Verdict

MARGIN = 4.0
DELTA = MATERIAL * MARGIN
EFFECTS = np.repeat([0.0, DELTA, 3 * DELTA, -3 * DELTA], [24, 16, 10, 10])
"""The effects of the terms, in logits: none, delta itself (the hardest of what counts as none), for, and against."""

Draw = Callable[[Generator, tuple[int, ...]], NDArray[np.float64]]


def rare(chance: Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Draw what is nearly always the same and one time in twenty far above it."""
    seldom = chance.binomial(1, 0.05, shape).astype(np.float64)
    return seldom / math.sqrt(0.05 * 0.95) - math.sqrt(0.05 / 0.95)


SHAPES: dict[str, Draw] = {
    "normal": lambda chance, shape: chance.standard_normal(shape),
    "heavy": lambda chance, shape: chance.standard_t(3, shape) / np.sqrt(3),
    "skewed": lambda chance, shape: chance.standard_exponential(shape) - 1,
    "rare": rare,
}
"""How scores are spread about their mean: mean 0, variance 1. ``heavy`` is t with 3 degrees of freedom."""
SIZES = ("equal", "uneven", "with effect")


@dataclass(frozen=True)
class Design:
    """A corpus to draw: clusters, records of one on average, share of the variance that a cluster's records share.

    ``sizes`` are ``equal``, ``uneven`` (geometric) or go ``with effect``: clusters in which terms score high have
    more records. With a ``template`` one cluster more has as many records as all others, all of them alike.
    ``common`` is the share of a cluster's variance that goes through all its terms, so that tests hang together.
    With ``null`` every effect is delta, so that whatever is discovered is false.
    """

    clusters: int
    records: int = 4
    icc: float = 0.5
    sizes: str = "uneven"
    shape: str = "normal"
    template: bool = False
    common: float = 0.1
    null: bool = False

    @property
    def effects(self) -> NDArray[np.float64]:
        """The effects of the terms, in logits."""
        return np.full_like(EFFECTS, DELTA) if self.null else EFFECTS

    def draw(self, chance: Generator) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the cluster of every record, int64 [records], and its scores, float64 [records, terms]."""
        draw = SHAPES[self.shape]
        common = draw(chance, (self.clusters, 1))
        alone = draw(chance, (self.clusters, len(EFFECTS)))
        shared = np.sqrt(self.common) * common + np.sqrt(1 - self.common) * alone
        mean = self.records * np.exp(np.clip(common[:, 0], -2, 2)) if self.sizes == "with effect" else self.records
        more = chance.geometric(1 / np.maximum(mean, 1) * np.ones(self.clusters))
        cluster = np.repeat(np.arange(self.clusters), self.records if self.sizes == "equal" else more)
        own = draw(chance, (len(cluster), len(EFFECTS)))
        scores = np.sqrt(self.icc) * shared[cluster] + np.sqrt(1 - self.icc) * own
        if self.template:
            copies = np.full(len(cluster), self.clusters)
            alike = np.broadcast_to(draw(chance, (1, len(EFFECTS))), scores.shape)
            cluster, scores = np.concatenate([cluster, copies]), np.concatenate([scores, alike])
        return cluster, self.effects + scores


def effects_of(cluster: NDArray[np.int64], scores: NDArray[np.float64]) -> TermEffects:
    """Put scores into the engine's table: one label, every term in every record."""
    records, terms = scores.shape
    zeros, ones = np.zeros(records * terms, dtype=np.int64), np.ones(records * terms, dtype=np.int64)
    whole = np.rint(scores * PER_LOGIT).astype(np.int64).ravel()
    cells = np.stack([np.tile(np.arange(terms), records), zeros, np.repeat(cluster, terms), whole, ones], axis=1)
    names = [[f"{number:02}" for number in range(terms)], ["x"], [f"{number}" for number in range(cluster.max() + 1)]]
    effects = TermEffects(sums=TermSums(names, cells))
    effects.add("0", "x", MARGIN, {})
    return effects


@dataclass(frozen=True)
class Seen:
    """What a corpus showed: a column each; ``record_`` where every record is taken for a cluster of its own."""

    coverage: float
    rejected: float
    flip_rejected: float
    fdr: float
    power: float
    none: float
    false_none: float
    record_coverage: float
    record_fdr: float

    @classmethod
    def of(cls, design: Design, chance: Generator) -> Seen:
        """Draw a corpus and look at its table."""
        cluster, scores = design.draw(chance)
        table = Table.of(effects_of(cluster, scores).rows(), design)
        naive = Table.of(effects_of(np.arange(len(cluster)), scores).rows(seed=None), design)
        return cls(
            coverage=table.coverage,
            rejected=table.rejected("p"),
            flip_rejected=table.rejected("p_flip"),
            fdr=table.false_share,
            power=table.power,
            none=table.none(0.0),
            false_none=table.none(DELTA),
            record_coverage=naive.coverage,
            record_fdr=naive.false_share,
        )


@dataclass(frozen=True)
class Table:
    """The rows of the terms beside their true effects, float64 [terms]."""

    rows: list[TermEffect]
    effects: NDArray[np.float64]

    @classmethod
    def of(cls, rows: list[TermEffect], design: Design) -> Table:
        """Put rows into the order of the effects."""
        return cls(sorted(rows, key=lambda row: row.term), design.effects)

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a field of all rows: float64 [terms]."""
        return np.array([getattr(row, name) for row in self.rows], dtype=np.float64)

    @property
    def coverage(self) -> float:
        """The share of the intervals that hold the effect."""
        return share((self.column("low") <= self.effects) & (self.column("high") >= self.effects))

    def rejected(self, test: str) -> float:
        """Return how often the hypothesis that an effect is at most delta is rejected at .05 where it is delta."""
        rejected = (self.column(test) <= 0.05) & (self.column("theta") > 0)
        return share(rejected[self.effects == DELTA])

    @property
    def found(self) -> NDArray[np.int64]:
        """The direction that was discovered, 1 or -1, or 0: int64 [terms]."""
        return np.array([row.direction.sign if row.direction else 0 for row in self.rows], dtype=np.int64)

    @property
    def truth(self) -> NDArray[np.int64]:
        """The direction in which an effect is beyond delta, or 0: int64 [terms]."""
        return np.where(np.abs(self.effects) > DELTA, np.sign(self.effects), 0).astype(np.int64)

    @property
    def false_share(self) -> float:
        """The share of the discoveries that are none, or in the wrong direction; 0 without any."""
        return share((self.found != self.truth)[self.found != 0]) if self.found.any() else 0.0

    @property
    def power(self) -> float:
        """The share of the effects beyond delta that are discovered in their direction."""
        return share((self.found == self.truth)[self.truth != 0])

    def none(self, effect: float) -> float:
        """Return the share of the terms of an effect that are said to be equivalent to none."""
        said = np.array([row.verdict is Verdict.NONE for row in self.rows])
        return share(said[self.effects == effect])


def share(true: NDArray[np.bool_]) -> float:
    """Return the share that is true; not a number of none."""
    return float(true.mean()) if len(true) else math.nan


COLUMNS = {
    "coverage": "coverage",
    "rejected": "p ≤ .05 at delta",
    "flip_rejected": "by sign-flip",
    "fdr": "FDR",
    "power": "power",
    "none": "equivalent, of 0",
    "false_none": "equivalent, of delta",
    "record_coverage": "coverage, by record",
    "record_fdr": "FDR, by record",
}


DESIGNS = (
    Design(20),
    Design(30),
    Design(30, null=True),
    Design(30, sizes="equal"),
    Design(30, icc=0.0),
    Design(30, icc=0.9),
    Design(30, records=20),
    Design(30, sizes="with effect", common=0.25),
    Design(30, template=True),
    Design(100),
    Design(100, sizes="with effect", common=0.25),
    Design(100, template=True),
    Design(300, records=2),
    Design(20, shape="heavy"),
    Design(20, shape="skewed"),
    Design(100, shape="skewed"),
    Design(20, shape="rare"),
    Design(100, shape="rare"),
    Design(300, records=2, shape="rare"),
)


def measure(design: Design, corpora: int, seed: int) -> tuple[Seen, Seen]:
    """Return means over corpora, and the standard errors of these means."""
    chance = np.random.default_rng([seed, *repr(design).encode()])
    seen = [Seen.of(design, chance) for _ in range(corpora)]
    values = np.array([[getattr(each, field.name) for field in fields(Seen)] for each in seen])
    return Seen(*values.mean(axis=0)), Seen(*values.std(axis=0, ddof=1) / np.sqrt(corpora))


def written(mean: float, error: float) -> str:
    """Write a share in percent, with its standard error; - where there is nothing to take a share of.

    >>> written(0.951, 0.0032), written(math.nan, math.nan)
    ('95.1 ± 0.3', '-')
    """
    return "-" if math.isnan(mean) else f"{100 * mean:.1f} ± {100 * error:.1f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=int, default=100, help="how many to draw; of many records, fewer")
    parser.add_argument("--seed", type=int, default=13)
    asked = parser.parse_args()
    print("|", " | ".join(["clusters", "records", "ICC", "sizes", "scores", "corpora", *COLUMNS.values()]), "|")
    print("|", " | ".join(["--:", "--:", "--:", "---", "---", *["--:"] * (len(COLUMNS) + 1)]), "|")
    for design in DESIGNS:
        corpora = max(20, round(asked.corpora * min(1, 240 / design.clusters / design.records)))
        means, errors = measure(design, corpora, asked.seed)
        figures = [written(getattr(means, name), getattr(errors, name)) for name in COLUMNS]
        clusters = f"{design.clusters} + template" if design.template else str(design.clusters)
        scores = f"{design.shape}, all at delta" if design.null else design.shape
        drawn = [clusters, str(design.records), f"{design.icc:g}", design.sizes, scores, str(corpora)]
        print("|", " | ".join([*drawn, *figures]), "|", flush=True)


if __name__ == "__main__":
    main()
