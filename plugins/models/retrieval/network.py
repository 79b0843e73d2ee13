"""Retrieval by features that nothing had to learn."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

from medtext.plugin import PAD, UNKNOWN, Batch, ModelShape

from . import ImageOptions

_SLOTS = ("frontal", "lateral")
_BINS = 9


class Retrieval(nn.Module, ABC):
    """Keeps features of the training records, float16 [records, slots, size], each of length one or zero."""

    features: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("features", torch.zeros(0, 0, 0, dtype=torch.float16))

    @abstractmethod
    def featured(self, batch: Batch) -> Tensor:
        """Return the features of records, float32 [batch, slots, size], each of length one or zero."""

    def fit(self, batches: Iterable[Batch]) -> None:
        """Take the features of training records."""
        self.features = torch.cat([self.featured(batch) for batch in batches]).half()

    @torch.no_grad()
    def nearest(self, batch: Batch) -> Tensor:
        """Return the number of the training record that is most alike, int64 [batch].

        Alike is the mean cosine over what both have: both views, or the one that both have.
        """
        asked, known = self.featured(batch).to(self.features.device), self.features.float()
        alike = torch.einsum("bsd,nsd->bn", asked, known)
        both = torch.einsum("bs,ns->bn", asked.any(2).float(), known.any(2).float())
        # Those that have no view in common come last, and among equals the first.
        return torch.where(both > 0, alike / both.clamp(min=1), -math.inf).argmax(1)


class ImageRetrieval(Retrieval):
    """Compares where an image has edges of which direction (Dalal and Triggs 2005), view by view."""

    def __init__(self, options: ImageOptions) -> None:
        super().__init__()
        self.cell = options.cell

    @torch.no_grad()
    def featured(self, batch: Batch) -> Tensor:
        """Return histograms of oriented gradients, one slot for the frontal and one for the lateral view."""
        found = self._edges(batch.inputs[batch.mask])
        features = found.new_zeros(len(batch), len(_SLOTS), found.shape[1])
        shown = [
            (_SLOTS.index(kind) if kind in _SLOTS else None, row, view, feature)
            for (row, view), feature in zip(batch.mask.nonzero().tolist(), found, strict=True)
            for kind in [batch.records[row].views[view] if batch.records[row].views else ""]
        ]
        # The first of each kind; one that is not known is by its place, and gives way to those that are.
        for slot, row, view, feature in sorted(shown, key=lambda each: each[0] is None):
            place = min(view, len(_SLOTS) - 1) if slot is None else slot
            if not features[row, place].any():
                features[row, place] = feature
        return features

    def _edges(self, images: Tensor) -> Tensor:
        padded = functional.pad(images, (1, 1, 1, 1), mode="replicate")
        across = padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]
        down = padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]
        size = (across.square() + down.square()).sqrt()
        # The direction of an edge, whichever side is the brighter, shared between the two bins beside it.
        place = torch.atan2(down, across) / math.pi % 1 * _BINS
        lower = place.floor()
        share = place - lower
        bins = torch.zeros(len(images), _BINS, *images.shape[2:], device=images.device)
        bins.scatter_add_(1, (lower % _BINS).long(), size * (1 - share))
        bins.scatter_add_(1, ((lower + 1) % _BINS).long(), size * share)
        cells = functional.avg_pool2d(bins, self.cell)
        # Each cell by its own contrast, so that the exposure matters little.
        cells = functional.normalize(cells, dim=1, eps=0.01)
        return functional.normalize(cells.flatten(1), dim=1)


class TextRetrieval(Retrieval):
    """Compares texts by their words, each weighed by how few training records have it."""

    weights: Tensor

    def __init__(self, shape: ModelShape) -> None:
        super().__init__()
        self.register_buffer("weights", torch.ones(shape.vocabulary_size))

    def fit(self, batches: Iterable[Batch]) -> None:
        """Count in how many records each word stands, then take their features."""
        kept = list(batches)
        found = sum(self._said(batch).sum(0) for batch in kept)
        self.weights = torch.log((1 + sum(map(len, kept))) / (1 + torch.as_tensor(found)))
        super().fit(kept)

    @torch.no_grad()
    def featured(self, batch: Batch) -> Tensor:
        """Return which words a text has, weighed, in one slot."""
        return functional.normalize(self._said(batch) * self.weights, dim=1)[:, None]

    def _said(self, batch: Batch) -> Tensor:
        said = torch.zeros(len(batch), len(self.weights), device=batch.inputs.device)
        said.scatter_(1, batch.inputs, 1.0)
        said[:, [PAD, UNKNOWN]] = 0.0
        return said
