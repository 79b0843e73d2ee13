"""Stability: whether intervals of ranks and selection frequencies hold what they promise, where the true order is known.

Spans are drawn for clusters from keywords whose rates are known, and put through the engine. Run from the project's
folder: ``python reports/keywords/stability.py``; it prints the table of README.md beside it.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from medtext.explain.span_sums import SpanSums
from medtext.explain.stability import RunTables, Stability, StableRow

KEYWORDS = 60
TOP = 20
LABEL = "x"


@dataclass(frozen=True)
class Design:
    """A corpus to draw: clusters, records of one in the mean, and how 60 keywords are spread over them.

    The k-th keyword stands in a cluster by the chance ``highest`` / k ** ``decay`` (a small decay sets them near each
    other), and then in all of its records, with ``spans`` spans in the mean (geometric). A factor that is common to the
    keywords of a cluster has a spread of one half, in natural logarithms: who writes more has more of everything.
    """

    clusters: int
    decay: float = 1.0
    records: int = 1
    highest: float = 0.4
    spans: float = 1.5

    def draw(self, chance: Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the cluster of every record, int64 [records], and its spans, int64 [records, keywords]."""
        chances = self.highest / np.arange(1, KEYWORDS + 1) ** self.decay
        factor = np.exp(0.5 * chance.standard_normal((self.clusters, 1)))
        there = chance.random((self.clusters, KEYWORDS)) < np.minimum(chances * factor, 1.0)
        cluster = np.repeat(np.arange(self.clusters), chance.geometric(1 / self.records, self.clusters))
        return cluster, there[cluster] * chance.geometric(1 / self.spans, (len(cluster), KEYWORDS))


def stability_of(
    cluster: NDArray[np.int64], spans: NDArray[np.int64], names: Sequence[str], seed: int
) -> tuple[StableRow, ...]:
    """Return the top that the engine finds; of spans that are level, names decide."""
    clusters = [str(number) for number in range(cluster.max() + 1)]
    sums = SpanSums(clusters)
    for number, own in zip(cluster.tolist(), spans, strict=True):
        there = [(names[place], names[place], 1.0) for place in np.flatnonzero(own) for _ in range(own[place])]
        sums.add(clusters[number], LABEL, there)
    return Stability.of([RunTables("run", sums)], [LABEL], clusters, top=TOP, seed=seed).labels[0].rows


@dataclass(frozen=True)
class Seen:
    """What a corpus showed, shares over the rows of its top, or over some of them; not a number of none.

    ``held``: intervals that hold the true rank, of clusters and, ``record_held``, of records taken for clusters;
    ``sure``, ``likely``, ``doubtful``: rows of a high, middling, low selection frequency: its mean, the share of them
    in the true top, and in that of another corpus; ``apart``: pairs of neighbours told apart, and how many pairs are in their true order, of these and of the
    others.
    """

    held: float
    record_held: float
    sure_mean: float
    sure: float
    sure_fresh: float
    likely_mean: float
    likely: float
    likely_fresh: float
    doubtful_mean: float
    doubtful: float
    doubtful_fresh: float
    apart: float
    apart_right: float
    level_right: float

    @classmethod
    def of(cls, design: Design, chance: Generator) -> Seen:
        """Draw a corpus and another one, and look at the first one's table."""
        names = [f"{number:02}" for number in chance.permutation(KEYWORDS)]
        truth = {name: place + 1 for place, name in enumerate(names)}
        seed = int(chance.integers(2**31))
        cluster, spans = design.draw(chance)
        rows = stability_of(cluster, spans, names, seed)
        records = stability_of(np.arange(len(cluster)), spans, names, seed)
        fresh = {row.keyword for row in stability_of(*design.draw(chance), names, seed)}
        selected = np.array([row.runs[0].selected for row in rows])
        true = np.array([truth[row.keyword] <= TOP for row in rows])
        again = np.array([row.keyword in fresh for row in rows])
        bins = (selected >= 0.95, (selected >= 0.8) & (selected < 0.95), selected < 0.8)
        pairs = np.array([truth[one.keyword] < truth[other.keyword] for one, other in pairwise(rows)])
        apart = np.array([bool(row.apart) for row in rows[:-1]])
        shares = [share(which[own]) for own in bins for which in (selected, true, again)]
        return cls(
            held(rows, truth),
            held(records, truth),
            *shares,
            share(apart),
            share(pairs[apart]),
            share(pairs[~apart]),
        )


def held(rows: Sequence[StableRow], truth: dict[str, int]) -> float:
    """Return the share of intervals that hold the true rank."""
    ends = [(row.runs[0].low or math.inf, truth[row.keyword], row.runs[0].high or math.inf) for row in rows]
    return share(np.array([low <= true <= high for low, true, high in ends]))


def share(true: NDArray[np.bool_] | NDArray[np.float64]) -> float:
    """Return the share that is true, or the mean; not a number of none."""
    return float(true.mean()) if len(true) else math.nan


COLUMNS = {
    "held": "interval holds the true rank",
    "record_held": "of records",
    "sure_mean": "selected ≥ 95 %: mean",
    "sure": "in the true top",
    "sure_fresh": "in that of another corpus",
    "likely_mean": "80–95 %: mean",
    "likely": "true",
    "likely_fresh": "another",
    "doubtful_mean": "< 80 %: mean",
    "doubtful": "true",
    "doubtful_fresh": "another",
    "apart": "neighbours told apart",
    "apart_right": "these in true order",
    "level_right": "the others",
}
DESIGNS = (
    Design(50),
    Design(50, records=4),
    Design(200),
    Design(200, decay=0.3),
    Design(200, records=4),
    Design(1000),
    Design(1000, decay=0.3),
    Design(1000, decay=0.1),
)


def measure(design: Design, corpora: int, seed: int) -> tuple[Seen, Seen]:
    """Return means over corpora, and the standard errors of these means; a corpus that lacks a figure has no say."""
    chance = np.random.default_rng([seed, *repr(design).encode()])
    seen = [Seen.of(design, chance) for _ in range(corpora)]
    values = np.array([[getattr(each, field.name) for field in fields(Seen)] for each in seen])
    known = np.maximum((~np.isnan(values)).sum(axis=0), 1)
    return Seen(*np.nanmean(values, axis=0)), Seen(*np.nanstd(values, axis=0, ddof=1) / np.sqrt(known))


def written(mean: float, error: float) -> str:
    """Write a share in percent, with its standard error; - where there is nothing to take a share of.

    >>> written(0.951, 0.0032), written(math.nan, math.nan)
    ('95.1 ± 0.3', '-')
    """
    return "-" if math.isnan(mean) else f"{100 * mean:.1f} ± {100 * error:.1f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=int, default=100, help="how many to draw of each kind")
    parser.add_argument("--seed", type=int, default=13)
    asked = parser.parse_args()
    heads = ["clusters", "records", "decay", *COLUMNS.values()]
    print("|", " | ".join(heads), "|")
    print("|", " | ".join(["--:"] * len(heads)), "|")
    for design in DESIGNS:
        means, errors = measure(design, asked.corpora, asked.seed)
        figures = [written(getattr(means, name), getattr(errors, name)) for name in COLUMNS]
        print(
            "|", " | ".join([f"{design.clusters}", f"{design.records}", f"{design.decay:g}", *figures]), "|", flush=True
        )


if __name__ == "__main__":
    main()
