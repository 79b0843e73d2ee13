"""What a report states of findings, guessed from what there is to see, so that the words need not find it out alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from medtext.plugin import FindingRules, findings_of

from ..sequence.stages import LabelPool

_SIDES = (("left", "bilateral"), ("right", "bilateral"))
"""What a text may say of a finding's side that is true of the left, and of the right."""


class FindingHead(nn.Module):
    """Guesses what a report states: of each finding of the English rules whether it is there or possible; its sides.

    Each guess looks at all places by itself. The decoder gets their probabilities beside every word (after Jing, Xie
    and Xing 2018, arXiv:1711.08195, whose tags are word vectors instead). They are learned from what the rules find in
    the reports of the training, and from the words that hang on them.
    """

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.pool = LabelPool(width, self.size(), dropout)

    @staticmethod
    def size() -> int:
        """Return how many guesses there are: one for each finding, two more where it has a side."""
        return sum(3 if rule.sided else 1 for rule in FindingRules.bundled().findings)

    def forward(self, places: Tensor, mask: Tensor) -> Tensor:
        """Return logits, float [batch, size], of float [batch, length, width]; ``mask`` bool [batch, length]."""
        logits: Tensor = self.pool(places, mask)
        return logits

    @staticmethod
    def loss(logits: Tensor, texts: Sequence[str]) -> Tensor:
        """Return the mean binary cross-entropy of the guesses about some reports, in nats: a float scalar.

        Where a report states a finding and not its side, the guesses of sides are left out.
        """
        stated = torch.tensor([_stated(text) for text in texts], device=logits.device)
        told = ~stated.isnan()
        return functional.binary_cross_entropy_with_logits(logits.float()[told], stated[told])


@lru_cache(maxsize=100_000)  # every epoch asks for the same reports
def _stated(text: str) -> tuple[float, ...]:
    """Return 1 for what a text states, 0 for what it does not, nan where it leaves that open."""
    found = findings_of(text)
    row: list[float] = []
    for rule in FindingRules.bundled().findings:
        there, side = found.state(rule.name) in ("present", "uncertain"), found.side(rule.name)
        row.append(float(there))
        if rule.sided:
            row += [float("nan") if there and not side else float(side in sides) for sides in _SIDES]
    return tuple(row)
