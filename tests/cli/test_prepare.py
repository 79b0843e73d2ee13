"""A raw export becomes a sheet to label, and the labelled sheet is trained on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from medtext.cli.prepare import prepare_command
from medtext.corpus.export import ExportOptions
from medtext.corpus.record import Record, Task
from medtext.corpus.table import open_table
from medtext.plugin.loading import load_registry
from medtext.plugin.options import make_options, option_fields
from medtext.workspace.prepared import Prepared
from medtext.workspace.source import read_records, with_truth

Run = Callable[..., Result]
Fails = Callable[..., str]

EXPORT = """\
病人号,检查所见,镜下诊断
0031,"患者王小明，男，52岁。胃窦黏膜充血，见散在糜烂，未见溃疡。&nbsp;<br/>报告医师：李伟",慢性胃炎
0031,"进镜至回盲部，升结肠见一息肉0.4*0.3cm",结肠息肉
0044,"进镜至回盲部，升结肠见一息肉０.4*0.3cm",结肠　息肉
0045,"胃底未见异常，回肠末端未见异常",
0046,右肾囊肿，肝内未见异常,肾囊肿
""".replace("肾囊肿，肝", "肾囊肿、肝")
RULES = """
default = "其他"
[[rule]]
label = "上消化道"
words = ["胃", "食管"]
negation = false
[[rule]]
label = "下消化道"
words = ["结肠", "回肠"]
negation = false
"""
CHOICES = ("-o", "text=检查所见,镜下诊断", "-o", "group=病人号", "--each", "--rules", "rules.toml")


@pytest.fixture(autouse=True)
def _files(place: Path) -> None:
    (place / "export.csv").write_bytes(EXPORT.encode("gb18030"))
    (place / "rules.toml").write_text(RULES, encoding="utf-8")


def cells(path: Path) -> list[dict[str, str | None]]:
    """Read the rows of a sheet."""
    return [row.cells for row in open_table(path).rows]


def plain(text: str) -> str:
    """Return a text with one blank for several."""
    return " ".join(text.split())


def table_records(path: Path, task: Task = Task.CLASSIFY, **options: Any) -> list[Record]:
    """Read a sheet as ``train --dataset table`` does."""
    dataset = load_registry().dataset("table")
    return read_records(dataset, path, make_options(dataset.options, options, owner="table"), task)


def test_an_export_becomes_a_sheet(answers: Callable[..., str], place: Path) -> None:
    said = json.loads(answers("prepare", "export.csv", *CHOICES, "--mask", "all", "--output", "s.csv", "--json"))
    counts = ("rows", "texts", "empty", "cleaned", "duplicates", "records", "groups", "from_rule", "unlabelled")
    assert [said[name] for name in counts] == [5, 10, 1, 2, 2, 7, 3, 6, 1]
    assert said["masked"] == {"emails": 0, "phones": 0, "ids": 0, "dates": 0, "names": 2}
    assert (said["source"], said["output"]) == ("export.csv", "s.csv")
    first, *rest = cells(place / "s.csv")
    assert list(first) == [
        "id",
        "group",
        "part",
        "text",
        "label",
        "label_source",
        "rule_label",
        "rule",
        "note",
        "place",
    ]
    assert first["text"] == "患者[NAME]，男，52岁。胃窦黏膜充血，见散在糜烂，未见溃疡。\n报告医师：[NAME]"
    assert (first["part"], first["label"], first["rule"]) == ("检查所见", "上消化道", "上消化道: 胃@15")
    assert first["group"] == rest[0]["group"] != "0031"
    assert [row["label"] for row in rest].count(None) == 1


def test_a_labelled_sheet_is_read_as_it_is(answers: Callable[..., str], place: Path) -> None:
    from openpyxl import load_workbook

    answers("prepare", "export.csv", *CHOICES, "--output", "s.xlsx")
    book = load_workbook(place / "s.xlsx")
    sheet = book.worksheets[0]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:J8")
    (choice,) = sheet.data_validations.dataValidation
    assert (str(choice.sqref), choice.formula1) == ("E2:E8", "'choices label'!$A$1:$A$3")
    assert [row[0] for row in book["choices label"].values] == ["上消化道", "下消化道", "其他"]
    assert sheet["D2"].alignment.wrap_text
    assert sheet.column_dimensions["D"].width == 80

    at = next(number for number, row in enumerate(sheet.values, start=1) if row[8] == "the rules disagree")
    records = table_records(place / "s.xlsx")
    assert [record.labels for record in records].count(None) == 1
    assert len(with_truth(records, Task.CLASSIFY)) == 6
    sheet.cell(at, 5).value = "下消化道"  # a person decides
    book.save(place / "s.xlsx")
    records = table_records(place / "s.xlsx")
    assert {record.labels for record in records} == {("上消化道",), ("下消化道",), ("其他",)}
    assert [record.group for record in records] == ["0031", "0031", "0031", "0031", "0045", "0046", "0046"]
    assert all(record.id for record in records)

    said = answers("prepare", "export.csv", *CHOICES, "--labels", "s.xlsx", "--output", "new.xlsx")
    assert "by hand 1 carried over: 1 by text, 0 by id" in plain(said)
    assert [row["label_source"] for row in cells(place / "new.xlsx")].count("hand") == 1


def test_a_labelled_sheet_trains(medtext: Run, answers: Callable[..., str], place: Path) -> None:
    lines = [f"镜下见{'胃窦' if number % 2 else '结肠'}息肉{number}枚" for number in range(100)]
    (place / "more.txt").write_text("\n".join(lines), encoding="utf-8")
    answers("prepare", "more.txt", "--rules", "rules.toml", "--output", "s.xlsx")
    result = medtext(
        "train", "--dataset", "table", "--source", "s.xlsx", "--model", "ngram-linear", "--epochs", "2", "--run", "hand"
    )
    assert result.exit_code == 0, result.stderr
    said = json.loads(answers("evaluate", "--run", "hand", "--split", "test", "--json"))
    assert said["metrics"]["model"]["accuracy"] > 0.5


def test_many_labels_are_read_back(answers: Callable[..., str], place: Path) -> None:
    (place / "many.csv").write_text("text,label\n胃和肠,胃;肠\n肺,\n胃窦,胃\n", encoding="utf-8")
    answers("prepare", "many.csv", "-o", "label-separator=;", "--output", "s.csv")
    assert [row["label"] for row in cells(place / "s.csv")] == ["胃|肠", "[]", "胃"]
    answers("prepare", "many.csv", "-o", "label-separator=;", "-o", "blank=unlabelled", "--output", "t.csv")
    for name, blank in (("s.csv", ()), ("t.csv", None)):
        records = table_records(place / name, Task.TAG, label_separator="|", blank="unlabelled")
        assert [record.labels for record in records] == [("胃", "肠"), blank, ("胃",)]


def test_without_output_the_sheet_is_the_answer(medtext: Run) -> None:
    result = medtext("prepare", "export.csv", *CHOICES)
    assert result.stdout.splitlines()[0].split("\t")[:4] == ["id", "group", "part", "text"]
    assert "records 7 in 3 groups" in plain(result.stderr)
    result = medtext("-q", "prepare", "export.csv", *CHOICES, "--json")
    assert [json.loads(line)["part"] for line in result.stdout.splitlines()][:2] == ["检查所见", "镜下诊断"]
    assert "records" not in result.stderr


def test_a_preview_shows_before_and_after_and_writes_nothing(medtext: Run, place: Path) -> None:
    before = sorted(place.iterdir())
    result = medtext("prepare", "export.csv", *CHOICES, "--mask", "names", "--preview", "2", "--output", "s.xlsx")
    assert sorted(place.iterdir()) == before
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == ["1.", "2."]
    assert "   before: 患者王小明，男" in result.stdout
    assert "   after:  患者[NAME]，男" in result.stdout
    found = medtext("prepare", "export.csv", *CHOICES, "--preview", "1", "--json").stdout
    assert json.loads(found)["before"].startswith("患者王小明")


def test_words_and_new_words_are_shown(answers: Callable[..., str], place: Path) -> None:
    (place / "a.txt").write_text("反流性食管炎\n反流性咽炎\n", encoding="utf-8")
    said = json.loads(answers("prepare", "a.txt", "--words", "--output", "s.csv", "--json"))
    assert said["new_words"] == {"反流性": 2}
    assert [row["words"] for row in cells(place / "s.csv")] == ["反流性 食管炎", "反流性 咽炎"]
    (place / "terms.txt").write_text("反流性食管炎\n", encoding="utf-8")
    answers("prepare", "a.txt", "--words", "--dictionary", "terms.txt", "--output", "t.csv")
    assert [row["words"] for row in cells(place / "t.csv")] == ["反流性食管炎", "反 流 性 咽炎"]


def test_ids_stay_hidden_and_the_same_under_a_key(answers: Callable[..., str], place: Path) -> None:
    (place / "key").write_text("a secret that is long", encoding="utf-8")
    made = []
    for name, key in (("1.csv", ("--key", "key")), ("2.csv", ("--key", "key")), ("3.csv", ())):
        answers("prepare", "export.csv", *CHOICES, "--mask", "ids", *key, "--output", name)
        made.append([row["group"] for row in cells(place / name)])
    assert made[0] == made[1] != made[2]
    assert "0031" not in made[0]


def test_what_must_not_be_lost_stays(medtext: Run, answers: Callable[..., str], place: Path, fails: Fails) -> None:
    (place / "old.csv").write_text("id,text,label\n1,胃,上消化道\n2,别的,其他\n", encoding="utf-8")
    (place / "new.csv").write_text("text\n胃\n", encoding="utf-8")
    error = fails("prepare", "new.csv", "--labels", "old.csv", "--output", "old.csv", "--replace", code=1)
    assert error.startswith("old.csv: 1 labels in it belong to no record of this export and would be lost")
    result = medtext("prepare", "new.csv", "--labels", "old.csv", "--output", "s.csv")
    assert (
        "warning: 1 labels given by hand belong to no record here and stay in the old sheet only: repeat"
        in result.stderr
    )
    assert fails("prepare", "new.csv", "--output", "new.csv", "--replace", code=1).startswith("new.csv is what is read")
    assert "add --replace" in fails("prepare", "new.csv", "--output", "old.csv", code=1)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("gone.csv",), 1, "gone.csv: there is no such file"),
        (("export.csv", "--each"), 2, "--each needs several text columns"),
        (("export.csv", "--dictionary", "x"), 2, "--dictionary says how words are cut: add --words"),
        (("export.csv", "--mask", "nams"), 2, "no mask is called 'nams': did you mean 'names'?"),
        (("export.csv", "--rules", "gone.toml"), 2, "gone.toml: there is no such rule file"),
        (("export.csv", "--key", "gone"), 2, "gone: cannot be read"),
        (("export.csv", "--key", "short"), 2, "short: the secret has fewer than 16 characters"),
        (("export.csv", "-o", "txt=a"), 2, "no option of the export is called 'txt': did you mean 'text'?"),
        (("export.csv", "-o", "text=所见"), 2, "no column of export.csv is called '所见'"),
        (("export.csv", "--min-length", "9", "--max-length", "3"), 2, "--max-length 3 is under --min-length 9"),
        (("export.csv", "--min-length", "900"), 1, "export.csv: no record is left of 5 rows"),
        (("export.csv", "--min-length", "900", "--output", "s.xlsx"), 1, "export.csv: no record is left of 5 rows"),
        (("export.csv", "--output", "s.doc"), 1, "s.doc: the name ends in none of"),
        (("ragged.csv",), 1, "ragged.csv:2: 2 cells"),
    ],
)
def test_what_cannot_be_done_is_told(
    fails: Fails, place: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    (place / "short").write_text("x", encoding="utf-8")
    (place / "ragged.csv").write_text("text\na,b\n", encoding="utf-8")
    assert fails("prepare", *arguments, code=code).startswith(message)


def test_rows_without_a_patient_are_told(medtext: Run, place: Path) -> None:
    (place / "a.csv").write_text("患者,所见\n甲,胃\n,肠\n", encoding="utf-8")
    warning = "warning: 1 rows have no '患者': if cells were merged, repeat the one above by -o fill=患者"
    assert warning in medtext("prepare", "a.csv").stderr
    assert warning not in medtext("prepare", "a.csv", "-o", "fill=患者").stderr


def test_nothing_personal_is_said(medtext: Run) -> None:
    result = medtext("prepare", "export.csv", *CHOICES, "--mask", "all", "--output", "s.csv")
    assert "masked names 2 places" in plain(result.stdout)
    assert "王小明" not in result.stdout + result.stderr
    assert "warning: rules mask what they know, and no more" in result.stderr


def test_the_help_names_every_key_and_every_column() -> None:
    help_text = str(prepare_command.__doc__)
    assert [each.typed for each in option_fields(ExportOptions) if f" {each.typed}" not in help_text] == []
    assert [name for name in Prepared(id="", text="", before="", place="").cells() if f" {name}" not in help_text] == []


def test_groups_that_are_hashed_anew_are_warned_of(medtext: Run, place: Path) -> None:
    (place / "e.csv").write_text("patient,text\n7,胃炎\n", encoding="utf-8")
    (place / "key.txt").write_text("0123456789abcdef", encoding="utf-8")
    warning = "ids and groups have new names in each run, so splits change too: keep one secret by --key FILE"
    assert warning in medtext("prepare", "e.csv", "--mask", "ids", "--output", "a.csv").stderr
    assert warning not in medtext("prepare", "e.csv", "--mask", "ids", "--key", "key.txt", "--output", "b.csv").stderr
    assert warning not in medtext("prepare", "e.csv", "--mask", "dates", "--output", "c.csv").stderr
    assert medtext("prepare", "e.csv", "--mask", "", "--output", "d.csv").exit_code == 2
