"""Image files as arrays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medtext.errors import RecordError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


def read_image(path: Path, size: int) -> NDArray[np.float32]:
    """Read an image as grey levels from 0 to 1: float32 [channels=1, size, size].

    The picture is stretched to the square. Levels of more than 8 bits, which have no
    agreed white, are stretched from the picture's darkest to its brightest.
    Raises RecordError where the file is missing, no image, or too large.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            grey = _grey(image).resize((size, size), Image.Resampling.BILINEAR)
    except FileNotFoundError as error:
        raise RecordError(f"{path}: there is no such image: correct the path in the source") from error
    except Image.DecompressionBombError as error:
        raise RecordError(f"{path}: {error}: no report has such a picture; export it smaller") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:  # a broken PNG ends with any of them
        raise RecordError(f"{path}: not an image that can be read ({error}): export it as PNG or JPEG") from error
    return (np.asarray(grey, dtype=np.float32) / 255.0)[None]


def _grey(image: Picture) -> Picture:
    """Return grey levels from 0 to 255; ``convert`` would cut deeper ones off at 255."""
    if image.mode not in ("I", "F") and not image.mode.startswith("I;"):
        return image.convert("L")
    from PIL.Image import fromarray

    levels = np.asarray(image, dtype=np.float32)
    low, high = float(levels.min()), float(levels.max())
    return fromarray((levels - low) * (255.0 / (high - low)) if high > low else np.zeros_like(levels))
