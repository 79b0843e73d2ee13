"""The encoder of a batch of images: the cells of their grids."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from medtext.plugin import Batch, Embedded

from . import ImageOptions
from .augment import augmented
from .residual import SmallEncoder

if TYPE_CHECKING:
    from .backbone import Backbone

_KEPT = 1 << 30
"""Bytes of features that are kept at most, of images that are seen again and again."""
KINDS = ("", "frontal", "lateral")
"""What a view may show; the first where that is not known."""


def encoder_of(options: ImageOptions) -> SmallEncoder | Backbone:
    """Make the encoder that options describe: a vision backbone, or the small one."""
    if not options.backbone:
        return SmallEncoder(options.channels)
    from .backbone import Backbone

    return Backbone(options.backbone)


class Eyes(nn.Module):
    """Looks at every view with the same encoder; a cell's vector knows which view it is of.

    With ``by_view`` each view has a linear map of its own, so that the sum over views is a map of the views side by
    side; else they share one.
    """

    learned: Tensor

    def __init__(self, options: ImageOptions, width: int, *, by_view: bool) -> None:
        super().__init__()
        self.encoder = encoder_of(options)
        self.frozen, self.augment = options.frozen, options.augment
        self.project = nn.ModuleList(
            nn.Linear(self.encoder.channels, width) for _ in range(len(KINDS) if by_view else 1)
        )
        self.kind = nn.Embedding(len(KINDS), width)
        self.register_buffer("learned", torch.zeros(len(KINDS), dtype=torch.bool))
        self.cells = self._cells(options.image_size)
        self.kept: dict[Path, Tensor] = {}

    @torch.no_grad()
    def _cells(self, size: int) -> int:
        """Return how many cells the grid of an image has."""
        training = self.encoder.training
        grid = self.encoder.eval()(torch.zeros(1, 1, size, size))
        self.encoder.train(training)
        return int(grid.shape[2] * grid.shape[3])

    def forward(self, batch: Batch) -> Embedded:
        """Return the cells of all views, float [batch, views * rows * columns, width]; ``sites`` say which."""
        real = batch.inputs[batch.mask]
        if self.training and self.augment:
            real = augmented(real, self.augment)
        grid = self._still(real, batch) if self.frozen else self.encoder(real)
        kinds = self._kinds(batch)[batch.mask]
        cells = self._projected(grid.flatten(2).transpose(1, 2), kinds) + self.kind(kinds)[:, None]
        vectors = cells.new_zeros(*batch.mask.shape, *cells.shape[1:])
        vectors[batch.mask] = cells
        count, views = batch.mask.shape
        rows, columns = grid.shape[2:]
        places = torch.cartesian_prod(torch.arange(views), torch.arange(rows), torch.arange(columns))
        mask = batch.mask.repeat_interleave(rows * columns, dim=1)
        sites = places.to(mask.device).expand(count, -1, -1)
        return Embedded(vectors.flatten(1, 2), mask, sites, torch.zeros_like(mask))

    def _still(self, real: Tensor, batch: Batch) -> Tensor:
        """Return what the encoder that does not learn makes of images, float [images, channels, rows, columns].

        In a training that changes no image, and while it measures val, that of an image is kept, as far as it fits.
        """
        self.encoder.eval()
        if torch.is_grad_enabled() and not self.training:  # someone asks what the pixels do
            return self.encoder(real)  # type: ignore[no-any-return]
        with torch.no_grad():
            repeated = not self.augment if self.training else bool(self.kept)
            if not repeated or torch.is_inference_mode_enabled():  # what is made there cannot be learned from
                return self.encoder(real)  # type: ignore[no-any-return]
            paths = [path for record in batch.records for path in record.images]
            new = [row for row, path in enumerate(paths) if path not in self.kept]
            made = self.encoder(real[new]) if new else ()
            grids = {paths[row]: grid.clone() for row, grid in zip(new, made, strict=True)}
            found = torch.stack([grids[path] if path in grids else self.kept[path] for path in paths])
            room = _KEPT - sum(grid.nbytes for grid in self.kept.values())
            self.kept |= dict(list(grids.items())[: room // found[0].nbytes])
            return found

    def _projected(self, cells: Tensor, kinds: Tensor) -> Tensor:
        """Map cells, float [images, cells, channels], each image by the map of its view."""
        if len(self.project) == 1:
            return self.project[0](cells)  # type: ignore[no-any-return]
        every = torch.stack([project(cells) for project in self.project])
        return every[kinds, torch.arange(len(kinds), device=kinds.device)]

    def _kinds(self, batch: Batch) -> Tensor:
        """Return the number of each view's kind, int64 [batch, views].

        A kind that no training image was said to be is one that is not known; where all of them were said to be
        something, one that is not known is by its place, the frontal view first.
        """
        kinds = torch.zeros(batch.mask.shape, dtype=torch.int64)
        for row, record in enumerate(batch.records):
            for view, kind in enumerate(record.views):
                kinds[row, view] = KINDS.index(kind) if kind in KINDS else 0
        kinds = kinds.to(batch.mask.device)
        if self.training:
            self.learned[kinds[batch.mask]] = True
        if not self.learned.any():
            return kinds
        kinds = torch.where(self.learned[kinds], kinds, 0)
        if not self.learned[0]:
            places = torch.arange(1, kinds.shape[1] + 1, device=kinds.device).clamp(max=len(KINDS) - 1)
            kinds = torch.where(kinds == 0, places, kinds)
            # Where one kind alone was learned, whatever else there is is taken for that.
            kinds = torch.where(self.learned[kinds], kinds, self.learned.int().argmax())
        return kinds
