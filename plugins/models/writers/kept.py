"""What an encoder that does not learn made of images, kept for when they come again."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import torch
from torch import Tensor

MOST = 1 << 30
"""Bytes that are kept; what comes later is made anew each time."""


class KeptGrids:
    """Grids by what the pixels of their images are.

    Each image is encoded by itself and in all digits, so that neither its company nor where a training was resumed
    moves a bit. A copy of a network begins with nothing: its encoder may change.
    """

    def __init__(self) -> None:
        self._grids: dict[bytes, Tensor] = {}
        self._room = MOST

    def __len__(self) -> int:
        return len(self._grids)

    def __deepcopy__(self, memo: dict[int, Any]) -> KeptGrids:
        return KeptGrids()

    def clear(self) -> None:
        """Forget everything."""
        self._grids.clear()
        self._room = MOST

    @torch.no_grad()
    def of(self, images: Tensor, encode: Callable[[Tensor], Tensor]) -> Tensor:
        """Return a grid for each image, float32 [images, channels, rows, columns], of [images, 1, height, width]."""
        return torch.stack([self._grid(image[None], encode) for image in images.float()])

    def _grid(self, image: Tensor, encode: Callable[[Tensor], Tensor]) -> Tensor:
        key = blake2b(image.cpu().numpy().tobytes(), digest_size=16).digest()
        found = self._grids.get(key)
        if found is None:
            with torch.autocast(image.device.type, enabled=False):
                found = encode(image)[0]
            if found.nbytes <= self._room and not torch.is_inference_mode_enabled():
                self._room -= found.nbytes
                self._grids[key] = found
        return found.to(image.device)
