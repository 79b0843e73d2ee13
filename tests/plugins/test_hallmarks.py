"""Abstracts and the labels of their sentences become records with marks."""

from __future__ import annotations

from pathlib import Path

import pytest
from medtext_plugins.datasets import hallmarks

from medtext.corpus.check import checked
from medtext.errors import OptionError, RecordError
from medtext.plugin import Rationale, Record, Task
from medtext.plugin.options import make_options, parse_pairs

# Made up, like every sentence here.
TEXT = "Clone seven kept dividing .\nWe met at noon .\nVessels grew and cells moved .\n"
LABELS = (
    "<Sustaining proliferative signaling--Cell cycle< NULL"
    "< Inducing angiogenesis-- ANDActivating invasion and metastasis--Invasion ANDInducing angiogenesis--"
)
FIRST, LAST = (0, 27), (45, 75)
GROW, VESSELS, MOVE = (
    "Sustaining proliferative signaling",
    "Inducing angiogenesis",
    "Activating invasion and metastasis",
)


def corpus(folder: Path, text: str = TEXT, labels: str = LABELS) -> Path:
    """Write one abstract."""
    for name, content in (("text", text), ("labels", labels)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "101.txt").write_text(content, encoding="utf-8")
    return folder


def records(path: Path, *pairs: str) -> list[Record]:
    """Read records with options as they are typed."""
    read = hallmarks.read(path, make_options(hallmarks.Options, parse_pairs(pairs), owner="hallmarks"))
    return list(checked(read, Task.TAG))


def test_an_abstract_has_the_labels_of_its_sentences_and_marks_them(tmp_path: Path) -> None:
    (record,) = records(corpus(tmp_path))
    assert record == Record(
        id="101",
        text=TEXT.strip(),
        labels=(GROW, VESSELS, MOVE),
        group="101",
        place=f"{tmp_path}/text/101.txt:1",
        rationales=(Rationale(*FIRST, GROW), Rationale(*LAST, VESSELS), Rationale(*LAST, MOVE)),
    )
    assert record.text[slice(*FIRST)] == "Clone seven kept dividing ."
    assert record.text[slice(*LAST)] == "Vessels grew and cells moved ."


def test_labels_go_deeper_if_asked_for(tmp_path: Path) -> None:
    deep = "<Evading growth suppressors--By evading--Checkpoints< <Evading growth suppressors--"
    corpus(tmp_path, labels=deep)
    assert [record.labels for record in records(tmp_path, "level=2")] == [
        ("Evading growth suppressors--By evading", "Evading growth suppressors")
    ]
    (record,) = records(tmp_path, "level=3")
    assert record.labels == ("Evading growth suppressors--By evading--Checkpoints", "Evading growth suppressors")
    assert [mark.label for mark in record.rationales or ()] == list(record.labels)


def test_a_sentence_may_be_a_record(tmp_path: Path) -> None:
    made = records(corpus(tmp_path), "unit=sentence")
    assert [(r.id, r.labels, r.group, r.rationales) for r in made] == [
        ("101:1", (GROW,), "101", None),
        ("101:2", (), "101", None),
        ("101:3", (VESSELS, MOVE), "101", None),
    ]
    assert made[2].place.endswith("text/101.txt:3")


def test_blank_lines_and_blanks_around_a_sentence_are_not_marked(tmp_path: Path) -> None:
    (record,) = records(corpus(tmp_path, "A b .\n\n  C d . \n", "< <Cellular energetics--"))
    (mark,) = record.rationales or ()
    assert record.text[mark.start : mark.end] == "C d ."


def test_an_abstract_without_labels_is_known_to_have_none(tmp_path: Path) -> None:
    (record,) = records(corpus(tmp_path, "A b .\n", "< "))
    assert (record.labels, record.rationales) == ((), ())


def test_control_characters_are_read_as_blanks_if_asked_for(tmp_path: Path) -> None:
    corpus(tmp_path, "A\x05b .\n", "< Cellular energetics--")
    (record,) = records(tmp_path, "clean=yes")
    assert record.text == "A b ."
    with pytest.raises(RecordError, match=r"101\.txt:1: the text holds the control character U\+0005"):
        records(tmp_path)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ("< <", "labels/101.txt:1: labels of 2 sentences, where text/101.txt has 3: download both again"),
        ("x< < <", "labels/101.txt:1: 'x' before the first '<': download the file again"),
        ("< < <Growth--x", "labels/101.txt:1: 'Growth--x' is none of the ten hallmarks: download the file again"),
        ("< < <--", "labels/101.txt:1: '--' is none of the ten hallmarks"),
    ],
)
def test_labels_that_do_not_fit_are_told(tmp_path: Path, labels: str, says: str) -> None:
    with pytest.raises(RecordError) as caught:
        records(corpus(tmp_path, labels=labels))
    assert str(caught.value).replace(f"{tmp_path}/", "").startswith(says)


@pytest.mark.parametrize(("gone", "there"), [("text", "labels"), ("labels", "text")])
def test_a_file_without_its_other_half_is_told(tmp_path: Path, gone: str, there: str) -> None:
    corpus(tmp_path)
    (tmp_path / gone / "101.txt").rename(tmp_path / gone / "102.txt")
    with pytest.raises(RecordError, match=f"{there}/101.txt: there is no {gone}/101.txt"):
        records(tmp_path)


def test_a_folder_without_texts_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no folders text and labels in it"):
        records(tmp_path)


def test_the_tree_of_labels_begins_at_one() -> None:
    with pytest.raises(OptionError, match="level=0: the tree of labels begins at 1"):
        make_options(hallmarks.Options, {"level": "0"}, owner="hallmarks")
