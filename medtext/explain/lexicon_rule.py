"""Labels by the terms of a lexicon alone: what a keyword table can do without a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.record import Task
from medtext.explain.lexicon import Lexicon
from medtext.explain.matching import Match


@dataclass(frozen=True)
class LexiconRule:
    """Gives labels to a text by the terms that stand in it.

    Every term counts once a text, however often it stands there, as its theta does: the mean over texts of what all
    occurrences of one give together. One label: that of the highest sum, of several the commonest in training;
    where no term stands, the default that was tuned, or else the commonest of all. Many: each label whose sum is over
    zero and reaches its cutoff.
    """

    lexicon: Lexicon

    def __str__(self) -> str:
        default = "the commonest of all" if self.lexicon.default is None else f"'{self.lexicon.default}'"
        cutoff = "" if self.lexicon.cutoffs is None else " and reaches the label's cutoff"
        how = (
            f"a text gets each label whose sum is over 0{cutoff}"
            if self.lexicon.task is Task.TAG
            else "a text gets the label of the highest sum, of several the commonest in training; "
            f"where no term stands, {default}"
        )
        return f"each term in a text counts once, by its theta; {how}"

    def sums(self, matches: Iterable[Match]) -> dict[str, float]:
        """Return the sum of the thetas of the terms that were found, for each label, in percent."""
        found = {term.key: term for match in matches for term in match.terms}
        thetas: dict[str, list[float]] = {label: [] for label in self.lexicon.labels}
        for term in found.values():
            thetas[term.label].append(term.theta)
        # Exact before it is rounded, so that the order in which terms stand does not show.
        return {label: fsum(each) for label, each in thetas.items()}

    def labels(self, sums: Mapping[str, float]) -> tuple[str, ...]:
        """Return the labels that are given, the highest sum first."""
        if self.lexicon.task is Task.CLASSIFY:
            counts = dict(zip(self.lexicon.labels, self.lexicon.counts, strict=True))
            best = max(sums, key=lambda label: (sums[label], counts[label]))
            if not any(sums.values()):  # no term, or terms that outweigh each other to the last digit
                best = self.lexicon.default or (best if any(counts.values()) else "")
            return (best,) if best else ()
        cutoffs = self.lexicon.cutoffs or {}
        given = [label for label, total in sums.items() if total > 0 and total >= cutoffs.get(label, 0.0)]
        return tuple(sorted(given, key=lambda label: -sums[label]))


def tuned(lexicon: Lexicon, matches: Sequence[Sequence[Match]], truth: NDArray[np.bool_]) -> Lexicon:
    """Return a lexicon with what some texts tell of its rule: cutoffs of many labels, the default of one.

    ``matches`` are those of each text, ``truth`` is bool [texts, labels]. The default is the commonest label of the
    texts in which no term stands; where a term stands in all, there is none.
    """
    if lexicon.task is Task.TAG:
        sums = [LexiconRule(lexicon).sums(each) for each in matches]
        return replace(lexicon, cutoffs=tuned_cutoffs(sums, truth, lexicon.labels))
    counts = truth[[not each for each in matches]].sum(axis=0)
    return replace(lexicon, default=lexicon.labels[int(counts.argmax())] if counts.any() else None)


def tuned_cutoffs(
    sums: Sequence[Mapping[str, float]], truth: NDArray[np.bool_], labels: Sequence[str]
) -> dict[str, float]:
    """Return the cutoff of each label that scores the best F1 on some texts: midway between two sums, over zero.

    ``truth`` is bool [texts, labels]. A label whose sum is over zero in no text, or that no text has, gets none.
    """
    found = {label: _cutoff(np.array([each[label] for each in sums]), truth[:, at]) for at, label in enumerate(labels)}
    return {label: cutoff for label, cutoff in found.items() if cutoff is not None}


def _cutoff(sums: NDArray[np.float64], true: NDArray[np.bool_]) -> float | None:
    order = np.argsort(-sums, kind="stable")
    high, right = sums[order], np.cumsum(true[order])
    # A cutoff can only lie where sums differ, and over zero.
    ends = np.flatnonzero(np.append(high[:-1] != high[1:], True) & (high > 0))
    if not len(ends) or not true.any():
        return None
    best = ends[np.argmax(2 * right[ends] / (ends + 1 + true.sum()))]
    below = max(float(high[best + 1]), 0.0) if best + 1 < len(high) else 0.0
    return (float(high[best]) + below) / 2
