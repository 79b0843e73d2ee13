"""Agreement beyond chance is that of the textbooks, and its interval knows that rows of one term hang together."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from medtext.explain.kappa import agreement


def said(rows: int, reviewers: int, share: float = 0.7, seed: int = 1) -> NDArray[np.bool_]:
    chance = np.random.default_rng(seed)
    true = chance.random(rows) < share
    return np.where(chance.random((rows, reviewers)) < 0.15, ~true[:, None], true[:, None])


def names(rows: int) -> list[str]:
    return [str(row) for row in range(rows)]


def test_cohens_kappa_is_that_of_scikit_learn() -> None:
    kept = said(120, 2)
    found = agreement(kept, names(120))
    assert (found.kind, found.rows, found.reviewers) == ("Cohen", 120, 2)
    assert found.kappa == pytest.approx(cohen_kappa_score(kept[:, 0], kept[:, 1]))
    assert found.share == pytest.approx((kept[:, 0] == kept[:, 1]).mean())
    assert found.low is not None
    assert found.high is not None
    assert found.low < (found.kappa or 0) < found.high


def test_fleiss_kappa_is_that_of_pairs_counted_one_by_one() -> None:
    kept = said(80, 4)
    pairs = [row[a] == row[b] for row in kept for a, b in combinations(range(4), 2)]
    observed, yes = float(np.mean(pairs)), float(kept.mean())
    expected = yes**2 + (1 - yes) ** 2
    found = agreement(kept, names(80))
    assert found.kind == "Fleiss"
    assert found.share == pytest.approx(observed)
    assert found.kappa == pytest.approx((observed - expected) / (1 - expected))


def test_the_interval_is_as_wide_as_theory_says() -> None:
    """Fleiss, Cohen and Everitt (1969), Psychol. Bull. 72:323-327, of two by two decisions."""
    kept = said(400, 2)
    table = (
        np.array([[((kept[:, 0] == a) & (kept[:, 1] == b)).sum() for b in (False, True)] for a in (False, True)]) / 400
    )
    rows, columns = table.sum(1), table.sum(0)
    same, chance = np.trace(table), rows @ columns
    kappa = (same - chance) / (1 - chance)
    one = sum(table[i, i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in (0, 1))
    two = (1 - kappa) ** 2 * sum(table[i, 1 - i] * (columns[i] + rows[1 - i]) ** 2 for i in (0, 1))
    error = np.sqrt((one + two - (kappa - chance * (1 - kappa)) ** 2) / 400) / (1 - chance)
    found = agreement(kept, names(400))
    assert (found.high or 0) - (found.low or 0) == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_rows_of_one_term_are_drawn_together() -> None:
    kept = np.repeat(said(40, 2), 4, axis=0)
    alone, together = agreement(kept, names(160)), agreement(kept, [str(row // 4) for row in range(160)])
    assert (together.high or 0) - (together.low or 0) > 1.5 * ((alone.high or 0) - (alone.low or 0))


def test_where_all_say_the_same_there_is_no_kappa() -> None:
    found = agreement(np.ones((9, 3), dtype=np.bool_), names(9))
    assert (found.share, found.kappa, found.low) == (1.0, None, None)
    one = np.ones((9, 2), dtype=np.bool_)
    one[0] = False
    found = agreement(one, names(9))
    assert (found.kappa, found.low, found.high) == (pytest.approx(1.0), None, None)
