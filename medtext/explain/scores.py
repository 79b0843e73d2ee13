"""What was found about a batch: the score of every token, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

LEAST_MARGIN = 0.02
"""The tolerance is a share of the margin, but never of less than this, in logits."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of some texts, each for a number of questions, on the CPU.

    ``values`` is float64 [texts, questions, length], in logits, zero on padding; ``margins`` is
    what they should add up to, ``gaps`` by how much they do not, ``changes`` the greatest change of a
    token at the last rung, float64 [texts, questions]; ``points`` int64, how often the gradient was taken
    (0: a closed form); ``converged`` bool.
    """

    values: Tensor
    margins: Tensor
    gaps: Tensor
    changes: Tensor
    points: Tensor
    converged: Tensor


def contrasts(count: int, labels: Sequence[int], against: Sequence[int | None], *, centred: bool) -> Tensor:
    """Return the weights that make one quantity of the logits: float32 [rows, count].

    The logit of the label, minus that of ``against`` where it is given, else minus the
    mean of all logits if ``centred``: adding a constant to every logit changes no
    prediction, so it changes no explanation.

    >>> contrasts(2, [0], [None], centred=True).tolist()
    [[0.5, -0.5]]
    """
    weights = torch.zeros(len(labels), count)
    for row, (label, other) in enumerate(zip(labels, against, strict=True)):
        weights[row, label] = 1.0
        if other is not None:
            weights[row, other] -= 1.0
        elif centred:
            weights[row] -= 1.0 / count
    return weights


def within(gaps: Tensor, margins: Tensor, tolerance: float) -> Tensor:
    """Say which gaps are within a share of their margins, bool."""
    return gaps.abs() <= tolerance * margins.abs().clamp(min=LEAST_MARGIN)
