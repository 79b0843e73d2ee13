"""Records are what they say, and have ids that stay."""

import copy
import pickle
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medtext.corpus.record import Record, Task, with_ids

RECORDS = [
    Record(id="", text="a"),
    Record(id="", text="a", labels=()),
    Record(id="", text="a", labels=("x",)),
    Record(id="", text="a", labels=("x", "y")),
    Record(id="", text="b", labels=("x",)),
    Record(id="", images=(Path("1.png"),)),
    Record(id="", images=(Path("2.png"),)),
    Record(id="own", text="a"),
    Record(id="", text="\ud800"),
]


def key(record: Record) -> Record:
    """Return a record as its source has it."""
    return record if record.id == "own" else replace(record, id="")


def test_records_that_differ_have_different_ids() -> None:
    ids = [record.id for record in with_ids(RECORDS)]
    assert len(set(ids)) == len(RECORDS)
    assert all(len(each) == 16 and int(each, 16) >= 0 for each in ids if each != "own")


def test_an_id_of_the_source_is_kept() -> None:
    assert [record.id for record in with_ids(RECORDS)][7] == "own"


def test_moving_a_line_changes_no_id() -> None:
    known = {key(record): record.id for record in with_ids(RECORDS)}
    moved = RECORDS[:]
    for seed in range(5):
        random.Random(seed).shuffle(moved)
        assert {key(record): record.id for record in with_ids(moved)} == known


def test_adding_a_line_changes_no_id() -> None:
    known = [record.id for record in with_ids(RECORDS)]
    more = [record.id for record in with_ids([Record(id="", text="new"), *RECORDS, Record(id="", text="a")])]
    assert more[1:-1] == known


def test_the_same_record_again_gets_an_id_of_its_own() -> None:
    ids = [record.id for record in with_ids([Record(id="", text="a")] * 3)]
    assert len(set(ids)) == 3
    assert ids[:2] == [record.id for record in with_ids([Record(id="", text="a")] * 2)]


def test_moving_the_folder_of_images_changes_no_id() -> None:
    (here,) = with_ids([Record(id="", images=(Path("here/1.png"),))])
    (there,) = with_ids([Record(id="", images=(Path("there/1.png"),))])
    assert here.id == there.id


@pytest.mark.parametrize(
    "fields",
    [
        *({"labels": "ab"}, {"labels": ["a"]}, {"images": "a.png"}, {"images": Path("a.png")}),
        *({"text": None}, {"id": 7}, {"labels": (1,)}, {"target": 1}, {"group": 1}, {"split": 1}),
    ],
)
def test_a_field_of_another_type_is_met(fields: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"of a record are (texts|tuples), not"):
        Record(**{"id": "1", "text": "a", **fields})


def test_a_record_can_be_sent_to_another_process_and_be_a_key() -> None:
    record = Record(id="1", text="a", images=(Path("a.png"),), labels=("x",), meta={"ward": "3"})
    assert pickle.loads(pickle.dumps(record)) == copy.deepcopy(record) == record  # noqa: S301  # our own bytes
    assert {record: 1}[replace(record)] == 1


def test_a_task_reads_as_it_is_typed() -> None:
    assert [str(task) for task in Task] == ["classify", "tag", "generate"]
    assert Task("tag") is Task.TAG
