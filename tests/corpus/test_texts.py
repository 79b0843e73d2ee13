"""Texts that people bring: every row has its place, and a broken one costs no other."""

import gzip
import io
import logging
import sys
from pathlib import Path

import pytest

from medtext.corpus.texts import TextRow, read_texts
from medtext.errors import RecordError


def write(folder: Path, content: str | bytes, name: str = "a.txt") -> Path:
    """Write a file as it is."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def texts(rows: list[TextRow]) -> list[str]:
    return [row.record.text for row in rows]


def faults(rows: list[TextRow]) -> list[str | None]:
    return [row.fault for row in rows]


def test_a_line_is_a_text_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, '胃炎\t重\n "a", b \r\n<p>\u2028</p>\nlast')
    rows = list(read_texts(path))
    assert texts(rows) == ["胃炎\t重", ' "a", b ', "<p>\u2028</p>", "last"]
    assert faults(rows) == [None] * 4
    assert [(row.number, row.record.id, row.record.place) for row in rows] == [
        (number, str(number), f"{path}:{number}") for number in range(1, 5)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_is_read_in_the_encoding_it_has(tmp_path: Path, encoding: str) -> None:
    rows = list(read_texts(write(tmp_path, "胃炎伴糜烂\n肠息肉\n".encode(encoding))))
    assert texts(rows) == ["胃炎伴糜烂", "肠息肉"]
    assert faults(rows) == [None, None]


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress("胃炎\n肠炎\n".encode()), "a.txt.gz")
    assert texts(list(read_texts(path))) == ["胃炎", "肠炎"]


def test_an_empty_line_keeps_its_row(tmp_path: Path) -> None:
    rows = list(read_texts(write(tmp_path, "a\n\n  \nb\n")))
    assert texts(rows) == ["a", "", "  ", "b"]
    assert [row.fault is None for row in rows] == [True, False, False, True]
    assert rows[1].fault == "the text is empty: remove the record or fill it in"


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert list(read_texts(write(tmp_path, ""))) == []


def test_a_line_that_is_no_utf_8_costs_only_itself(tmp_path: Path) -> None:
    rows = list(read_texts(write(tmp_path, "\ufeff胃炎伴糜烂\r\n".encode() + b"a\xffb\n" + "肠炎".encode())))
    assert texts(rows) == ["胃炎伴糜烂", "a\\xffb", "肠炎"]
    assert faults(rows) == [None, "byte 0xFF is not UTF-8: save the line as UTF-8", None]


@pytest.mark.parametrize(
    ("content", "fault"),
    [("a\x00", "the control character U+0000"), ("x" * 100_001, "the text has 100,001 characters")],
)
def test_a_line_that_is_no_report_costs_only_itself(tmp_path: Path, content: str, fault: str) -> None:
    rows = list(read_texts(write(tmp_path, f"a\n{content}\nb\n")))
    assert texts(rows) == ["a", content, "b"]
    assert [row.fault is None for row in rows] == [True, False, True]
    assert fault in str(rows[1].fault)


def test_standard_input_is_one_text_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO("胃炎\r\n\n".encode() + b"\xff\n" + "肠炎\t重".encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    rows = list(read_texts(None))
    assert texts(rows) == ["胃炎", "", "\\xff", "肠炎\t重"]
    assert [row.fault is None for row in rows] == [True, False, False, True]
    assert rows[3].record.place == "standard input:4"


def test_texts_come_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def lines() -> object:
        yield b"first\n"
        raise AssertionError("read ahead")

    class Endless:
        buffer = lines()

    monkeypatch.setattr(sys, "stdin", Endless)
    assert next(read_texts(None)).record.text == "first"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "编号,报告\n7,胃炎\n,\n9,肠炎\n"),
        ("a.tsv", "编号\t报告\n7\t胃炎\n\t\n9\t肠炎\n"),
        ("a.jsonl", '{"编号": "7", "报告": "胃炎"}\n{"编号": null, "报告": null}\n{"编号": 9, "报告": "肠炎"}\n'),
    ],
)
def test_a_table_gives_a_row_a_text_and_its_id(tmp_path: Path, name: str, content: str) -> None:
    rows = list(read_texts(write(tmp_path, content, name)))
    assert texts(rows) == ["胃炎", "", "肠炎"]
    assert [row.record.id for row in rows] == ["7", "2", "9"]
    assert [row.fault is None for row in rows] == [True, False, True]


def test_the_columns_of_a_table_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "medtext")
    list(read_texts(write(tmp_path, "no,findings,label\n1,a,b\n", "a.csv")))
    assert caplog.messages == ["columns: text=findings, label=label"]


def test_a_row_that_is_no_row_of_the_table_ends_it_with_its_line(tmp_path: Path) -> None:
    rows = read_texts(write(tmp_path, "text,label\na,1\nb,2,3\nc,4\n", "a.csv"))
    assert next(rows).record.text == "a"
    with pytest.raises(RecordError, match=r"a.csv:3: 3 cells, where the header names 2 columns"):
        next(rows)


def test_a_table_without_a_text_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, "id,label\n1,2\n", "a.csv")
    with pytest.raises(RecordError, match=r"a.csv: no column is known as a text: call it 'text'"):
        list(read_texts(path))


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"gone.txt: there is no such file"):
        list(read_texts(tmp_path / "gone.txt"))
