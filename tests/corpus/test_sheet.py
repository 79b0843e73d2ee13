"""Tables are written whole or not at all, and read back as they were."""

import gzip
import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from medtext.corpus import workbook
from medtext.corpus.sheet import open_sheet, stream_sheet
from medtext.corpus.table import open_table
from medtext.corpus.workbook import WorkbookLayout
from medtext.errors import OutputError

NAMES = ["a.csv", "a.tsv", "a.jsonl", "a.parquet", "a.xlsx", "a.csv.gz", "a.tsv.gz", "a.jsonl.gz"]
TEXTS = [
    "慢性非萎缩性胃炎，伴糜烂",
    "007",
    '"引号", comma, tab\tand ""',
    "two\nlines",
    "three\r\nmore\rlines",
    " blanks around ",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "#N/A",
    "NA",
    "null",
    "😀\u2028\u3000",
    "12345678901234567890",
]


def write(path: Path, rows: list[dict[str, Any]], columns: Any, **options: Any) -> Path:
    """Write rows to a table."""
    with open_sheet(path, columns, **options) as sheet:
        for row in rows:
            sheet.write(row)
    return path


def read(path: Path) -> list[dict[str, str | None]]:
    """Read the cells of a table."""
    return [row.cells for row in open_table(path).rows]


@pytest.mark.parametrize("name", NAMES)
def test_texts_come_back_as_they_were(tmp_path: Path, name: str) -> None:
    rows: list[dict[str, Any]] = [
        {"编号": str(number), "text": text, "none": None} for number, text in enumerate(TEXTS)
    ]
    path = write(tmp_path / name, rows, ["编号", "text", "none"])
    assert read(path) == rows
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_values_keep_their_meaning(tmp_path: Path, name: str) -> None:
    columns = {"int": int, "float": float, "bool": bool, "id": str, "many": str}
    row = {"int": 7, "float": 0.1, "bool": True, "id": 10**19, "many": ["胃", "肠"]}
    expected = {"int": "7", "float": "0.1", "bool": "true", "id": str(10**19), "many": '["胃", "肠"]'}
    path = write(tmp_path / name, [row, {}, {"float": float("nan")}], columns)
    assert read(path)[0] == expected
    if "xlsx" not in name:  # where a row without cells is no row
        assert read(path)[1:] == [dict.fromkeys(columns)] * 2


def test_parquet_columns_have_their_type(tmp_path: Path) -> None:
    from pyarrow.parquet import ParquetFile, read_schema

    rows = [{"id": number, "share": number / 2} for number in range(5000)]
    path = write(tmp_path / "a.parquet", rows, {"id": str, "share": float})
    assert [str(kind) for kind in read_schema(path).types] == ["string", "double"]
    assert ParquetFile(path).num_row_groups == 2
    assert read(path)[4999] == {"id": "4999", "share": "2499.5"}


def test_csv_is_known_as_utf8_by_spreadsheets(tmp_path: Path) -> None:
    assert write(tmp_path / "a.csv", [{"a": "胃"}], ["a"]).read_bytes() == "\ufeffa\n胃\n".encode()
    assert write(tmp_path / "a.tsv", [{"a": "胃"}], ["a"]).read_bytes() == "a\n胃\n".encode()
    packed = [write(tmp_path / name, [{"a": "胃"}], ["a"]).read_bytes() for name in ("a.csv.gz", "b.csv.gz")]
    assert packed[0] == packed[1]
    assert gzip.decompress(packed[0]) == "\ufeffa\n胃\n".encode()


@pytest.mark.parametrize("name", NAMES)
def test_a_table_without_rows_has_its_columns(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, [], ["a", "b"])
    assert path.is_file()
    if "jsonl" not in name:
        assert open_table(path).columns == ("a", "b")


