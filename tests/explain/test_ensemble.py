"""Scores of members that cut a text in different ways are added over the stretches that all of them cut at."""

from __future__ import annotations

import numpy as np
import pytest

from medtext.corpus.record import Record
from medtext.explain.attribution import Attribution
from medtext.explain.ensemble import on_common_sites


def attribution(text: str, sites: list[tuple[int, int]], scores: list[float]) -> Attribution:
    return Attribution(
        record=Record(id="1", text=text),
        label="x",
        probability=0.5,
        sites=np.array(sites, dtype=np.int64),
        scores=np.array(scores),
        margin=sum(scores),
        gap=0.0,
        points=0,
        converged=True,
    )


def test_members_that_cut_alike_keep_their_tokens() -> None:
    found = [attribution("ab cd", [(0, 2), (3, 5)], [1.0, 2.0]), attribution("ab cd", [(0, 2), (3, 5)], [0.5, -1.0])]
    assert [each.scores.tolist() for each in on_common_sites(found)] == [[1.0, 2.0], [0.5, -1.0]]


def test_no_token_of_any_member_is_torn() -> None:
    letters = attribution("abcd", [(0, 1), (1, 2), (2, 3), (3, 4)], [1.0, 2.0, 3.0, 4.0])
    pairs = attribution("abcd", [(0, 2), (2, 4)], [10.0, 20.0])
    over = attribution("abcd", [(0, 1), (1, 3), (3, 4)], [5.0, 6.0, 7.0])
    both = on_common_sites([letters, pairs])
    assert [each.sites.tolist() for each in both] == [[[0, 2], [2, 4]]] * 2
    assert [each.scores.tolist() for each in both] == [[3.0, 7.0], [10.0, 20.0]]
    assert [each.sites.tolist() for each in on_common_sites([pairs, over])] == [[[0, 4]]] * 2


def test_nothing_is_lost_and_named_units_are_taken() -> None:
    words = attribution("ab cd", [(0, 2), (3, 5)], [1.0, 2.0])
    letters = attribution("ab cd", [(0, 1), (1, 2), (3, 4), (4, 5)], [0.1, 0.2, 0.3, 0.4])
    found = on_common_sites([words, letters])
    assert [each.scores.sum() for each in found] == pytest.approx([3.0, 1.0])
    assert np.array_equal(found[0].sites, found[1].sites)
    whole = on_common_sites([words, letters], [(0, 5)])
    assert [each.scores.tolist() for each in whole] == [[3.0], [pytest.approx(1.0)]]
