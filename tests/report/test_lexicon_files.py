"""A lexicon in files: what other programs read of it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from explain.lexicons import lexicon, term

from medtext.explain.lexicon import Lexicon
from medtext.explain.lexicon_sheet import COLUMNS
from medtext.explain.words import load_words
from medtext.report.lexicon_files import as_csv, as_dictionary, as_json, write_sheet

KNOWN = lexicon(term("瘘憩膈", synonyms=("瘘憩隔",)), term("=1+1", "down", -3.25), term("憩膈瘘炎", q=0.000123456))


def test_csv_and_json_hold_the_rows() -> None:
    content = as_csv(KNOWN)
    assert content.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert [(row["term"], row["direction"], float(row["theta_percent"]), row["synonyms"]) for row in rows] == [
        ("瘘憩膈", "for", 10.0, "瘘憩隔"),
        ("=1+1", "against", -3.25, ""),
        ("憩膈瘘炎", "for", 10.0, ""),
    ]
    assert Lexicon.from_json(json.loads(as_json(KNOWN)), "here") == KNOWN


def test_jieba_cuts_the_words_of_the_dictionary_whole(tmp_path: Path) -> None:
    import jieba

    names = ["瘘憩膈", "瘘憩隔", "憩膈瘘炎", "低级别上皮内瘤变", "齿状线清", "Hp阳性", "级别上皮"]
    content = as_dictionary(lexicon(*map(term, (*names, "[date]", "hiatal hernia", "活动性(+)"))))
    lines = [line.split(" ") for line in content.splitlines()]
    assert sorted(name for name, _, _ in lines) == sorted(names)
    assert all(int(frequency) > 0 and tag == "term" for _, frequency, tag in lines)
    (tmp_path / "words.txt").write_text(content, encoding="utf-8")
    words = jieba.Tokenizer()
    words.tmp_dir = str(tmp_path)
    with (tmp_path / "words.txt").open("rb") as stream:
        words.load_userdict(stream)
    for name in names:
        assert list(words.cut(f"，{name}。", HMM=False)) == ["，", name, "。"]
    assert load_words().FREQ.get("瘘憩膈") is None  # what all share is as it was


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    write_sheet(KNOWN, tmp_path / "a.xlsx", replace=False)
    return tmp_path / "a.xlsx"


def test_a_sheet_is_ready_to_be_filled_in(sheet: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook(sheet)
    assert [(each.title, each.sheet_state) for each in book.worksheets] == [
        ("terms", "visible"),
        ("columns", "visible"),
        ("lexicon", "hidden"),
        ("choices decision", "hidden"),
    ]
    terms = book["terms"]
    assert [cell.value for cell in terms[1]] == list(COLUMNS)
    assert terms.freeze_panes == "A2"
    (choice,) = terms.data_validations.dataValidation
    assert (str(choice.sqref), choice.showErrorMessage, choice.error) == ("A2:A4", True, "Choose one of: keep, drop.")
    assert [row[0] for row in book["choices decision"].values] == ["keep", "drop"]
    assert all(terms.column_dimensions[letter].width >= 12 for letter in "ABCDEFGHIJKLMNO")
    assert dict(list(book["columns"].values)[1:]) == dict(COLUMNS)


def test_no_formula_comes_of_a_term(sheet: Path) -> None:
    from openpyxl import load_workbook

    cell = load_workbook(sheet)["terms"].cell(3, list(COLUMNS).index("term") + 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
