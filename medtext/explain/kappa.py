"""How far people agree beyond chance on what is kept: Cohen's kappa of two, Fleiss' kappa of more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medtext.learn.resampling import group_weights, percentiles

_MOST_UNDEFINED = 0.05
"""The share of resamples without a kappa, as all say the same, from which there is no interval either."""


@dataclass(frozen=True, slots=True)
class ReviewerAgreement:
    """How far reviewers agree on rows that all of them decided on.

    ``kappa`` is named ``kind``; it is None where all decisions are alike, so that chance would agree as well, and its
    95 % interval where most would be so in a resample. ``share`` is that of pairs of reviewers who say the same,
    over all rows.
    """

    kind: str
    rows: int
    reviewers: int
    share: float
    kappa: float | None
    low: float | None
    high: float | None


def agreement(kept: NDArray[np.bool_], groups: Sequence[str]) -> ReviewerAgreement:
    """Return how far reviewers agree: ``kept`` is bool [rows, reviewers], two or more of both at least one row.

    The interval is by bootstrap over ``groups``, the name of each row's group: a term is decided on alike for all its
    labels, so that its rows are no independent draws.
    """
    rows, reviewers = kept.shape
    weights = group_weights(groups)
    share, kappa = (_cohen if reviewers == 2 else _fleiss)(kept.astype(np.float64), weights)
    drawn = kappa[1:][~np.isnan(kappa[1:])]
    low = high = None
    # Of one group nothing is known of others.
    if len(set(groups)) > 1 and len(drawn) >= (1 - _MOST_UNDEFINED) * (len(kappa) - 1) and not np.isnan(kappa[0]):
        low, high = percentiles(drawn)
    return ReviewerAgreement(
        kind="Cohen" if reviewers == 2 else "Fleiss",
        rows=rows,
        reviewers=reviewers,
        share=float(share[0]),
        kappa=None if np.isnan(kappa[0]) else float(kappa[0]),
        low=low,
        high=high,
    )


def _cohen(kept: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return share of agreement and kappa under each weighting (Cohen 1960, Educ. Psychol. Meas. 20:37-46)."""
    total = weights.sum(axis=1)
    same = weights @ (kept[:, 0] == kept[:, 1]) / total
    first, second = (weights @ kept[:, reviewer] / total for reviewer in (0, 1))
    return same, _beyond(same, first * second + (1 - first) * (1 - second))


def _fleiss(kept: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return share of agreement and kappa under each weighting (Fleiss 1971, Psychol. Bull. 76:378-382)."""
    total, reviewers = weights.sum(axis=1), kept.shape[1]
    yes = kept.sum(axis=1)
    no = reviewers - yes
    same = weights @ (yes * (yes - 1) + no * (no - 1)) / (reviewers * (reviewers - 1)) / total
    said = weights @ yes / reviewers / total
    return same, _beyond(same, said**2 + (1 - said) ** 2)


def _beyond(same: NDArray[np.float64], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return agreement beyond chance, as a share of what is possible; not a number where nothing is."""
    room = 1 - chance
    return np.divide(same - chance, room, out=np.full_like(room, np.nan), where=room > 1e-12)
