"""What is written about keywords: complete, escaped, and the same for the same table."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medtext.corpus.record import Record
from medtext.errors import OutputError
from medtext.explain.attribution import Attribution
from medtext.explain.explainer import Explained
from medtext.explain.keywords import KeywordTable
from medtext.learn.predict import Prediction
from medtext.report import fonts
from medtext.report.examples import Examples
from medtext.report.keyword_page import write_keywords
from medtext.report.plots import keyword_chart
from medtext.report.table import COLUMNS, as_csv, as_json, as_markdown

HOSTILE = "<b>|胃&炎"


def attribution(text: str, label: str = "上") -> Attribution:
    return Attribution(
        record=Record(id=text, text=text),
        label=label,
        probability=0.9,
        sites=np.array([[0, len(text)]]),
        scores=np.array([2.0]),
        margin=2.0,
        gap=0.0,
        points=1,
        converged=True,
    )


@pytest.fixture
def table() -> KeywordTable:
    made = KeywordTable(0.2, run="r", labels=("上", "下"))
    for text, label in ((HOSTILE, "上"), (HOSTILE, "上"), ("肠镜", "下")):
        made.add([attribution(text, label)])
    return made


def test_csv_opens_in_excel_and_reads_back(table: KeywordTable) -> None:
    text = as_csv(table)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["rank"], row["keyword"], row["label"], row["frequency"]) for row in rows] == [
        ("1", HOSTILE, "上", "2"),
        ("2", "肠镜", "下", "1"),
    ]
    assert float(rows[0]["mean_score"]) == 2.0


def test_json_is_one_document_with_header_and_rows(table: KeywordTable) -> None:
    document = json.loads(as_json(table, label="下"))
    assert document["header"]["records"] == 3
    assert [(row["rank"], row["keyword"]) for row in document["rows"]] == [(1, "肠镜")]


def test_markdown_escapes_what_would_break_a_table(table: KeywordTable) -> None:
    line = next(line for line in as_markdown(table).splitlines() if "胃" in line)
    assert r"\<b\>\|胃&炎" in line
    assert len(line.replace(r"\|", "").split("|")) == 2 + len(COLUMNS)


def test_the_report_folder_is_complete_and_escaped(table: KeywordTable, tmp_path: Path) -> None:
    examples = Examples()
    examples.add(Explained(Prediction(Record(id="1", text=HOSTILE)), [attribution(HOSTILE)]))
    write_keywords(
        tmp_path, table, "title <i>", examples, {"page": lambda each: f"{len(each)} maps", "image": lambda _: b"PNG"}
    )
    assert {path.name for path in tmp_path.iterdir()} >= {
        *("index.html", "heatmaps.html", "keywords.csv", "keywords.json", "keywords.md")
    }
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<b>" not in page
    assert "<i>" not in page
    assert "&lt;b&gt;|胃&amp;炎" in page
    assert (tmp_path / "heatmaps.html").read_text(encoding="utf-8") == "1 maps"


def test_contexts_are_escaped_and_marked(tmp_path: Path) -> None:
    table = KeywordTable(0.2, run="r", labels=("上",), contexts=3)
    made = attribution(f"<i>{HOSTILE}</i>")
    table.add([replace(made, sites=np.array([[3, 3 + len(HOSTILE)]]))])
    write_keywords(tmp_path, table, "title", None, {})
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "&lt;i&gt;<mark>&lt;b&gt;|胃&amp;炎</mark>&lt;/i&gt;" in page
    assert "<i>" not in page
    assert "heatmaps.html" not in page
    assert not (tmp_path / "heatmaps.html").exists()


def test_without_a_font_pictures_are_left_out_with_a_warning_and_pages_stay(
    table: KeywordTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "bundled_fonts", list)
    monkeypatch.setattr(fonts, "system_fonts", list)
    with pytest.raises(OutputError, match=r"medtext\[cjk\]"):
        keyword_chart(table, ["上"])
    write_keywords(tmp_path, table, "title", Examples(), {"page": lambda _: "", "image": lambda _: b""})
    assert not list(tmp_path.glob("*.png"))
    assert "胃" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_the_chart_is_a_picture_and_the_same_twice(table: KeywordTable) -> None:
    if not [*fonts.bundled_fonts(), *fonts.system_fonts()]:
        pytest.skip("no font with Chinese here: install medtext[cjk]")
    chart = keyword_chart(table, ["上", "下"])
    assert chart.startswith(b"\x89PNG")
    assert chart == keyword_chart(table, ["上", "下"])


def test_examples_are_those_whose_ids_hash_lowest_whatever_the_order() -> None:
    forwards, backwards = Examples(3), Examples(3)
    explained = [Explained(Prediction(Record(id=str(n), text=str(n))), [attribution(str(n))]) for n in range(50)]
    for each in explained:
        forwards.add(each)
    for each in reversed(explained):
        backwards.add(each)
    assert [each.record.id for each in forwards.of("上")] == [each.record.id for each in backwards.of("上")]
    assert len(forwards.of("上")) == 3
    assert forwards.of("下") == []
