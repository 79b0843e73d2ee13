"""What hospitals export is read: titles above the names, merged cells, old encodings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from medtext.corpus.export import ExportOptions, ExportRow, open_export
from medtext.errors import OptionError, RecordError


def rows(path: Path, **options: Any) -> list[ExportRow]:
    """Read an export."""
    return list(open_export(path, ExportOptions(**options)).rows)


def workbook(path: Path, *values: tuple[object, ...], merged: str | None = None) -> Path:
    """Write a sheet, its cells merged as named."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    for row in values:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    book.save(path)
    return path


def test_a_table_gives_texts_and_what_is_known_of_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号,患者,检查所见,诊断\n1,甲,胃窦充血,胃炎\n2,,,\n".encode("gb18030"))
    assert rows(path, text=("检查所见",)) == [
        ExportRow(f"{path}:2", {"检查所见": "胃窦充血"}, "1", "甲", None, ("胃炎",)),
        ExportRow(f"{path}:3", {"检查所见": ""}, "2"),
    ]
    assert rows(path, text=("检查所见", "诊断"))[0].texts == {"检查所见": "胃窦充血", "诊断": "胃炎"}


def test_a_text_file_has_one_text_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("胃窦充血,见糜烂\r\n\r\n肠\t息肉".encode("gb18030"))
    assert [row.texts["text"] for row in rows(path)] == ["胃窦充血,见糜烂", "", "肠\t息肉"]


def test_a_title_above_the_column_names_is_passed_over(tmp_path: Path) -> None:
    names, row = ("编号", "所见"), ("1", "胃")
    path = workbook(tmp_path / "a.xlsx", ("胃镜报告导出",), (), names, row, (), row, merged="A1:B1")
    assert [(each.place, each.texts) for each in rows(path)] == [
        (f"{path}: row 4", {"所见": "胃"}),
        (f"{path}: row 6", {"所见": "胃"}),
    ]


def test_a_column_of_texts_alone_has_no_title(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ("所见",), ("胃",), ("肠",))
    assert [row.texts["所见"] for row in rows(path)] == ["胃", "肠"]


def test_the_row_of_the_names_can_be_named(tmp_path: Path) -> None:
    book = workbook(tmp_path / "a.xlsx", ("医院", "报告"), ("编号", "所见"), ("1", "胃"))
    assert [row.texts for row in rows(book, header=2)] == [{"所见": "胃"}]
    assert [row.texts for row in rows(book, header=0, text=("column 2",))] == [
        {"column 2": text} for text in ("报告", "所见", "胃")
    ]
    csv = tmp_path / "a.csv"
    csv.write_text("导出\n\n编号,所见\n1,胃\n", encoding="utf-8")
    assert [(row.place, row.texts) for row in rows(csv, header=3)] == [(f"{csv}:4", {"所见": "胃"})]
    csv.write_text("1,胃\n2,肠\n", encoding="utf-8")
    found = rows(csv, header=0, text=("column 2",), id="column 1")
    assert [(row.id, row.place, row.texts["column 2"]) for row in found] == [
        ("1", f"{csv}:1", "胃"),
        ("2", f"{csv}:2", "肠"),
    ]


def test_cells_that_were_merged_can_be_filled(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ("患者", "所见"), ("甲", "胃"), ("", "肠"), ("乙", "肺"), merged="A2:A3")
    assert [row.group for row in rows(path)] == ["甲", None, "乙"]
    assert [row.group for row in rows(path, fill=("患者",))] == ["甲", "甲", "乙"]
    with pytest.raises(OptionError, match=r"-o fill=病人: .* has no such column: there is 患者, 所见"):
        rows(path, fill=("病人",))


@pytest.mark.parametrize(
    ("options", "labels"),
    [
        ({}, [("a;b",), None, ()]),
        ({"label_separator": ";"}, [("a", "b"), (), ()]),
        ({"label_separator": ";", "blank": "unlabelled"}, [("a", "b"), None, ()]),
        ({"label": "-"}, [None, None, None]),
        ({"label_separator": ";", "label_names": {"a": "胃", "b": "胃"}}, [("胃",), (), ()]),
    ],
)
def test_labels_are_read_as_the_options_say(tmp_path: Path, options: dict[str, Any], labels: list[Any]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,label\nx,a;b\ny,\nz,[]\n", encoding="utf-8")
    assert [row.labels for row in rows(path, **options)] == labels


def test_what_does_not_fit_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x\n", encoding="utf-8")
    with pytest.raises(OptionError, match="is read as one text a line: it has no columns"):
        rows(tmp_path / "a.txt", text=("x",))
    path = tmp_path / "a.csv"
    path.write_text("text\nx\n", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n', encoding="utf-8")
    (tmp_path / "b.csv").write_text("text,label\nx,1\n", encoding="utf-8")
    with pytest.raises(RecordError, match=r"b.csv:2: label '1' is not among those named: add it to -o label-names"):
        rows(tmp_path / "b.csv", label_names={"0": "胃"})
    with pytest.raises(OptionError, match="-o header=1: it is the row of the column names"):
        rows(tmp_path / "a.jsonl", header=1)
    with pytest.raises(OptionError, match="-o header=-1"):
        rows(path, header=-1)
    with pytest.raises(RecordError, match="the file is empty"):
        rows(path, header=9)
