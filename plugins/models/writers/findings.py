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
    """Guesses, for each finding of the English rules: stated as there or possible; on the left; on the right.

    Each guess looks at all places by itself. The decoder gets their probabilities beside every word (after Jing, Xie
    and Xing 2018, arXiv:1711.08195, whose tags are word vectors instead). They are learned from reports alone: what
    the rules find in them.
    """

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.pool = LabelPool(width, self.size(), dropout)

    @staticmethod
    def size() -> int:
        """Return how many guesses there are: three for each finding."""
        return 3 * len(FindingRules.bundled().names)

    def forward(self, places: Tensor, mask: Tensor) -> Tensor:
        """Return logits, float [batch, size], of float [batch, length, width]; ``mask`` bool [batch, length]."""
        logits: Tensor = self.pool(places, mask)
        return logits

    @staticmethod
    def loss(logits: Tensor, texts: Sequence[str]) -> Tensor:
        """Return the summed binary cross-entropy of the guesses about each report, in nats: a float scalar."""
        stated = torch.tensor([_stated(text) for text in texts], device=logits.device)
        return functional.binary_cross_entropy_with_logits(logits.float(), stated, reduction="sum")


@lru_cache(maxsize=100_000)  # every epoch asks for the same reports
def _stated(text: str) -> tuple[float, ...]:
    found = findings_of(text)
    rows = [(found.state(name) in ("present", "uncertain"), found.side(name)) for name in FindingRules.bundled().names]
    return tuple(
        float(each) for there, side in rows for each in (there, *(there and side in sides for sides in _SIDES))
    )
