"""The network of text-cnn."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from medtext.plugin import PAD, Batch, Embedded, ModelShape, text_sites

from . import Options


class TextCNN(nn.Module):
    """Embedding, convolutions of several lengths, ReLU, maximum over the text, linear layer.

    Convolutions see zeros around the text, and the maximum is taken over its real
    positions only, so padding changes nothing and the shortest text has an answer.
    """

    def __init__(self, shape: ModelShape, options: Options) -> None:
        super().__init__()
        self.embedding = nn.Embedding(shape.vocabulary_size, options.width, padding_idx=PAD)
        self.kernels = options.kernels
        self.convolutions = nn.ModuleList(nn.Conv1d(options.width, options.filters, size) for size in options.kernels)
        self.dropout = nn.Dropout(options.dropout)
        self.output = nn.Linear(options.filters * len(options.kernels), shape.label_count)

    def embed(self, batch: Batch) -> Embedded:
        """Look up a vector for each token: float32 [batch, length, width]."""
        sites, special = text_sites(batch)
        return Embedded(self.embedding(batch.inputs), batch.mask, sites, special)

    def baseline(self, batch: Batch) -> Tensor:
        """Return the vector of padding, which is zero, everywhere."""
        return torch.zeros(*batch.inputs.shape, self.embedding.embedding_dim, device=batch.inputs.device)

    def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return logits, float [batch, labels]."""
        # ReLU is never negative, so a masked zero never wins over a real place.
        pooled = (self._features(vectors, mask) * mask[:, None]).amax(dim=2)
        logits: Tensor = self.output(self.dropout(pooled))
        return logits

    def contexts(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return what the filters find around every token, float [batch, length, filters of all lengths]."""
        return self._features(vectors, mask).transpose(1, 2)

    def table(self) -> Tensor:
        """Return the vectors of all tokens, float [vocabulary, width]."""
        return self.embedding.weight

    def _features(self, vectors: Tensor, mask: Tensor) -> Tensor:
        text = (vectors * mask[..., None]).transpose(1, 2)
        found = []
        for size, convolution in zip(self.kernels, self.convolutions, strict=True):
            before = (size - 1) // 2
            around = (before, size - 1 - before)
            found.append(functional.relu(convolution(functional.pad(text, around))))
        return torch.cat(found, dim=1)
