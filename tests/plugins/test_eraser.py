"""Documents, answers and marked tokens become records."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from medtext_plugins.datasets import eraser

from medtext.corpus.check import checked
from medtext.corpus.split import Plan, split_records
from medtext.errors import RecordError
from medtext.plugin import Rationale, Record, Task
from medtext.plugin.options import make_options, parse_pairs

# Made up, like every sentence here.
DOCUMENTS = {"ward": "The  soup was cold .\n\nThe nurse was kind .\n", "bill": "It was high ."}


def evidence(document: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    """Return one stretch of evidence."""
    return {"docid": document, "start_token": start, "end_token": end, **more}


def instance(name: str = "1", **fields: Any) -> dict[str, Any]:
    """Return one line that is all right but for what is given."""
    usual = {"classification": "NEG", "docids": ["ward"], "evidences": [], "query": "How was it ?", "query_type": None}
    return {"annotation_id": name, **usual, **fields}


def corpus(folder: Path, *, documents: dict[str, str] = DOCUMENTS, **parts: Any) -> Path:
    """Write a folder in the layout: documents, and a list of lines for each part."""
    (folder / "docs").mkdir(exist_ok=True)
    for name, text in documents.items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    for part, lines in parts.items():
        written = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
        (folder / f"{part}.jsonl").write_text(written, encoding="utf-8")
    return folder


def records(path: Path, *pairs: str) -> list[Record]:
    """Read records with options as they are typed."""
    read = eraser.read(path, make_options(eraser.Options, parse_pairs(pairs), owner="eraser"))
    return list(checked(read, Task.CLASSIFY))


def marked(record: Record) -> list[str]:
    """Return what is marked."""
    return [record.text[mark.start : mark.end] for mark in record.rationales or ()]


def test_a_record_holds_query_documents_and_marked_tokens(tmp_path: Path) -> None:
    groups = [[evidence("ward", 2, 4, text="was cold")], [evidence("ward", 8, 9), evidence("ward", 2, 4)]]
    corpus(tmp_path, train=["", instance(evidences=groups)])
    (record,) = records(tmp_path)
    assert record == Record(
        id="1",
        text="How was it ?\nThe  soup was cold .\nThe nurse was kind .",
        labels=("NEG",),
        group="ward",
        split="train",
        place=f"{tmp_path}/train.jsonl:2",
        rationales=(Rationale(23, 31), Rationale(48, 52)),
    )
    assert marked(record) == ["was cold", "kind"]


def test_the_query_can_be_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "medtext")
    corpus(tmp_path, train=[instance(evidences=[[evidence("ward", 0, 2)]]), instance("2")])
    made = records(tmp_path, "query=leave")
    assert {record.text for record in made} == {"The  soup was cold .\nThe nurse was kind ."}
    assert marked(made[0]) == ["The  soup"]
    assert caplog.messages == []
    records(tmp_path)
    assert caplog.messages == [f"{tmp_path}: every record has the query 'How was it ?': -o query=leave leaves it out"]


def test_no_document_is_lost(tmp_path: Path) -> None:
    more = [evidence("bill", 2, 3)]
    corpus(
        tmp_path,
        train=[
            instance("a", docids=["ward", "bill"], query=None, evidences=[more]),
            instance("b", docids=None, query="", evidences=[more, [evidence("ward", 0, 1)]]),
            instance("bill", docids=None, query=""),
        ],
    )
    ward, bill = "The  soup was cold .\nThe nurse was kind .", "It was high ."
    made = records(tmp_path)
    assert [record.text for record in made] == [f"{ward}\n{bill}", f"{bill}\n{ward}", bill]
    assert [marked(record) for record in made] == [["high"], ["high", "The"], []]


def test_what_nobody_marked_differs_from_what_has_nothing_to_mark(tmp_path: Path) -> None:
    corpus(tmp_path, train=[instance("a", evidences=None), instance("b", evidences=[], classification=None)])
    first, second = records(tmp_path)
    assert (first.rationales, second.rationales) == (None, ())
    assert (first.labels, second.labels) == (("NEG",), None)


def test_tokens_end_at_blanks_only(tmp_path: Path) -> None:
    lines = [instance("a", docids=["a"], evidences=[[evidence("a", 1, 3)]])]
    corpus(tmp_path, documents={"a": "x\u00a0y z\rlast\x1f1\n"}, train=lines)
    (record,) = records(tmp_path, "query=leave", "clean=yes")
    assert record.text == "x\u00a0y z\nlast 1"
    assert marked(record) == ["z\nlast 1"]


def test_documents_may_be_lines(tmp_path: Path) -> None:
    lines = [{"docid": name, "document": text} for name, text in DOCUMENTS.items()]
    corpus(tmp_path, documents={}, docs=lines, train=[instance(evidences=[[evidence("ward", 8, 9)]])])
    assert [marked(record) for record in records(tmp_path)] == [["kind"]]
    corpus(tmp_path)
    with pytest.raises(RecordError, match=r"both a folder docs and docs\.jsonl in it"):
        records(tmp_path)


def test_published_parts_are_kept_and_a_test_part_is_cut_from_train(tmp_path: Path) -> None:
    names = {f"d{number}": f"Text number {number} ." for number in range(60)}
    train = [instance(name, docids=[name]) for name in list(names)[:50]]
    val = [instance(name, docids=[name]) for name in list(names)[50:]]
    made = split_records(records(corpus(tmp_path, documents=names, train=train, val=val)), Plan(seed=13))
    assert [record.id for record in made.val] == list(names)[50:]
    assert {record.id for record in made.train + made.test} == set(list(names)[:50])


def test_a_record_of_two_parts_is_left_to_the_part_that_judges(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    corpus(tmp_path, train=[instance("a"), instance("b")], val=[instance("b")])
    assert [(record.id, record.split) for record in records(tmp_path)] == [("b", "val"), ("a", "train")]
    assert "1 records stand in two parts: they are left out of train" in caplog.messages[0]
    corpus(tmp_path, val=[instance("b", classification="POS")])
    with pytest.raises(RecordError, match=r"train\.jsonl:2: id 'b' stands at .*val\.jsonl:1 already"):
        records(tmp_path)


def test_evidence_that_is_said_to_be_another_text_is_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    corpus(tmp_path, train=[instance(evidences=[[evidence("ward", 2, 4, text="was cold .")]])])
    records(tmp_path, "query=leave")
    assert "1 stretches of evidence are said to be another text than their tokens" in caplog.messages[0]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "train.jsonl:1: broken JSON (Expecting property name enclosed in double quotes, column 2)"),
        ("[]", "train.jsonl:1: a list, where an object is expected"),
        (instance(annotation_id=None), "train.jsonl:1: no annotation_id: give the record one"),
        (instance(query=["How"]), "train.jsonl:1: the query ['How'] is no text"),
        (instance(classification=1), "train.jsonl:1: the classification 1 is no text"),
        (instance(docids="ward"), "train.jsonl:1: 'ward' is no list of docids"),
        (instance(docids=["gone"]), "train.jsonl:1: there is no document 'gone' in the folder docs: download"),
        (
            instance(docids=["../train.jsonl"]),
            "train.jsonl:1: there is no document '../train.jsonl' in the folder docs",
        ),
        (instance(docids=[]), "train.jsonl:1: names no document, by docids or evidences, and none is called '1'"),
        (
            instance(evidences=[[evidence("ward", 8, 11)]]),
            "train.jsonl:1: evidence in tokens 8 to 11 of 'ward', which has 10: download the corpus again",
        ),
        (instance(evidences=[[evidence("ward", -1, 1)]]), "train.jsonl:1: evidence in tokens -1 to 1 of 'ward'"),
        (instance(evidences=[[evidence("ward", 2, 2)]]), "train.jsonl:1: evidence in tokens 2 to 2 of 'ward'"),
        (instance(evidences=[[{"docid": "ward"}]]), "train.jsonl:1: {'docid': 'ward'} among the evidences: expected"),
        (instance(evidences=["was"]), "train.jsonl:1: 'was' among the evidences: expected"),
        (instance(evidences={}), "train.jsonl:1: {} among the evidences: expected"),
    ],
)
def test_a_fault_is_one_line_that_says_where(tmp_path: Path, line: Any, says: str) -> None:
    with pytest.raises(RecordError) as caught:
        records(corpus(tmp_path, train=[line]))
    assert str(caught.value).replace(f"{tmp_path}/", "").startswith(says)


@pytest.mark.parametrize(
    "line", [{"docid": "a"}, {"docid": 1, "document": "x"}, {"document": "x"}, {"docid": "ward", "document": "x"}]
)
def test_a_document_without_id_or_text_is_told(tmp_path: Path, line: dict[str, Any]) -> None:
    corpus(tmp_path, documents={}, docs=[{"docid": "ward", "document": "x"}, line], train=[instance()])
    with pytest.raises(RecordError, match=r"docs\.jsonl:2: expected a docid that stands nowhere else"):
        records(tmp_path)


def test_a_folder_that_is_none_of_these_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"neither train\.jsonl nor val\.jsonl or test\.jsonl in it"):
        records(tmp_path)
    corpus(tmp_path, documents={}, train=[instance()])
    with pytest.raises(RecordError, match=r"neither a folder docs and docs\.jsonl in it"):
        records(tmp_path)
