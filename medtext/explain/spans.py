"""Neighbouring words above a threshold, joined: what goes into a keyword table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from medtext.explain.attribution import Attribution, Unit
from medtext.explain.words import is_punctuation

Pick = Literal["all", "highest"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text that speaks for a label: characters ``start`` to ``end``, scores summed, in logits.

    ``words`` are the units it was joined of, each from a character to another.
    """

    text: str
    start: int
    end: int
    score: float
    words: tuple[tuple[int, int], ...] = field(default=(), compare=False)


def find_spans(attribution: Attribution, threshold: float, *, pick: Pick = "all") -> list[Span]:
    """Join neighbouring units whose share is at least ``threshold`` (and above zero).

    Punctuation ends a span and never belongs to one; a blank between two such units is
    bridged, a line break is not. The span that ends a text counts like any other.
    ``pick="highest"`` keeps only the span that holds the highest unit.
    """
    runs = list(_runs(attribution, threshold))
    if pick == "highest" and runs:
        runs = [max(runs, key=lambda run: max(unit.score for unit in run))]
    text = attribution.record.text
    return [
        Span(
            text[run[0].start : run[-1].end],
            run[0].start,
            run[-1].end,
            sum(unit.score for unit in run),
            tuple((unit.start, unit.end) for unit in run),
        )
        for run in runs
    ]


def _runs(attribution: Attribution, threshold: float) -> Iterator[list[Unit]]:
    text = attribution.record.text
    run: list[Unit] = []
    for unit in attribution.units:
        if unit.text.isspace() and "\n" not in unit.text:
            continue
        speaks = unit.share > 0 and unit.share >= threshold and not is_punctuation(unit.text)
        if run and not (speaks and _bridged(text[run[-1].end : unit.start])):
            yield run
            run = []
        if speaks:
            run.append(unit)
    if run:
        yield run


def _bridged(between: str) -> bool:
    return not between.strip() and "\n" not in between
