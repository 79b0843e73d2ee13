"""How far the order of a keyword table hangs on its threshold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from medtext.explain.rank_agreement import tau_b

THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5)
"""At these the order is compared with that of the threshold that was asked for."""
TOP = 50
"""So many rows of either order are compared, the most frequent."""

Key = TypeVar("Key", bound=tuple[str, ...])
"""What a row is known by: its keyword, its label, its direction."""


@dataclass(frozen=True, slots=True)
class ThresholdStability:
    """Kendall's tau-b between the asked threshold's order and that of each of ``THRESHOLDS``; None where it has none.

    ``rows`` counts what each was reckoned over: rows that are among the first fifty of either.
    """

    asked: float
    tau: Mapping[float, float | None]
    rows: Mapping[float, int]

    @property
    def least(self) -> tuple[float, float] | None:
        """The threshold whose order differs most, and its tau; None where nothing can be compared."""
        known = [(tau, threshold) for threshold, tau in self.tau.items() if tau is not None]
        return None if not known else (min(known)[1], min(known)[0])

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values, by threshold."""
        named = {f"{threshold:g}": {"tau": tau, "rows": self.rows[threshold]} for threshold, tau in self.tau.items()}
        return {"asked": self.asked, "top": TOP, "thresholds": named}


def stability(asked: float, own: Mapping[Key, int], others: Mapping[float, Mapping[Key, int]]) -> ThresholdStability:
    """Compare the frequencies of rows at the asked threshold with those at others."""
    taus, rows = {}, {}
    for threshold, other in others.items():
        union = _first(own) | _first(other)
        taus[threshold] = kendall(own, other, union)
        rows[threshold] = len(union)
    return ThresholdStability(asked, taus, rows)


def kendall(one: Mapping[Key, int], other: Mapping[Key, int], keys: set[Key]) -> float | None:
    """Return Kendall's tau-b of two frequencies over some rows; a row that one lacks has 0 there, ties count as ties.

    None where one of them is the same for all rows.

    >>> kendall({("a",): 3, ("b",): 2, ("c",): 1}, {("a",): 5, ("b",): 2}, {("a",), ("b",), ("c",)})
    1.0
    """
    rows = sorted(keys)
    return tau_b([one.get(key, 0) for key in rows], [other.get(key, 0) for key in rows])


def ranks(frequencies: Mapping[Key, int]) -> dict[Key, int]:
    """Return the rank of every row: one more than rows are more frequent, so that equally frequent ones share it.

    >>> ranks({("a",): 2, ("b",): 5, ("c",): 2, ("d",): 1})
    {('a',): 2, ('b',): 1, ('c',): 2, ('d',): 4}
    """
    ascending = sorted(frequencies.values())
    return {key: 1 + len(ascending) - bisect_right(ascending, count) for key, count in frequencies.items()}


def _first(frequencies: Mapping[Key, int]) -> set[Key]:
    """Return the most frequent rows; those that are as frequent as the last of them come by name."""
    return set(sorted(frequencies, key=lambda key: (-frequencies[key], key))[:TOP])
