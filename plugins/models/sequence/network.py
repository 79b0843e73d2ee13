"""A network of the family."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from medtext.plugin import ModelShape

from ..token_vectors import TokenVectors
from . import Options
from .stages import BiLSTM, Convolutions, LabelPool, SelfAttention


class Sequence(TokenVectors):
    """Token vectors, the stages, a pool for each label."""

    def __init__(self, shape: ModelShape, options: Options, stages: tuple[str, ...]) -> None:
        super().__init__(shape, options.width)
        self.hide = options.hide
        self.dropout = nn.Dropout(options.dropout)
        self.stages = nn.ModuleList()
        width = options.width
        for stage in stages:
            if stage == "attention":
                self.stages.extend(SelfAttention(width, options.heads, options.dropout) for _ in range(options.layers))
            elif stage == "bilstm":
                self.stages.append(BiLSTM(width, options.hidden))
                width = 2 * options.hidden
            else:
                self.stages.append(Convolutions(width, options.filters, options.kernels))
                width = options.filters * len(options.kernels)
        self.pool = LabelPool(width, shape.label_count, options.dropout)

    def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return logits, float [batch, labels]."""
        if self.training and self.hide:
            vectors = vectors * (torch.rand(mask.shape, device=mask.device) >= self.hide)[..., None]
        logits: Tensor = self.pool(self.contexts(vectors, mask), mask)
        return logits

    def contexts(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return what the stages make of every token, float [batch, length, width of the last stage]."""
        for stage in self.stages:
            vectors = stage(self.dropout(vectors), mask)
        return vectors
