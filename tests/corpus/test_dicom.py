"""DICOM pictures become grey levels as a viewer shows them, or one line says why not."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filereader import dcmread
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from medtext.corpus.dicom import dicom_view, is_dicom, read_dicom
from medtext.corpus.image import read_image
from medtext.errors import RecordError

RAMP = np.tile(np.arange(16, dtype=np.uint16) * 100, (16, 1))  # 0 to 1500 from left to right
STEPS = np.rint(np.arange(16) * 255 / 15).astype(int).tolist()


def write(
    path: Path, levels: np.ndarray = RAMP, *, packing: UID = ExplicitVRLittleEndian, mark: bool = True, **fields: Any
) -> Path:
    """Write a DICOM file; ``fields`` are set last, None takes one away."""
    file = Dataset()
    file.file_meta = FileMetaDataset()
    file.file_meta.TransferSyntaxUID = packing
    file.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    file.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    file.Modality = "DX"
    file.Rows, file.Columns = levels.shape[-2:] if levels.ndim < 4 and levels.shape[-1] != 3 else levels.shape[:2]
    file.SamplesPerPixel = 3 if levels.shape[-1] == 3 else 1
    file.PhotometricInterpretation = "RGB" if levels.shape[-1] == 3 else "MONOCHROME2"
    file.BitsAllocated = file.BitsStored = levels.dtype.itemsize * 8
    file.HighBit = file.BitsStored - 1
    file.PixelRepresentation = int(levels.dtype.kind == "i")
    if file.SamplesPerPixel == 3:
        file.PlanarConfiguration = 0
    elif levels.ndim == 3:
        file.NumberOfFrames = len(levels)
    pixels = levels.astype(levels.dtype.newbyteorder("<" if packing.is_little_endian else ">")).tobytes()
    file.PixelData = encapsulate([pixels]) if packing.is_encapsulated else pixels
    file["PixelData"].VR = "OB" if packing.is_encapsulated or levels.dtype.itemsize == 1 else "OW"
    for name, value in fields.items():
        if value is None:
            delattr(file, name)
        else:
            setattr(file, name, value)
    if mark:
        file.save_as(path, enforce_file_format=True)
    else:
        file.file_meta = FileMetaDataset()
        file.save_as(path, implicit_vr=packing.is_implicit_VR, little_endian=True)
    return path


def row(path: Path) -> list[int]:
    """Return the levels of the middle row."""
    read = read_dicom(path)
    assert read.dtype == np.uint8
    return read[len(read) // 2].tolist()


def table(values: list[int], first: int = 0) -> Sequence:
    """Return a look-up table of 16 bits."""
    item = Dataset()
    item.LUTDescriptor = [len(values), first, 16]
    item.LUTData = values
    item["LUTData"].VR = "US"
    item["LUTDescriptor"].VR = "US"
    return Sequence([item])


@pytest.mark.parametrize("packing", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_levels_are_stretched_from_the_darkest_to_the_brightest(tmp_path: Path, packing: UID) -> None:
    assert row(write(tmp_path / "a.dcm", packing=packing)) == STEPS


def test_monochrome1_counts_from_white_to_black(tmp_path: Path) -> None:
    assert row(write(tmp_path / "a.dcm", PhotometricInterpretation="MONOCHROME1")) == STEPS[::-1]


@pytest.mark.parametrize(
    ("center", "width"), [(750, 300), ([750, 100], [300, 10])], ids=["one window", "the first of two"]
)
def test_a_window_cuts_off_what_lies_outside(tmp_path: Path, center: Any, width: Any) -> None:
    read = row(write(tmp_path / "a.dcm", WindowCenter=center, WindowWidth=width))
    assert read[:7] == [0] * 7
    assert read[9:] == [255] * 7
    assert read[7:9] == [pytest.approx(85, abs=2), pytest.approx(170, abs=2)]


def test_a_window_is_of_rescaled_values(tmp_path: Path) -> None:
    fields = {"RescaleSlope": 2, "RescaleIntercept": -1000, "WindowCenter": 0, "WindowWidth": 400}
    read = row(write(tmp_path / "a.dcm", RAMP.astype(np.int16), **fields))
    assert read[:5] == [0] * 5  # up to 2 x 400 - 1000 = -200
    assert read[5] == pytest.approx(128, abs=2)
    assert read[6:] == [255] * 10


def test_tables_of_values_are_followed(tmp_path: Path) -> None:
    levels = np.tile(np.arange(16, dtype=np.uint16), (16, 1))
    turned = list(range(15, -1, -1))
    assert row(write(tmp_path / "a.dcm", levels, VOILUTSequence=table(turned))) == STEPS[::-1]
    assert row(write(tmp_path / "b.dcm", levels, ModalityLUTSequence=table(turned))) == STEPS[::-1]
    both = {"ModalityLUTSequence": table(turned), "VOILUTSequence": table(turned)}
    assert row(write(tmp_path / "c.dcm", levels, **both)) == STEPS


def test_of_several_frames_the_first_is_read(tmp_path: Path) -> None:
    assert row(write(tmp_path / "a.dcm", np.stack([RAMP, RAMP * 0, RAMP[:, ::-1]]))) == STEPS


def test_colours_become_grey(tmp_path: Path) -> None:
    levels = np.zeros((16, 18, 3), dtype=np.uint8)
    levels[:, :9, 0], levels[:, 9:, 1] = 255, 255
    read = read_dicom(write(tmp_path / "a.dcm", levels))
    assert read.shape == (16, 18)
    assert (read[0, 0], read[0, -1]) == (76, 150)  # 0.299 and 0.587 of 255: ITU-R 601


def test_run_length_packing_is_unpacked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", (RAMP // 100).astype(np.uint8))
    file = dcmread(path)
    file.compress(RLELossless)
    file.save_as(path)
    assert row(path) == STEPS


@pytest.mark.parametrize("packing", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_a_file_without_the_mark_is_known_by_its_ending(tmp_path: Path, packing: UID) -> None:
    path = write(tmp_path / "a.dcm", packing=packing, mark=False)
    assert not is_dicom(path)
    assert read_image(path, 16)[0].tolist() == STEPS


def test_a_file_with_the_mark_is_known_whatever_it_is_called(tmp_path: Path) -> None:
    path = write(tmp_path / "a.png")
    assert is_dicom(path)
    assert read_image(path, 16)[0].tolist() == STEPS


@pytest.mark.parametrize("packing", [JPEGLosslessSV1, JPEGLSLossless, UID("1.2.3.4")])
def test_a_packing_that_cannot_be_unpacked_is_named(tmp_path: Path, packing: UID) -> None:
    path = tmp_path / "a.dcm"
    if packing.is_private:
        content = write(path).read_bytes().replace(b"1.2.840.10008.1.2.1", b"1.2.3.4".ljust(19, b"\0"))
        path.write_bytes(content)
    else:
        write(path, packing=packing)
    says = f"a.dcm: its pixels are packed as '{packing.name}', which cannot be unpacked here"
    with pytest.raises(RecordError, match=re.escape(says)):
        read_dicom(path)


def test_a_deflated_file_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", packing=DeflatedExplicitVRLittleEndian)
    with pytest.raises(RecordError, match="a deflated DICOM file, which may unpack to any size: save it uncompressed"):
        read_dicom(path)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"Rows": None}, "no DICOM picture in it: name the file that holds the image"),
        ({"Rows": 8}, "a picture of 16 x 8 pixels shows nothing (at least 16 x 16 are expected): name the whole image"),
        ({"Rows": 20_000, "Columns": 20_000}, "a picture of 20,000 x 20,000 pixels, which are more than 100,000,000"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "its colours (PALETTE COLOR, uint16) cannot be read here"),
        ({"PixelData": None}, "not a DICOM image that can be read (The dataset in 'src' has no 'Pixel Data'"),
        ({"Rows": 17}, "not a DICOM image that can be read (cannot reshape array of size 256 into shape (17,16)"),
        ({"WindowCenter": 1, "WindowWidth": 0}, "not a DICOM image that can be read (The (0028,1051) Window Width"),
        ({"PhotometricInterpretation": None}, "not a DICOM image that can be read ("),
    ],
)
def test_what_is_no_picture_is_an_error_of_one_line(tmp_path: Path, fields: dict[str, Any], says: str) -> None:
    path = write(tmp_path / "a.dcm", **fields)
    with pytest.raises(RecordError) as caught:
        read_dicom(path)
    assert str(caught.value).startswith(f"{path}: {says}")
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, chance = tmp_path / "a.dcm", random.Random(1)
    good = write(path, WindowCenter=700, WindowWidth=900, RescaleSlope=1, RescaleIntercept=0).read_bytes()
    refused = []
    for _ in range(150):
        content = bytearray(good[: chance.randrange(132, len(good) + 1)])
        for _ in range(chance.randrange(1, 6)):
            content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
        path.write_bytes(content)
        for read in (read_dicom, dicom_view):
            try:
                read(path)
            except RecordError as error:
                refused.append(str(error))
    assert refused
    assert all("\n" not in message and str(path) in message for message in refused)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


@pytest.mark.parametrize(
    ("position", "view"),
    [
        *(("PA", "frontal"), ("AP", "frontal"), ("LL", "lateral"), ("RL", "lateral"), ("LATERAL", "lateral")),
        *(("LLO", ""), ("", "")),
    ],
)
def test_the_view_is_told_by_its_position(tmp_path: Path, position: str, view: str) -> None:
    assert dicom_view(write(tmp_path / "a.dcm", ViewPosition=position)) == view


def test_a_file_that_does_not_tell_its_view_has_none(tmp_path: Path) -> None:
    assert dicom_view(write(tmp_path / "a.dcm")) == ""
    assert dicom_view(write(tmp_path / "b.dcm", PixelData=None, ViewPosition="AP")) == "frontal"


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"gone.dcm: the file cannot be read \(No such file"):
        is_dicom(tmp_path / "gone.dcm")
    with pytest.raises(RecordError, match=r"gone.dcm: not a DICOM image that can be read \(.*No such file"):
        dicom_view(tmp_path / "gone.dcm")