def test_texts_in_sheets_are_no_formulas(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = write(tmp_path / "a.xlsx", [{"a": text} for text in ("=cmd|'/c calc'!A0", "#REF!", "胃")], ["a"])
    cells = [row[0] for row in load_workbook(path)["Sheet"].iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s", "s", "s"]
    assert [bool(cell.quotePrefix) for cell in cells] == [True, False, False]


def test_what_sheets_cannot_hold_is_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "medtext")
    path = write(tmp_path / "a.xlsx", [{"a": "a\x0bb\x00c\ud800"}, {"a": "胃" * 40_000}], ["a"])
    assert read(path) == [{"a": "a\ufffdb\ufffdc\ufffd"}, {"a": "胃" * 32_767}]
    assert caplog.messages == [
        f"{path}: 3 characters that XLSX cannot hold were written as U+FFFD",
        f"{path}: 1 texts were cut at 32767 characters, the most an XLSX cell holds: write a .csv file instead",
    ]


def test_a_workbook_is_laid_out_for_people(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    choices: dict[str, int] = {}
    layout = WorkbookLayout({"text": 80, "label": 12}, {"label": choices})
    with open_sheet(tmp_path / "a.xlsx", ["text", "label"], layout=layout) as sheet:
        sheet.write({"text": "=胃\n肠"})
        choices |= {"胃, 肠": 1, "=x": 1}
    book = load_workbook(tmp_path / "a.xlsx")
    first = book.worksheets[0]
    assert (first.freeze_panes, first.auto_filter.ref) == ("A2", "A1:B2")
    assert [bool(cell.alignment.wrap_text) for cell in first[2]] == [True, False]
    assert first.row_dimensions[2].height == 30  # two lines
    (choice,) = first.data_validations.dataValidation
    assert (str(choice.sqref), choice.formula1, choice.showErrorMessage) == ("B2", "'choices label'!$A$1:$A$2", False)
    assert [row[0] for row in book["choices label"].values] == ["胃, 肠", "=x"]
    assert book["choices label"].sheet_state == "hidden"
    assert read(tmp_path / "a.xlsx") == [{"text": "=胃\n肠", "label": None}]


@pytest.mark.parametrize("choices", [{}, dict.fromkeys(map(str, range(501)))])
def test_no_list_is_offered_where_there_is_nothing_to_choose(tmp_path: Path, choices: dict[str, None]) -> None:
    from openpyxl import load_workbook

    with open_sheet(tmp_path / "a.xlsx", ["label"], layout=WorkbookLayout({}, {"label": choices})) as sheet:
        sheet.write({"label": "x"})
    assert len(load_workbook(tmp_path / "a.xlsx").worksheets) == 1


def test_a_sheet_that_is_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_ROWS", 3)
    rows = [{"a": "x"}] * 2
    write(tmp_path / "a.xlsx", rows, ["a"])
    with pytest.raises(OutputError, match=r"ends at row 3: write a \.csv file instead"):
        write(tmp_path / "b.xlsx", rows * 2, ["a"])
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_of_a_table_cut_off(tmp_path: Path, name: str) -> None:
    path = tmp_path / name

    def cut_off() -> None:
        with open_sheet(path, ["a"]) as sheet:
            sheet.write({"a": "x"})
            assert not path.exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_overwritten_only_if_asked(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("mine")
    with pytest.raises(OutputError) as caught:
        write(path, [{"a": "x"}], ["a"])
    assert str(caught.value) == f"{path} exists: add --replace to overwrite it"
    assert path.read_text() == "mine"
    assert read(write(path, [{"a": "x"}], ["a"], replace=True)) == [{"a": "x"}]


def test_a_file_that_is_to_be_replaced_stays_if_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mine")
    with pytest.raises(ValueError, match="the table has no column b"):
        write(path, [{"a": "x"}, {"b": "y"}], ["a"], replace=True)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.doc", "the name ends in none of .tsv, .csv, .jsonl, .parquet, .xlsx"),
        ("a.parquet.gz", "the name ends in none of"),
        ("a", "the name ends in none of"),
        ("no/a.csv", "there is no folder"),
        ("folder.csv", "a folder, where a file is expected"),
    ],
)
def test_a_path_that_cannot_be_written_is_told(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError, match=message):
        write(tmp_path / name, [], ["a"])
    assert [file.name for file in tmp_path.iterdir()] == ["folder.csv"]


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_does_not_take_it_is_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.with_name(f"{name}.partial").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write(path, [{"a": "x"}], ["a"])


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("tsv", 'a\tb\n胃\t"x\ty"\n\t1\n'),
        ("csv", "a,b\n胃,x\ty\n,1\n"),
        ("jsonl", '{"a": "胃", "b": "x\\ty"}\n{"a": null, "b": 1}\n'),
    ],
)
def test_tables_are_written_to_streams(form: str, written: str) -> None:
    stream = io.StringIO()
    sheet = stream_sheet(stream, ["a", "b"], form)
    sheet.write({"a": "胃", "b": "x\ty"})
    sheet.write({"b": 1})
    assert stream.getvalue() == written


def test_json_lines_are_json(tmp_path: Path) -> None:
    row = {"many": ["胃", "肠"], "share": 0.5, "nan": float("nan"), "flag": False}
    path = write(tmp_path / "a.jsonl", [row], list(row))
    assert json.loads(path.read_text("utf-8")) == {**row, "nan": None}
