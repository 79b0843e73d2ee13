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
    said = states or (Assertion.PRESENT,) * len(attribution.sites)
    runs = list(_runs(attribution, threshold, said))
    if pick == "highest" and runs:
        runs = [max(runs, key=lambda run: max(unit.score for unit, _ in run))]
    text = attribution.record.text
    return [
        Span(
            text[run[0][0].start : run[-1][0].end],
            run[0][0].start,
            run[-1][0].end,
            sum(unit.score for unit, _ in run),
            tuple((unit.start, unit.end) for unit, _ in run),
            run[0][1],
        )
        for run in runs
    ]


def _runs(
    attribution: Attribution, threshold: float, states: Sequence[Assertion]
) -> Iterator[list[tuple[Unit, Assertion]]]:
    text = attribution.record.text
    run: list[tuple[Unit, Assertion]] = []
    for unit, state in zip(attribution.units, states, strict=True):
        if unit.text.isspace() and "\n" not in unit.text:
            continue
        speaks = unit.share > 0 and unit.share >= threshold and not is_punctuation(unit.text)
        if run and not (speaks and state is run[-1][1] and _bridged(text[run[-1][0].end : unit.start])):
            yield run
            run = []
        if speaks:
            run.append((unit, state))
    if run:
        yield run


def _bridged(between: str) -> bool:
    return not between.strip() and "\n" not in between
