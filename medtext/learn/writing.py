"""How good written texts are: what they overlap with, what they state, and whether they hang on what was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.split import group_of
from medtext.learn.finding_scores import FindingScores
from medtext.learn.overlap import ORDERS, Overlap, collapse, normalised
from medtext.learn.paired import Difference
from medtext.learn.predict import Prediction
from medtext.learn.reliability import Coverage

FINDINGS = "present_micro_f1"
"""The figure of what is stated: F1 of present findings, uncertain ones counted as present."""
COMPARED = ("bleu_4", "rouge_l", "cider", FINDINGS)
"""The figures whose differences are given an interval."""
_RESAMPLES, _SEED = 1000, 13
_LARGEST = 2000
"""Records whose texts are compared with each other's: the tables are square."""


@dataclass(frozen=True)
class Writing:
    """Texts that were written for records whose own are known, and what their figures are made of.

    ``predictions`` have a text, and records with a target.
    """

    predictions: Sequence[Prediction]

    @cached_property
    def written(self) -> list[str]:
        """The texts."""
        return [each.text or "" for each in self.predictions]

    @cached_property
    def references(self) -> list[str]:
        """The texts that the records have."""
        return [each.record.target or "" for each in self.predictions]

    @cached_property
    def overlap(self) -> Overlap:
        """What figures of overlap are made of."""
        return Overlap.of(self.written, self.references)

    @cached_property
    def findings(self) -> FindingScores:
        """What figures of findings are made of, by the English rules."""
        return FindingScores.of(self.written, self.references)

    def figures(self, rows: NDArray[np.int64] | None = None) -> dict[str, Any]:
        """Return every figure as plain numbers, over all records or over some.

        CIDEr weighs, and means over findings are taken, as over all records.
        """
        kept = range(len(self.predictions)) if rows is None else rows.tolist()
        return {
            "records": len(kept),
            **self.overlap.figures(rows),
            **self.findings.figures(rows),
            **collapse([self.written[row] for row in kept], [self.references[row] for row in kept]),
        }

    def by_kind(self) -> dict[str, dict[str, Any]]:
        """Return the figures of ``abnormal`` records, whose own text states a finding, surely or not, and others."""
        stated = self.findings.references["present"].any(axis=1)
        parts = {"normal": np.flatnonzero(~stated), "abnormal": np.flatnonzero(stated)}
        return {name: self.figures(rows) for name, rows in parts.items() if len(rows)}

    def coverage(self) -> Coverage | None:
        """Return what writing only where the search agrees would gain; None where no text says how far it agrees.

        Wrong is a text that does not state exactly the findings of its reference. One that was not finished agrees
        with nothing.
        """
        if all(each.confidence is None for each in self.predictions):
            return None
        sure = np.array([each.confidence or 0.0 for each in self.predictions])
        return Coverage.of(sure, self._wrong)

    def surest_half(self) -> dict[str, float] | None:
        """Return what abstaining from about half of the records would gain; None where no confidence does that.

        ``cutoff`` is a confidence of two digits, as people type them; ``share`` of the records are at or above it,
        and ``wrong`` is the share of these whose findings are not exactly those of the true text.
        """
        sure = np.array([each.confidence if each.confidence is not None else -1.0 for each in self.predictions])
        cutoff = np.floor(np.median(sure) * 100) / 100
        if cutoff <= 0:
            return None
        kept = sure >= cutoff
        return {"cutoff": float(cutoff), "share": float(kept.mean()), "wrong": float(self._wrong[kept].mean())}

    @cached_property
    def _wrong(self) -> NDArray[np.bool_]:
        """Which texts do not state exactly the findings of their reference, uncertain ones counted as present."""
        wrong: NDArray[np.bool_] = (self.findings.written["present"] != self.findings.references["present"]).any(axis=1)
        return wrong

    def compared(self, rows: NDArray[np.int64]) -> dict[str, float]:
        """Return the figures of ``COMPARED`` over some rows, which may repeat."""
        found = self.overlap.figures(rows) | self.findings.agreement(rows)
        return {name: found[name] for name in COMPARED}

    @cached_property
    def _resampled(self) -> list[dict[str, float]]:
        """The figures of ``COMPARED`` over all records, then over resamples of groups, alike for equal records."""
        groups: dict[str, list[int]] = {}
        for row, each in enumerate(self.predictions):
            groups.setdefault(group_of(each.record), []).append(row)
        members = [np.array(rows) for rows in groups.values()]
        if len(members) < 2:
            return []
        chance = np.random.default_rng(_SEED)
        draws = (chance.integers(0, len(members), len(members)) for _ in range(_RESAMPLES))
        rows = (np.concatenate([members[group] for group in drawn]) for drawn in draws)
        return [self.compared(each) for each in chain([np.arange(len(self.predictions))], rows)]

    def over(self, other: Writing) -> dict[str, Difference]:
        """Return by how much each figure of ``COMPARED`` is over that of other texts for the same records.

        A paired bootstrap over groups of records (patients, studies); empty where there is one group alone.
        """
        pairs = list(zip(self._resampled, other._resampled, strict=True))
        found = {}
        for name in COMPARED if pairs else ():
            values = [ours[name] - theirs[name] for ours, theirs in pairs]
            low, high = np.quantile(values[1:], [0.025, 0.975])
            found[name] = Difference(values[0], float(low), float(high))
        return found

    def reliance(self, *, draws: int = 1000) -> dict[str, dict[str, float]]:
        """Return how far figures fall when texts are dealt out to other records: whether they hang on what was read.

        A writer that reads nothing is as good for any record as for its own (Babar et al. 2021, PLOS ONE). For
        BLEU-4 and findings: ``value``, ``shuffled`` (the mean of ``draws`` deals), ``drop``, and ``p``, the chance of
        a deal as good as the true one (a permutation test). Of more than 2,000 records so many are drawn.
        """
        chance = np.random.default_rng(_SEED)
        if len(self.predictions) > _LARGEST:
            some = np.sort(chance.choice(len(self.predictions), _LARGEST, replace=False))
            return Writing([self.predictions[row] for row in some.tolist()]).reliance(draws=draws)
        orders = [chance.permutation(len(self.written)) for _ in range(draws)]
        bleu, findings = self._dealt_bleu(), self._dealt_findings()
        own = np.arange(len(self.written))
        found = {}
        for name, figure in (("bleu_4", bleu), (FINDINGS, findings)):
            value, dealt = figure(own), np.array([figure(order) for order in orders])
            # Rounding must not tell a deal that changes nothing from the true one.
            p = (1 + int((dealt >= value - 1e-12).sum())) / (1 + draws)
            found[name] = {
                "value": value,
                "shuffled": float(dealt.mean()),
                "drop": value - float(dealt.mean()),
                "p": p,
            }
        return found

    def _dealt_findings(self) -> Callable[[NDArray[np.int64]], float]:
        ours, theirs = self.findings.written["present"], self.findings.references["present"]
        total = ours.sum() + theirs.sum()
        return lambda order: float(2 * (ours[order] & theirs).sum() / total) if total else 0.0

    def _dealt_bleu(self) -> Callable[[NDArray[np.int64]], float]:
        matches = [_matches(self.written, self.references, order) for order in range(1, ORDERS + 1)]
        totals = self.overlap.totals.sum(axis=0)
        ours, theirs = self.overlap.written_lengths.sum(), self.overlap.reference_lengths.sum()
        penalty = float(np.exp(min(0.0, 1 - theirs / ours))) if ours else 0.0
        places = np.arange(len(self.written))

        def figure(order: NDArray[np.int64]) -> float:
            hits = np.array([each[order, places].sum() for each in matches])
            if not hits.all():
                return 0.0
            return penalty * float(np.exp(np.log(hits / totals).mean()))

        return figure


