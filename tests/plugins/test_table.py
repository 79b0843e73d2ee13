"""Records come from tables as their columns say."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from medtext_plugins.datasets import table

from medtext.corpus.check import checked
from medtext.errors import MedtextError
from medtext.plugin import Rationale, Record, Task
from medtext.plugin.options import make_options, options_json, parse_pairs


def records(path: Path, *pairs: str) -> list[Record]:
    """Read records with options as they are typed."""
    return list(table.read(path, make_options(table.Options, parse_pairs(pairs), owner="table")))


def write(folder: Path, content: str, name: str = "a.csv") -> Path:
    """Write a file."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def fault(path: Path, *pairs: str) -> str:
    """Return the one line that reading ends with, without the folder."""
    with pytest.raises(MedtextError) as caught:
        records(path, *pairs)
    return str(caught.value).replace(f"{path.parent}/", "")


def test_a_record_holds_what_the_columns_say(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "medtext")
    content = "编号,患者,文本,标签,split,target\n007,p1,胃 炎 , 胃 ,Dev,写\n,,肠,,,\n"
    path = write(tmp_path, content)
    assert records(path) == [
        Record(id="007", text="胃 炎 ", labels=("胃",), target="写", group="p1", split="val", place=f"{path}:2"),
        Record(id="", text="肠", labels=None, place=f"{path}:3"),
    ]
    assert caplog.messages == ["columns: text=文本, label=标签, id=编号, group=患者, target=target, split=split"]


def test_texts_are_joined_by_line_ends(tmp_path: Path) -> None:
    path = write(tmp_path, "title,ask,department\na,b,x\n,c,y\n")
    assert [record.text for record in records(path, "text=title,ask", "label=department")] == ["a\nb", "c"]


def test_images_without_a_text_are_a_group_as_the_table_names_them(tmp_path: Path) -> None:
    content = "text,group,front,side\n,,img/1.png,img/2.png\n,,./img/1.png,\n,p1,img/1.png,\nread,,img/1.png,\n"
    groups = []
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        groups.append([record.group for record in records(write(tmp_path / name, content), "image=front,side")])
    assert groups == [["img/1.png", "img/1.png", "p1", None]] * 2


def test_images_are_paths_from_the_folder_of_the_table(tmp_path: Path) -> None:
    line = {"report": "x", "front": "img/1.png", "more": ["img/2.png", "img/3.png"]}
    path = write(tmp_path, json.dumps(line), "a.jsonl")
    (record,) = records(path, "image=front,more")
    assert record.images == tuple(tmp_path / "img" / f"{number}.png" for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("cell", "labels"),
    [("胃;肠", ("胃", "肠")), (" 胃 ; ", ("胃",)), ("", ()), ('"[""胃"", ""a;b""]"', ("胃", "a;b")), ("[]", ())],
)
def test_a_cell_may_hold_many_labels(tmp_path: Path, cell: str, labels: tuple[str, ...]) -> None:
    path = write(tmp_path, f"text,label\na,{cell}\n")
    (record,) = checked(records(path, "label-separator=;"), Task.TAG)
    assert record.labels == labels


@pytest.mark.parametrize(
    ("labels", "read"), [(["胃", "肠"], ("胃", "肠")), ([], ()), ([1, 2], ("1", "2")), (None, None)]
)
def test_json_may_hold_many_labels(tmp_path: Path, labels: Any, read: tuple[str, ...] | None) -> None:
    path = write(tmp_path, json.dumps({"text": "a", "labels": labels}), "a.jsonl")
    assert records(path)[0].labels == read


def test_a_column_may_mark_evidence(tmp_path: Path) -> None:
    lines = [
        {"text": "胃炎，肠炎", "label": "0", "marks": [[0, 2], {"start": 3, "end": 5, "label": "0"}]},
        {"text": "胃炎", "label": "0", "marks": []},
        {"text": "胃炎", "label": "0"},
    ]
    path = write(tmp_path, "\n".join(map(json.dumps, lines)), "a.jsonl")
    assert [record.rationales for record in records(path, "rationales=marks", "label-names=0=胃")] == [
        (Rationale(0, 2), Rationale(3, 5, "胃")),
        (),
        None,
    ]
    assert records(path)[0].rationales is None
    sheet = write(tmp_path, 'text,label,marks\n胃炎,1,"[[0, 1]]"\n')
    assert records(sheet, "rationales=marks")[0].rationales == (Rationale(0, 1),)


def test_columns_may_be_kept_beside_the_text(tmp_path: Path) -> None:
    path = write(tmp_path, "text,label,site,author\n胃炎,1,A,x\n肠炎,0,,y\n")
    assert [record.meta for record in records(path, "meta=Site")] == [{"site": "A"}, {"site": ""}]
    assert records(path)[0].meta == {}
    assert "ward" in fault(path, "meta=ward")


def test_marks_that_do_not_fit_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, 'text,title,marks\n胃炎,a,"[[0, 3]]"\n')
    says = "a.csv:2: the mark [0, 3] is no stretch of the text of 2 characters: correct its start and end"
    assert fault(path, "rationales=marks") == says
    assert fault(path, "rationales=title").startswith("a.csv:2: the marks 'a' are no JSON list such as [[0, 2]]")
    assert fault(path, "rationales=mark") == "no column of a.csv is called 'mark': did you mean 'marks'?"
    assert fault(path, "rationales=marks", "text=text,title") == (
        "-o rationales=marks: its offsets need one text column: name it by -o text="
    )


