"""How long texts are, and what a tokenizer's limit costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

_KEPT = 99
"""The share of texts, in percent, that a proposed limit leaves whole."""
_BARS = 40


@dataclass(frozen=True, slots=True)
class Lengths:
    """The lengths of some texts; percentiles are interpolated, as numpy and pandas do.

    >>> found = Lengths.of([1, 2, 3, 4])
    >>> found.count, found.total, found.shortest, found.median, found.mean, found.longest
    (4, 10, 1, 2.5, 2.5, 4)
    """

    count: int
    total: int
    shortest: int
    p25: float
    median: float
    mean: float
    p75: float
    p90: float
    p95: float
    p99: float
    longest: int

    @classmethod
    def of(cls, lengths: Sequence[int]) -> Lengths | None:
        """Describe lengths; None where there is none."""
        if not lengths:
            return None
        values = np.asarray(lengths, dtype=np.int64)
        p25, median, p75, p90, p95, p99 = map(float, np.percentile(values, [25, 50, 75, 90, 95, 99]))
        total, least, most = int(values.sum()), int(values.min()), int(values.max())
        return cls(len(values), total, least, p25, median, total / len(values), p75, p90, p95, p99, most)

    def shown(self) -> list[tuple[str, float]]:
        """Return each figure with its name, from the shortest to the longest."""
        return [(field.name, getattr(self, field.name)) for field in fields(self)[2:]]


@dataclass(frozen=True, slots=True)
class Cut:
    """What is lost where texts are cut at ``limit`` tokens; ``whole`` is the limit that keeps 99 % of them whole.

    >>> Cut.of([5, 10, 20], 10)
    Cut(limit=10, texts=1, share=0.3333333333333333, tokens_lost=10, share_lost=0.2857142857142857, whole=20)
    """

    limit: int
    texts: int
    share: float
    tokens_lost: int
    share_lost: float
    whole: int

    @classmethod
    def of(cls, lengths: Sequence[int], limit: int) -> Cut:
        """Count what a limit cuts off."""
        values = np.asarray(lengths, dtype=np.int64)
        over = values[values > limit] - limit
        total = int(values.sum())
        return cls(
            limit=limit,
            texts=len(over),
            share=len(over) / max(1, len(values)),
            tokens_lost=int(over.sum()),
            share_lost=int(over.sum()) / max(1, total),
            whole=int(np.percentile(values, _KEPT, method="inverted_cdf")) if len(values) else 0,
        )


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many texts have a length from each of ``edges`` up to the next; ``over`` are longer than the last.

    The longest one in a hundred may be many times as long as the rest, which would be one bar.
    """

    edges: tuple[int, ...]
    counts: tuple[int, ...]
    over: int

    @classmethod
    def of(cls, lengths: Sequence[int]) -> Histogram:
        """Count lengths in bars that are equally wide, in whole tokens."""
        values = np.asarray(lengths, dtype=np.int64)
        if not len(values):
            return cls((), (), 0)
        end = min(int(values.max()), int(1.25 * np.percentile(values, 99)) + 1) + 1
        width = -(-end // _BARS)
        edges = np.arange(0, end + width, width)
        counts, _ = np.histogram(values[values < edges[-1]], bins=edges)
        return cls(tuple(edges.tolist()), tuple(counts.tolist()), int((values >= edges[-1]).sum()))
