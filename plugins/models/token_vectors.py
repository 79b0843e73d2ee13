"""What networks share that begin with a vector for each token."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from medtext.plugin import PAD, Batch, Embedded, ModelShape, text_sites


class TokenVectors(nn.Module):
    """A table of vectors, looked up; where nothing is said stands the vector of padding, which is zero."""

    def __init__(self, shape: ModelShape, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(shape.vocabulary_size, width, padding_idx=PAD)

    def embed(self, batch: Batch) -> Embedded:
        """Look up a vector for each token: float32 [batch, length, width]."""
        sites, special = text_sites(batch)
        return Embedded(self.embedding(batch.inputs), batch.mask, sites, special)

    def baseline(self, batch: Batch) -> Tensor:
        """Return the vector of padding everywhere, float32 [batch, length, width]."""
        return torch.zeros(*batch.inputs.shape, self.embedding.embedding_dim, device=batch.inputs.device)

    def table(self) -> Tensor:
        """Return the vectors of all tokens, float [vocabulary, width]."""
        return self.embedding.weight
