"""Image files as arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medtext.errors import RecordError


def read_image(path: Path, size: int) -> NDArray[np.float32]:
    """Read an image as grey levels from 0 to 1: float32 [channels=1, size, size].

    The picture is stretched to the square. Raises RecordError where the file is
    missing or no image.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            grey = image.convert("L").resize((size, size), Image.Resampling.BILINEAR)
    except FileNotFoundError as error:
        raise RecordError(f"{path}: there is no such image: correct the path in the source") from error
    except (UnidentifiedImageError, OSError) as error:
        raise RecordError(f"{path}: not an image that can be read ({error}): export it as PNG or JPEG") from error
    return (np.asarray(grey, dtype=np.float32) / 255.0)[None]
