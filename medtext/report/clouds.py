"""Word clouds as PNG."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from medtext.report.fonts import find_faces

_COLORS = ("#2166ac", "#4393c3", "#1b7837", "#762a83", "#b35806", "#35978f")
_WIDTH, _HEIGHT = 640, 300
_SCALE = 2
"""The cloud is laid out small, which is quick, and drawn this many times as large."""
_SEED = 13


def word_cloud(weights: Mapping[str, float]) -> bytes:
    """Draw words, each as large as its weight says: a PNG, the same for the same words.

    All words must have a weight over 0. Raises OutputError where no font has the characters.
    """
    from wordcloud import WordCloud

    faces = find_faces("".join(weights)).faces
    # A cloud is set in one font: the one that can write most of it.
    face = max(
        faces, key=lambda each: sum(weight for word, weight in weights.items() if each.characters >= _codes(word))
    )
    cloud = WordCloud(
        font_path=str(face.path),
        width=_WIDTH,
        height=_HEIGHT,
        scale=_SCALE,
        background_color="white",
        color_func=_color,
        random_state=_SEED,
        prefer_horizontal=1.0,
        max_font_size=90,
        margin=4,
    )
    drawn = cloud.generate_from_frequencies(
        {word: weight for word, weight in weights.items() if face.characters >= _codes(word)}
    )
    stream = io.BytesIO()
    drawn.to_image().save(stream, format="png")
    return stream.getvalue()


def _codes(word: str) -> frozenset[int]:
    return frozenset(map(ord, word))


def _color(word: str, **_: Any) -> str:
    """Return a colour that a word always has, in every cloud."""
    return _COLORS[sum(map(ord, word)) % len(_COLORS)]
