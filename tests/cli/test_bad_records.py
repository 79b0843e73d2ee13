"""Records that cannot be learned from: one line says which, where, and what to do; nothing is left behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Fails = Callable[..., str]

LINES = [
    f"{word} number {number};{label}" for number in range(20) for word, label in (("ulcer", "up"), ("polyp", "down"))
]
TABLE = ["text,label", *(line.replace(";", ",") for line in LINES)]

# A source of records, the dataset that reads it, and what the error has to say.
SOURCES: dict[str, tuple[str, bytes | str | list[str] | None, tuple[str, ...]]] = {
    "missing file": ("gone.txt", None, ("{place}/gone.txt: there is no such file", "correct the path")),
    "empty file": ("empty.txt", "", ("{place}/empty.txt: no record in it", "name another --source")),
    "empty table": ("empty.csv", "", ("{place}/empty.csv: the file is empty", "export the table again")),
    "table of names": ("names.csv", "text,label\n", ("{place}/names.csv:1: column names and no row below",)),
    "one label only": ("same.txt", [line.rpartition(";")[0] + ";up" for line in LINES], ("one label ('up')",)),
    "two labels in a one-label file": (
        "two.txt",
        [*LINES, "both;up|down"],
        ("{place}/two.txt:41: 2 labels (up, down)", "--task tag"),
    ),
    "no label in a one-label file": (
        "none.txt",
        [*LINES, "neither;"],
        ("{place}/none.txt:41: 0 labels (none)", "--task tag"),
    ),
    "empty text": ("blank.csv", [*TABLE, "  ,up"], ("{place}/blank.csv:42: the text is empty", "remove the record")),
    "duplicate id": (
        "ids.csv",
        ["id,text,label", "7,a,up", "8,b,down", "7,c,up"],
        ("{place}/ids.csv:4: id '7' stands at {place}/ids.csv:2 already",),
    ),
    "line of 1 MB": (
        "long.csv",
        [*TABLE, "a" * 1_000_000 + ",up"],
        ("{place}/long.csv:42: the text has 1,000,000 characters", "look for a missing line break or quote"),
    ),
    "bad bytes": (
        "bytes.csv",
        b"text,label\nulcer,up\n\xff\x80,down\n",
        ("{place}/bytes.csv:3: byte 0xFF is neither UTF-8 nor GB18030", "-o encoding=NAME"),
    ),
    "control character": (
        "escape.csv",
        [*TABLE, "\x1b[31mred,up"],
        ("{place}/escape.csv:42: the text holds the control character U+001B", "remove it"),
    ),
    "lone surrogate in JSON": (
        "half.jsonl",
        '{"text": "a", "label": "x"}\n{"text": "\\ud800", "label": "y"}\n',
        ("{place}/half.jsonl:2: half a character", "export the file again"),
    ),
    "lone surrogate in CSV": (
        "half.csv",
        b"text,label\nulcer,up\n\xed\xa0\x80,down\n",
        ("{place}/half.csv:3: byte 0x80 is neither UTF-8", "repair the line"),
    ),
    "control character in a label": (
        "label.csv",
        [*TABLE, "ulcer,\x1b[31mup"],
        ("{place}/label.csv:42: the label holds the control character U+001B", "remove it"),
    ),
    "row with a cell too many": ("ragged.csv", [*TABLE, "a,b,c"], ("{place}/ragged.csv:42: 3 cells", "in quotes")),
    "no column of texts": (
        "strange.csv",
        ["foo,bar", "1,2"],
        ("{place}/strange.csv: none of the columns 'foo', 'bar'", "-o text=COLUMN"),
    ),
    "no label at all": ("bare.csv", ["text", "a", "b"], ("{place}/bare.csv:2: no record is labelled",)),
    "too few records": (
        "few.txt",
        LINES[:2],
        ("no record falls into the val split (2 records in all)", "more records are needed"),
    ),
    "not of this corpus": ("prose.txt", "Once upon a time\n", ("{place}/prose.txt:1: expected text;label",)),
}


@pytest.mark.parametrize("case", SOURCES)
def test_a_bad_record_is_named_and_no_run_is_left(fails: Fails, place: Path, case: str) -> None:
    name, content, expected = SOURCES[case]
    source = place / name
    if content is not None:
        data = "\n".join(content) + "\n" if isinstance(content, list) else content
        source.write_bytes(data if isinstance(data, bytes) else data.encode())
    dataset = "toy" if name.endswith(".txt") else "table"

    line = fails("train", "--dataset", dataset, "--model", "toy-linear", "--source", source, "--run", "new", code=1)

    for fragment in expected:
        assert fragment.format(place=place) in line


@pytest.mark.parametrize("dataset", ["toy", "table", "gi-records"])
def test_a_folder_where_a_file_is_expected_is_named(fails: Fails, place: Path, dataset: str) -> None:
    (place / "folder").mkdir()
    line = fails("train", "--dataset", dataset, "--model", "toy-linear", "--source", "folder", code=1)
    assert line.startswith(f"{place}/folder: ")


@pytest.mark.parametrize("command", ["evaluate", "keywords"])
def test_a_source_given_to_a_run_that_is_missing_is_named_as_given(fails: Fails, place: Path, command: str) -> None:
    line = fails(command, "--source", "gone.txt", code=1)
    assert f"{place}/gone.txt" in line
    assert "there is no such file" in line
    assert "--source" in line


def test_evaluate_names_the_record_with_a_label_never_seen(fails: Fails, place: Path) -> None:
    (place / "new.txt").write_text("the ulcer;up\nthe knee;joint\n", encoding="utf-8")
    line = fails("evaluate", "--source", "new.txt", code=1)
    assert f"{place}/new.txt:2: " in line
    assert "'joint'" in line
    assert "down, none, up" in line


def test_evaluate_of_records_without_labels_says_so(fails: Fails, place: Path) -> None:
    config = place / "runs" / "one" / "config.json"
    content = json.loads(config.read_text(encoding="utf-8"))
    content["dataset"] = {"name": "table", "options": {}}
    config.write_text(json.dumps(content), encoding="utf-8")
    (place / "bare.csv").write_text("text\nulcer\n", encoding="utf-8")
    assert "no record is labelled" in fails("evaluate", "--run", "one", "--source", "bare.csv", code=1)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("", "the given text: the text is empty"),
        (" \t ", "the given text: the text is empty"),
        ("red \x1b[31m", "the given text: the text holds the control character U+001B"),
        ("byte \udcff", "the given text: the text holds half a character (surrogate U+DCFF)"),
        ("x" * 100_001, "the given text: the text has 100,001 characters (at most 100,000)"),
    ],
)
@pytest.mark.parametrize("command", ["predict", "attribute"])
def test_a_text_that_cannot_be_read_is_refused(fails: Fails, command: str, given: str, found: str) -> None:
    assert fails(command, given, code=1).startswith(found)


@pytest.mark.parametrize(
    ("stdin", "found"),
    [
        (b"", "standard input: the text is empty"),
        (b"\n\n", "standard input: the text is empty"),
        (b"a\xff\n", "standard input: byte 0xFF is not UTF-8"),
        (b"a\0b", "standard input: the text holds the control character U+0000"),
    ],
)
@pytest.mark.parametrize("command", ["predict", "attribute"])
def test_standard_input_that_cannot_be_read_is_refused(fails: Fails, command: str, stdin: bytes, found: str) -> None:
    assert fails(command, code=1, stdin=stdin).startswith(found)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("gone.txt", None, "gone.txt: there is no such file"),
        ("gone.csv", None, "gone.csv: there is no such file"),
        ("empty.txt", "", "empty.txt: no text to explain in it: name another --file"),
        ("escape.txt", "a\x1b\n", "escape.txt: no text to explain in it (escape.txt:1: the text holds the control"),
        (".", None, ".: a folder, where a file is expected"),
    ],
)
def test_attribute_names_the_line_of_a_file_in_which_it_can_explain_nothing(
    fails: Fails, place: Path, name: str, content: str | None, found: str
) -> None:
    if content is not None:
        (place / name).write_text(content, encoding="utf-8")
    assert fails("attribute", "--file", name, code=1).startswith(found)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("gone.txt", None, "gone.txt: there is no such file"),
        (".", None, ".: a folder, where a file is expected"),
        ("empty.csv", "", "empty.csv: the file is empty"),
        ("names.csv", "text\n", "names.csv:1: column names and no row below"),
        ("strange.csv", "foo,bar\n1,2\n", "strange.csv: no"),
        ("ragged.csv", "text\nulcer\na,b\n", "ragged.csv:3: 2 cells, where the header names 1 columns"),
        ("half.jsonl", '{"text": "a"}\n{"text": "\\ud800"}\n', "half.jsonl:2: half a character"),
        ("bytes.csv", b"text\nulcer\n\xff\x80\n", "bytes.csv:3: byte 0xFF is neither UTF-8 nor GB18030"),
        ("cut.txt.gz", b"no gzip", "cut.txt.gz: broken gzip"),
        ("broken.xlsx", b"no workbook", "broken.xlsx: broken XLSX"),
        ("broken.parquet", b"no table", "broken.parquet: broken Parquet"),
    ],
)
@pytest.mark.parametrize("output", [(), ("--output", "answers.tsv")])
def test_batch_predict_of_a_file_without_rows_to_tell_apart_writes_nothing(
    fails: Fails, place: Path, name: str, content: str | bytes | None, found: str, output: tuple[str, ...]
) -> None:
    if content is not None:
        (place / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert fails("batch-predict", name, *output, code=1).startswith(found)
