"""Pictures become grey levels, or one line says why not."""

from __future__ import annotations

import os
import random
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from medtext.corpus.image import read_image
from medtext.errors import RecordError

RAMP = np.tile(np.arange(16, dtype=np.uint8) * 17, (16, 1))  # 0 to 255 from left to right


def draw(path: Path, levels: np.ndarray, **fields: object) -> Path:
    """Write an array as a picture."""
    Image.fromarray(levels).save(path, **fields)
    return path


def fault(path: Path) -> str:
    """Return the one line that reading a file ends with, without the folder."""
    with pytest.raises(RecordError) as caught:
        read_image(path, 16)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(f"{path.parent}/", "", 1)


def test_a_picture_is_read_as_levels_from_0_to_255(tmp_path: Path) -> None:
    read = read_image(draw(tmp_path / "a.png", RAMP), 16)
    assert (read.shape, read.dtype, read.flags.writeable) == ((16, 16), np.uint8, True)
    assert read.tolist() == RAMP.tolist()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_a_picture_of_any_mode_has_one_level_a_pixel(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.tif"
    Image.new("L", (20, 18), 255).convert(mode).save(path)
    read = read_image(path, 24)
    assert read.shape == (24, 24)
    assert read.min() > 250


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "JPEG2000", "PPM"])
def test_the_content_decides_whatever_the_file_is_called(tmp_path: Path, form: str) -> None:
    for name in ("a.png", "a.jpg", "a.dcm", "a"):
        Image.fromarray(RAMP).resize((64, 64)).save(tmp_path / name, form)
        read = read_image(tmp_path / name, 16)[8].astype(int)
        assert np.abs(read - RAMP[8]).max() <= 12
        assert (np.diff(read) > 0).all()


def test_a_cmyk_jpeg_is_not_read_as_its_negative(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(RAMP).resize((64, 64)).convert("CMYK").save(path)
    assert (np.diff(read_image(path, 16)[8].astype(int)) > 0).all()


def test_a_picture_is_stretched_to_the_square(tmp_path: Path) -> None:
    levels = np.zeros((20, 80), dtype=np.uint8)
    levels[:, 40:] = 255
    read = read_image(draw(tmp_path / "a.png", levels), 4)
    assert (read[:, 0] == 0).all()
    assert (read[:, 3] == 255).all()


@pytest.mark.parametrize("side", [37, 96, 512])
def test_every_pixel_counts_in_a_smaller_picture(tmp_path: Path, side: int) -> None:
    levels = (np.indices((side, side)).sum(0) % 2 * 255).astype(np.uint8)  # a chessboard: half of it is white
    read = read_image(draw(tmp_path / "a.png", levels), 16)
    assert read.mean() == pytest.approx(127.5, abs=3)
    assert read.std() < 20


def test_a_jpeg_that_is_unpacked_smaller_is_the_same_picture(tmp_path: Path) -> None:
    yy, xx = np.mgrid[:1024, :1024] / 1024
    levels = (127 + 80 * np.sin(9 * xx) * np.cos(7 * yy)).astype(np.uint8)
    small = read_image(draw(tmp_path / "a.jpg", np.stack([levels] * 3, -1), quality=95), 64).astype(int)
    whole = read_image(draw(tmp_path / "a.png", levels), 64).astype(int)
    assert np.abs(small - whole).max() <= 4


@pytest.mark.parametrize(
    ("name", "kind", "white"), [("a.png", np.uint16, 4095), ("a.tif", np.int32, 70_000), ("a.tif", np.float32, 0.25)]
)
def test_deep_levels_are_stretched_not_cut_off(tmp_path: Path, name: str, kind: type, white: float) -> None:
    levels = (np.tile(np.linspace(0.2, 1.0, 16), (16, 1)) * white).astype(kind)
    read = read_image(draw(tmp_path / name, levels), 16)
    assert read[0].tolist() == pytest.approx(RAMP[0].tolist(), abs=1)


def test_a_deep_picture_of_one_level_is_black(tmp_path: Path) -> None:
    assert read_image(draw(tmp_path / "a.png", np.full((16, 16), 900, dtype=np.uint16)), 16).max() == 0


def test_a_level_that_is_no_number_is_black(tmp_path: Path) -> None:
    levels = RAMP.astype(np.float32)
    levels[3, 3:6] = np.nan, np.inf, -np.inf
    read = read_image(draw(tmp_path / "a.tif", levels), 16)
    assert read[3, 3:6].tolist() == [0, 0, 0]
    assert read[4].tolist() == RAMP[4].tolist()
    none = draw(tmp_path / "b.tif", np.full((16, 16), np.nan, dtype=np.float32))
    assert fault(none) == "b.tif: no level of the image is a number: export it as PNG or JPEG"


@pytest.mark.parametrize("mode", ["LA", "RGBA", "PA"])
def test_what_is_transparent_lies_on_black(tmp_path: Path, mode: str) -> None:
    picture = Image.new("RGBA", (32, 32), (255, 255, 255, 0))
    picture.paste((255, 255, 255, 255), (0, 0, 16, 32))
    path = tmp_path / "a.png"
    (picture.quantize() if mode == "PA" else picture.convert(mode)).save(path)
    read = read_image(path, 32)
    assert read[:, :15].min() == 255
    assert read[:, 17:].max() == 0


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_several_frames_the_first_is_read(tmp_path: Path, form: str) -> None:
    first, second = Image.new("L", (20, 20), 250), Image.new("L", (20, 20), 5)
    first.save(tmp_path / "a", form, save_all=True, append_images=[second])
    assert read_image(tmp_path / "a", 16).min() >= 245


def test_a_photograph_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # held upside down
    path = tmp_path / "a.jpg"
    Image.fromarray(RAMP).resize((64, 64)).save(path, exif=exif)
    assert (np.diff(read_image(path, 16)[8].astype(int)) < 0).all()


def test_a_missing_picture_is_an_error_of_one_line(tmp_path: Path) -> None:
    says = "there is no such image: correct its path"
    assert fault(tmp_path / "gone.png") == f"gone.png: {says}"
    there = draw(tmp_path / "a.png", RAMP)
    with pytest.raises(RecordError, match=says):
        read_image(there / "b.png", 16)
    with pytest.raises(RecordError, match="the image cannot be read"):
        read_image(tmp_path / ("a" * 5000), 16)


def test_what_is_no_file_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="a folder, where an image is expected: name a file in it"):
        read_image(tmp_path, 16)
    os.mkfifo(tmp_path / "pipe.png")
    assert fault(tmp_path / "pipe.png").startswith("pipe.png: a pipe or device, where an image is expected")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"no picture", "the content is none of PNG"),
        (b"\x89PNG\r\n\x1a\n", ""),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\nshowpage\n", "the content is none of PNG"),
    ],
    ids=["empty", "text", "cut", "a program"],
)
def test_what_is_no_picture_is_an_error_of_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    assert fault(path).startswith(f"a.png: not an image that can be read ({says}")
    dicom = tmp_path / "a.dcm"
    dicom.write_bytes(content)
    assert fault(dicom).startswith("a.dcm: n")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
