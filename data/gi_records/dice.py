"""Chance that falls the same way on every Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


class Dice:
    """Seeded chance built on ``random.Random(seed).random()`` alone.

    That is the one method whose numbers the standard library promises to keep;
    ``choice`` and ``shuffle`` may change how they use it from version to version.
    """

    def __init__(self, seed: int) -> None:
        """Start the sequence that belongs to ``seed``."""
        self._random = random.Random(seed)

    def chance(self, probability: float) -> bool:
        """Say yes with this probability."""
        return self._random.random() < probability

    def below(self, stop: int) -> int:
        """Throw a whole number from 0 up to, but not including, ``stop``."""
        return int(self._random.random() * stop)

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Take one thing, all alike."""
        return things[self.below(len(things))]

    def index(self, weights: Sequence[int]) -> int:
        """Take a position, each as often as its weight says."""
        left = self.below(sum(weights))
        for position, weight in enumerate(weights):
            if left < weight:
                return position
            left -= weight
        raise ValueError("there is nothing to take: every weight is zero")

    def indices(self, weights: Sequence[int], count: int) -> list[int]:
        """Take ``count`` different positions by weight, and give them in rising order."""
        open_weights = list(weights)
        taken: list[int] = []
        for _ in range(min(count, len(open_weights))):
            position = self.index(open_weights)
            open_weights[position] = 0
            taken.append(position)
        return sorted(taken)
