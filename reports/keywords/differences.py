"""Calibration of ``medtext diff``: how often intervals of differences cover, and what is said to have changed has.

Scores of two models are drawn with effects that are known, over the same clusters of records, and put through the
engine. Run from the project's folder: ``python reports/keywords/differences.py``; it prints the table of README.md
beside it.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from calibration import SHAPES, share, written
from medtext.explain.difference import POINTS, Change, TermChange, TermDifferences
from medtext.explain.effects import TermEffects
from medtext.explain.term_sums import PER_LOGIT, TermSums
from medtext.explain.verdicts import Verdict

MARGINS = (4.0, 7.0)
"""The median margins of A and B, in logits: B is the surer by far."""
SPREAD = 25.0
"""The standard deviation of scores, in percent of the margin."""
PAIRS = {
    (0.0, 0.0): 16,
    (15.0, 15.0): 8,
    (0.0, 5.0): 8,
    (15.0, 10.0): 6,
    (0.0, 20.0): 6,
    (20.0, 0.0): 6,
    (10.0, 30.0): 4,
    (30.0, 10.0): 3,
    (15.0, -15.0): 3,
}
"""Effects in A and B, in percent of the margin, and how many terms have them; half of the latter are turned around."""
KINDS = {
    (0, 1): Change.CAME,
    (-1, 0): Change.WENT,
    (-1, 1): Change.REVERSED,
    (1, 1): Change.STRONGER,
    (-1, -1): Change.WEAKER,
}
"""Which kind of change it truly is, by the direction of A and of B: 1 that of the difference, -1 the other, 0 none."""


def true_effects() -> NDArray[np.float64]:
    """Return the effects of the terms in A and B, in percent of the margin: float64 [2, terms]."""
    effects = np.repeat(np.array(list(PAIRS)), list(PAIRS.values()), axis=0)
    return (effects * np.where(np.arange(len(effects)) % 2, -1.0, 1.0)[:, None]).T


EFFECTS = true_effects()
APART = EFFECTS[1] - EFFECTS[0]
"""The true differences, in points: float64 [terms]."""
TERMS = [f"{number:02}" for number in range(len(APART))]


@dataclass(frozen=True)
class Design:
    """A corpus to draw: clusters, records of one on average (geometric), share of the variance that a cluster shares.

    ``alike`` is the share of the variance that both models have in common: what a record does to both. With ``drawn``
    margins differ from record to record (lognormal), so that their medians are estimated; else all are the median.
    """

    clusters: int
    records: int = 4
    icc: float = 0.5
    alike: float = 0.5
    shape: str = "normal"
    drawn: bool = False

    def draw(self, chance: Generator) -> tuple[TermEffects, TermEffects]:
        """Draw the scores of both models, and put them into the engine's tables."""
        cluster = np.repeat(np.arange(self.clusters), chance.geometric(1 / self.records, self.clusters))
        parts = [self._scores(chance, cluster) for _ in range(3)]
        made = []
        for number, margin in enumerate(MARGINS):
            noise = math.sqrt(self.alike) * parts[2] + math.sqrt(1 - self.alike) * parts[number]
            scores = margin / 100 * (EFFECTS[number] + SPREAD * noise)
            spread = np.exp(0.5 * chance.standard_normal(len(cluster))) if self.drawn else np.ones(len(cluster))
            made.append(effects_of(cluster, scores, margin * spread))
        return made[0], made[1]

    def _scores(self, chance: Generator, cluster: NDArray[np.int64]) -> NDArray[np.float64]:
        draw = SHAPES[self.shape]
        shared = draw(chance, (self.clusters, len(APART)))
        own = draw(chance, (len(cluster), len(APART)))
        return math.sqrt(self.icc) * shared[cluster] + math.sqrt(1 - self.icc) * own


def effects_of(cluster: NDArray[np.int64], scores: NDArray[np.float64], margins: NDArray[np.float64]) -> TermEffects:
    """Put scores, float64 [records, terms], into the engine's table: one label, every term in every record."""
    records, terms = scores.shape
    zeros, ones = np.zeros(records * terms, dtype=np.int64), np.ones(records * terms, dtype=np.int64)
    whole = np.rint(scores * PER_LOGIT).astype(np.int64).ravel()
    cells = np.stack([np.tile(np.arange(terms), records), zeros, np.repeat(cluster, terms), whole, ones], axis=1)
    effects = TermEffects(sums=TermSums([TERMS, ["x"], [f"{number}" for number in range(cluster.max() + 1)]], cells))
    for margin in margins.tolist():
        effects.add("0", "x", margin, {})
    return effects


