"""Attention: additive, of recurrent decoders; and of several heads, of transformers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class AdditiveAttention(nn.Module):
    """Looks where a key and the query together excite it (Bahdanau, Cho and Bengio 2015, arXiv:1409.0473)."""

    def __init__(self, width: int, query: int, size: int) -> None:
        super().__init__()
        self.key = nn.Linear(width, size)
        self.query = nn.Linear(query, size, bias=False)
        self.energy = nn.Linear(size, 1, bias=False)

    def forward(self, query: Tensor, keys: Tensor, vectors: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return what is seen, float [batch, width], and the weights, float [batch, length].

        ``query`` is float [batch, query], ``keys`` what ``self.key`` made of ``vectors``, float [batch, length, width].
        """
        energy = self.energy(torch.tanh(keys + self.query(query)[:, None]))[..., 0]
        weights = masked_softmax(energy, mask)
        return (weights[:, None].to(vectors.dtype) @ vectors)[:, 0], weights


class MultiHeadAttention(nn.Module):
    """Scaled dot products of several heads (Vaswani et al. 2017, arXiv:1706.03762)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.given = nn.Linear(width, width)

    def remembered(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Return keys and values, float [batch, heads, length, width / heads]."""
        return self._parted(self.key(vectors)), self._parted(self.value(vectors))

    def forward(self, vectors: Tensor, keys: Tensor, values: Tensor, seen: Tensor | None) -> Tensor:
        """Return float [batch, length, width]; ``seen`` bool, broadcast over [batch, heads, length, keys]."""
        looked = functional.scaled_dot_product_attention(
            self._parted(self.query(vectors)), keys, values, attn_mask=seen
        )
        given: Tensor = self.given(looked.transpose(1, 2).flatten(2))
        return given

    def weights(self, vectors: Tensor, keys: Tensor, mask: Tensor) -> Tensor:
        """Return where the last of ``vectors`` looks, the mean over heads, float [batch, keys]; ``mask`` bool alike."""
        query = self._parted(self.query(vectors[:, -1:]))
        energy = (query @ keys.transpose(2, 3))[:, :, 0] / query.shape[-1] ** 0.5
        return masked_softmax(energy, mask[:, None]).mean(1)

    def _parted(self, vectors: Tensor) -> Tensor:
        parted: Tensor = vectors.view(*vectors.shape[:2], self.heads, -1).transpose(1, 2)
        return parted


def masked_softmax(energy: Tensor, mask: Tensor) -> Tensor:
    """Return weights over the real places of the last axis, that add up to one; all zero where none is real."""
    low = torch.finfo(energy.dtype).min
    return energy.masked_fill(~mask, low).softmax(-1) * mask
