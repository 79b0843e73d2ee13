"""Attention: additive, of recurrent decoders; and of several heads, of transformers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Sight:
    """What there is to look at: the places of records, their keys, and which are real; and who looks at them.

    ``vectors`` is float [records, length, width], ``keys`` [records, length, any size], ``mask`` bool [records,
    length]. ``owners`` are the records of the rows that look; beams and samples of one record look at the same places,
    of which there is no copy.
    """

    vectors: Tensor
    keys: Tensor
    mask: Tensor
    owners: tuple[int, ...]

    @classmethod
    def of(cls, vectors: Tensor, keys: Tensor, mask: Tensor) -> Sight:
        """Return the places of records, each of which looks at its own."""
        return cls(vectors, keys, mask, tuple(range(len(vectors))))

    def select(self, rows: Tensor) -> Sight:
        """Return the same places for other rows, int64 [rows]."""
        return replace(self, owners=tuple(self.owners[row] for row in rows.tolist()))

    @property
    def even(self) -> bool:
        """Whether equally many rows look at each record, side by side, in the order of the records."""
        count = len(self.owners) // max(1, len(self.vectors))
        return self.owners == tuple(owner for owner in range(len(self.vectors)) for _ in range(count))

    def parts(self) -> list[tuple[slice, slice]]:
        """Part the rows into those of one record that stand side by side: slices of records, and of rows."""
        found, start = [], 0
        for owner, same in groupby(self.owners):
            count = sum(1 for _ in same)
            found.append((slice(owner, owner + 1), slice(start, start + count)))
            start += count
        return found


class AdditiveAttention(nn.Module):
    """Looks where a key and the query together excite it (Bahdanau, Cho and Bengio 2015, arXiv:1409.0473)."""

    def __init__(self, width: int, query: int) -> None:
        super().__init__()
        # Where to look takes fewer values than what is seen there, and is most of the work.
        size = max(1, width // 4)
        self.key = nn.Linear(width, size)
        self.query = nn.Linear(query, size, bias=False)
        self.energy = nn.Linear(size, 1, bias=False)

    def forward(self, query: Tensor, sight: Sight) -> tuple[Tensor, Tensor]:
        """Return what is seen, float [rows, width], and the weights, float [rows, length].

        ``query`` is float [rows, query]; the keys of ``sight`` are what ``self.key`` made of its vectors.
        """
        asked = self.query(query)
        if sight.even:
            return self._look(asked, sight.vectors, sight.keys, sight.mask)
        made = [
            self._look(asked[rows], sight.vectors[own], sight.keys[own], sight.mask[own]) for own, rows in sight.parts()
        ]
        seen, weights = zip(*made, strict=True)
        return torch.cat(seen), torch.cat(weights)

    def _look(self, asked: Tensor, vectors: Tensor, keys: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Look for rows that are equally many of each record, side by side."""
        together = asked.view(len(keys), -1, asked.shape[1])
        energy = self.energy(torch.tanh(keys[:, None] + together[:, :, None]))[..., 0]
        weights = masked_softmax(energy, mask[:, None])
        seen = weights.to(vectors.dtype) @ vectors
        return seen.flatten(0, 1), weights.flatten(0, 1)


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
