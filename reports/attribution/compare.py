"""Every way over the same texts, in turn, and the table of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import mean, median
from typing import Any

import numpy as np

from entries import BATCHED, MEDTEXT, REFERENCES, RIVALS, YARDSTICK, Entry
from figures import paired_ratio, percentile, relative_gaps, token_errors
from found import Floats, Found
from page import percent, table
from process import WayError, Worker
from references import References

_POINTS = (8, 12, 16, 24, 32, 50, 64, 96, 128, 192, 256, 512)
_SIZES = ((1, 1024), (1, 4096), (4, 1024), (4, 4096), (16, 4096), (16, 16384))
"""Texts side by side and tokens at once that are tried for captum: more of both means fewer calls and more padding."""

_SUFFICIENT = 0.01
_LOGITS = 1e-4


@dataclass
class Result:
    """What became of an entry: its seconds in every round, what it found, or why it did not run."""

    entry: Entry
    texts: int
    seconds: list[float] = field(default_factory=list)
    found: Found | None = None
    failure: str | None = None

    @property
    def each(self) -> list[float]:
        """Seconds a text in every round."""
        return [one / self.texts for one in self.seconds]


@dataclass
class Comparison:
    """A comparison over texts: some entries take the first ``few``, errors of tokens the first ``referred``."""

    workers: dict[str, Worker]
    absent: dict[str, str]
    texts: Sequence[str]
    references: References
    rounds: int = 3
    few: int = 8
    referred: int = 24
    ends: dict[str, Floats] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def run(self) -> list[Result]:
        """Make all that the table needs."""
        self._check_answers()
        batched = self._sufficient()
        # The yardstick in the middle of a round: what drifts meets those before and behind alike.
        order = [*RIVALS[:3], *MEDTEXT, batched, *RIVALS[3:]]
        results = [Result(entry, min(self.few, len(self.texts)) if entry.few else len(self.texts)) for entry in order]
        for result in results:
            self._attempt(result, warm=True)
        for number in range(self.rounds):
            _say(f"round {number + 1} of {self.rounds}")
            for result in results:
                self._attempt(result)
        return results

    def table(self, results: Sequence[Result]) -> str:
        """Write the table; times are medians of the rounds, ratios medians of pairs of one round."""
        yardstick = next(result for result in results if result.entry is YARDSTICK)
        references = self._references()
        rows = [self._row(result, yardstick, references) for result in results]
        head = (
            ">texts/s",
            ">slower than medtext at 1 %",
            ">points",
            ">median gap",
            ">95 % gap",
            ">token error, median",
            ">95 %",
        )
        return table(["way", "what it explains", ">texts", *head], rows)

    def _check_answers(self) -> None:
        """Take out workers whose network is not the same as medtext's."""
        numbers = range(len(self.texts))
        true, tokens, versions = self.workers["own"].answers("Medtext", numbers)
        self.notes.append(versions)
        ways = {entry.worker: entry.way for entry in RIVALS if entry.worker != "own"}
        for name, way in ways.items():
            if name not in self.workers:
                continue
            try:
                logits, read, versions = self.workers[name].answers(way, numbers)
            except WayError as error:
                self._leave_out(name, str(error))
                continue
            worst = float(np.abs(logits - true).max())
            around = {one - other for one, other in zip(read, tokens, strict=True)}
            if worst > _LOGITS or len(around) > 1:
                self._leave_out(name, f"another network: logits differ by {worst:.2g}, lengths by {sorted(around)}")
            self.notes.append(f"{versions}: the same logits to {worst:.1g}.")

    def _leave_out(self, name: str, why: str) -> None:
        del self.workers[name]
        self.absent[name] = why

    def _sufficient(self) -> Entry:
        """Search the fewest points with which batched captum comes within 1 %, and the sizes that suit it."""
        worker, numbers, margins = self.workers["own"], range(len(self.texts)), self._margins(BATCHED, len(self.texts))
        worker.explain(BATCHED.way, numbers, points=8)
        speeds = {
            (rows, tokens): worker.explain(BATCHED.way, numbers, points=8, rows=rows, tokens=tokens)[0]
            for rows, tokens in _SIZES
        }
        rows, tokens = min(speeds, key=lambda each: speeds[each])
        curve, points = [], 0
        for points in _POINTS:
            _, found = worker.explain(BATCHED.way, numbers, points=points, rows=rows, tokens=tokens)
            gap = percentile(relative_gaps(found.sums, margins))
            curve.append(f"{points}: {percent(gap)}")
            _say("captum, batched,", curve[-1])
            if gap <= _SUFFICIENT:
                break
        self.notes.append(
            f"captum, batched: points and 95 % gap: {', '.join(curve)}. "
            f"Of {', '.join(f'{one}/{other:,}' for one, other in _SIZES)} texts side by side and tokens at once, "
            f"{rows}/{tokens:,} suit it best."
        )
        options = {"points": points, "rows": rows, "tokens": tokens}
        return replace(BATCHED, name=f"{BATCHED.name}, {points} points", options=options)

    def _attempt(self, result: Result, *, warm: bool = False) -> None:
        """Run an entry once; what fails is not tried again."""
        entry = result.entry
        if entry.worker not in self.workers:
            result.failure = self.absent[entry.worker]
        if result.failure:
            return
        texts = range(2 if warm else result.texts)
        try:
            seconds, found = self.workers[entry.worker].explain(entry.way, texts, **entry.options)
        except WayError as error:
            result.failure = str(error)
            return
        if not warm:
            result.seconds.append(seconds)
            result.found = found
            _say(f"  {entry.name}: {result.texts / seconds:.2f} texts/s")

    def _margins(self, entry: Entry, count: int) -> Floats:
        """Return F(text) - F(baseline) of what an entry explains, for the first texts."""
        way = "CaptumSingle" if entry.reference == "own" and entry.worker == "own" else entry.way
        if way not in self.ends:
            self.ends[way] = self.workers[entry.worker].ends(way, range(len(self.texts)))
        return self.ends[way][:count]

    def _references(self) -> dict[str, list[Floats]]:
        """Make the scores that others are held against, and note how far they themselves miss."""
        made = {}
        for key, (name, way) in REFERENCES.items():
            if name not in self.workers:
                continue
            _say(f"reference of {way}")
            try:
                found = self.references.of(self.workers[name], way, self.texts[: self.referred])
                gaps = relative_gaps(found.sums, self.workers[name].ends(way, range(len(found.scores))))
            except WayError as error:
                self.notes.append(f"reference of {way}: {error}")
                continue
            made[key] = found.scores
            self.notes.append(
                f"reference of {way}, {len(gaps)} texts: {found.points.min()} to {found.points.max()} Gauss-Legendre "
                f"points, its own gap at most {percent(float(gaps.max()))}."
            )
        return made

    def _row(self, result: Result, yardstick: Result, references: dict[str, list[Floats]]) -> list[str]:
        entry, found = result.entry, result.found
        if found is None or result.failure:
            return [entry.name, f"not run: {result.failure}", *[""] * 8]
        gaps = relative_gaps(found.sums, self._margins(entry, result.texts))
        errors = ["", ""]
        if entry.reference in references:
            true = references[entry.reference][: result.texts]
            worst = token_errors(found.scores[: len(true)], true)
            errors = [percent(float(np.median(worst))), percent(percentile(worst))]
        ratio, least, most = paired_ratio(result.each, yardstick.each)
        return [
            entry.name,
            entry.explains,
            str(result.texts),
            f"{1 / median(result.each):.3g}",
            "1" if result is yardstick else f"{ratio:.3g} ({least:.3g} to {most:.3g})",
            f"{mean(found.points.tolist()):.3g}",
            percent(float(np.median(gaps))),
            percent(percentile(gaps)),
            *errors,
        ]


def _say(*words: Any) -> None:
    print(*words, file=sys.stderr, flush=True)
