"""Lengths are described as numpy and pandas describe them, and nothing that a limit cuts goes uncounted."""

from __future__ import annotations

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtext.corpus.lengths import Cut, Histogram, Lengths

LENGTHS = st.lists(st.integers(0, 3000), min_size=1, max_size=60)


@given(LENGTHS)
def test_figures_are_those_of_pandas(lengths: list[int]) -> None:
    found, frame = Lengths.of(lengths), pandas.Series(lengths)
    assert found is not None
    assert (found.count, found.total, found.shortest, found.longest) == (
        len(lengths),
        sum(lengths),
        min(lengths),
        max(lengths),
    )
    shown = [found.p25, found.median, found.p75, found.p90, found.p95, found.p99, found.mean]
    quantiles = [frame.quantile(share) for share in (0.25, 0.5, 0.75, 0.9, 0.95, 0.99)]
    assert shown == pytest.approx([*quantiles, frame.mean()])


def test_no_text_has_no_lengths() -> None:
    assert Lengths.of([]) is None
    assert Cut.of([], 5) == Cut(limit=5, texts=0, share=0.0, tokens_lost=0, share_lost=0.0, whole=0)
    assert Histogram.of([]) == Histogram((), (), 0)


@given(LENGTHS, st.integers(1, 3000))
def test_a_cut_counts_what_stands_over_the_limit(lengths: list[int], limit: int) -> None:
    cut = Cut.of(lengths, limit)
    assert cut.texts == sum(length > limit for length in lengths)
    assert sum(min(length, limit) for length in lengths) + cut.tokens_lost == sum(lengths)


@given(LENGTHS)
def test_the_proposed_limit_is_the_least_that_keeps_99_percent_whole(lengths: list[int]) -> None:
    limit = Cut.of(lengths, 1).whole
    kept = [np.mean([length <= each for length in lengths]) for each in (limit, limit - 1)]
    assert kept[0] >= 0.99 > kept[1]


@given(LENGTHS)
def test_a_histogram_counts_every_text_once(lengths: list[int]) -> None:
    found = Histogram.of(lengths)
    assert sum(found.counts) + found.over == len(lengths)
    for start, end, count in zip(found.edges[:-1], found.edges[1:], found.counts, strict=True):
        assert count == sum(start <= length < end for length in lengths)


def test_one_long_text_does_not_flatten_the_histogram() -> None:
    found = Histogram.of([10] * 500 + [100_000])
    assert found.edges[-1] < 100
    assert found.over == 1
