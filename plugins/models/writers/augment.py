"""Images changed a little in training, as patients stand and exposures differ; never mirrored: left must stay left."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

_TURN, _SHIFT, _SCALE = math.radians(7), 0.06, 0.08
_LIGHT, _CONTRAST = 0.1, 0.2


def augmented(images: Tensor, strength: float) -> tuple[Tensor, Tensor]:
    """Turn, move, scale and light images, float [images, 1, height, width] from 0 to 1, each by chance of its own.

    At ``strength`` 1 they are turned by up to 7 degrees, moved by 6 % and scaled by 8 % of their size. Returns the
    images, and the maps by which places in them are those of the given ones, float [images, 2, 3], in the units of
    ``affine_grid``.
    """
    count, device = len(images), images.device

    def chance(most: float) -> Tensor:
        return (2 * torch.rand(count, device=device) - 1) * most * strength

    turn, scale = chance(_TURN), 1 + chance(_SCALE)
    # The picture is 2 wide in the units of a grid.
    rows = [
        torch.stack([scale * turn.cos(), -scale * turn.sin(), 2 * chance(_SHIFT)], 1),
        torch.stack([scale * turn.sin(), scale * turn.cos(), 2 * chance(_SHIFT)], 1),
    ]
    maps = torch.stack(rows, 1)
    with torch.autocast(device.type, enabled=False):  # in half digits places are off by pixels
        grid = functional.affine_grid(maps, list(images.shape), align_corners=False)
    moved = functional.grid_sample(images, grid, padding_mode="border", align_corners=False)
    contrast, light = (1 + chance(_CONTRAST))[:, None, None, None], chance(_LIGHT)[:, None, None, None]
    return ((moved - 0.5) * contrast + 0.5 + light).clamp(0, 1), maps