def test_a_picture_that_is_cut_off_is_an_error_of_one_line(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a"
    Image.effect_noise((64, 64), 50).save(path, form)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert fault(path).startswith("a: not an image that can be read (")


@pytest.mark.parametrize("part", [b"IHDR", b"IDAT"])
def test_a_picture_whose_parts_have_wrong_lengths_is_an_error_of_one_line(tmp_path: Path, part: bytes) -> None:
    path = draw(tmp_path / "a.png", RAMP)
    content = bytearray(path.read_bytes())
    content[content.index(part) - 1] = 0
    path.write_bytes(content)
    assert "not an image that can be read" in fault(path)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (15, 400), (400, 15)])
def test_a_picture_too_small_to_show_anything_is_refused(tmp_path: Path, width: int, height: int) -> None:
    path = draw(tmp_path / "a.png", np.zeros((height, width), dtype=np.uint8))
    assert fault(path) == (
        f"a.png: a picture of {width} x {height} pixels shows nothing (at least 16 x 16 are expected): "
        "name the whole image"
    )


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that says how large it is and holds nothing: whoever decodes it finds it broken."""
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", b""), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


# The second is of a size that Pillow only warns of, the third of one that it reads without a word.
@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (11_000, 10_000), (100_000_001, 1000), (9_000, 9_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(tmp_path: Path, width: int, height: int) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_header(width, height))
    too_many = width * height > 100_000_000
    assert ("more than 100,000,000" if too_many else "not an image that can be read") in fault(path)


def test_a_picture_that_unpacks_to_more_than_it_says_is_refused(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.png", RAMP)
    content = path.read_bytes()
    bomb = b"zTXt" + b"Comment\0\0" + zlib.compress(b"a" * 80_000_000, 9)
    chunk = struct.pack(">I", len(bomb) - 4) + bomb + struct.pack(">I", zlib.crc32(bomb))
    path.write_bytes(content[:33] + chunk + content[33:])
    assert "not an image that can be read" in fault(path)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "JPEG2000"])
def test_a_damaged_picture_is_read_or_refused_in_one_line(
    tmp_path: Path, form: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path, chance = tmp_path / "a", random.Random(1)
    Image.effect_noise((24, 24), 50).save(path, form)
    good = path.read_bytes()
    refused = []
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for _ in range(60):
            content = bytearray(good[: chance.randrange(20, len(good))])
            content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
            path.write_bytes(content)
            try:
                assert read_image(path, 4).shape == (4, 4)
            except RecordError as error:
                refused.append(str(error))
    assert refused
    assert all("\n" not in message for message in refused)
    assert warned == []
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")
