"""Which of a record's texts is given: the best of a search, or what samples agree on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import exp

import numpy as np
from numpy.typing import NDArray

from medtext.learn.decoding import Decoding
from medtext.learn.written import Written

_RECALL = 1.5
"""How much more it counts in a consensus to say what the others say than to say nothing else.

Equally weighed, the shortest and emptiest of the samples agree best: what each says is in most others.
"""
_BROKEN = 0.02
"""What a decision that a sample breaks costs it, in units of its agreement with the others."""


def best_of(found: Sequence[Written], decoding: Decoding, broken: Sequence[int]) -> Written:
    """Return the text of a search that breaks the fewest decisions, and of these the one that ranks best.

    ``broken`` is how many each of the texts breaks. One that was not finished is returned as it is.
    """
    if not found[0].finished:
        return found[0]
    ranks = [
        (-lost, decoding.rank(each.log_probability, len(each.tokens))) for each, lost in zip(found, broken, strict=True)
    ]
    best = found[max(range(len(found)), key=ranks.__getitem__)]
    if decoding.beams == 1:
        return best
    most = max(each.log_probability for each in found)
    weights = [exp(each.log_probability - most) for each in found]
    agreed = _agreements(*_together([_said(each.tokens) for each in found]))[found.index(best)]
    return replace(best, agreement=float(np.average(agreed, weights=weights)))


def agreed_on(texts: Sequence[Written], broken: Sequence[int]) -> Written:
    """Return the sample that says most of what the others say, and breaks few decisions.

    One that was not finished agrees with nothing, and is returned only where none was finished.
    """
    ended = {each.tokens: (each, lost) for each, lost in zip(texts, broken, strict=True) if each.finished}
    if not ended:
        return texts[0]
    drawn = Counter(each.tokens for each in texts if each.finished)
    shares = np.array([drawn[tokens] for tokens in ended]) / len(texts)
    both, own = _together([_said(tokens) for tokens in ended])
    # Each is one of its own company, which adds the same to all.
    told = _agreements(both, own, _RECALL) @ shares - _BROKEN * np.array([lost for _, lost in ended.values()])
    first = int(told.argmax())
    agreed = (float(_agreements(both, own)[first] @ shares) * len(texts) - 1) / (len(texts) - 1)
    return replace(list(ended.values())[first][0], agreement=agreed)


def _said(tokens: Sequence[int]) -> Counter[tuple[int, ...]]:
    """Count a text's tokens, and those that stand side by side."""
    return Counter([*((token,) for token in tokens), *pairwise(tokens)])


def _together(said: Sequence[Counter[tuple[int, ...]]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how much every two texts say both, float64 [texts, texts], and how much each says, float64 [texts]."""
    numbers = {part: number for number, part in enumerate(dict.fromkeys(part for one in said for part in one))}
    counts = np.zeros((len(said), len(numbers)), dtype=np.float32)
    for row, one in enumerate(said):
        counts[row, [numbers[part] for part in one]] = list(one.values())
    both = np.zeros((len(said), len(said)))
    # What is said twice by both counts twice: the smaller of two counts is a sum over levels.
    for level in range(1, int(counts.max(initial=0)) + 1):
        reached = (counts >= level).astype(np.float32)
        both += reached @ reached.T
    return both, counts.sum(axis=1, dtype=np.float64)


def _agreements(both: NDArray[np.float64], own: NDArray[np.float64], beta: float = 1.0) -> NDArray[np.float64]:
    """Return the F of what each text says of each other, recall counting ``beta`` times as much; 1 for two empty ones.

    Float64 [texts, others].
    """
    square = beta**2
    total = own[:, None] + square * own[None]
    return np.where(total > 0, (1 + square) * both / np.maximum(total, 1), 1.0)