@dataclass(frozen=True)
class Seen:
    """What a corpus showed: a column each, shares; ``naive`` sets verdicts on A and B side by side, and tests nothing."""

    coverage: float
    rejected: float
    fdr: float
    power: float
    unchanged: float
    false_unchanged: float
    sure_kind: float
    unsure_kind: float
    both_kind: float
    naive: float

    @classmethod
    def of(cls, design: Design, chance: Generator) -> Seen:
        """Draw a corpus and look at its rows."""
        rows = sorted(TermDifferences(*design.draw(chance)).rows(), key=lambda row: row.term)
        found = [row.difference for row in rows]
        low, high, p, theta = (
            np.array([getattr(each, name) for each in found], dtype=np.float64)
            for name in ("low", "high", "p", "theta")
        )
        edge = np.isclose(np.abs(APART), POINTS.delta)
        beyond = np.where(edge, 0, np.sign(APART))
        said = np.array([each.direction.sign if each.direction else 0 for each in found])
        unchanged = np.array([row.change is Change.UNCHANGED for row in rows])
        used = np.array([[_direction(row.before), _direction(row.after)] for row in rows])
        naive = (used == 0).sum(axis=1) == 1
        return cls(
            coverage=share((low <= APART) & (high >= APART)),
            rejected=share(((p <= 0.05) & (theta * APART > 0))[edge]),
            fdr=share((said != beyond)[said != 0]) if said.any() else 0.0,
            power=share((said == beyond)[beyond != 0]),
            unchanged=share(unchanged[APART == 0]),
            false_unchanged=share(unchanged[edge]),
            sure_kind=_wrong(rows, [row.unused is Verdict.NONE for row in rows]),
            unsure_kind=_wrong(rows, [row.unused is Verdict.OPEN for row in rows]),
            both_kind=_wrong(rows, [row.change in {Change.REVERSED, Change.STRONGER, Change.WEAKER} for row in rows]),
            naive=share((beyond == 0)[naive]),
        )


def _direction(effect: object) -> int:
    direction = getattr(effect, "direction", None)
    return direction.sign if direction else 0


def _wrong(rows: list[TermChange], picked: list[bool]) -> float:
    """Return the share of picked rows whose kind is another than the true one; not a number of none."""
    return share(
        np.array([row.change is not kind for row, kind, chosen in zip(rows, TRUE, picked, strict=True) if chosen])
    )


def true_kind(number: int) -> Change:
    """Return what truly became of a term."""
    before, after = (int(np.sign(each)) if abs(each) > POINTS.delta else 0 for each in EFFECTS[:, number])
    sign = int(np.sign(APART[number]))
    return (
        KINDS.get((before * sign, after * sign), Change.CHANGED)
        if abs(APART[number]) > POINTS.delta
        else Change.UNCHANGED
    )


TRUE = [true_kind(number) for number in range(len(APART))]

COLUMNS = {
    "coverage": "coverage",
    "rejected": "p ≤ .05 at delta",
    "fdr": "FDR",
    "power": "power",
    "unchanged": "unchanged, of 0",
    "false_unchanged": "unchanged, of delta",
    "sure_kind": "came or went, none: wrong",
    "unsure_kind": "came or went, open: wrong",
    "both_kind": "used in both: wrong",
    "naive": "by verdicts alone: unchanged",
}

DESIGNS = (
    Design(20),
    Design(30),
    Design(30, alike=0.0),
    Design(30, alike=0.9),
    Design(30, icc=0.9),
    Design(30, shape="skewed"),
    Design(30, shape="heavy"),
    Design(100),
    Design(100, alike=0.9),
    Design(100, drawn=True),
    Design(100, shape="rare"),
    Design(300, records=2),
    Design(300, records=2, drawn=True),
)


def measure(design: Design, corpora: int, seed: int) -> tuple[Seen, Seen]:
    """Return means over corpora, and the standard errors of these means; corpora without a share are passed over."""
    chance = np.random.default_rng([seed, *repr(design).encode()])
    seen = [Seen.of(design, chance) for _ in range(corpora)]
    columns = [np.array([getattr(each, field.name) for each in seen]) for field in fields(Seen)]
    told = [values[~np.isnan(values)] for values in columns]
    means = [values.mean() if len(values) > 1 else math.nan for values in told]
    errors = [values.std(ddof=1) / math.sqrt(len(values)) if len(values) > 1 else math.nan for values in told]
    return Seen(*means), Seen(*errors)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=int, default=100, help="how many to draw of each")
    parser.add_argument("--seed", type=int, default=13)
    asked = parser.parse_args()
    print("|", " | ".join(["clusters", "records", "ICC", "alike", "scores", "margins", *COLUMNS.values()]), "|")
    print("|", " | ".join(["--:", "--:", "--:", "--:", "---", "---", *["--:"] * len(COLUMNS)]), "|")
    for design in DESIGNS:
        means, errors = measure(design, asked.corpora, asked.seed)
        figures = [written(getattr(means, name), getattr(errors, name)) for name in COLUMNS]
        drawn = [str(design.clusters), str(design.records), f"{design.icc:g}", f"{design.alike:g}", design.shape]
        print("|", " | ".join([*drawn, "drawn" if design.drawn else "fixed", *figures]), "|", flush=True)


if __name__ == "__main__":
    main()
