"""The network of image-cnn."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from medtext.plugin import Batch, Embedded, ModelShape

from ..sequence.stages import LabelPool
from ..writers.network import ImagePlaces
from ..writers.regions import looking_loss
from . import Options


class ImageCNN(nn.Module):
    """The places of all views, at which each label looks by itself."""

    def __init__(self, shape: ModelShape, options: Options) -> None:
        super().__init__()
        self.places = ImagePlaces(options, by_view=False)
        self.pool = LabelPool(options.width, shape.label_count, options.dropout)
        self.labels, self.guided = shape.labels, options.regions

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

    def tutor(self, vectors: Tensor, mask: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return logits, and, in training, the weighed loss of looking beside the regions of the labels."""
        places = self.places.placed(vectors, mask)
        logits: Tensor = self.pool(places, mask)
        if not (self.training and self.guided and self.labels):
            return logits, logits.new_zeros(())
        inside = self.places.inside(batch.records, self.labels)
        return logits, self.guided * looking_loss(self.pool.looking(places, mask), inside)
