"""Grey levels: how many of them a picture may have, and how deep ones become 8 bits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medtext.errors import RecordError

_LEAST = 16
"""Pixels a side: below it, a file is an icon or a tracking dot, and no picture of anything in a body."""
_MOST = 100_000_000
"""Pixels a picture: five times the largest detectors, and some 400 MB while it is decoded."""


def check_size(path: Path, width: int, height: int) -> None:
    """Raise RecordError where a picture has too few or too many pixels; call it before they are decoded."""
    size = f"{path}: a picture of {width:,} x {height:,} pixels"
    if min(width, height) < _LEAST:
        raise RecordError(f"{size} shows nothing (at least {_LEAST} x {_LEAST} are expected): name the whole image")
    if width * height > _MOST:
        raise RecordError(f"{size}, which are more than {_MOST:,}: export it smaller")


def stretched(levels: NDArray[Any], path: Path) -> NDArray[np.uint8]:
    """Return levels as 0 (the darkest) to 255 (the brightest), in the shape they have; what is no number is 0.

    Where all levels are the same, they are 0. Raises RecordError, which names ``path``, where no level is a number.
    """
    # float64 holds the difference of any two levels of float32.
    deep: NDArray[np.floating[Any]] = levels.astype(np.float64 if levels.dtype.kind == "f" else np.float32)
    real = np.isfinite(deep)
    if not real.any():
        raise RecordError(f"{path}: no level of the image is a number: export it as PNG or JPEG")
    low, high = float(deep.min(where=real, initial=np.inf)), float(deep.max(where=real, initial=-np.inf))
    deep[~real] = low
    np.subtract(deep, low, out=deep)
    np.multiply(deep, 255.0 / (high - low) if high > low else 0.0, out=deep)
    eight: NDArray[np.uint8] = np.rint(deep, out=deep).astype(np.uint8)
    return eight
