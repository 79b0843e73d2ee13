"""Whether answers go with the truth at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from medtext.learn.predict import Prediction

LEAST_RECORDS = 20
"""Of fewer nothing is said."""
_ERRORS = 3.0
"""So many standard errors over zero are no chance."""


def beyond_chance(predictions: Sequence[Prediction], labels: Sequence[str]) -> bool | None:
    """Say whether the probabilities of labels go with the true ones, more than how common a label is explains.

    Within each label, probability and truth are compared with their means; the products are added up by record. Their
    mean has to be over zero by three standard errors. That asks neither for calibrated probabilities nor for balanced
    labels. None where fewer than 20 records have labels.
    """
    known = [each for each in predictions if each.record.labels is not None and each.probabilities is not None]
    if len(known) < LEAST_RECORDS:
        return None
    given = np.array([each.probabilities for each in known])
    true = np.array([[label in (each.record.labels or ()) for label in labels] for each in known], dtype=np.float64)
    together = ((given - given.mean(0)) * (true - true.mean(0))).sum(1)
    return bool(together.mean() > _ERRORS * together.std(ddof=1) / len(known) ** 0.5)