def _matches(written: Sequence[str], references: Sequence[str], order: int) -> NDArray[np.int64]:
    """Return how many token sequences each text shares with each reference, int64 [texts, references].

    A sequence that stands a times in one and b times in the other counts min(a, b) times, which is the number of
    levels up to which both have it: so each level is one product of matrices.
    """
    from scipy.sparse import csr_matrix

    numbers: dict[tuple[str, ...], int] = {}

    def counted(texts: Sequence[str]) -> list[Counter[int]]:
        found = []
        for text in texts:
            tokens = normalised(text)
            grams = zip(*(tokens[at:] for at in range(order)), strict=False)
            found.append(Counter(numbers.setdefault(gram, len(numbers)) for gram in grams))
        return found

    sides = [counted(written), counted(references)]
    most = max((count for side in sides for counts in side for count in counts.values()), default=0)
    total = np.zeros((len(written), len(references)), dtype=np.int64)
    for level in range(1, most + 1):
        tables = []
        for side in sides:
            rows = [(row, gram) for row, counts in enumerate(side) for gram, count in counts.items() if count >= level]
            places = tuple(np.array(rows, dtype=np.int64).reshape(-1, 2).T)
            tables.append(csr_matrix((np.ones(len(rows), dtype=np.int64), places), (len(side), max(1, len(numbers)))))
        if not all(table.nnz for table in tables):
            break
        total += (tables[0] @ tables[1].T).toarray()
    return total
