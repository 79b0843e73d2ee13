"""The test by sign-flip: what a p-value is when t is not trusted."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import shake_128

import numpy as np

from medtext.explain.cluster_means import Direction, Sample

FLIPS = 1999
"""How many sets of signs are drawn: p is a multiple of 1 / 2000."""

_STEPS = 2**30
"""The greatest value is 2**30 whole steps: sums of four million clusters are exact in float64, in any order."""
_CHUNK = 4096
"""The signs of so many clusters are unpacked at once (64 MB)."""


class SignFlips:
    """Random signs for clusters: those of a cluster hang on ``seed`` and its name alone.

    ``names`` are the clusters, by number. If cluster means are spread symmetrically, every sign is as likely as its
    opposite, and p is exact, whatever the tails; where they are not, it holds as the mean grows normal (Canay,
    Romano and Shaikh 2017, Econometrica 85:1013-1030). To flip the mean is to flip t: the squares do not change.
    """

    def __init__(self, names: Iterable[str], seed: int) -> None:
        size = -(-FLIPS // 8)
        keys = (f"{seed}\x1f{name}".encode("utf-8", "surrogatepass") for name in names)
        signs = b"".join(shake_128(key).digest(size) for key in keys)
        self._packed = np.frombuffer(signs, dtype=np.uint8).reshape(-1, size)

    def p(self, sample: Sample, direction: Direction, delta: float) -> float:
        """Return the share of sets of signs that take the mean as far beyond ``delta``, the seen one included."""
        beyond = direction.sign * sample.means - delta
        greatest = float(np.abs(beyond).max())
        if greatest == 0.0:
            return 1.0
        steps = np.rint(beyond / greatest * _STEPS)
        kept = np.zeros(FLIPS)
        for start in range(0, len(steps), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            bits = np.unpackbits(self._packed[sample.clusters[chunk]], axis=1, count=FLIPS)
            kept += steps[chunk] @ bits.astype(np.float64)
        # What keeps its sign adds up to ``kept``, the rest is turned: 2 * kept - all >= all.
        return (1 + int(np.count_nonzero(kept >= steps.sum()))) / (1 + FLIPS)
