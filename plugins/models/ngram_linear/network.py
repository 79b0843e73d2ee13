"""The network of ngram-linear."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from medtext.plugin import Batch, Embedded, ModelShape, text_sites

from . import Options

_PRIME = 1_000_003


class NgramLinear(nn.Module):
    """Adds up one weight for each distinct n-gram and label, over the root of their number.

    That is logistic regression on a bag of words of length one (Wang and Manning 2012
    call its like hard to beat). A row is an n-gram; one that stands in a text k times
    gives each place 1/k, so that keywords see them all. Integrated gradients have a
    closed form: the weights themselves.
    """

    def __init__(self, shape: ModelShape, options: Options) -> None:
        super().__init__()
        self.longest = options.longest
        self.weights = nn.Embedding(options.buckets, shape.label_count)
        self.bias = nn.Parameter(torch.zeros(shape.label_count))
        nn.init.zeros_(self.weights.weight)

    def embed(self, batch: Batch) -> Embedded:
        """Return what each n-gram says for each label: float32 [batch, length * longest, labels]."""
        sites, special = text_sites(batch)
        hashes, masks, places, specials = [], [], [], []
        hashed = torch.zeros_like(batch.inputs)
        mixed = torch.zeros_like(special)
        for size in range(1, self.longest + 1):
            if size > batch.inputs.shape[1]:
                break
            last = slice(size - 1, None)
            hashed = (hashed[:, : batch.inputs.shape[1] - size + 1] * _PRIME + batch.inputs[:, last] + size) % 2**31
            first = slice(None, hashed.shape[1])
            hashes.append(hashed)
            masks.append(batch.mask[:, last])
            places.append(torch.stack([sites[:, first, 0], sites[:, last, 1]], dim=-1))
            mixed = mixed[:, first] | special[:, last]  # one special token makes the n-gram special
            specials.append(mixed)
        numbers, mask = torch.cat(hashes, dim=1) % self.weights.num_embeddings, torch.cat(masks, dim=1)
        numbers = numbers.masked_fill(~mask, -1)
        scale = _scale(numbers)
        vectors = self.weights(numbers.clamp(min=0)) * scale[..., None]
        return Embedded(vectors, mask, torch.cat(places, dim=1), torch.cat(specials, dim=1))

    def baseline(self, batch: Batch) -> Tensor:
        """Return zero everywhere: no n-gram says anything."""
        length = batch.inputs.shape[1]
        rows = sum(max(0, length - size + 1) for size in range(1, self.longest + 1))
        return torch.zeros(len(batch.inputs), rows, self.weights.embedding_dim, device=batch.inputs.device)

    def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return logits, float [batch, labels]."""
        logits: Tensor = (vectors * mask[..., None]).sum(dim=1) + self.bias
        return logits

    def contributions(self, vectors: Tensor, baseline: Tensor, mask: Tensor) -> Tensor:
        """Return the scores of every n-gram for every label: they are its vector, float [batch, length, labels]."""
        return (vectors - baseline) * mask[..., None]


def _scale(numbers: Tensor) -> Tensor:
    """Return 1 / (places of an n-gram in its text * root of distinct ones); float32 [batch, length], padding 0."""
    ordered, order = numbers.sort(dim=1)
    new = torch.ones_like(ordered, dtype=torch.bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    group = new.cumsum(dim=1) - 1
    times = torch.zeros_like(ordered, dtype=torch.float32).scatter_add_(
        1, group, torch.ones_like(ordered, dtype=torch.float32)
    )
    counts = torch.empty_like(times).scatter_(1, order, times.gather(1, group))
    distinct = (new & (ordered >= 0)).sum(dim=1, keepdim=True).clamp(min=1)
    return torch.where(numbers >= 0, 1.0 / (counts * distinct.sqrt()), 0.0)
