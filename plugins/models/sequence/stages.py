"""What the networks are put together from; a mask holds everywhere, so padding changes nothing."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

_FAR = 16
"""Distances, in tokens, that attention tells apart; beyond, they are all alike."""
_SMOOTH = 0.1
"""What is added to the variance that a layer norms by.

With the usual 1e-5 the faintest trace of a text is as loud as all of it: nearly all that an answer moves between
"nothing said" and the text it moves at once, and no gradient sees it.
"""


class SelfAttention(nn.Module):
    """A layer of attention with a bias for each distance, then one of two linear maps (Vaswani et al. 2017; Shaw 2018).

    Layers are normed before, not after, so that they train without a long warm-up.
    """

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width, eps=_SMOOTH)
        self.asked = nn.Linear(width, 3 * width)
        self.given = nn.Linear(width, width)
        self.distance = nn.Parameter(0.02 * torch.randn(heads, 2 * _FAR + 1))
        self.further = nn.Sequential(
            nn.LayerNorm(width, eps=_SMOOTH),
            nn.Linear(width, 2 * width),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(2 * width, width),
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return float [batch, length, width]; ``mask`` bool [batch, length]."""
        length = vectors.shape[1]
        places = torch.arange(length, device=vectors.device)
        apart = (places[None] - places[:, None]).clamp(-_FAR, _FAR) + _FAR
        # A text without a token still looks somewhere: at padding, whose outcome nobody reads.
        seen = (mask | ~mask.any(1, keepdim=True))[:, None, None]
        bias = self.distance[:, apart].masked_fill(~seen, torch.finfo(vectors.dtype).min)
        query, key, value = (
            part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in self.asked(self.norm(vectors)).chunk(3, 2)
        )
        looked = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias.to(query.dtype))
        vectors = vectors + self.dropout(self.given(looked.transpose(1, 2).flatten(2)))
        deeper: Tensor = vectors + self.dropout(self.further(vectors))
        return deeper


class BiLSTM(nn.Module):
    """An LSTM that reads forth, one that reads back from each text's own end (Graves and Schmidhuber 2005)."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.forth = nn.LSTM(width, hidden, batch_first=True)
        self.back = nn.LSTM(width, hidden, batch_first=True)

    def forward(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return float [batch, length, 2 * hidden]; ``mask`` bool [batch, length], its ends alone padded."""
        lengths = mask.sum(1, keepdim=True)
        places = torch.arange(mask.shape[1], device=mask.device)[None]
        # Each text turned round, padding left where it is: that is its own inverse.
        turned = torch.where(places < lengths, lengths - 1 - places, places)[..., None]
        forth, _ = self.forth(vectors)
        back, _ = self.back(vectors.gather(1, turned.expand_as(vectors)))
        return torch.cat([forth, back.gather(1, turned.expand_as(back))], 2)


class Convolutions(nn.Module):
    """Filters of several lengths around every token, and ReLU (Kim 2014)."""

    def __init__(self, width: int, filters: int, kernels: tuple[int, ...]) -> None:
        super().__init__()
        self.kernels = nn.ModuleList(nn.Conv1d(width, filters, size) for size in kernels)

    def forward(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return float [batch, length, filters of all kernels]; ``mask`` bool [batch, length]."""
        text = (vectors * mask[..., None]).transpose(1, 2)
        found = []
        for kernel in self.kernels:
            assert isinstance(kernel, nn.Conv1d)  # noqa: S101
            size = kernel.kernel_size[0]
            found.append(functional.relu(kernel(functional.pad(text, ((size - 1) // 2, size // 2)))))
        return torch.cat(found, 1).transpose(1, 2)


class LabelPool(nn.Module):
    """Each label looks at the text by itself, and at the strongest of every value (Mullenbach et al. 2018)."""

    def __init__(self, width: int, labels: int, dropout: float) -> None:
        super().__init__()
        self.looks = nn.Linear(width, labels)
        self.reads = nn.Linear(width, labels)
        self.strongest = nn.Linear(width, labels)
        self.dropout = nn.Dropout(dropout)

    def forward(self, contexts: Tensor, mask: Tensor) -> Tensor:
        """Return logits, float [batch, labels], of float [batch, length, width]; ``mask`` bool [batch, length]."""
        contexts = self.dropout(contexts)
        # A text without a token has nothing to look at: its pools are zero.
        strongest = _without_padding(contexts, mask).amax(1) * mask.any(1, keepdim=True)
        looks = self.looking(contexts, mask).softmax(1) * mask[..., None]
        logits: Tensor = (looks * self.reads(contexts)).sum(1) + self.strongest(strongest)
        return logits

    def looking(self, contexts: Tensor, mask: Tensor) -> Tensor:
        """Return how places draw the look of labels, float [batch, length, labels], logits over the places."""
        return _without_padding(self.looks(contexts), mask)


def _without_padding(values: Tensor, mask: Tensor) -> Tensor:
    """Put the least number there is where padding stands; under autocast tensors are of different kinds."""
    return values.masked_fill(~mask[..., None], torch.finfo(values.dtype).min)
