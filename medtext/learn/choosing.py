"""Which of a record's texts is given: the best of a search, or what samples agree on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import exp

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
    own = _said(best.tokens)
    agreed = [_shared(own, _said(each.tokens)) for each in found]
    return replace(best, agreement=sum(w * a for w, a in zip(weights, agreed, strict=True)) / sum(weights))


def agreed_on(texts: Sequence[Written], broken: Sequence[int]) -> Written:
    """Return the sample that says most of what the others say, and breaks few decisions."""
    said = [_said(each.tokens) for each in texts]
    # Each is one of its own company, which adds the same to all.
    told = [
        sum(_shared(one, other, _RECALL) for other in said) / len(said) - _BROKEN * lost
        for one, lost in zip(said, broken, strict=True)
    ]
    first = max(range(len(texts)), key=told.__getitem__)
    agreed = (sum(_shared(said[first], other) for other in said) - 1) / (len(said) - 1)
    return replace(texts[first], agreement=agreed)


def _said(tokens: Sequence[int]) -> Counter[tuple[int, ...]]:
    """Count a text's tokens, and those that stand side by side."""
    return Counter([*((token,) for token in tokens), *pairwise(tokens)])


def _shared(one: Counter[tuple[int, ...]], other: Counter[tuple[int, ...]], beta: float = 1.0) -> float:
    """Return the F of what one text says of another, recall counting ``beta`` times as much; 1 for two empty ones."""
    square = beta**2
    total = one.total() + square * other.total()
    return (1 + square) * (one & other).total() / total if total else 1.0
