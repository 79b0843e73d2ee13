"""A corpus is described as a training would read and split it, also where a training would refuse it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medtext.corpus.record import Task
from medtext.corpus.split import Plan
from medtext.errors import OptionError, RecordError, UnknownNameError
from medtext.plugin.registry import Registry
from medtext.report.statistics import Statistics
from medtext.workspace.read_corpus import ReadCorpus
from medtext.workspace.reading import Reading
from medtext.workspace.setup import Setup
from medtext.workspace.statistics import describe
from medtext.workspace.training import Corpus

Describe = Callable[..., Statistics]


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes rows, the header first, as a CSV."""

    def write(*rows: tuple[str, ...]) -> Path:
        path = tmp_path / "notes.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return write


@pytest.fixture
def described(registry: Registry) -> Describe:
    """Return a function that describes a table."""

    def make(source: Path, **choices: Any) -> Statistics:
        reading = Reading.choose(registry, dataset="table", source=source, **choices)
        found = describe(registry, reading)
        json.dumps(found.to_json(), allow_nan=False)
        return found

    return make


def notes(count: int) -> list[tuple[str, str]]:
    """Return texts that have but a few words in common, so that none is nearly another."""
    rows = []
    for number in range(count):
        others = "".join(chr(0x4E00 + (number * 7919 + place * 104729) % 5000) for place in range(20))
        rows.append((f"{'胃窦溃疡' if number % 3 else '结肠息肉'}，{others}{number}", "胃" if number % 3 else "肠"))
    return rows


@pytest.mark.parametrize("stratify", [False, True])
@pytest.mark.parametrize("seed", [13, 5])
def test_splits_are_those_of_a_training(
    registry: Registry, table: Callable[..., Path], seed: int, stratify: bool
) -> None:
    source = table(("text", "label"), *notes(120), ("没有标签", ""))
    chosen = {"dataset": "table", "source": source, "plan": Plan(seed=seed, stratify=stratify)}
    trained = Corpus.read(registry, Setup.choose(registry, **chosen))
    read = ReadCorpus.read(registry, Reading.choose(registry, **chosen))
    for name, part in trained.splits:
        assert [record.id for record in read.parts[name]] == [record.id for record in part]
    assert read.labels == trained.labels
    assert [record.text for record in read.parts["unlabelled"]] == ["没有标签"]


def test_the_tokenizer_and_the_task_are_those_of_a_training(
    registry: Registry, toy_source: Callable[..., Path]
) -> None:
    source = toy_source()
    for options in ((), ("min-records=3", "start=0.5")):
        chosen = {"dataset": "toy", "source": source, "options": options}
        reading, setup = Reading.choose(registry, **chosen), Setup.choose(registry, **chosen)
        assert (reading.dataset, reading.tokenizer, reading.task, reading.source) == (
            setup.dataset,
            setup.tokenizer,
            setup.task,
            setup.source,
        )
        assert reading.plan == setup.plan


def test_wrong_choices_are_refused_as_in_a_training(registry: Registry) -> None:
    with pytest.raises(UnknownNameError, match="gi-record"):
        Reading.choose(registry, dataset="gi-record")
    with pytest.raises(OptionError, match="--source"):
        Reading.choose(registry, dataset="table")
    with pytest.raises(OptionError, match="serves"):
        Reading.choose(registry, dataset="gi-records", task=Task.TAG)
    with pytest.raises(OptionError, match="colour"):
        Reading.choose(registry, dataset="gi-records", options=["colour=red"])
    with pytest.raises(RecordError, match="no such file"):
        describe(registry, Reading.choose(registry, dataset="gi-records", source=Path("gone")))


def test_a_corpus_in_order_has_all_figures_and_no_warning(described: Describe, table: Callable[..., Path]) -> None:
    found = described(table(("text", "label"), *notes(120)))
    assert found.warnings == ()
    assert sum(found.parts[name].records for name in ("train", "val", "test")) == found.parts["all"].records == 120
    assert [(row.label, row.records) for row in found.labels] == [("胃", 80), ("肠", 40)]
    assert found.imbalance == 2
    assert found.lengths.characters is not None
    assert found.lengths.characters.shortest == 26
    assert found.lengths.by_label["肠"].count == 40
    assert found.rule is not None
    assert found.rule.scores["val"]["rule"]["accuracy"] == 1
    assert {word.word for word in found.marking["肠"]} >= {"结肠", "息肉"}
    assert found.cooccurrence is None
    assert found.vocabulary is not None
    assert found.vocabulary.unknown["train"] is not None


def test_published_splits_that_leak_are_warned_of(described: Describe, table: Callable[..., Path]) -> None:
    long = "胃窦黏膜充血水肿，散在糜烂，幽门圆形，开闭良好，胆汁反流，十二指肠球部未见溃疡，降部未见异常"
    rows = [(text, label, "train") for text, label in notes(40)]
    rows += [(f"{long}。", "胃", "train"), (long.replace("良好", "尚可"), "胃", "test")]
    rows += [(rows[0][0], "胃", "val"), (rows[1][0].replace("，", ", "), "胃", "val"), ("直肠炎", "肠", "test")]
    found = described(table(("text", "label", "split"), *rows))
    assert found.warnings == (
        "2 of 2 val records (100.0%) have a text that also stands in train (the splits are the corpus's own)",
        "1 of 2 test records (50.0%) are nearly the same as one in train (the splits are the corpus's own)",
        "1 text stands under different labels",
        "1 label has no val record (nothing to tune on): 肠",
    )
    assert found.exact.across["val in train"] == 1


