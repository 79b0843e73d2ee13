"""Tables are read as they stand: every cell text, every fault one line that says where it is."""

import gzip
import json
import logging
import os
import tracemalloc
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from medtext.corpus.table import open_table
from medtext.errors import MedtextError, OptionError, RecordError

LONG_ID = "12345678901234567890"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file, gzipped if its name says so."""
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def write_xlsx(path: Path, *sheets: Any) -> Path:
    """Write a workbook with one sheet for each list of rows."""
    from openpyxl import Workbook

    book = Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet(f"more {number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def write_parquet(path: Path, columns: Any) -> Path:
    """Write a Parquet file, two rows a row group."""
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table(columns), path, row_group_size=2)
    return path


def cells(path: Path, **options: Any) -> list[dict[str, str | None]]:
    """Read all cells."""
    return [row.cells for row in open_table(path, **options).rows]


def places(path: Path) -> list[str]:
    """Read all places, without the path."""
    return [row.place.removeprefix(str(path)) for row in open_table(path).rows]


def fault(path: Path, **options: Any) -> str:
    """Return the one line that reading ends with, without the folder."""
    with pytest.raises(MedtextError) as caught:
        list(open_table(path, **options).rows)
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    return message.replace(f"{path.parent}{os.sep}", "")


IDS = [["id", "text"], ["007", "胃炎"], [LONG_ID, "NA"], ["1.0", "null"]]
TEXT_FORMS: dict[str, str] = {
    "a.csv": "\n".join(map(",".join, IDS)),
    "a.tsv": "\n".join(map("\t".join, IDS)),
    "a.jsonl": "\n".join(json.dumps(dict(zip(IDS[0], row, strict=True))) for row in IDS[1:]),
    "a.json": json.dumps([dict(zip(IDS[0], row, strict=True)) for row in IDS[1:]]),
}


@pytest.mark.parametrize("name", [*TEXT_FORMS, *(f"{name}.gz" for name in TEXT_FORMS)])
def test_ids_and_texts_stay_as_they_are_written(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, TEXT_FORMS[name.removesuffix(".gz")])
    table = open_table(path)
    assert table.columns == ("id", "text")
    assert [list(row.cells.values()) for row in table.rows] == IDS[1:]


@pytest.mark.parametrize("packed", [False, True])
def test_ids_and_texts_stay_as_they_are_in_sheets(tmp_path: Path, packed: bool) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", IDS)
    if packed:
        path = write(tmp_path, "a.xlsx.gz", path.read_bytes())
    assert [list(row.values()) for row in cells(path)] == IDS[1:]


@pytest.mark.parametrize("packed", [False, True])
def test_ids_and_texts_stay_as_they_are_in_parquet(tmp_path: Path, packed: bool) -> None:
    path = write_parquet(
        tmp_path / "a.parquet", {"id": [row[0] for row in IDS[1:]], "text": [row[1] for row in IDS[1:]]}
    )
    if packed:
        path = write(tmp_path, "a.parquet.gz", path.read_bytes())
    assert [list(row.values()) for row in cells(path)] == IDS[1:]
    assert places(path) == [": row 2", ": row 3", ": row 4"]


def test_numbers_in_sheets_become_text_without_a_point(tmp_path: Path) -> None:
    day, moment = datetime(2024, 3, 1), datetime(2024, 3, 1, 8, 30)  # noqa: DTZ001  # sheets know no time zones
    rows = [["n", "x"], [7, 7.0], [0.5, True], [int(LONG_ID[:15]), None], [day, moment]]
    path = write_xlsx(tmp_path / "a.xlsx", rows)
    expected = [["7", "7"], ["0.5", "true"], [LONG_ID[:15], None], ["2024-03-01", "2024-03-01 08:30:00"]]
    assert [list(row.values()) for row in cells(path)] == expected


def test_numbers_in_parquet_become_text_without_a_point(tmp_path: Path) -> None:
    columns = {
        "whole": [7, int(LONG_ID) // 10, None],
        "float": [7.0, 0.5, float("nan")],
        "list": [["胃", "肠"], [], None],
        "bytes": [b"007", "胃".encode(), None],
    }
    read = cells(write_parquet(tmp_path / "a.parquet", columns))
    assert [list(row.values()) for row in read] == [
        ["7", "7", '["胃", "肠"]', "007"],
        [LONG_ID[:-1], "0.5", "[]", "胃"],
        [None, None, None, None],
    ]


def test_json_values_become_text_as_they_are_written(tmp_path: Path) -> None:
    line = '{"id": 12345678901234567890, "x": 1.10, "y": true, "z": null, "n": NaN, "many": ["胃", 2]}'
    (read,) = cells(write(tmp_path, "a.jsonl", line))
    assert list(read.values()) == [LONG_ID, "1.10", "true", None, None, '["胃", "2"]']


def test_json_objects_may_leave_columns_out(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", '{"text": "a"}\n\n{"label": "b", "text": "c"}\n')
    assert open_table(path).columns == ("text", "label")
    assert cells(path) == [{"text": "a", "label": None}, {"text": "c", "label": "b"}]
    assert places(path) == [":1", ":3"]


def test_an_empty_cell_is_none(tmp_path: Path) -> None:
    assert cells(write(tmp_path, "a.csv", 'a,b\n,""\nx,y\n')) == [{"a": None, "b": None}, {"a": "x", "b": "y"}]


def test_quoted_line_ends_stay_and_lines_are_counted_in_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", '\n"a",b\r\n"胃\r\n炎\n",1\r\n\r\n"say ""x""",2\r\nlast,3')
    assert [row["a"] for row in cells(path)] == ["胃\r\n炎\n", 'say "x"', "last"]
    assert places(path) == [":3", ":7", ":8"]


