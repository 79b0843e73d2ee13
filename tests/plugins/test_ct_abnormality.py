"""The CT form is read as it is written, both rounds of it, and answers go out in the competition's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from medtext_data.ct_abnormality.generate import lines

from medtext import testing
from medtext.corpus.record import Record, Task
from medtext.errors import MedtextError, RecordError
from medtext.learn.predict import Prediction
from medtext.plugin.loading import load_registry
from medtext.workspace.source import ordered_labels, read_records

DATASET = load_registry(strict=True).dataset("ct-abnormality")


def read(path: Path) -> list[Record]:
    return list(DATASET.read(path, DATASET.options()))


@pytest.fixture
def written(tmp_path: Path):
    def write(content: str | bytes, name: str = "train.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_it_keeps_its_promises(written) -> None:
    testing.check_dataset(DATASET, broken=written("1|,|3 4|,|0\n2|,|3 x|,|0\n"))


def test_a_label_part_may_hold_any_number_none_or_be_missing(written) -> None:
    found = read(written("7|,|1 2 3 |,|0 16\n8|,|4 |,|\n9|,|5 6\n"))
    assert [(each.id, each.text, each.labels) for each in found] == [
        ("7", "1 2 3", ("0", "16")),
        ("8", "4", ()),
        ("9", "5 6", None),
    ]
    assert found[1].place.endswith("train.csv:2")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_ends_of_both_kinds_are_read(written, ending: str) -> None:
    found = read(written(ending.join(["1|,|2 3|,|4", "5|,|6|,|", ""])))
    assert [each.labels for each in found] == [("4",), ()]


def test_the_second_round_has_areas_and_types(written) -> None:
    found = read(written("1|,|2|,|3 16,0 11\n2|,|2|,|,\n3|,|2|,|4,\n4|,|2|,|\n"))
    assert [each.labels for each in found] == [("area-3", "area-16", "type-0", "type-11"), (), ("area-4",), ()]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1|2 3|4", "expected id|,|tokens|,|labels"),
        ("1|,|2|,|3|,|4", "expected id|,|tokens|,|labels"),
        ("|,|2|,|3", "the id before |,| is missing"),
        ("1|,| |,|3", "there are no tokens"),
        ("1|,|2 cm|,|3", "token 'cm' is no number"),
        ("1|,|2|,|x", "label 'x' is no number"),
        ("1|,|2|,|3,4,5", "have 3 parts, expected 1"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(written, line: str, said: str) -> None:
    with pytest.raises(RecordError, match=r"train\.csv:2: ") as caught:
        read(written(f"0|,|1|,|\n{line}\n"))
    assert said in str(caught.value)


def test_the_rounds_are_not_mixed_and_an_empty_file_is_no_corpus(written) -> None:
    with pytest.raises(RecordError, match=r"train\.csv:2: the labels '3' have 1 part, expected 2: keep the two rounds"):
        read(written("0|,|1|,|3,4\n1|,|1|,|3\n"))
    written("2|,|1|,|3,4\n", "val.csv")
    folder = written("0|,|1|,|3\n", "train.csv").parent
    with pytest.raises(
        RecordError, match=r"val\.csv:1: the labels '3,4' have 2 parts, expected 1: keep the two rounds"
    ):
        read(folder)
    with pytest.raises(RecordError, match="the file is empty"):
        read(written("\n"))


def test_a_folder_has_published_parts(written, tmp_path: Path) -> None:
    written("1|,|2|,|3\n", "train.csv")
    written("2|,|2|,|3\n", "val.csv")
    assert [(each.id, each.split) for each in read(tmp_path)] == [("1", "train"), ("2", "val")]
    written("3|,|2|,|3\n", "dev.txt")
    with pytest.raises(RecordError, match="more than one file is the val part"):
        read(tmp_path)


def test_there_are_17_labels_or_as_many_as_there_are() -> None:
    assert ordered_labels(DATASET, {"0", "16"}) == tuple(map(str, range(17)))
    assert ordered_labels(DATASET, {"2", "10", "17"}) == ("2", "10", "17")
    assert ordered_labels(DATASET, {"type-2", "area-10", "area-9"}) == ("area-9", "area-10", "type-2")


def test_answers_are_the_competitions_lines_with_a_place_for_every_label() -> None:
    assert DATASET.answers is not None
    record = Record(id="5", text="1")
    (line,) = DATASET.answers([Prediction(record, (), np.array([0.25, 1.0, 0.0]))], ("0", "2", "1"))
    assert line.startswith("5|,|0.2500000 0.0000001 0.9999999 0.0000001")
    assert len(line.split()) == 17
    (both,) = DATASET.answers([Prediction(record, (), np.array([0.5, 0.25]))], ("area-1", "type-0"))
    values = both.removeprefix("5|,|").split()
    assert (len(values), values[1], values[17]) == (29, "0.5000000", "0.2500000")
    (more,) = DATASET.answers([Prediction(record, (), np.array([0.5]))], ("18",))
    assert len(more.split()) == 19


def test_the_sample_is_what_its_generator_writes_and_needs_pairs_of_words() -> None:
    assert DATASET.sample is not None
    assert DATASET.sample.read_text(encoding="utf-8").splitlines() == lines()
    records = read_records(DATASET, DATASET.sample, DATASET.options(), Task.TAG)
    lengths = [len(each.text.split()) for each in records]
    assert (min(lengths), len(records)) == (4, 1200)
    assert 0.24 < sum(not each.labels for each in records) / len(records) < 0.29
    # No token alone says that a label is there.
    common = [each for each in records if "0" in (each.labels or ())]
    others = [each for each in records if "0" not in (each.labels or ())]
    for token in {token for each in common for token in each.text.split()}:
        inside = sum(token in each.text.split() for each in common) / len(common)
        outside = sum(token in each.text.split() for each in others) / len(others)
        assert inside < 0.97 or outside > 0.03


def test_a_source_that_is_not_there_is_an_expected_failure(tmp_path: Path) -> None:
    with pytest.raises(MedtextError):
        read_records(DATASET, tmp_path / "none.csv", DATASET.options(), Task.TAG)
