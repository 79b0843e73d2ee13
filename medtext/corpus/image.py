"""Image files as arrays."""

from __future__ import annotations

import stat
import struct
import zlib
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.dicom import DICOM_ENDINGS, is_dicom, read_dicom
from medtext.corpus.grey_levels import check_size, stretched
from medtext.corpus.quiet import quiet
from medtext.errors import RecordError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP", "JPEG2000", "PPM")
"""No others: some that Pillow knows start programs (EPS), or only point elsewhere."""
_BROKEN = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, RuntimeError),
    *(AttributeError, MemoryError, struct.error, zlib.error),
)
"""What Pillow raises for files that are cut off or damaged, by format and place of the damage."""


def read_image(path: Path, size: int) -> NDArray[np.uint8]:
    """Read an image as grey levels: uint8 [size, size], 0 black, 255 white.

    The content decides, not the name: PNG, JPEG, TIFF, BMP, GIF, WebP, JPEG 2000, PPM or DICOM. Of several
    frames or pages the first is read. What is transparent lies on black, and a camera's mark of how it was
    held is followed. The picture is stretched to the square. Levels of more than 8 bits, which have no
    agreed white, are stretched from the picture's darkest to its brightest.

    Every pixel counts in a smaller picture, the nearer the more: Pillow widens the triangle of BILINEAR by the
    ratio. (BOX is uneven at ratios near 1, as from 256 to 224; LANCZOS draws rims around letters and metal.)

    Raises RecordError where there is no such file, where it is no image or damaged, under 16 pixels a side, or of
    more than 100 million pixels; the size is read before anything is decoded.
    """
    from PIL import Image

    _check_file(path)
    grey = Image.fromarray(read_dicom(path)) if is_dicom(path) else _decoded(path, size)
    # The gap: a large picture is first made smaller by whole steps, which takes a fraction of the time.
    return np.array(grey.resize((size, size), Image.Resampling.BILINEAR, reducing_gap=3.0))


def image_size(path: Path) -> tuple[int, int]:
    """Return the width and height of an image in pixels. Raises RecordError as ``read_image`` does."""
    from PIL import Image

    _check_file(path)
    if is_dicom(path):
        rows, columns = read_dicom(path).shape
        return columns, rows
    try:
        with quiet("PIL"), Image.open(path, formats=_FORMATS) as image:
            return image.size
    except _BROKEN as error:
        raise RecordError(f"{path}: not an image that can be read ({_reason(error)}): copy it again") from error


def _check_file(path: Path) -> None:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise RecordError(f"{path}: there is no such image: correct its path") from error
    except (OSError, ValueError) as error:
        raise RecordError(f"{path}: the image cannot be read ({_reason(error)}): correct the path") from error
    if stat.S_ISDIR(found.st_mode):
        raise RecordError(f"{path}: a folder, where an image is expected: name a file in it")
    if not stat.S_ISREG(found.st_mode):
        raise RecordError(f"{path}: a pipe or device, where an image is expected: save it to a file first")
    if not found.st_size:
        raise RecordError(f"{path}: not an image that can be read (the file is empty): copy it again")


def _decoded(path: Path, size: int) -> Picture:
    """Return the picture of a file in grey levels; a JPEG may come smaller, but at least twice ``size``."""
    from PIL import Image, UnidentifiedImageError

    try:
        with quiet("PIL"), Image.open(path, formats=_FORMATS) as image:
            check_size(path, *image.size)
            image.draft("L", (2 * size, 2 * size))  # a JPEG leaves out what is not needed while it is unpacked
            return _grey(image, path)
    except UnidentifiedImageError as error:
        if path.suffix.lower() in DICOM_ENDINGS:  # without the mark: files of before the standard had one
            return Image.fromarray(read_dicom(path))
        raise RecordError(
            f"{path}: not an image that can be read (the content is none of {', '.join(_FORMATS)}, DICOM): "
            "export it as PNG or JPEG"
        ) from error
    except Image.DecompressionBombError as error:
        raise RecordError(f"{path}: a picture of more than 100,000,000 pixels: export it smaller") from error
    except _BROKEN as error:
        raise RecordError(
            f"{path}: not an image that can be read ({_reason(error)}): copy it again, or export it as PNG or JPEG"
        ) from error


def _grey(image: Picture, path: Path) -> Picture:
    """Return a picture in 8 bits of grey, upright; ``convert`` would cut deeper levels off at 255."""
    from PIL import Image, ImageChops, ImageOps

    ImageOps.exif_transpose(image, in_place=True)
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return Image.fromarray(stretched(np.asarray(image), path))
    if image.has_transparency_data:
        layered = image if image.mode in ("LA", "RGBA") else image.convert("RGBA")
        return ImageChops.multiply(layered.convert("L"), layered.getchannel("A"))
    return image.convert("L")


def _reason(error: BaseException) -> str:
    """Return what an error says, on one line."""
    return shorten(str(error), 200) or type(error).__name__
