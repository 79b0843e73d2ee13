"""Orders at several thresholds compared: against pairs counted one by one."""

from __future__ import annotations

import math
import random
from itertools import combinations

import pytest

from medtext.explain.rank_stability import THRESHOLDS, TOP, kendall, ranks, stability

Counts = dict[tuple[str, ...], int]


def counts(**values: int) -> Counts:
    return {(name,): value for name, value in values.items()}


def tau_b(one: Counts, other: Counts, keys: set[tuple[str, ...]]) -> float:
    """Count pairs that agree, and ties of either side (Kendall 1945)."""
    agree = ties = others = 0
    pairs = list(combinations(sorted(keys), 2))
    for a, b in pairs:
        first = one.get(a, 0) - one.get(b, 0)
        second = other.get(a, 0) - other.get(b, 0)
        agree += (first * second > 0) - (first * second < 0)
        ties += first == 0
        others += second == 0
    return agree / math.sqrt((len(pairs) - ties) * (len(pairs) - others))


@pytest.mark.parametrize("seed", range(4))
def test_tau_is_that_of_counted_pairs(seed: int) -> None:
    chance = random.Random(seed)
    one, other = ({(f"{chance.randrange(30)}",): chance.randrange(1, 6) for _ in range(25)} for _ in range(2))
    keys = {*one, *other}
    assert kendall(one, other, keys) == pytest.approx(tau_b(one, other, keys))


def test_an_order_without_any_difference_has_no_tau() -> None:
    assert kendall(counts(a=1, b=1), counts(a=1, b=2), {("a",), ("b",)}) is None
    found = stability(0.2, {}, {threshold: {} for threshold in THRESHOLDS})
    assert (found.least, set(found.tau.values())) == (None, {None})


def test_only_rows_among_the_first_of_either_order_are_compared() -> None:
    own = {(f"{number:03}",): 200 - number for number in range(100)}
    turned = {(f"{number:03}",): 100 + number for number in range(100)}
    found = stability(0.2, own, {0.2: own, 0.5: turned})
    assert found.rows == {0.2: TOP, 0.5: 2 * TOP}
    assert (found.tau[0.2], found.tau[0.5]) == (1.0, pytest.approx(-1.0))
    assert found.least == (0.5, pytest.approx(-1.0))


def test_rows_that_are_as_frequent_share_a_rank() -> None:
    assert ranks(counts(a=3, b=7, c=3, d=1)) == counts(a=2, b=1, c=2, d=4)
