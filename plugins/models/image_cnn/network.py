"""The network of image-cnn."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from medtext.plugin import Batch, Embedded, ModelShape

from ..sequence.stages import LabelPool
from ..writers.network import ImagePlaces
from . import Options


class ImageCNN(nn.Module):
    """The places of all views, at which each label looks by itself."""

    def __init__(self, shape: ModelShape, options: Options) -> None:
        super().__init__()
        self.places = ImagePlaces(options, by_view=False)
        self.pool = LabelPool(options.width, shape.label_count, options.dropout)

    def embed(self, batch: Batch) -> Embedded:
        """Return the cells of all views, float [batch, views * rows * columns, width]."""
        return self.places.embed(batch)

    def baseline(self, batch: Batch) -> Tensor:
        """Return zeros: no cell excites anything."""
        return torch.zeros_like(self.embed(batch).vectors)

    def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return logits, float [batch, labels]."""
        logits: Tensor = self.pool(self.places.placed(vectors, mask), mask)
        return logits
