"""Attention drawn over images."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from medtext.report.attention_maps import StudyMaps


def _shining(weights: np.ndarray) -> int:
    """Draw one word over a grey image, and return how many points are of the brightest colours, which are yellow."""
    image = np.full((64, 64), 128, dtype=np.uint8)
    maps = StudyMaps("a", "word", ("word",), (image,), ("frontal",), (weights[None].astype(np.float32),))
    red, _, blue = np.moveaxis(np.asarray(Image.open(io.BytesIO(maps.sheet())).convert("RGB"), dtype=np.int64), 2, 0)
    return int(((red > 180) & (red - blue > 30)).sum())


def test_an_even_look_does_not_shine_and_a_sharp_one_does_in_its_cell() -> None:
    even, sharp, half = np.full((8, 8), 1 / 64), np.zeros((8, 8)), np.zeros((8, 8))
    sharp[2, 3] = 1.0
    half[:, :4] = 1 / 32
    assert _shining(even) == _shining(half) == 0
    cell = _shining(sharp)
    assert cell > 0
    sharp[5, 5] = 1.0
    assert _shining(sharp / 2) == pytest.approx(2 * cell, rel=0.05)
