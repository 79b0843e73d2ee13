"""Ranked keywords of two tables side by side."""

from __future__ import annotations

from itertools import combinations
from math import sqrt

import numpy as np
import pytest

from medtext.corpus.record import Record
from medtext.explain.attribution import Attribution
from medtext.explain.keywords import KeywordTable
from medtext.explain.rank_moves import RankMoves

LABELS = ("x", "y")


def table_of(counts: dict[tuple[str, str], int]) -> KeywordTable:
    """Return a table in which every word of a label was the one span of so many records."""
    table = KeywordTable(0.2)
    for (word, label), count in counts.items():
        for number in range(count):
            sites, scores = np.array([[0, len(word)]]), np.array([1.0])
            record = Record(id=f"{word}-{number}", text=word)
            table.add([Attribution(record, label, 0.9, sites, scores, margin=1.0, gap=0.0, points=0, converged=True)])
    return table


def test_what_moved_is_new_or_gone_is_said() -> None:
    before = table_of({("胃", "x"): 5, ("肠", "x"): 4, ("肝", "y"): 3, ("肾", "y"): 2})
    after = table_of({("肠", "x"): 6, ("肝", "y"): 5, ("胃", "x"): 4, ("肺", "x"): 1})
    moves = RankMoves.between(before, after, LABELS, 50)
    found = [(row.keyword, row.rank_before, row.rank_after, row.said) for row in moves.rows]
    assert found == [
        ("肠", 2, 1, "+1"),
        ("胃", 1, 3, "-2"),
        ("肝", 3, 2, "+1"),
        ("肾", 4, None, "gone"),
        ("肺", None, 4, "new"),
    ]
    assert [(row.frequency_before, row.frequency_after) for row in moves.rows][3:] == [(2, 0), (0, 1)]
    assert moves.keywords == 5


def test_only_the_first_of_either_table_and_only_some_labels_count() -> None:
    before = table_of({("胃", "x"): 5, ("肠", "x"): 4, ("肝", "y"): 3})
    after = table_of({("肝", "y"): 9, ("肠", "x"): 2, ("胃", "x"): 1})
    assert [row.keyword for row in RankMoves.between(before, after, LABELS, 1).rows] == ["肝", "胃"]
    (first, _) = RankMoves.between(before, after, ("x",), 50).rows
    assert (first.rank_before, first.rank_after) == (2, 1)


def test_a_keyword_that_is_written_otherwise_is_the_same_one() -> None:
    (row,) = RankMoves.between(table_of({("CT", "x"): 2}), table_of({("ＣＴ", "x"): 3}), LABELS, 50).rows
    assert (row.frequency_before, row.frequency_after, row.said) == (2, 3, "=")


def test_tau_is_kendalls_with_ties() -> None:
    chance = np.random.default_rng(1)
    drawn = chance.integers(0, 6, size=(2, 25))
    words = [f"w{chr(97 + number)}" for number in range(25)]
    tables = [table_of({(word, "x"): int(n) for word, n in zip(words, own, strict=True) if n}) for own in drawn]
    x, y = drawn[:, (drawn > 0).any(axis=0)]
    pairs = [(np.sign(x[i] - x[j]), np.sign(y[i] - y[j])) for i, j in combinations(range(len(x)), 2)]
    agreed = sum(a * b for a, b in pairs)
    untied = [sum(pair[side] != 0 for pair in pairs) for side in (0, 1)]
    moves = RankMoves.between(tables[0], tables[1], LABELS, 100)
    assert moves.tau == pytest.approx(agreed / sqrt(untied[0] * untied[1]))


def test_tau_of_what_has_no_order_is_not_defined() -> None:
    same = table_of({("胃", "x"): 2, ("肠", "x"): 2})
    for tables in ((same, same), (table_of({}), table_of({})), (table_of({("胃", "x"): 2}), table_of({}))):
        moves = RankMoves.between(*tables, LABELS, 50)
        assert moves.tau is None
        assert "not defined" in moves.note
