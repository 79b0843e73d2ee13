"""One answer explained: how far every part of a record moved it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.record import Record
from medtext.explain.words import is_punctuation

FLOOR = 0.1
"""The least evidence worth a keyword, in logits: under it a text has none, however its shares look."""

DEFAULT_METHOD = "integrated-gradients"


@dataclass(frozen=True, slots=True)
class Unit:
    """A token or a word of a text and its score, in logits; ``share`` is in [0, 1]."""

    text: str
    start: int
    end: int
    score: float
    share: float


@dataclass(frozen=True)
class Attribution:
    """The scores of one record for one label (or for one written word).

    ``sites`` is int64 [units, 2], characters start to end of ``record.text``, or
    int64 [units, 3], view, row and column of an image's grid. ``scores`` is float64
    [units], signed, in logits. They add up to ``margin``, the explained quantity at the
    record minus at the baseline, but for ``gap``. ``points`` is how often the gradient
    was taken (0: not at all); ``change`` by how much the last rung of points moved any token, in
    logits; ``converged`` says whether both met the tolerance that was asked for. ``method`` names
    how the scores were made: those of other methods than integrated gradients need not add up, and
    their ``converged`` is None.
    ``against`` names the label that was compared with, if one was; ``step`` counts the
    written words before this one; ``magnitude`` marks unsigned scores that do not add up;
    ``windows`` counts those that the text was read in (the gap of several is
    the mean of theirs in size); ``least`` is what the highest score has to
    exceed to be evidence at all, in logits; infinite where nothing is evidence.
    """

    record: Record
    label: str
    probability: float
    sites: NDArray[np.int64]
    scores: NDArray[np.float64]
    margin: float
    gap: float
    points: int
    converged: bool | None
    change: float = 0.0
    method: str = DEFAULT_METHOD
    against: str | None = None
    step: int | None = None
    magnitude: bool = False
    truncated: bool = False
    windows: int = 1
    least: float = 0.0

    @property
    def units(self) -> list[Unit]:
        """The tokens or words of a text with their scores, in reading order; none for images."""
        if self.sites.shape[1] != 2:
            return []
        text, shares = self.record.text, self.shares()
        return [
            Unit(text[start:end], start, end, score, share)
            for (start, end), score, share in zip(
                self.sites.tolist(), self.scores.tolist(), shares.tolist(), strict=True
            )
        ]

    def shares(self) -> NDArray[np.float64]:
        """Positive score over the highest of the record, in [0, 1]: what a threshold compares.

        All zero where there is no evidence (see ``has_evidence``); punctuation that scores over the highest
        word has 1, too. Magnitudes are scaled from their lowest to their highest instead.
        """
        if not self.has_evidence:
            return np.zeros_like(self.scores)
        if self.magnitude:
            low, high = float(self.scores.min()), float(self.scores.max())
            return np.asarray((self.scores - low) / (high - low))
        return np.clip(self.scores / self.highest, 0.0, 1.0)

    @property
    def adds_up(self) -> bool:
        """Whether the scores are meant to add up to the margin."""
        return self.method == DEFAULT_METHOD and not self.magnitude

    @cached_property
    def highest(self) -> float:
        """The highest score that can make a keyword, so none of punctuation or blanks; minus infinity without any."""
        for site in np.argsort(-self.scores, kind="stable").tolist():
            if self.sites.shape[1] != 2 or not is_punctuation(self.record.text[slice(*self.sites[site].tolist())]):
                return float(self.scores[site])
        return -math.inf

    @property
    def has_evidence(self) -> bool:
        """Whether the highest score stands out: over ``least``, over a floor of 0.1 logits of its window, and its gap.

        Shares alone would put the noise of every text without evidence into a table.
        """
        if not len(self.scores) or self.least == math.inf:
            return False
        if self.magnitude:
            return bool(self.scores.max() > self.scores.min())
        return self.highest > max(self.floor, self.least)

    @property
    def floor(self) -> float:
        """What a score has to exceed to stand out, in logits.

        The mean over windows makes a finding of one of them smaller, so the floor is that of a window.
        A gap is an error only where scores are meant to add up.
        """
        return max(FLOOR / self.windows, abs(self.gap) if self.adds_up else 0.0)

    def turned(self) -> Attribution:
        """Return the same explanation with every sign changed: what speaks against the label speaks for it there."""
        return replace(self, scores=-self.scores, margin=-self.margin, gap=-self.gap)

    def merged(self, words: Sequence[tuple[int, int]]) -> Attribution:
        """Return the same explanation by words, characters start to end; every word sums its tokens.

        A token that straddles words is split evenly over its characters, so no score is lost.
        """
        if not words:
            return replace(self, sites=np.zeros((0, 2), dtype=np.int64), scores=np.zeros(0))
        # What lies between words (blanks, say) counts to the word before, or to the first.
        edges = np.array([0, *(start for start, _ in words[1:]), len(self.record.text)], dtype=np.int64)
        # A token without characters counts to the one it stands at.
        starts = np.minimum(self.sites[:, 0], len(self.record.text) - 1)
        ends = np.maximum(self.sites[:, 1], starts + 1)
        density = np.zeros(len(self.record.text) + 1)
        np.add.at(density, starts, self.scores / (ends - starts))
        np.add.at(density, ends, -self.scores / (ends - starts))
        summed = np.concatenate([[0.0], np.cumsum(np.cumsum(density)[:-1])])
        scores = np.diff(summed[edges])
        return replace(self, sites=np.array(words, dtype=np.int64).reshape(-1, 2), scores=scores)

    def to_json(self) -> dict[str, Any]:
        """Return the attribution as one JSON document; keys are stable, scores in logits."""
        document: dict[str, Any] = {
            "id": self.record.id,
            "text": self.record.text,
            "label": self.label,
            "against": self.against,
            "probability": self.probability,
            "margin": self.margin,
            "gap": self.gap,
            "change": self.change,
            "method": self.method,
            "points": self.points,
            "converged": self.converged,
            "evidence": self.has_evidence,
            "scores": "magnitude" if self.magnitude else "signed",
            "truncated": self.truncated,
        }
        if self.step is not None:
            document["step"] = self.step
        if self.sites.shape[1] == 2:
            document["units"] = [
                {"text": u.text, "start": u.start, "end": u.end, "score": u.score, "share": u.share} for u in self.units
            ]
        else:
            document["cells"] = [
                {"view": view, "row": row, "column": column, "score": score}
                for (view, row, column), score in zip(self.sites.tolist(), self.scores.tolist(), strict=True)
            ]
        return document
