"""What a way of explaining found, as it goes from one process to another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """What became of texts.

    ``scores`` holds float64 [tokens] for each; ``points`` is int64 [texts]: how often a gradient was taken,
    or, by ways without gradients, an answer.
    """

    scores: list[Floats]
    points: NDArray[np.int64]

    @classmethod
    def of(cls, scores: list[Floats], points: int | list[int]) -> Found:
        """Make it of scores and the points of each text, or of all."""
        every = [points] * len(scores) if isinstance(points, int) else points
        return cls(scores, np.asarray(every, dtype=np.int64))

    @property
    def sums(self) -> Floats:
        """What the scores of each text add up to, float64 [texts]."""
        return np.array([each.sum() for each in self.scores], dtype=np.float64)

    def save(self, file: Path) -> None:
        """Write it as a file of numpy."""
        lengths = np.array([len(each) for each in self.scores], dtype=np.int64)
        flat = np.concatenate([np.zeros(0), *self.scores])
        np.savez(file, scores=flat, lengths=lengths, points=self.points)

    @classmethod
    def load(cls, file: Path) -> Found:
        """Read what was saved."""
        with np.load(file) as held:
            cuts = np.cumsum(held["lengths"])[:-1]
            return cls(list(np.split(held["scores"], cuts)), held["points"])