def test_groups_are_counted_and_keep_together(described: Describe, table: Callable[..., Path]) -> None:
    rows = [(text, label, f"p{number // 4}") for number, (text, label) in enumerate(notes(200))]
    found = described(table(("text", "label", "患者"), *rows))
    assert (found.parts["all"].groups, found.parts["all"].largest) == (50, 4)
    assert sum(part.groups for name, part in found.parts.items() if name != "all") == 50


def test_a_corpus_without_labels_is_described_and_said_to_be_so(
    described: Describe, table: Callable[..., Path]
) -> None:
    found = described(table(("text",), *[(text,) for text, _ in notes(60)]))
    assert found.warnings[0].startswith("no record is labelled")
    assert (found.labels, found.rule, found.marking) == ((), None, {})
    assert sum(found.parts[name].records for name in ("train", "val", "test")) == 60
    assert {(word.word, word.records) for word in found.words} >= {("胃窦", 40), ("结肠", 20)}


def test_one_label_is_nothing_to_tell_apart(described: Describe, table: Callable[..., Path]) -> None:
    found = described(table(("text", "label"), *[(text, "胃") for text, _ in notes(60)]))
    assert found.warnings == ("all labelled records have one label (胃): there is nothing to tell apart",)
    assert found.rule is None
    assert found.imbalance is None


def test_records_that_all_have_no_label_teach_nothing(described: Describe, table: Callable[..., Path]) -> None:
    found = described(table(("text", "label"), *[(text, "") for text, _ in notes(60)]), options=["label-separator=;"])
    assert found.warnings == ("no record has a label: there is nothing to learn",)
    assert (found.labels, found.rule) == ((), None)


def test_a_handful_of_records_is_enough(described: Describe, table: Callable[..., Path]) -> None:
    found = described(table(("text", "label"), ("胃炎", "胃"), ("肠炎", "肠")))
    assert any("a training needs more records" in warning for warning in found.warnings)
    assert found.parts["all"].records == 2


def test_many_labels_stand_together_and_some_records_have_none(described: Describe, table: Callable[..., Path]) -> None:
    rows = [
        (f"胃炎{n}" if n % 2 else f"胃炎息肉{n}", "" if n % 5 == 0 else "胃" if n % 2 else "胃;肠") for n in range(200)
    ]
    found = described(table(("text", "label"), *rows), options=["label-separator=;"])
    assert found.corpus["task"] == "tag"
    assert found.cooccurrence is not None
    (pair,) = found.cooccurrence.pairs
    assert ({pair.first, pair.second}, pair.records) == ({"胃", "肠"}, 80)
    assert found.cooccurrence.per_record == {0: 40, 1: 80, 2: 80}
    assert found.parts["all"].labelled == 200
    assert found.rule is not None


def test_texts_to_write_count_as_texts_and_records_need_no_text(
    described: Describe, table: Callable[..., Path], tmp_path: Path
) -> None:
    rows = [(f"{n}.png", f"No acute disease {n}." if n else "") for n in range(60)]
    found = described(table(("image", "target"), *rows), options=["image=image"], task=Task.GENERATE)
    assert found.lengths.tokens is None
    assert found.lengths.target_tokens is not None
    assert found.lengths.target_tokens.count == 59
    assert found.characters.total == sum(len(target) for _, target in rows)
    assert found.parts["all"].images == 60
    assert found.warnings == ("1 of 60 records (1.7%) have no target: a training leaves them out",)
    assert found.rule is None


def test_records_of_images_alone_have_labels_and_no_text_figures(
    described: Describe, table: Callable[..., Path]
) -> None:
    rows = [(f"{n}.png", "ab"[n % 2]) for n in range(60)]
    found = described(table(("image", "label"), *rows), options=["image=image"])
    assert [row.records for row in found.labels] == [30, 30]
    assert (found.lengths.tokens, found.words, found.rule) == (None, (), None)


def test_texts_that_are_cut_are_counted_with_a_limit_that_would_do(
    described: Describe, table: Callable[..., Path]
) -> None:
    found = described(table(("text", "label"), *notes(120)), options=["max-length=26"])
    cut = found.lengths.cut
    assert (cut.limit, cut.texts) == (26, 110)
    assert cut.tokens_lost == sum(len(text) - 26 for text, _ in notes(120) if len(text) > 26)
    assert found.warnings == (
        "110 of 120 texts (91.7%) are longer than 26 tokens: they are read in windows, or cut by --long cut; "
        "-o max-length=28 keeps 99% whole",
    )


def test_a_dictionary_says_what_a_word_is(registry: Registry, table: Callable[..., Path], tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("胃窦溃疡 1000000\n", encoding="utf-8")
    reading = Reading.choose(registry, dataset="table", source=table(("text", "label"), *notes(60)))
    assert "胃窦溃疡" in {word.word for word in describe(registry, reading, dictionary=own).words}
    assert "胃窦溃疡" not in {word.word for word in describe(registry, reading).words}


def test_what_is_read_and_what_is_to_be_written_are_described_each_for_itself(
    table: Callable[..., Path], described: Describe
) -> None:
    rows = [(f"The heart is large. Finding {number}.", f"Cardiomegaly. Number {number}.") for number in range(60)]
    found = described(table(("text", "target"), *rows), task=Task.GENERATE)
    assert {name: section.sentences.common for name, section in found.sections.items()} == {
        "text": (("The heart is large", 60),),
        "target": (("Cardiomegaly", 60),),
    }
    assert found.sections["text"].cloud["heart"] == 60
    assert "cardiomegaly" not in found.sections["text"].cloud
    assert found.to_json()["sections"]["target"]["sentences"]["total"] == 120
    assert "cloud" not in found.to_json()["sections"]["target"]
    labelled = [(text, "a" if number % 2 else "b") for number, (text, _) in enumerate(rows)]
    assert described(table(("text", "label"), *labelled)).sections == {}