def test_quotes_can_be_taken_as_they_stand(tmp_path: Path) -> None:
    path = write(tmp_path, "a.tsv", 'text\tlabel\n"胃"炎\t1\n"open\t2\n')
    assert [row["text"] for row in cells(path, quotes=False)] == ['"胃"炎', '"open']
    assert fault(path) == (
        'a.tsv:2: a quote inside a cell: double it (""), or take quotes as they stand by -o quotes=no'
    )


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("gb18030", None),
        ("gbk", None),
        ("utf-16", None),
        ("utf-16-le", "utf-16-le"),
        ("utf-8-sig", "utf-8"),
        ("big5", "big5"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl.gz", "a.json"])
def test_encodings_are_found_or_named(tmp_path: Path, name: str, encoding: str, named: str | None) -> None:
    content = {
        "a.csv": "text,label\n胃底,1\n",
        "a.jsonl.gz": '{"text": "胃底", "label": 1}\n',
        "a.json": '[{"text": "胃底",\n"label": 1}]',
    }[name]
    path = write(tmp_path, name, content.encode(encoding))
    assert cells(path, encoding=named) == [{"text": "胃底", "label": "1"}]


def test_the_encoding_is_decided_by_the_whole_file_and_noted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "medtext")
    path = write(tmp_path, "a.csv", b"text\n" + b"plain\n" * 400_000 + "胃炎\n".encode("gb18030"))
    assert next(open_table(path).rows).cells == {"text": "plain"}
    assert caplog.messages == [f"{path}: read as GB18030 (line 400002 is not UTF-8)"]


@pytest.mark.parametrize("lines", [1, 400_000])
def test_bytes_of_no_encoding_are_told_by_line(tmp_path: Path, lines: int) -> None:
    content = b"text\n" + "胃炎\n".encode("gb18030") * lines + b"\xff\n"
    assert fault(write(tmp_path, "a.csv", content)) == (
        f"a.csv:{lines + 2}: byte 0xFF is neither UTF-8 nor GB18030: "
        "name the encoding by -o encoding=NAME, or repair the line and save the file as UTF-8"
    )


