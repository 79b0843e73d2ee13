"""DICOM files: what is to see on them, and from where it was taken."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.grey_levels import check_size, stretched
from medtext.corpus.quiet import quiet
from medtext.errors import RecordError

if TYPE_CHECKING:
    from pydicom import Dataset

DICOM_ENDINGS = (".dcm", ".dicom")
"""The endings of files that may be DICOM though they do not have its mark."""
_MARK_AT, _MARK = 128, b"DICM"
_VIEWS = {"PA": "frontal", "AP": "frontal", "LL": "lateral", "RL": "lateral", "LATERAL": "lateral"}
_DEFLATED = b"1.2.840.10008.1.2.1.99"
_START = 1 << 20
"""Bytes in which a file says how it is packed."""
_BROKEN = (
    *(OSError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, RuntimeError, AttributeError),
    *(MemoryError, struct.error, AssertionError),
)
"""What pydicom raises for files that are cut off, damaged, or lack what a picture needs."""


def is_dicom(path: Path) -> bool:
    """Whether a file has the mark of DICOM, whatever it is called. Raises RecordError where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(_MARK_AT + len(_MARK))[_MARK_AT:] == _MARK
    except OSError as error:
        raise RecordError(f"{path}: the file cannot be read ({error.strerror or error}): correct the path") from error


def read_dicom(path: Path) -> NDArray[np.uint8]:
    """Read the picture of a DICOM file as grey levels: uint8 [rows, columns], 0 black, 255 white.

    Stored values go through the modality LUT and the (first) VOI LUT or window; MONOCHROME1, which counts from white
    to black, is turned round, and what comes out is stretched from its darkest to its brightest
    (DICOM PS3.3, C.11.1 and C.11.2). Colours become grey. Of several frames the first is read.

    Raises RecordError for a file without a picture, one whose pixels are packed in a way that cannot be
    unpacked here, one that is damaged, and one of too few or too many pixels.
    """
    from PIL import Image
    from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut
    from pydicom.pixels.utils import pixel_array

    with _said(path):
        header = _header(path)
        levels = pixel_array(path, index=0, transfer_syntax_uid=_packing(header, path))
        kind = header.PhotometricInterpretation
        if levels.ndim == 2 and kind in ("MONOCHROME1", "MONOCHROME2"):
            grey = apply_voi_lut(apply_modality_lut(levels, header), header)
            return stretched(-grey.astype(np.float64) if kind == "MONOCHROME1" else grey, path)
        if levels.ndim == 3 and levels.shape[2] == 3 and levels.dtype == np.uint8:
            return np.array(Image.fromarray(levels).convert("L"))
    raise RecordError(f"{path}: its colours ({kind}, {levels.dtype}) cannot be read here: export it as PNG")


def dicom_view(path: Path) -> str:
    """Return what the image of a DICOM file shows by its View Position: ``frontal``, ``lateral``, or nothing.

    Nothing stands for a file that does not say, and for other views. Raises RecordError where the file cannot be read.
    """
    with _said(path):
        return _VIEWS.get(str(_header(path).get("ViewPosition") or "").strip().upper(), "")


def dicom_study(path: Path) -> str:
    """Return the Study Instance UID of a DICOM file, or nothing. Raises RecordError where the file cannot be read."""
    with _said(path):
        return str(_header(path).get("StudyInstanceUID") or "").strip()


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Turn what pydicom raises into RecordError, and keep it from warning of values that are not used."""
    from pydicom.errors import BytesLengthException, InvalidDicomError

    try:
        with quiet("pydicom"):
            yield
    except (InvalidDicomError, BytesLengthException, *_BROKEN) as error:
        reason = shorten(str(error), 200) or type(error).__name__  # some hold all the bytes that were not understood
        raise RecordError(
            f"{path}: not a DICOM image that can be read ({reason}): copy it again, or export it as PNG"
        ) from error


def _header(path: Path) -> Dataset:
    """Read everything that stands before the pixels."""
    from pydicom import dcmread

    with path.open("rb") as stream:
        if _DEFLATED in stream.read(_START):
            raise RecordError(f"{path}: a deflated DICOM file, which may unpack to any size: save it uncompressed")
    return dcmread(path, force=True, stop_before_pixels=True)


def _packing(header: Dataset, path: Path) -> str:
    """Return how the pixels are packed, as the UID of a transfer syntax.

    Raises RecordError where a file has no picture, one of a size that none has, or one that cannot be unpacked.
    """
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    if "Rows" not in header or "Columns" not in header:
        raise RecordError(f"{path}: no DICOM picture in it: name the file that holds the image")
    check_size(path, int(header.Columns), int(header.Rows))
    plain = ImplicitVRLittleEndian if header.original_encoding[0] else ExplicitVRLittleEndian
    packing = UID(header.file_meta.get("TransferSyntaxUID") or plain)
    try:
        available = get_decoder(packing).is_available
    except NotImplementedError:
        available = False
    if not available:
        raise RecordError(
            f"{path}: its pixels are packed as '{packing.name}', which cannot be unpacked here: "
            "save it uncompressed, or export it as PNG"
        )
    return packing