@pytest.mark.parametrize("cell", ["[胃]", "[1", "胃;肠"])
def test_a_label_in_brackets_is_a_label(tmp_path: Path, cell: str) -> None:
    assert records(write(tmp_path, f"text,label\na,{cell}\n"))[0].labels == (cell,)


def test_codes_of_labels_get_names(tmp_path: Path) -> None:
    path = write(tmp_path, "text,label\na,0\nb,1\nc,\n")
    assert [record.labels for record in records(path, "label-names=0=其他,1=胃")] == [("其他",), ("胃",), None]
    assert fault(path, "label-names=1=胃") == (
        "a.csv:2: label '0' is not among those named (1): add it to -o label-names"
    )


def test_records_are_kept_by_label(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "medtext")
    path = write(tmp_path, "text,label\na,0\nb,1\nc,\nd,2\n")
    kept = records(path, "label-names=0=其他,1=胃,2=肠", "keep=肠,胃")
    assert [record.place.rpartition(":")[2] for record in kept] == ["3", "5"]
    assert caplog.messages[-1] == f"{path}: 2 of 4 records kept, those with 肠, 胃"
    assert fault(path, "keep=1,5") == "a.csv: no record has the label '5' of -o keep: the labels left out are 0, 2"


def test_other_labels_of_kept_records_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, "text,label\na,x;y;z\nb,y\nc,\n")
    kept = records(path, "label-separator=;", "keep=x,z")
    assert [record.labels for record in kept] == [("x", "z")]


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ("text=txt", "no column of a.csv is called 'txt': did you mean 'text'?"),
        ("group=病历", "no column of a.csv is called '病历': there is label, split, text"),
        ("label-separator=", "table: -o label-separator= is empty: name a sign, such as ';'"),
        (
            "split=split",
            "a.csv:2: split 'held-out' is not train, val or test: correct it, or read no such column by -o split=-",
        ),
        ("delimiter=||", "-o delimiter=||: expected one sign, or comma, tab, \\t, semicolon, pipe"),
        ("sheet=1", "-o sheet=1: a.csv is no .xlsx file: leave the option out"),
        (
            "encoding=utf-9",
            "no encoding is called 'utf-9': name one that Python knows, such as utf-8, gb18030 or cp1252",
        ),
    ],
)
def test_options_that_do_not_fit_are_told(tmp_path: Path, pair: str, message: str) -> None:
    assert fault(write(tmp_path, "text,label,split\na,b,held-out\n"), pair) == message


def test_a_column_can_be_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path, "id,text,label,split\n1,a,x,held-out\n1,b,y,\n")
    assert [record.id for record in records(path, "split=-", "id=-", "label=-")] == ["", ""]


def test_a_table_without_header_is_told(tmp_path: Path) -> None:
    assert fault(write(tmp_path, "慢性胃炎,胃\n肠炎,肠\n")) == (
        "a.csv: none of the columns '慢性胃炎', '胃' is known as a text: "
        "name it by -o text=COLUMN, put column names above the rows, or say which row they stand in by -o header=ROW"
    )


def test_a_broken_row_stops_reading_where_it_stands(tmp_path: Path) -> None:
    path = write(tmp_path, "text,label\na,b\nc\n")
    read = table.read(path, table.Options())
    assert next(iter(read)).text == "a"
    assert fault(path).startswith("a.csv:3: 1 cells, where the header names 2 columns")


def test_options_survive_json() -> None:
    pairs = ["text=a,b", "label-names=0=x", "quotes=no", "keep=x", "delimiter=;"]
    options = make_options(table.Options, parse_pairs(pairs), owner="table")
    assert make_options(table.Options, json.loads(json.dumps(options_json(options))), owner="table") == options


def test_the_offer() -> None:
    (spec,) = table.medtext_datasets()
    assert (spec.name, spec.tasks) == ("table", (Task.CLASSIFY, Task.TAG, Task.GENERATE))
    assert (spec.tokenizer, spec.model, spec.sample) == ("characters", "text-cnn", None)


@pytest.mark.parametrize(
    ("pairs", "labels"),
    [
        (("label-separator=|",), [("胃", "肠"), (), ()]),
        (("label-separator=|", "blank=unlabelled"), [("胃", "肠"), None, ()]),
        (("blank=unlabelled",), [("胃|肠",), None, ()]),
    ],
)
def test_an_empty_label_cell_may_mean_not_labelled_yet(
    tmp_path: Path, pairs: tuple[str, ...], labels: list[tuple[str, ...] | None]
) -> None:
    path = write(tmp_path, "text,label\na,胃|肠\nb,\nc,[]\n")
    assert [record.labels for record in records(path, *pairs)] == labels


def test_the_row_of_the_column_names_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path, "导出于某日\ntext,label\na,胃\n")
    assert [(record.text, record.place) for record in records(path, "header=2")] == [("a", f"{path}:3")]
    assert [record.text for record in records(path, "header=0", "text=column 1", "delimiter=;")] == [
        "导出于某日",
        "text,label",
        "a,胃",
    ]


def test_labels_that_only_a_rule_gave_are_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = ["text,label,label_source", "胃炎,上,rule", "肠炎,下,hand", "肝炎,,rule"]
    (tmp_path / "sheet.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    logging.getLogger("medtext").propagate = True
    assert len(list(table.read(tmp_path / "sheet.csv", table.Options()))) == 3
    assert "sheet.csv: 1 of 2 labels are by rule and unchecked" in caplog.text
