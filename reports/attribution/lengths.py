"""Texts of given lengths, made of the sentences of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

Quantiles = tuple[tuple[float, float], ...]
"""Shares in [0, 1] and the number of tokens that this share of the texts does not exceed."""

CT_REPORTS: Quantiles = ((0, 4), (0.05, 17), (0.25, 28), (0.5, 38), (0.75, 51), (0.95, 77), (0.99, 94), (1, 104))
"""Tokens of 15,000 descriptions of CT findings (Tianchi 2021, medical report abnormality detection, round 1)."""

_GOLDEN = (5**0.5 - 1) / 2
_SENTENCE = re.compile(r"[^。；;！？\n]+[。；;！？]?")
_TRIES = 100


def spread(count: int, quantiles: Quantiles) -> list[int]:
    """Return so many lengths, spread as the quantiles say; the first few are spread like all of them.

    >>> spread(6, ((0, 10), (0.5, 20), (1, 100)))
    [39, 15, 77, 19, 12, 53]
    """
    shares = (np.arange(1, count + 1) * _GOLDEN) % 1.0
    found = np.interp(shares, [share for share, _ in quantiles], [length for _, length in quantiles])
    return [max(1, round(each)) for each in found.tolist()]


def sentences(texts: Sequence[str]) -> list[str]:
    """Cut texts after full stops and semicolons.

    >>> sentences(["胃窦光滑。未见溃疡；", "无"])
    ['胃窦光滑。', '未见溃疡；', '无']
    """
    return [found.strip() for text in texts for found in _SENTENCE.findall(text) if found.strip()]


def joined(
    pieces: Sequence[str], lengths: Sequence[int], ends: Callable[[str], Sequence[int]], *, seed: int = 13
) -> Iterator[str]:
    """Yield a text for each length: sentences in random order, joined, and cut after so many tokens.

    ``ends`` gives the character at which each token of a text ends. No two texts in
    a row are equal; short ones may come again after others.
    """
    generator = np.random.default_rng(seed)
    last = ""
    for length in lengths:
        for _ in range(_TRIES):
            text = _one(pieces, length, ends, generator)
            if text != last:
                break
        last = text
        yield text


def _one(
    pieces: Sequence[str], length: int, ends: Callable[[str], Sequence[int]], generator: np.random.Generator
) -> str:
    text = ""
    while len(found := ends(text)) < length:
        text += pieces[int(generator.integers(len(pieces)))]
    return text[: found[length - 1]]
