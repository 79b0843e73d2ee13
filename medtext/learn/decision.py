"""From logits to an answer: probabilities, cutoffs, and when to say nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from medtext.corpus.record import Task

NEVER = 2.0
"""A cutoff that no probability reaches."""
CUTOFF = 0.5
"""The probability from which one of many labels is given, where no other is known."""


@dataclass(frozen=True)
class Decision:
    """How logits are answered.

    ``temperature`` divides logits before they become probabilities (Guo et al. 2017, arXiv:1706.04599): it moves no
    label past another. ``cutoffs`` are the probabilities from which each of many labels is given, by name; one that is
    never given has ``NEVER``.
    """

    temperature: float = 1.0
    cutoffs: Mapping[str, float] | None = None

    def probabilities(self, logits: NDArray[np.float64], task: Task) -> NDArray[np.float64]:
        """Return probabilities, float64 [records, labels], of logits of the same shape."""
        scaled = logits / self.temperature
        if task is Task.TAG:
            return np.asarray(expit(scaled))
        return np.asarray(softmax(scaled, axis=-1))

    def labels(self, probabilities: NDArray[np.float64], names: tuple[str, ...], task: Task) -> tuple[str, ...]:
        """Return the labels that are given, the most probable first; ``probabilities`` float64 [labels]."""
        order = np.argsort(-probabilities, kind="stable").tolist()
        if task is Task.CLASSIFY:
            return (names[order[0]],)
        cutoffs = self.cutoffs or {}
        return tuple(names[number] for number in order if probabilities[number] >= cutoffs.get(names[number], CUTOFF))

    def confidence(self, probabilities: NDArray[np.float64], names: tuple[str, ...], task: Task) -> float:
        """Return how sure an answer is, in [0, 1]: of the one label, or of the least sure yes or no of many.

        A yes or no is as sure as its probability is far from the label's cutoff, which counts as a half: with a
        cutoff of a half it is the probability of what was said.
        """
        if task is Task.CLASSIFY:
            return float(probabilities.max())
        known = self.cutoffs or {}
        cutoffs = np.array([known.get(name, CUTOFF) for name in names])
        given = probabilities >= cutoffs
        reach = np.minimum(cutoffs, 1.0)  # a label that is never given is denied the less surely, the likelier it is
        way, room = np.where(given, (probabilities - reach, 1 - reach), (reach - probabilities, reach))
        # Where there is no room but the cutoff itself, the answer is as sure as can be.
        return float((0.5 + 0.5 * np.divide(way, room, out=np.ones_like(way), where=room > 0)).min())

    def to_json(self) -> dict[str, Any]:
        """Return the decision as JSON can hold it."""
        return {"temperature": self.temperature, "cutoffs": None if self.cutoffs is None else dict(self.cutoffs)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read back what ``to_json`` returned. Raises KeyError, TypeError or ValueError for anything else."""
        temperature, cutoffs = float(content["temperature"]), content["cutoffs"]
        if not 0 < temperature < float("inf"):
            raise ValueError(f"a temperature of {temperature}")
        return cls(temperature, None if cutoffs is None else {str(key): float(value) for key, value in cutoffs.items()})
