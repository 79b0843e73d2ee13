"""Neighbouring words above a threshold, joined: what goes into a keyword table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from medtext.corpus.assertion_rules import Assertion
from medtext.explain.attribution import Attribution, Unit
from medtext.explain.words import is_punctuation

Pick = Literal["all", "highest"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text that speaks for a label: characters ``start`` to ``end``, scores summed, in logits.

    ``words`` are the units it was joined of, each from a character to another; ``state`` is what the text asserts of
    them, where that was asked for.
    """

    text: str
    start: int
    end: int
    score: float
    words: tuple[tuple[int, int], ...] = field(default=(), compare=False)
    state: Assertion = field(default=Assertion.PRESENT, compare=False)


def find_spans(
    attribution: Attribution, threshold: float, *, pick: Pick = "all", states: Sequence[Assertion] = ()
) -> list[Span]:
    """Join neighbouring units whose share is at least ``threshold`` (and above zero).

    Punctuation ends a span and never belongs to one; a blank between two such units is
    bridged, a line break is not. The span that ends a text counts like any other.
    ``pick="highest"`` keeps only the span that holds the highest unit. With ``states``, one for each unit, units of
    different states are not joined.
    """
    return spans_among(attribution.record.text, attribution.units, threshold, pick=pick, states=states)


def spans_among(
    text: str, units: Sequence[Unit], threshold: float, *, pick: Pick = "all", states: Sequence[Assertion] = ()
) -> list[Span]:
    """Return the spans of ``find_spans`` of the units of a text, so that several thresholds share these."""
    said = states or (Assertion.PRESENT,) * len(units)
    speaks = [unit.share > 0 and unit.share >= threshold for unit in units]
    runs = list(stretches(text, [(unit.start, unit.end) for unit in units], said, speaks))
    if pick == "highest" and runs:
        runs = [max(runs, key=lambda run: max(units[number].score for number in run))]
    return [
        Span(
            text[units[run[0]].start : units[run[-1]].end],
            units[run[0]].start,
            units[run[-1]].end,
            sum(units[number].score for number in run),
            tuple((units[number].start, units[number].end) for number in run),
            said[run[0]],
        )
        for run in runs
    ]


def stretches(
    text: str,
    places: Sequence[tuple[int, int]],
    states: Sequence[Assertion],
    speaks: Sequence[bool] | None = None,
) -> Iterator[list[int]]:
    """Yield the numbers of units that stand side by side in a text and may be one span; only of those that speak."""
    run: list[int] = []
    for number, (start, end) in enumerate(places):
        word = text[start:end]
        if word.isspace() and "\n" not in word:
            continue
        joins = (speaks is None or speaks[number]) and not is_punctuation(word)
        if run and not (joins and states[number] is states[run[-1]] and _bridged(text[places[run[-1]][1] : start])):
            yield run
            run = []
        if joins:
            run.append(number)
    if run:
        yield run


def _bridged(between: str) -> bool:
    return not between.strip() and "\n" not in between
