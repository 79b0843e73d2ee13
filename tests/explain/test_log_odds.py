"""Log-odds over clusters: against sums written out, Woolf's formula, a bootstrap, and a likelihood found by search."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import binom
from scipy.stats import t as student

from medtext.explain.cluster_means import Direction
from medtext.explain.log_odds import Contrast, LogOdds, Shares

Counts = NDArray[np.int64]


def contrast_of(counts: Counts) -> Contrast:
    """Make a contrast of int64 [clusters, 4]: records with both, with the term, with the label, with neither."""
    having, lacking = counts[:, 0] + counts[:, 1], counts[:, 2] + counts[:, 3]
    with np.errstate(invalid="ignore"):
        there, beside = counts[:, 0] / having, counts[:, 2] / lacking
    return Contrast.of(there[having > 0], beside[having > 0], Shares.of(beside[having == 0]))


def log_odds(*strata: Counts) -> LogOdds:
    return LogOdds([[contrast_of(counts) for counts in strata]])


def singles(both: int, term: int, label: int, neither: int) -> Counts:
    """Return clusters of one record each."""
    return np.repeat(np.eye(4, dtype=np.int64), [both, term, label, neither], axis=0)


def drawn(seed: int, clusters: int = 80) -> Counts:
    """Draw clusters of several records, whose labels hang together."""
    chance = np.random.default_rng(seed)
    leaning = chance.beta(2, 3, clusters)[:, None] * [0.9, 0.6]
    sizes = chance.integers(0, 4, (clusters, 2))
    labelled = chance.binomial(sizes, leaning)
    counts = np.stack([labelled[:, 0], sizes[:, 0] - labelled[:, 0], labelled[:, 1], sizes[:, 1] - labelled[:, 1]], 1)
    return counts[counts.sum(axis=1) > 0]


def written_out(counts: Counts) -> tuple[float, float]:
    """Return the estimate and its error by the formula as the module states it, cluster by cluster."""
    parts = []
    for both, term, label, neither in counts.tolist():
        having, lacking = both + term, label + neither
        row = [both / having, term / having] if having else [0.0, 0.0]
        parts.append(row + ([label / lacking, neither / lacking] if lacking else [0.0, 0.0]))
    cells = np.sum(parts, axis=0) + 0.5
    signs = np.array([1, -1, -1, 1])
    pulls = [float(sum(signs * part / cells)) for part in parts]
    fewest = min(sum(part[0] + part[1] > 0 for part in parts), sum(part[2] + part[3] > 0 for part in parts))
    variance = (sum(pull**2 for pull in pulls) + 0.5 * sum(1 / cells**2)) * fewest / (fewest - 1)
    return float(signs @ np.log(cells)), math.sqrt(variance)


@pytest.mark.parametrize("seed", range(5))
def test_estimate_and_error_are_those_of_the_formula_written_out(seed: int) -> None:
    counts = drawn(seed)
    found = log_odds(counts)
    assert (found.beta[0], found.error[0]) == pytest.approx(written_out(counts))


def test_of_clusters_of_one_record_the_error_is_woolfs() -> None:
    found = log_odds(singles(12, 18, 40, 200))
    woolf = sum(1 / (cell + 0.5) for cell in (12, 18, 40, 200))
    assert found.error[0] ** 2 == pytest.approx(woolf * 30 / 29)
    assert found.beta[0] == pytest.approx(math.log(12.5 * 200.5 / 18.5 / 40.5))


def test_the_error_is_that_of_a_bootstrap_of_clusters() -> None:
    counts, chance = drawn(11, clusters=150), np.random.default_rng(1)
    again = [[contrast_of(counts[chance.integers(0, len(counts), len(counts))])] for _ in range(800)]
    assert log_odds(counts).error[0] == pytest.approx(LogOdds(again).beta.std(), rel=0.1)


@pytest.mark.parametrize("copies", [2, 50])
def test_copies_of_records_within_their_clusters_change_nothing(copies: int) -> None:
    counts = drawn(3)
    first, second = contrast_of(counts), contrast_of(counts * copies)
    assert second == first


def test_what_hangs_together_counts_for_less_than_as_many_records_that_do_not() -> None:
    alone = singles(100, 100, 100, 300)
    together = singles(25, 25, 25, 75) * 4
    apart, clustered = (log_odds(counts) for counts in (alone, together))
    assert clustered.error[0] > 1.9 * apart.error[0]


def profile(cells: tuple[int, int, int, int], beta: float) -> float:
    """Return twice the log-likelihood that two binomials lose by given log-odds, by search for the other share."""
    both, term, label, neither = cells

    def loss(logit: float) -> float:
        shares = 1 / (1 + math.exp(-logit - beta)), 1 / (1 + math.exp(-logit))
        return -float(binom.logpmf(both, both + term, shares[0]) + binom.logpmf(label, label + neither, shares[1]))

    free = binom.logpmf(both, both + term, both / (both + term)) + binom.logpmf(
        label, label + neither, label / (label + neither)
    )
    return 2 * float(free + minimize_scalar(loss, bounds=(-12, 12), method="bounded", options={"xatol": 1e-10}).fun)


@pytest.mark.parametrize("cells", [(12, 18, 40, 200), (3, 27, 10, 400), (25, 5, 10, 400)])
def test_the_interval_is_where_the_likelihood_has_lost_as_much_as_t_allows(cells: tuple[int, int, int, int]) -> None:
    low, high = log_odds(singles(*cells)).interval()
    allowed = student.ppf(0.975, 29) ** 2 * 30 / 29
    best = math.log(cells[0] * cells[3] / cells[1] / cells[2])
    wanted = [
        brentq(lambda beta: profile(cells, beta) - allowed, *ends) for ends in ((best - 5, best), (best, best + 5))
    ]
    assert [low[0], high[0]] == pytest.approx(wanted, abs=1e-4)


def test_p_is_that_of_the_signed_root_and_a_half_at_the_estimate() -> None:
    cells = (12, 18, 40, 200)
    found = log_odds(singles(*cells))
    root = math.sqrt(profile(cells, 0.2) * 29 / 30)
    assert found.p(Direction.FOR, 0.2)[0] == pytest.approx(student.sf(root, 29), rel=1e-4)
    assert found.p(Direction.AGAINST, 0.2)[0] > 0.5
    best = math.log(12 * 200 / 18 / 40)
    assert found.p(Direction.FOR, best)[0] == pytest.approx(0.5)


def test_the_mirrored_table_gives_the_mirrored_interval() -> None:
    counts = drawn(4)
    found, turned = log_odds(counts), log_odds(counts[:, [1, 0, 3, 2]])
    assert turned.beta[0] == pytest.approx(-found.beta[0])
    assert turned.interval()[0][0] == pytest.approx(-found.interval()[1][0])
    assert turned.p(Direction.AGAINST, 0.2)[0] == pytest.approx(found.p(Direction.FOR, 0.2)[0])


def test_an_empty_cell_leaves_one_end_open_and_a_label_of_none_both() -> None:
    tables = [singles(30, 0, 40, 200), singles(0, 30, 40, 200), singles(0, 30, 0, 240), singles(30, 0, 240, 0)]
    found = LogOdds([[contrast_of(table)] for table in tables])
    low, high = found.interval()
    assert np.isposinf(high).tolist() == [True, False, True, True]
    assert np.isneginf(low).tolist() == [False, True, True, True]
    assert 1.5 < low[0] < found.beta[0] < 6
    assert found.p(Direction.FOR, 0.2)[0] < 1e-6
    assert found.p(Direction.FOR, 0.2)[2:].tolist() == [0.5, 0.5]


def test_no_table_gives_no_row() -> None:
    low, high = LogOdds([]).interval()
    assert low.size == high.size == LogOdds([]).p(Direction.FOR, 0.2).size == 0


def test_strata_share_one_likelihood_and_nothing_is_compared_across_them() -> None:
    first, second = (8, 22, 30, 90), (25, 15, 20, 30)
    found = log_odds(singles(*first), singles(*second))
    scales = 29 / 30, 39 / 40

    def lost(beta: float) -> float:
        return sum(scale * profile(cells, beta) for scale, cells in zip(scales, (first, second), strict=True))

    least = minimize_scalar(lost, bounds=(-3, 3), method="bounded", options={"xatol": 1e-9})
    allowed = student.ppf(0.975, 29 + 39) ** 2
    beyond = lambda beta: lost(beta) - least.fun - allowed  # noqa: E731
    low, high = found.interval()
    assert low[0] == pytest.approx(brentq(beyond, least.x - 4, least.x), abs=1e-4)
    assert high[0] == pytest.approx(brentq(beyond, least.x, least.x + 4), abs=1e-4)
    parts = [log_odds(singles(*cells)) for cells in (first, second)]
    weights = [1 / part.error[0] ** 2 for part in parts]
    assert found.beta[0] == pytest.approx(np.average([part.beta[0] for part in parts], weights=weights))
    assert found.error[0] == pytest.approx(sum(weights) ** -0.5)


def test_what_stands_for_a_stratum_is_no_association_within() -> None:
    # Within each of two sites the label is as frequent with the term as without; one site has more of both.
    sites = singles(160, 40, 80, 20), singles(20, 80, 40, 160)
    assert log_odds(np.concatenate(sites)).interval()[0][0] > 0.4
    low, high = log_odds(*sites).interval()
    assert low[0] < 0 < high[0]


def test_pairs_of_fewer_strata_stand_beside_those_of_more() -> None:
    one, other = contrast_of(singles(8, 22, 30, 90)), contrast_of(singles(25, 15, 20, 30))
    together = LogOdds([[one], [one, other]])
    alone = [LogOdds([[one]]), LogOdds([[one, other]])]
    assert together.interval()[0].tolist() == [each.interval()[0][0] for each in alone]
    assert together.beta.tolist() == [each.beta[0] for each in alone]


def test_shares_that_are_taken_apart_leave_nothing_where_nothing_is() -> None:
    everything = Shares.of(np.array([1.0] * 30 + [1 / 3, 0.1, 0.7, 1 / 7] * 6))
    there = np.array([1 / 3, 0.1, 0.7, 1 / 7] * 6)
    contrast = Contrast.of(there, np.full(24, np.nan), everything.minus(Shares.of(there)))
    assert contrast.neither == 0
    low, high = LogOdds([[contrast]]).interval()
    assert np.isfinite(high[0])
    assert low[0] == -np.inf
