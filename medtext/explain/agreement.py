"""How far the scores of one text agree with the stretches that people marked in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.record import Rationale, Record
from medtext.explain.attribution import Attribution
from medtext.explain.spans import find_spans
from medtext.explain.words import is_punctuation

MATCH = 0.5
"""The least share of common words, of all that either has, by which a span is a stretch that was marked (ERASER)."""


@dataclass(frozen=True)
class MarkedWords:
    """The words of a text, punctuation left out: which of them people marked, and how they score.

    ``starts`` and ``ends`` are int64 [words], in characters and reading order; ``scores`` (signed, in logits)
    and ``shares`` float64 [words]; ``marked`` bool [words]: at least half of the word's characters are.
    ``stretches`` is int64 [marks, 2], the words start to end of each mark that holds a word.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    scores: NDArray[np.float64]
    shares: NDArray[np.float64]
    marked: NDArray[np.bool_]
    stretches: NDArray[np.int64]

    @classmethod
    def of(cls, attribution: Attribution) -> MarkedWords:
        """Lay the marks for the attribution's label over its units, which must not overlap: merge n-grams to words."""
        units = sorted(
            (unit for unit in attribution.units if not is_punctuation(unit.text)), key=lambda unit: unit.start
        )
        starts = np.array([unit.start for unit in units], dtype=np.int64)
        ends = np.array([unit.end for unit in units], dtype=np.int64)
        marks = marks_for(attribution.record, attribution.label)
        edges = np.zeros(len(attribution.record.text) + 1, dtype=np.int64)
        np.add.at(edges, [mark.start for mark in marks], 1)
        np.add.at(edges, [mark.end for mark in marks], -1)
        before = np.r_[0, np.cumsum(np.cumsum(edges)[:-1] > 0)]
        return cls(
            starts=starts,
            ends=ends,
            scores=np.array([unit.score for unit in units], dtype=np.float64),
            shares=np.array([unit.share for unit in units], dtype=np.float64),
            marked=2 * (before[ends] - before[starts]) >= ends - starts,
            stretches=_stretches(marks, starts, ends),
        )

    @property
    def comparable(self) -> bool:
        """Whether some words are marked and some are not: else any scores agree equally well."""
        return bool(self.marked.any() and not self.marked.all())


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The figures of one text for one label, all in [0, 1].

    ``marked``: the share of words that people marked, which is also the R-precision that a random order is
    expected to have, and the ``auprc`` of scores that are all the same.
    ``auprc``: the area under the precision-recall curve, as average precision; scores are signed, words of
    one score are taken together.
    ``auprc_random``: the ``auprc`` that a random order is expected to have.
    ``r_precision``: of as many top words as are marked, the share that is.
    ``token_precision``, ``token_recall``, ``token_f1``: words whose share reaches the threshold, against those marked.
    ``iou_f1``: spans of such words against marked stretches; a span is right where it matches one (``MATCH``).
    """

    marked: float
    auprc: float
    auprc_random: float
    r_precision: float
    token_precision: float
    token_recall: float
    token_f1: float
    iou_f1: float


def marks_for(record: Record, label: str) -> list[Rationale]:
    """Return what was marked for a label, each stretch once: by its name, or for whatever the record's labels are.

    >>> record = Record(id="1", text="胃炎", labels=("胃",), rationales=(Rationale(0, 1), Rationale(1, 2, "肠")))
    >>> marks_for(record, "胃")
    [Rationale(start=0, end=1, label='胃')]
    """
    labels = record.labels or ()
    fitting = (m for m in record.rationales or () if m.label == label or (m.label is None and label in labels))
    return list(dict.fromkeys(Rationale(mark.start, mark.end, label) for mark in fitting))


def compare(attribution: Attribution, threshold: float) -> Agreement | None:
    """Compare scores with marks; None where no word is marked for the label, or every one is.

    Punctuation counts on neither side. Where marks are whole sentences, merge units to sentences first. Token and
    IOU F1 follow ERASER (DeYoung et al. 2020, arXiv:1911.03429), but for two things: spans are those of
    ``find_spans``, and a stretch that two spans match is found once.
    """
    from sklearn.metrics import average_precision_score

    words = MarkedWords.of(attribution)
    if not words.comparable:
        return None
    picked = (words.shares > 0) & (words.shares >= threshold)
    both = int((picked & words.marked).sum())
    precision, recall = both / max(1, int(picked.sum())), both / int(words.marked.sum())
    return Agreement(
        marked=float(words.marked.mean()),
        auprc=float(average_precision_score(words.marked, words.scores)),
        auprc_random=random_average_precision(int(words.marked.sum()), len(words.marked)),
        r_precision=r_precision(words.scores, words.marked),
        token_precision=precision,
        token_recall=recall,
        token_f1=_f1(precision, recall),
        iou_f1=_iou_f1(attribution, words, threshold),
    )


def random_average_precision(marked: int, words: int) -> float:
    """Return the average precision that a random order of words is expected to have, ``marked`` of them being right.

    It is above their share, the more so the fewer words there are (Bestgen 2015, "Exact Expected Average Precision of
    the Random Baseline for System Evaluation", PBML 103:131-138).

    >>> random_average_precision(1, 2), random_average_precision(3, 3)
    (0.75, 1.0)
    """
    if words == 1:
        return 1.0
    others = (marked - 1) / (words - 1)
    harmonic = float((1 / np.arange(1, words + 1)).sum())
    return others + (1 - others) * harmonic / words


def r_precision(scores: NDArray[np.float64], marked: NDArray[np.bool_]) -> float:
    """Return which share of the highest scores is marked, as many taken as are marked.

    Of words that tie for the last places, the share that is marked counts for each.

    >>> r_precision(np.array([3.0, 1.0, 1.0, 0.0]), np.array([True, True, False, False]))
    0.75
    """
    count = int(marked.sum())
    last = np.sort(scores)[-count]
    above, tied = scores > last, scores == last
    places = count - int(above.sum())
    return float((marked[above].sum() + places * marked[tied].mean()) / count)


def _iou_f1(attribution: Attribution, words: MarkedWords, threshold: float) -> float:
    spans = find_spans(attribution, threshold)
    firsts = np.searchsorted(words.starts, [span.start for span in spans], side="left")
    lasts = np.searchsorted(words.starts, [span.end for span in spans], side="left")
    starts, ends = words.stretches.T
    right, found = 0, np.zeros(len(starts), dtype=np.bool_)
    for first, last in zip(firsts, lasts, strict=True):
        common = np.clip(np.minimum(last, ends) - np.maximum(first, starts), 0, None)
        matches = common >= MATCH * ((last - first) + (ends - starts) - common)
        right += bool(matches.any())
        found |= matches
    return _f1(right / max(1, len(spans)), float(found.mean()) if len(found) else 0.0)


def _stretches(marks: Sequence[Rationale], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which words each mark holds, int64 [marks, 2], those left out that hold none."""
    found = []
    for mark in marks:
        inside = np.flatnonzero(2 * (np.minimum(ends, mark.end) - np.maximum(starts, mark.start)) >= ends - starts)
        if len(inside):
            found.append((inside[0], inside[-1] + 1))
    return np.array(list(dict.fromkeys(found)), dtype=np.int64).reshape(-1, 2)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