def test_a_character_over_the_edge_of_a_chunk_is_whole(tmp_path: Path) -> None:
    text = "x" * ((1 << 20) - 6) + "胃" * 10
    assert cells(write(tmp_path, "a.csv", f"text\n{text}\n")) == [{"text": text}]


@pytest.mark.parametrize("before", [10, 1 << 20])
def test_a_cut_off_utf8_file_is_not_taken_for_gb18030(tmp_path: Path, before: int) -> None:
    content = f"text\n{'胃' * before}".encode() + b"\xe8\x83"
    content.decode("gb18030")
    assert fault(write(tmp_path, "a.csv", content)).startswith("a.csv:2: byte 0xE8 is not UTF-8: name the encoding")


BROKEN: dict[str, tuple[str, str | bytes, str]] = {
    "no rows": ("a.csv", "text,label\n", "a.csv:1: column names and no row below them: export the table again"),
    "empty": ("a.csv", "", "a.csv: the file is empty: export the table again, with its column names"),
    "blank": ("a.tsv", "\n\n", "a.tsv: the file is empty: export the table again, with its column names"),
    "empty gzip": ("a.csv.gz", "", "a.csv.gz: the file is empty: export the table again, with its column names"),
    "empty jsonl": ("a.jsonl", "\n", "a.jsonl: the file is empty: export the table again, with its column names"),
    "empty json": ("a.json", "", "a.json: the file is empty: export the table again, with its column names"),
    "empty list": ("a.json", "[]", "a.json: the file is empty: export the table again, with its column names"),
    "twice": ("a.csv", "a,b, a\n1,2,3\n", "a.csv:1: the column name 'a' stands twice: rename one of them"),
    "too few": (
        "a.csv",
        'a,b\n"1\n2",3\n4\n',
        "a.csv:4: 1 cells, where the header names 2 columns: "
        "put a cell that holds the delimiter or a line end in quotes",
    ),
    "too many": (
        "a.csv",
        "a,b\n1,2\n3,4,5\n",
        "a.csv:3: 3 cells, where the header names 2 columns: "
        "put a cell that holds the delimiter or a line end in quotes",
    ),
    "open quote": (
        "a.csv",
        'a,b\n1,2\n"3,4\n5,6\n',
        "a.csv:3: a quote is opened here and never closed: close it, or take quotes as they stand by -o quotes=no",
    ),
    "endless cell": (
        "a.csv",
        'a,b\n1,2\n"' + "x" * (1 << 24) + "yy\n3,4\n",
        "a.csv:3: a cell of more than 16,777,216 characters: look for a quote that is not closed",
    ),
    "nul": (
        "a.csv",
        "a,b\n1,\0\n",
        "a.csv:2: a NUL character: this is no text file, or it is UTF-16 (then name it by -o encoding=utf-16-le)",
    ),
    "broken json": (
        "a.jsonl",
        '{"text": "a"}\n{"text": \n',
        "a.jsonl:2: broken JSON (Expecting value, column 1): export it again",
    ),
    "no object": (
        "a.jsonl",
        '{"text": "a"}\n[1]\n',
        'a.jsonl:2: a list, where an object is expected, such as {"text": "..."}',
    ),
    "no object but text": (
        "a.jsonl",
        '"a"\n',
        'a.jsonl:1: a text or number, where an object is expected, such as {"text": "..."}',
    ),
    "half a character": (
        "a.jsonl",
        '{"text": "\\ud83d"}\n',
        "a.jsonl:1: half a character (a lone surrogate such as \\ud83d): export the file again",
    ),
    "deep": ("a.jsonl", "[" * 200_000, "a.jsonl:1: JSON nested too deeply: expected an object of texts"),
    "list in jsonl": (
        "a.jsonl",
        '[\n{"text": "a"}\n]\n',
        "a.jsonl:1: broken JSON (Expecting value, column 1): if it is one list of objects, call the file .json",
    ),
    "lines in json": (
        "a.json",
        '{"text": "a"}\n{"text": "b"}\n',
        "a.json:2: broken JSON (Extra data, column 1): if it is one object a line, call the file .jsonl",
    ),
    "json object": ("a.json", '{"text": "a"}', "a.json: an object, where a list of objects is expected"),
    "json item": (
        "a.json",
        '[{"text": "a"}, null]',
        'a.json: item 2: null, where an object is expected, such as {"text": "..."}',
    ),
    "no gzip": ("a.csv.gz", b"", "a.csv.gz: broken gzip (Not a gzipped file (b'te')): copy or pack the file again"),
    "cut gzip": (
        "a.csv.gz",
        b"",
        "a.csv.gz: broken gzip (Compressed file ended before the end-of-stream marker was reached): "
        "copy or pack the file again",
    ),
    "parquet": ("a.parquet", "text", "a.parquet: broken Parquet ("),
    "xlsx": (
        "a.xlsx",
        "text",
        "a.xlsx: broken XLSX (File is not a zip file): save it again as .xlsx or .csv, without a password",
    ),
    "unknown": (
        "a.xls",
        "text",
        "a.xls: no table that is known (.csv, .tsv, .jsonl, .json, .parquet, .xlsx, also with .gz): "
        "convert it, or say what ends its cells by -o delimiter=tab",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_fault_is_one_line_that_says_where(tmp_path: Path, case: str) -> None:
    name, content, expected = BROKEN[case]
    path = write(tmp_path, name, content)
    if case == "no gzip":
        path.write_bytes(b"text\na\n")
    if case == "cut gzip":
        path.write_bytes(gzip.compress(os.urandom(5000).hex().encode())[:2000])
    assert fault(path).startswith(expected)


def test_a_path_that_is_no_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    assert fault(tmp_path / "no.csv") == "no.csv: there is no such file: correct the path"
    assert fault(tmp_path / "folder.csv") == "folder.csv: a folder, where a file is expected: name a file in it"
    assert fault(tmp_path / "pipe.csv").startswith("pipe.csv: a pipe or device")


def test_a_zip_that_is_no_workbook_is_one_line(tmp_path: Path) -> None:
    from zipfile import ZipFile

    whole = write_xlsx(tmp_path / "whole.xlsx", IDS)
    with ZipFile(whole) as source, ZipFile(tmp_path / "a.xlsx", "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data[: len(data) // 2] if "sheet1" in name else data)
    assert fault(tmp_path / "a.xlsx").startswith("a.xlsx: broken XLSX (")
    with ZipFile(tmp_path / "b.xlsx", "w") as target:
        target.writestr("text", "a")
    assert fault(tmp_path / "b.xlsx").startswith("b.xlsx: broken XLSX (")


def test_a_parquet_file_cut_off_is_one_line(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", {"text": ["a", "b", "c"]})
    path.write_bytes(path.read_bytes()[:-20])
    assert fault(path).startswith("a.parquet: broken Parquet (")


def test_bytes_in_a_parquet_cell_are_told_by_row(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", {"text": [b"a", b"b", b"\xff"]})
    assert fault(path) == "a.parquet: row 4: a cell holds bytes that are not UTF-8: store it as text"


def test_a_sheet_may_have_blank_rows_and_short_rows(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [[], ["text", "label", None], ["a", 1, None], [None, ""], ["b"]])
    assert cells(path) == [{"text": "a", "label": "1"}, {"text": "b", "label": None}]
    assert places(path) == [": row 3", ": row 5"]


def test_a_sheet_row_beyond_its_header_is_told_by_row(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["text"], ["a"], ["b", "c"]])
    assert fault(path) == (
        "a.xlsx: row 3: 2 cells, where the header names 1 columns: name the column, or remove the cell"
    )


def test_a_sheet_without_cells_is_told(tmp_path: Path) -> None:
    assert fault(write_xlsx(tmp_path / "a.xlsx", [])) == (
        "a.xlsx: the sheet is empty: export the table again, or name another by -o sheet=NAME"
    )


def test_sheets_are_chosen_by_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "medtext")
    path = write_xlsx(tmp_path / "a.xlsx", [["text"], ["first"]], [["text"], ["second"]])
    assert cells(path) == [{"text": "first"}]
    assert caplog.messages == [f"{path}: sheet 'Sheet' is read, one of 2: choose by -o sheet=NAME"]
    assert cells(path, sheet="more 1") == [{"text": "second"}]
    assert "did you mean 'more 1'?" in fault(path, sheet="more 2")


def test_delimiters_are_found_or_named(tmp_path: Path) -> None:
    expected = [{"text": "a", "label": "b"}]
    assert cells(write(tmp_path, "a.csv", "text;label\na;b\n")) == expected
    assert cells(write(tmp_path, "b.csv", "text\tlabel\na\tb\n")) == expected
    assert cells(write(tmp_path, "c.csv", "text|label\na|b\n"), delimiter="|") == expected
    assert cells(write(tmp_path, "d.txt", "text\tlabel\na\tb\n"), delimiter="tab") == expected


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("a.csv", {"delimiter": "||"}, "-o delimiter=||: expected one sign, or comma, tab"),
        ("a.jsonl", {"delimiter": ","}, "-o delimiter=,: "),
        ("a.csv", {"sheet": "x"}, "-o sheet=x: "),
        ("a.csv", {"encoding": "utf-9"}, "no encoding is called 'utf-9': "),
        ("a.csv", {"encoding": "hex"}, "no encoding is called 'hex': "),
    ],
)
def test_options_that_do_not_fit_are_told(tmp_path: Path, name: str, options: dict[str, str], message: str) -> None:
    path = write(tmp_path, name, TEXT_FORMS[name])
    with pytest.raises(OptionError) as caught:
        open_table(path, **options)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


def test_columns_without_a_name_are_numbered(tmp_path: Path) -> None:
    assert open_table(write(tmp_path, "a.csv", ",text,\n1,a,x\n")).columns == ("column 1", "text", "column 3")


def test_a_title_above_the_names_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("medtext").propagate = True
    caplog.set_level(logging.INFO)
    table = open_table(write(tmp_path, "a.csv", "Export 2023,,\nid,text,label\n1,a,x\n"))
    assert table.columns == ("id", "text", "label")
    assert [row.place.rsplit(":")[-1] for row in table.rows] == ["3"]
    assert "a.csv:1 is a title" in caplog.text
    # One cell without empty ones beside it may be a name: nothing is guessed.
    assert open_table(write(tmp_path, "b.csv", "text\na\n")).columns == ("text",)


GOOD_THEN_BROKEN: dict[str, str] = {
    "a.csv": "text\na\nb,c\n",
    "a.jsonl": '{"text": "a"}\n{\n',
    "a.tsv": "text\na\nb\tc\n",
}


@pytest.mark.parametrize("name", GOOD_THEN_BROKEN)
def test_rows_before_a_fault_are_read(tmp_path: Path, name: str) -> None:
    rows = open_table(write(tmp_path, name, GOOD_THEN_BROKEN[name])).rows
    assert next(rows).cells == {"text": "a"}
    with pytest.raises(RecordError, match=f"{name}:[23]: "):
        next(rows)


def test_a_line_of_a_megabyte_is_read(tmp_path: Path) -> None:
    text = "胃" * 350_000
    assert cells(write(tmp_path, "a.csv", f"text,label\n{text},1\n"))[0]["text"] == text


def _rows_of(line: Callable[[int], str], header: str = "") -> str:
    return header + "".join(line(number) + "\n" for number in range(2000))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv.gz", _rows_of(lambda number: f"{number},{'x' * 10_000}", "id,text\n")),
        ("a.jsonl", _rows_of(lambda number: json.dumps({"id": number, "text": "x" * 10_000}))),
    ],
)
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str, content: str) -> None:
    path = write(tmp_path, name, content)
    tracemalloc.start()
    try:
        assert sum(1 for _ in open_table(path).rows) == 2000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(content) / 4


def test_reading_can_stop_early(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "text\n" + "a\n" * 100)
    assert len(list(islice(open_table(path).rows, 3))) == 3
