"""Other samples of clusters that might have been drawn, and the ranks that keywords have in them.

The Poisson bootstrap: in each replicate every cluster counts as often as a Poisson variable of mean one says, which
is the usual bootstrap but for the number of clusters, now random too (Hanley and MacGibbon 2006, Computer Methods
and Programs in Biomedicine 83:57-62; Chamandy et al. 2012, "Estimating uncertainty for massive data streams",
Google). No cluster's weight hangs on another, so no sharding shows, and all runs are tried on the same samples.
Nothing is explained anew: sums of clusters are weighed, in whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import shake_128

import numpy as np
from numpy.typing import NDArray

from medtext.explain.span_sums import LabelSpans

REPLICATES = 200
"""How many samples are drawn, where nothing else is said."""
SEED = 13
"""Of the weights."""
ABSENT = int(np.iinfo(np.int32).max)
"""The rank of a keyword that has no span: behind all others."""

_BITS = 32
_AT_ONCE = 50
"""Replicates that are ranked together: 2 MB for a thousand keywords."""


def poisson_weights(clusters: Sequence[str], replicates: int = REPLICATES, seed: int = SEED) -> NDArray[np.uint8]:
    """Return how often each cluster counts in each replicate: uint8 [clusters, replicates], Poisson of mean one.

    A weight is a hash of seed, replicate and cluster alone: more replicates, or other clusters, change none.

    >>> poisson_weights(["group:a"], 4).tolist() == poisson_weights(["x", "group:a"], 9)[1:, :4].tolist()
    True
    """
    keys = (f"{seed}\x1f{cluster}".encode("utf-8", "surrogatepass") for cluster in clusters)
    drawn = b"".join(shake_128(key).digest(replicates * _BITS // 8) for key in keys)
    values = np.frombuffer(drawn, dtype="<u4").reshape(len(clusters), replicates)
    return np.searchsorted(_edges(), values, side="right").astype(np.uint8)


@cache
def _edges() -> NDArray[np.uint32]:
    """Return where the weight grows by one: the distribution function in steps of 2**-32."""
    from scipy.stats import poisson

    steps = np.floor(poisson.cdf(np.arange(32), 1) * 2**_BITS)
    edges: NDArray[np.uint32] = steps[steps < 2**_BITS].astype(np.uint32)
    return edges


def ranks_of(spans: LabelSpans, weights: NDArray[np.uint8] | None = None) -> NDArray[np.int32]:
    """Return the rank of every keyword of a label in every replicate: int32 [keywords, replicates], from 1.

    The order is that of a keyword table: frequency, records, score, key. A keyword without a span is ``ABSENT``.
    Without ``weights`` every cluster counts once, in one replicate: the table itself.
    """
    if weights is None:
        weights = np.ones((spans.spans.shape[1], 1), dtype=np.uint8)
    ranks = np.empty((len(spans.keys), weights.shape[1]), dtype=np.int32)
    for start in range(0, weights.shape[1], _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        ranks[:, part] = _ranked(spans, weights[:, part].astype(np.int64))
    return ranks


def _ranked(spans: LabelSpans, weights: NDArray[np.int64]) -> NDArray[np.int32]:
    counts, records, scores = (each @ weights for each in (spans.spans, spans.records, spans.scores))
    order = np.lexsort((-scores, -records, -counts), axis=0)  # stable: what is level stays in the order of keys
    ranks = np.empty(counts.shape, dtype=np.int32)
    places = np.broadcast_to(np.arange(1, len(counts) + 1, dtype=np.int32)[:, None], counts.shape)
    np.put_along_axis(ranks, order, places, axis=0)
    ranks[counts == 0] = ABSENT
    return ranks
