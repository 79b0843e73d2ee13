"""Pictures become grey levels, or one line says why not."""

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from medtext.corpus.image import read_image
from medtext.errors import RecordError


def draw(path: Path, levels: np.ndarray) -> Path:
    """Write an array as a picture."""
    Image.fromarray(levels).save(path)
    return path


def test_a_picture_is_read_as_levels_from_0_to_1(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.png", np.array([[0, 51], [102, 255]], dtype=np.uint8))
    read = read_image(path, 2)
    assert (read.shape, read.dtype) == ((1, 2, 2), np.float32)
    assert read[0].tolist() == pytest.approx(np.array([[0.0, 0.2], [0.4, 1.0]]))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_a_picture_of_any_mode_has_one_channel(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.tif"
    Image.new("L", (6, 4), 255).convert(mode).save(path)
    read = read_image(path, 8)
    assert read.shape == (1, 8, 8)
    assert read.min() > 0.9


def test_a_picture_is_stretched_to_the_square(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.png", np.array([[0, 0, 0, 0, 255, 255, 255, 255]], dtype=np.uint8))
    read = read_image(path, 4)[0]
    assert (read[:, 0] == 0).all()
    assert (read[:, 3] == 1).all()


@pytest.mark.parametrize(
    ("name", "kind", "white"), [("a.png", np.uint16, 4095), ("a.tif", np.int32, 70_000), ("a.tif", np.float32, 0.25)]
)
def test_deep_levels_are_stretched_not_cut_off(tmp_path: Path, name: str, kind: type, white: float) -> None:
    levels = np.array([[0.2, 0.4], [0.6, 1.0]]) * white
    read = read_image(draw(tmp_path / name, levels.astype(kind)), 2)[0]
    assert read.tolist() == pytest.approx(np.array([[0.0, 0.25], [0.5, 1.0]]), abs=1e-3)


def test_a_deep_picture_of_one_level_is_black(tmp_path: Path) -> None:
    assert read_image(draw(tmp_path / "a.png", np.full((3, 3), 900, dtype=np.uint16)), 2).max() == 0


def test_a_missing_picture_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"gone.png: there is no such image: correct the path in the source$"):
        read_image(tmp_path / "gone.png", 4)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_an_error_of_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(RecordError, match=r"a.png: not an image that can be read \(.*\): export it as PNG or JPEG$"):
        read_image(path, 4)


@pytest.mark.parametrize("part", [b"IHDR", b"IDAT"])
def test_a_picture_whose_parts_have_wrong_lengths_is_an_error_of_one_line(tmp_path: Path, part: bytes) -> None:
    path = draw(tmp_path / "a.png", np.zeros((4, 4), dtype=np.uint8))
    content = bytearray(path.read_bytes())
    content[content.index(part) - 1] = 0
    path.write_bytes(content)
    with pytest.raises(RecordError, match="not an image that can be read"):
        read_image(path, 4)


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="not an image that can be read"):
        read_image(tmp_path, 4)


def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.bmp"
    Image.new("L", (4, 4)).save(path)
    content = bytearray(path.read_bytes())
    content[18:26] = (2**20).to_bytes(4, "little") * 2  # width and height
    path.write_bytes(content)
    with pytest.raises(RecordError, match=r"a.bmp: Image size .* no report has such a picture; export it smaller"):
        read_image(path, 4)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "GIF"])
def test_a_damaged_picture_is_read_or_refused_in_one_line(tmp_path: Path, form: str) -> None:
    path, chance = tmp_path / "a", random.Random(1)
    Image.effect_noise((24, 24), 50).save(path, form)
    good = path.read_bytes()
    refused = []
    for _ in range(60):
        content = bytearray(good[: chance.randrange(20, len(good))])
        content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
        path.write_bytes(content)
        try:
            assert read_image(path, 4).shape == (1, 4, 4)
        except RecordError as error:
            refused.append(str(error))
    assert refused
    assert all("\n" not in message for message in refused)
