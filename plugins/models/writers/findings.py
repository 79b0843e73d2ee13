"""What a report states of findings, guessed from what there is to see, so that the words need not find it out alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from medtext.plugin import FindingRules, findings_of

from ..sequence.stages import LabelPool

_SIDE = 0.5
"""The probability from which a finding that is stated is told to be on a side."""
_SIDES = (("left", "bilateral"), ("right", "bilateral"))
"""What a text may say of a finding's side that is true of the left, and of the right."""


class FindingHead(nn.Module):
    """Guesses what a report states: of each finding of the English rules whether it is there or possible; its sides.

    Each guess looks at all places by itself. The decoder gets their probabilities beside every word (after Jing, Xie
    and Xing 2018, arXiv:1711.08195, whose tags are word vectors instead). They are learned from what the rules find in
    the reports of the training, and from the words where these are not told what is true.
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
    def looking() -> list[str]:
        """Return whose regions each guess is to look at: the finding's, or nobody's where a side is guessed."""
        return [
            name for rule in FindingRules.bundled().findings for name in (rule.name, *(("", "") if rule.sided else ()))
        ]

    @staticmethod
    def decided(guesses: Tensor, cutoff: float) -> Tensor:
        """Decide what is stated, of probabilities, float [batch, size]: 1, or 0, or nan for sides that are left open.

        A finding is stated from ``cutoff`` on. What is not stated has no side; what is has those that are likelier
        than not, and is left open where neither is.
        """
        decided, at = torch.zeros_like(guesses), 0
        for rule in FindingRules.bundled().findings:
            there = guesses[:, at] >= cutoff
            decided[:, at] = there
            if rule.sided:
                sides = guesses[:, at + 1 : at + 3] >= _SIDE
                open_ = (there & ~sides.any(1))[:, None]
                decided[:, at + 1 : at + 3] = (sides & there[:, None]).to(guesses.dtype).masked_fill(open_, torch.nan)
            at += 3 if rule.sided else 1
        return decided

    @staticmethod
    def stated(texts: Sequence[str]) -> Tensor:
        """Return what reports state, as it is guessed: float32 [texts, size], 1, or 0, or nan where that is left open.

        Open are the sides of a finding that is stated without one.
        """
        return torch.tensor([_stated(text) for text in texts])

    @staticmethod
    def loss(logits: Tensor, stated: Tensor) -> Tensor:
        """Return the mean binary cross-entropy of guesses, in nats: a float scalar; what is left open is left out."""
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
