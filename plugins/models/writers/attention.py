"""Attention: additive, of recurrent decoders; and of several heads, of transformers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby

import torch
from torch import Tensor, nn
from torch.nn import functional

_Look = Callable[[Tensor, Tensor, Tensor, Tensor], tuple[Tensor, ...]]
"""What makes something of queries, [records, rows of each, ...], and of the values, keys and mask of a ``Sight``."""


@dataclass(frozen=True)
class Sight:
    """What there is to look at: the places of records, their keys, and which are real; and who looks at them.

    ``values`` and ``keys`` are float [records, length, size], or [records, heads, length, size], ``mask`` bool
    [records, length]. ``owners`` are the records of the rows that look; beams and samples of one record look at the
    same places, of which there is no copy.
    """

    values: Tensor
    keys: Tensor
    mask: Tensor
    owners: tuple[int, ...]

    @classmethod
    def of(cls, values: Tensor, keys: Tensor, mask: Tensor) -> Sight:
        """Return the places of records, each of which looks at its own."""
        return cls(values, keys, mask, tuple(range(len(values))))

    def select(self, rows: Tensor) -> Sight:
        """Return the same places for other rows, int64 [rows]."""
        return replace(self, owners=tuple(self.owners[row] for row in rows.tolist()))

    def asked(self, queries: Tensor, look: _Look) -> tuple[Tensor, ...]:
        """Return what ``look`` gives for each row, of ``queries``, [rows, ...].

        ``look`` is called for records that equally many rows look at, with queries [records, rows of each, ...].
        """
        count = len(self.owners) // max(1, len(self.values))
        if self.owners == tuple(owner for owner in range(len(self.values)) for _ in range(count)):
            # Nothing is cut out here: the gradient of a cut is as large as what it is cut from.
            found = look(queries.view(len(self.values), count, *queries.shape[1:]), self.values, self.keys, self.mask)
            return tuple(each.flatten(0, 1) for each in found)
        made, start = [], 0
        for owner, same in groupby(self.owners):
            count, own = sum(1 for _ in same), slice(owner, owner + 1)
            made.append(look(queries[None, start : start + count], self.values[own], self.keys[own], self.mask[own]))
            start += count
        return tuple(torch.cat([part[0] for part in parts]) for parts in zip(*made, strict=True))


class AdditiveAttention(nn.Module):
    """Looks where a key and the query together excite it (Bahdanau, Cho and Bengio 2015, arXiv:1409.0473)."""

    def __init__(self, width: int, query: int) -> None:
        super().__init__()
        # Where to look takes fewer values than what is seen there, and is most of the work.
        size = max(1, width // 4)
        self.key = nn.Linear(width, size)
        self.query = nn.Linear(query, size, bias=False)
        self.energy = nn.Linear(size, 1, bias=False)

    def sight(self, vectors: Tensor, mask: Tensor) -> Sight:
        """Return places to look at, of float [records, length, width]; ``mask`` bool [records, length]."""
        return Sight.of(vectors, self.key(vectors), mask)

    def forward(self, query: Tensor, sight: Sight) -> tuple[Tensor, Tensor]:
        """Return what is seen, float [rows, width], and the weights, float [rows, length], of float [rows, query]."""
        seen, weights = sight.asked(self.query(query), self._look)
        return seen, weights

    def _look(self, queries: Tensor, values: Tensor, keys: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        energy = self.energy(torch.tanh(keys[:, None] + queries[:, :, None]))[..., 0]
        weights = masked_softmax(energy, mask[:, None])
        return weights.to(values.dtype) @ values, weights


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

    def sight(self, vectors: Tensor, mask: Tensor) -> Sight:
        """Return places to look at, of float [records, length, width]; ``mask`` bool [records, length]."""
        keys, values = self.remembered(vectors)
        return Sight.of(values, keys, mask)

    def forward(self, vectors: Tensor, keys: Tensor, values: Tensor, seen: Tensor | None) -> Tensor:
        """Return float [batch, length, width]; ``seen`` bool, broadcast over [batch, heads, length, keys]."""
        return self._joined(_attended(self._parted(self.query(vectors)), keys, values, seen))

    def look(self, vectors: Tensor, sight: Sight) -> Tensor:
        """Return what rows see, float [rows, steps, width] of float alike."""
        (seen,) = sight.asked(self._parted(self.query(vectors)), self._look)
        return self._joined(seen)

    def weights(self, vectors: Tensor, sight: Sight) -> Tensor:
        """Return where the last of ``vectors`` looks, the mean over heads, float [rows, length]."""
        (weights,) = sight.asked(self._parted(self.query(vectors[:, -1:])), _weights)
        return weights

    @staticmethod
    def _look(queries: Tensor, values: Tensor, keys: Tensor, mask: Tensor) -> tuple[Tensor]:
        rows, steps = queries.shape[1], queries.shape[3]
        # A record without anything to see must look somewhere: at padding, of which nothing is seen.
        some = mask.any(1)[:, None]
        together = _attended(queries.transpose(1, 2).flatten(2, 3), keys, values, (mask | ~some)[:, None, None])
        together = together * some[..., None, None]
        return (together.reshape(*together.shape[:2], rows, steps, -1).transpose(1, 2),)

    def _parted(self, vectors: Tensor) -> Tensor:
        parted: Tensor = vectors.view(*vectors.shape[:2], self.heads, -1).transpose(1, 2)
        return parted

    def _joined(self, parts: Tensor) -> Tensor:
        given: Tensor = self.given(parts.transpose(1, 2).flatten(2))
        return given


def _attended(queries: Tensor, keys: Tensor, values: Tensor, seen: Tensor | None) -> Tensor:
    return functional.scaled_dot_product_attention(queries, keys, values, attn_mask=seen)


def _weights(queries: Tensor, values: Tensor, keys: Tensor, mask: Tensor) -> tuple[Tensor]:
    """Return weights, float [records, rows, length], of queries [records, rows, heads, 1, size]."""
    del values
    energy = (queries @ keys[:, None].transpose(-1, -2))[..., 0, :] / queries.shape[-1] ** 0.5
    return (masked_softmax(energy, mask[:, None, None]).mean(2),)


def masked_softmax(energy: Tensor, mask: Tensor) -> Tensor:
    """Return weights over the real places of the last axis, that add up to one; all zero where none is real."""
    low = torch.finfo(energy.dtype).min
    return energy.masked_fill(~mask, low).softmax(-1) * mask
