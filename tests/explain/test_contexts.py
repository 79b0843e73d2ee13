"""The places of a keyword: few, the same in whatever order they are seen, and on one line."""

from __future__ import annotations

import random

from medtext.corpus.record import Record
from medtext.explain.contexts import Context, Contexts
from medtext.explain.spans import Span


def at(text: str, word: str, number: str = "1") -> tuple[Record, Span]:
    start = text.index(word)
    return Record(id=number, text=text), Span(word, start, start + len(word), 1.0)


def test_a_place_shows_what_stands_around_it_on_one_line() -> None:
    record, span = at("前" * 40 + "\n胃\t窦\r\n" + "后" * 40, "胃\t窦")
    found = Context.of(record, span)
    assert (found.before, found.keyword, found.after) == ("…" + "前" * 29 + " ", "胃 窦", "  " + "后" * 28 + "…")
    assert record.text[found.start : found.end] == "胃\t窦"
    whole = Context.of(*at("前胃后", "胃"))
    assert (whole.before, whole.after) == ("前", "后")


def test_the_same_places_are_kept_in_any_order_and_any_sharding() -> None:
    seen = [at(f"{'x' * number}胃", "胃", str(number)) for number in range(40)]
    whole = Contexts(3)
    for each in seen:
        whole.see(*each)
    for seed in range(5):
        shuffled = seen[:]
        random.Random(seed).shuffle(shuffled)
        first, second = Contexts(3), Contexts(3)
        for place, each in enumerate(shuffled):
            (first if place % (seed + 2) else second).see(*each)
        first.add(second.kept)
        assert first.kept == whole.kept
    lowest = sorted(Context.of(*each).drawn for each in seen)[:3]
    assert [context.drawn for context in whole.kept] == lowest


def test_nothing_is_kept_unless_asked_for() -> None:
    none = Contexts(0)
    none.see(*at("胃", "胃"))
    assert none.kept == []
