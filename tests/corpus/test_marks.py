"""Marks of evidence are read with their offsets checked."""

from __future__ import annotations

from typing import Any

import pytest

from medtext.corpus.marks import read_rationales
from medtext.corpus.record import Rationale
from medtext.errors import RecordError

TEXT = "胃底糜烂"


@pytest.mark.parametrize(
    ("marks", "read"),
    [
        ([], ()),
        ([[0, 2]], (Rationale(0, 2),)),
        ([["0", "4"]], (Rationale(0, 4),)),
        ([{"start": 2, "end": 4, "text": "糜烂", "why": "x"}], (Rationale(2, 4),)),
        ([{"start": "2", "end": "3", "label": "胃"}, [0, 1]], (Rationale(2, 3, "胃"), Rationale(0, 1))),
    ],
)
def test_a_mark_is_a_pair_or_an_object(marks: Any, read: tuple[Rationale, ...]) -> None:
    assert read_rationales(marks, TEXT, "a:1") == read


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ("x", "'x' where a list of marks is expected, such as [[0, 2]]"),
        ([1], "1 is no mark: expected [start, end]"),
        ([[0, 1, 2]], "[0, 1, 2] is no mark"),
        ([[0, 5]], "the mark [0, 5] is no stretch of the text of 4 characters: correct its start and end"),
        ([[-1, 2]], "the mark [-1, 2] is no stretch"),
        ([[2, 2]], "the mark [2, 2] is no stretch"),
        ([[0, 1.5]], "the mark [0, 1.5] is no stretch"),
        ([[False, True]], "the mark [False, True] is no stretch"),
        ([["²", 3]], "the mark ['²', 3] is no stretch"),
        ([{"start": 0}], "the mark {'start': 0} is no stretch"),
        ([{"start": 0, "end": 1, "label": 1}], "the label 1 of a mark is no text"),
        (
            [{"start": 0, "end": 2, "text": "糜烂"}],
            "the mark from 0 to 2 is said to be '糜烂', but '胃底' stands there: correct its start and end",
        ),
    ],
)
def test_a_mark_that_does_not_fit_is_told(marks: Any, says: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_rationales(marks, TEXT, "a.jsonl:3")
    assert str(caught.value).startswith(f"a.jsonl:3: {says}")
