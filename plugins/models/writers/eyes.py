"""The encoder of a batch of images: the cells of their grids."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from medtext.plugin import Batch, Embedded, OptionError

from . import ImageOptions
from .augment import augmented
from .kept import KeptGrids
from .residual import SmallEncoder

if TYPE_CHECKING:
    from .backbone import Backbone
    from .timm_backbone import TimmBackbone

KINDS = ("", "frontal", "lateral")
"""What a view may show; the first where that is not known."""


def encoder_of(options: ImageOptions) -> SmallEncoder | Backbone | TimmBackbone:
    """Make the encoder that options describe: a vision backbone, or the small one."""
    if not options.backbone:
        return SmallEncoder(options.channels)
    if "model_type" not in json.loads(options.backbone):  # which all of transformers have
        from .timm_backbone import TimmBackbone

        return TimmBackbone(options.backbone)
    from .backbone import Backbone

    return Backbone(options.backbone)


class Eyes(nn.Module):
    """Looks at every view with the same encoder; a cell's vector knows which view it is of.

    With ``by_view`` each view has a linear map of its own, so that the sum over views is a map of the views side by
    side; else they share one.
    """

    learned: Tensor
    centres: Tensor
    """Where the centres of the cells of the last batch lie, across and down, as shares of the images as they were read.

    Float [batch, views, cells, 2], in training of images before they were moved; zero for views that are not there.
    """

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
        self.kept = KeptGrids()
        self.register_load_state_dict_post_hook(lambda module, _: module.kept.clear())  # type: ignore[no-untyped-call]

    @torch.no_grad()
    def _cells(self, size: int) -> int:
        """Return how many cells the grid of an image has.

        Raises OptionError for a single one: there is no place to tell from another, and batch norms fail at one image.
        """
        training = self.encoder.training
        grid = self.encoder.eval()(torch.zeros(1, 1, size, size))
        self.encoder.train(training)
        cells = int(grid.shape[2] * grid.shape[3])
        if cells == 1:
            raise OptionError(f"-o image-size={size} leaves the encoder one cell to look at: choose a greater one")
        return cells

    def forward(self, batch: Batch) -> Embedded:
        """Return the cells of all views, float [batch, views * rows * columns, width]; ``sites`` say which."""
        real = batch.inputs[batch.mask]
        maps = torch.eye(2, 3, device=real.device).expand(len(real), -1, -1)
        if self.training and self.augment:
            real, maps = augmented(real, self.augment)
        grid = self._still(real) if self.frozen else self.encoder(real)
        kinds = self._kinds(batch)[batch.mask]
        cells = self._projected(grid.flatten(2).transpose(1, 2), kinds) + self.kind(kinds)[:, None]
        vectors = cells.new_zeros(*batch.mask.shape, *cells.shape[1:])
        vectors[batch.mask] = cells
        count, views = batch.mask.shape
        rows, columns = grid.shape[2:]
        self.centres = self._centres(batch.mask, maps, rows, columns)
        places = torch.cartesian_prod(torch.arange(views), torch.arange(rows), torch.arange(columns))
        mask = batch.mask.repeat_interleave(rows * columns, dim=1)
        sites = places.to(mask.device).expand(count, -1, -1)
        return Embedded(vectors.flatten(1, 2), mask, sites, torch.zeros_like(mask))

    @staticmethod
    def _centres(mask: Tensor, maps: Tensor, rows: int, columns: int) -> Tensor:
        """Return where the cells' centres lie in images as they were given; ``maps`` are those of ``augmented``."""
        with torch.autocast(maps.device.type, enabled=False):
            units = functional.affine_grid(maps, [len(maps), 1, rows, columns], align_corners=False)
        centres = units.new_zeros(*mask.shape, rows * columns, 2)
        centres[mask] = (units.flatten(1, 2) + 1) / 2
        return centres

    def _still(self, real: Tensor) -> Tensor:
        """Return what an encoder that does not learn makes of images, float [images, channels, rows, columns].

        Those that come as they are, while something is learned from them or measured, are encoded once.
        """
        self.encoder.eval()
        if self.training and self.augment:
            with torch.no_grad():
                return self.encoder(real)  # type: ignore[no-any-return]
        # Where nothing is learned, gradients are asked of the pixels; and answers are given once.
        if (torch.is_grad_enabled() and not self.training) or torch.is_inference_mode_enabled():
            return self.encoder(real)  # type: ignore[no-any-return]
        return self.kept.of(real, self.encoder)

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
