"""Columns are named, or guessed by what they are usually called."""

import re

import pytest

from medtext.corpus.columns import TableColumns, find_columns
from medtext.errors import RecordError, UnknownNameError


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("文本 标签", "text=文本, label=标签"),
        ("text label", "text=text, label=label"),
        ("Label TEXT Id", "text=TEXT, label=Label, id=Id"),
        ("ｔｅｘｔ ｌａｂｅｌ", "text=ｔｅｘｔ, label=ｌａｂｅｌ"),
        ("id query label", "text=query, label=label, id=id"),
        ("文本 诊断", "text=文本, label=诊断"),
        ("诊断 标签", "text=诊断, label=标签"),
        ("诊断 文本 标签", "text=文本, label=标签"),
        ("诊断", "text=诊断"),
        ("编号 患者 检查所见 科室 split", "text=检查所见, label=科室, id=编号, group=患者, split=split"),
        ("report target images", "text=report, target=target"),
        ("text 内容", "text=内容"),
        ("住院号 镜下所见", "text=镜下所见, group=住院号"),
        ("Patient ID|report", "text=report, group=Patient ID"),
    ],
)
def test_columns_are_guessed(header: str, found: str) -> None:
    assert str(find_columns(re.split("[|]" if "|" in header else " ", header), "a.csv")) == found


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (TableColumns(text=("title", "ask")), "text=title+ask, label=label, id=id"),
        (TableColumns(text=("ASK",), label="-", id="title"), "text=ask, id=title"),
        (TableColumns(label="text"), None),
        (TableColumns(text=("-",), image=("ask",)), "label=label, id=id, image=ask"),
        (TableColumns(text=("label",)), "text=label, id=id"),
    ],
)
def test_columns_are_named(named: TableColumns, found: str | None) -> None:
    columns = ["id", "title", "ask", "label", "text"]
    if found is None:
        with pytest.raises(RecordError):
            find_columns(columns, "a.csv", named)
    else:
        assert str(find_columns(columns, "a.csv", named)) == found


def test_a_named_column_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownNameError) as caught:
        find_columns(["text", "label"], "a.csv", TableColumns(label="lable"))
    assert str(caught.value) == "no column of a.csv is called 'lable': did you mean 'label'?"
    with pytest.raises(UnknownNameError) as caught:
        find_columns(["text", "胃" * 100], "a.csv", TableColumns(label="科室"))
    assert str(caught.value) == f"no column of a.csv is called '科室': there is text, {'胃' * 40}..."


def test_columns_that_are_no_text_are_told() -> None:
    with pytest.raises(RecordError) as caught:
        find_columns(["慢性胃炎" * 20, "1"], "a.csv")
    assert str(caught.value) == (
        f"a.csv: none of the columns '{'慢性胃炎' * 10}...', '1' is known as a text: "
        "name it by -o text=COLUMN, put column names above the rows, or say which row they stand in by -o header=ROW"
    )
