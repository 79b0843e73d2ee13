"""A small convolutional network, trained from scratch: a grid of vectors for each image."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional


class Residual(nn.Module):
    """Two convolutions beside a short cut, at half the resolution (He et al. 2016, arXiv:1512.03385)."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(after)
        self.second = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(after)
        self.short = nn.Conv2d(before, after, 1, bias=False)
        self.short_norm = nn.BatchNorm2d(after)

    def forward(self, images: Tensor) -> Tensor:
        """Return float [images, after, height / 2, width / 2]."""
        found = functional.relu(self.first_norm(self.first(images)))
        found = self.second_norm(self.second(found))
        short = self.short_norm(self.short(functional.avg_pool2d(images, 2)))
        return functional.relu(found + short)


class SmallEncoder(nn.Module):
    """A stem and three residual blocks: a cell of the grid for every 16 x 16 pixels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        sizes = (channels // 8, channels // 4, channels // 2, channels)
        self.channels = channels
        self.stem = nn.Conv2d(1, sizes[0], 5, stride=2, padding=2, bias=False)
        self.norm = nn.BatchNorm2d(sizes[0])
        self.blocks = nn.Sequential(*(Residual(*pair) for pair in pairwise(sizes)))
        # Images of one channel are in either order: weights with channels last say which, and take a quarter less time.
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # stubs leave it out

    def forward(self, images: Tensor) -> Tensor:
        """Return a grid, float [images, channels, rows, columns], of grey levels, float [images, 1, height, width]."""
        grid: Tensor = self.blocks(functional.relu(self.norm(self.stem((images - 0.5) * 4))))
        return grid
