"""The log-odds ratio of a label with and without a term, over clusters of records, with its error.

What is estimated is beta = logit P(label | term) - logit P(label | no term), for a record of a cluster that is drawn
first, as ``cluster_means`` has it of scores: each share is taken within a cluster, then over the clusters, so that a
patient counts once, however many reports there are of him. W11, W10, W01 and W00 are the sums of these shares: with the
term and the label, the term alone, the label alone, and neither, in clusters. Half a cluster is added to each (Haldane
1956, Annals of Human Genetics 20:309-311; Anscombe 1956, Biometrika 43:461-464):

    beta = log (W11 + 1/2) (W00 + 1/2) / ((W10 + 1/2) (W01 + 1/2))

Its variance is linearised: cluster c pulls the estimate by its own shares,

    u(c) = w11(c) / (W11 + 1/2) - w10(c) / (W10 + 1/2) - w01(c) / (W01 + 1/2) + w00(c) / (W00 + 1/2),

and squared pulls add up over clusters, whatever hangs together within one (Binder 1983, International Statistical
Review 51:279-292; Liang and Zeger 1986, Biometrika 73:13-22). The halves count as half a cluster of their own, so that
an empty cell leaves doubt: V = sum of u(c)^2 + 1/2 sum of 1 / (W + 1/2)^2. For clusters of one record V is exactly
Woolf's variance as Gart (1966, Biometrika 53:471-475) corrects it, the sum of 1 / (W + 1/2); in general it is that
times the design effect D.

Intervals and tests do not take beta for normal, which is far too sure where the label is rare among few records: they
rest on the likelihood ratio of the table of W against the same table with a given beta, divided by D (Rao and Scott
1992, Biometrics 48:577-585; Rotnitzky and Jewell 1990, Biometrika 77:485-497). An empty cell leaves one end open. The
signed root is referred to t with G - 1 degrees of freedom, and V and D are taken times G / (G - 1), G being the smaller
of the numbers of clusters that have records with the term and without it: where either are few, the error is unsure,
however many there are of the other (MacKinnon and Webb 2017, Journal of Applied Econometrics 32:233-254).

Over strata one beta is taken to be common to all, and nothing is compared across them: likelihood ratios, each divided
by its own D, add up, and are compared with their least sum; degrees of freedom add up; beta itself is the mean of those
of the strata, weighed by 1 / V (Woolf 1955).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from medtext.explain.cluster_means import CONFIDENCE, Direction

_HALF = 0.5
"""What is added to each cell, in clusters."""
_FAR = 40.0
"""Log-odds beyond which nothing is looked for: odds of 1e17."""
_HALVINGS = 60
"""Of the stretch in which an end of an interval lies: to the last bits of a float."""

_NOTHING = 1e-9
"""Less than any share of a cluster's records."""
_LEAST = 1e-300
"""Stands for a cell that is expected to be empty."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shares:
    """Sums over clusters of the share of their records that has a label: how many, of shares, and of squares."""

    clusters: int = 0
    total: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, shares: Floats) -> Self:
        """Add up shares, float64 [clusters]; sums are exact before they are rounded, so that no order shows.

        >>> Shares.of(np.array([1.0, 0.5]))
        Shares(clusters=2, total=1.5, squares=1.25)
        """
        return cls(len(shares), math.fsum(shares), math.fsum(shares**2))

    @property
    def rest(self) -> float:
        """The sum of the shares that have not the label."""
        return self.clusters - self.total

    def plus(self, other: Shares) -> Shares:
        """Return the sums of both."""
        return Shares(self.clusters + other.clusters, self.total + other.total, self.squares + other.squares)

    def minus(self, other: Shares) -> Shares:
        """Return the sums without some of the clusters."""
        return Shares(self.clusters - other.clusters, self.total - other.total, self.squares - other.squares)


@dataclass(frozen=True, slots=True)
class Contrast:
    """The table of W, in clusters, of a term and a label; V without its factor G / (G - 1), and G."""

    both: float
    term: float
    label: float
    neither: float
    variance: float
    clusters: int

    @classmethod
    def of(cls, there: Floats, beside: Floats, elsewhere: Shares) -> Self:
        """Make the table of shares that have the label.

        ``there`` is float64 [clusters], one for each cluster that has the term: the share of its records with the
        term. ``beside`` is float64 [clusters], the share of its records without the term, not a number where it has
        none; ``elsewhere`` is of the clusters without the term.
        """
        has_both = ~np.isnan(beside)
        having, lacking = Shares.of(there), elsewhere.plus(Shares.of(beside[has_both]))
        cells = _cell(having.total), _cell(having.rest), _cell(lacking.total), _cell(lacking.rest)
        both, term, label, none = (1 / (cell + _HALF) for cell in cells)
        pulls = there * both - (1 - there) * term
        pulls[has_both] -= beside[has_both] * label - (1 - beside[has_both]) * none
        # The squared pulls of all other clusters, of their sums: (y label - (1 - y) none)^2 for shares y.
        mixed = elsewhere.total - elsewhere.squares
        others = elsewhere.squares * label**2 + (elsewhere.rest - mixed) * none**2 - 2 * mixed * label * none
        variance = math.fsum(pulls**2) + others + _HALF * (both**2 + term**2 + label**2 + none**2)
        return cls(*cells, variance, min(having.clusters, lacking.clusters))


def _cell(total: float) -> float:
    """Return a sum of shares, without the last bits that sums leave which are taken apart again."""
    return 0.0 if total < _NOTHING else total


class LogOdds:
    """The log-odds ratios of many pairs of term and label, all at once; every array is float64 [pairs]."""

    def __init__(self, contrasts: Sequence[Sequence[Contrast]]) -> None:
        """Take the tables of every pair, one a stratum, at least one; each has two clusters or more on either side."""
        strata = max(map(len, contrasts), default=1)
        tables = np.full((strata, len(contrasts), 6), np.nan)
        for pair, each in enumerate(contrasts):
            tables[: len(each), pair] = [astuple(contrast) for contrast in each]
        clusters = tables[..., 5]
        variance = tables[..., 4] * clusters / (clusters - 1)
        cells = np.moveaxis(tables[..., :4], -1, 0)
        halved = cells + _HALF
        signs = np.array([1, -1, -1, 1])[:, None, None]
        weights = np.nan_to_num(1 / variance)
        self._cells = np.nan_to_num(cells)
        self._weights = np.nan_to_num((1 / halved).sum(axis=0) / variance)
        self._freedom = np.nansum(clusters - 1, axis=0)
        self.beta: Floats = (np.nan_to_num((signs * np.log(halved)).sum(axis=0)) * weights).sum(axis=0) / weights.sum(
            axis=0
        )
        self.error: Floats = np.sqrt(1 / weights.sum(axis=0))
        likeliest = _where(lambda beta: self._lacking(beta) < 0, len(contrasts))
        self._least = self._lost(likeliest)

    def interval(self) -> tuple[Floats, Floats]:
        """Return the ends of the two-sided 95 % intervals, infinite where they are open."""
        from scipy.special import stdtrit

        reach = stdtrit(self._freedom, (1 + CONFIDENCE) / 2)
        return self._end(reach), self._end(-reach)

    def p(self, direction: Direction, delta: float) -> Floats:
        """Return the p-values of beta <= ``delta`` (for) or beta >= -``delta`` (against)."""
        from scipy.special import stdtr

        edge = np.full_like(self.beta, direction.sign * delta)
        return np.asarray(stdtr(self._freedom, -direction.sign * self._root(edge)))

    def _end(self, root: Floats) -> Floats:
        """Return where the signed root, which falls as beta grows, equals ``root``."""
        end = _where(lambda beta: self._root(beta) < root, len(root))
        return np.where(np.abs(end) > _FAR - 1, np.sign(end) * np.inf, end)

    def _root(self, beta: Floats) -> Floats:
        """Return the signed root of the likelihood ratio against given log-odds: positive where these are too low."""
        return np.asarray(np.sign(self._lacking(beta)) * np.sqrt(np.maximum(self._lost(beta) - self._least, 0)))

    def _lacking(self, beta: Floats) -> Floats:
        """Return by how much the cells of both hold more than log-odds ``beta`` expect; it falls as beta grows."""
        return np.asarray((self._weights * (self._cells[0] - self._expected(beta)[0])).sum(axis=0))

    def _lost(self, beta: Floats) -> Floats:
        """Return twice the log-likelihood that log-odds ``beta`` lose against each table's own."""
        from scipy.special import xlogy

        ratio = xlogy(self._cells, self._cells) - xlogy(self._cells, np.maximum(self._expected(beta), _LEAST))
        return np.asarray((self._weights * 2 * ratio.sum(axis=0)).sum(axis=0))

    def _expected(self, beta: Floats) -> Floats:
        """Return the cells that log-odds ``beta`` expect in rows and columns of the same sums: as ``_cells``."""
        both, term, label, neither = self._cells
        having, labelled, everything = both + term, both + label, both + term + label + neither
        odds = np.exp(beta)
        # The root that lies in the table of (odds - 1) x^2 - (odds (having + labelled) + rest) x + odds having labelled
        # = 0, in the form that does not cancel.
        linear = odds * (having + labelled) + everything - having - labelled
        product = odds * having * labelled
        root = linear + np.sqrt(np.maximum(linear**2 - 4 * (odds - 1) * product, 0))
        x = 2 * product / np.maximum(root, _LEAST)
        return np.stack([x, having - x, labelled - x, everything - having - labelled + x])


def _where(beyond: Callable[[Floats], NDArray[np.bool_]], count: int) -> Floats:
    """Return the log-odds that are the least for which ``beyond`` holds, as for all above: float64 [count]."""
    low, high = np.full(count, -_FAR), np.full(count, _FAR)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        found = beyond(middle)
        low, high = np.where(found, low, middle), np.where(found, middle, high)
    return np.asarray((low + high) / 2)
