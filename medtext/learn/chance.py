"""Whether answers go with the truth at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from medtext.learn.predict import Prediction

_DRAWS = 999
_LEVEL = 0.01
"""Blind answers pass for better than chance once in a hundred times."""


def beyond_chance(predictions: Sequence[Prediction], labels: Sequence[str]) -> bool | None:
    """Say whether the probabilities of labels go with the true ones, more than how common a label is explains.

    Within each label, probability and truth are compared with their means, and the products are added up; dealing the
    answers out to other records, 999 times, tells what chance makes of that (a permutation test). It asks neither for
    calibrated probabilities nor for balanced labels. None where right answers to all records would not stand out
    either: there are too few, or all have the same labels.
    """
    known = [each for each in predictions if each.record.labels is not None and each.probabilities is not None]
    if not known:
        return None
    given = np.array([each.probabilities for each in known])
    true = np.array([[label in (each.record.labels or ()) for label in labels] for each in known], dtype=np.float64)
    if not _stands_out(true, true):
        return None
    return _stands_out(given, true)


def _stands_out(given: NDArray[np.float64], true: NDArray[np.float64]) -> bool:
    given, true = given - given.mean(0), true - true.mean(0)
    together, chance = (given * true).sum(), np.random.default_rng(13)
    # A hair under what was found, so that the same answers dealt out again are not told apart by rounding.
    least = together - 1e-9 * abs(together)
    as_good = sum((chance.permutation(given) * true).sum() >= least for _ in range(_DRAWS))
    return bool(together > 0 and (1 + as_good) / (1 + _DRAWS) <= _LEVEL)
