"""Reviewed sheets are read, joined and compared; what is wrong in one is told by row and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from explain.lexicons import lexicon, term

from medtext.errors import MedtextError, OptionError
from medtext.explain.lexicon import Lexicon, Status
from medtext.explain.lexicon_review import Review
from medtext.explain.lexicon_sheet import Decision, read_review
from medtext.report.lexicon_files import write_sheet

KNOWN = lexicon(
    term("黏膜"), term("粘膜", synonyms=("粘膜层",)), term("胃"), term("胃", "down", -4.0), term("=1+1"), term("12")
)
Fill = Callable[..., Path]


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Write a sheet of a lexicon and fill it in: by row number, then by column."""

    def write(name: str, rows: Mapping[int, Mapping[str, Any]], known: Lexicon = KNOWN, decision: str = "keep") -> Path:
        from openpyxl import load_workbook

        path = tmp_path / name
        write_sheet(known, path, replace=True)
        book = load_workbook(path)
        sheet = book["terms"]
        columns = [cell.value for cell in sheet[1]]
        for number in range(2, sheet.max_row + 1):
            for column, value in {"decision": decision, **rows.get(number, {})}.items():
                sheet.cell(number, columns.index(column) + 1).value = value
        book.save(path)
        return path

    return write


def test_one_reviewer_keeps_drops_and_joins(fill: Fill) -> None:
    path = fill("a.xlsx", {3: {"synonym": "黏膜"}, 4: {"decision": "DROP "}, 6: {"decision": None}})
    sheet = read_review(path)
    assert sheet.reviewer == "a"
    assert list(sheet.decisions.values()).count(Decision.KEEP) == 4
    found = Review.of([sheet])
    assert [(each.term, each.label, each.synonyms) for each in found.lexicon.terms] == [
        ("黏膜", "up", ("粘膜", "粘膜层")),
        ("胃", "down", ()),
        ("12", "up", ()),
    ]
    assert {each.status for each in found.lexicon.terms} == {Status.REVIEWED}
    assert (found.terms, found.kept, found.synonyms, found.undecided) == (6, 3, 1, 1)
    assert (found.agreement, found.disagreements) == (None, ())


def test_more_keep_or_it_is_left_out(fill: Fill) -> None:
    sheets = [
        read_review(fill(f"{name}.xlsx", rows))
        for name, rows in {
            "a": {2: {"reviewer": "Wang"}, 3: {"synonym": "黏膜"}, 4: {"decision": "drop"}},
            "b": {3: {"synonym": "黏膜"}, 4: {"decision": "drop"}, 5: {"decision": None}},
            "c": {6: {"decision": "drop"}},
        }.items()
    ]
    found = Review.of(sheets)
    assert found.reviewers == ("Wang", "b", "c")
    assert [(each.term, each.label) for each in found.lexicon.terms] == [
        ("黏膜", "up"),
        ("胃", "down"),
        ("=1+1", "up"),
        ("12", "up"),
    ]
    assert found.agreement is not None
    assert (found.agreement.rows, found.agreement.reviewers) == (5, 3)
    assert [(each.term, dict(each.said), each.kept) for each in found.disagreements] == [
        ("粘膜", {"Wang": "keep, as 黏膜", "b": "keep, as 黏膜", "c": "keep"}, True),
        ("胃", {"Wang": "drop", "b": "drop", "c": "keep"}, False),
        ("=1+1", {"Wang": "keep", "b": "keep", "c": "drop"}, True),
    ]
    tie = Review.of(sheets[1:])
    assert "=1+1" not in {each.term for each in tie.lexicon.terms}
    assert {"黏膜", "粘膜"} <= {each.term for each in tie.lexicon.terms}  # one of two names it a synonym


def test_rows_may_be_sorted_anew(fill: Fill, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = fill("a.xlsx", {3: {"decision": "drop"}})
    book = load_workbook(path)
    sheet = book["terms"]
    sheet.move_range("A2:O2", rows=6)
    sheet.delete_rows(2)
    book.save(tmp_path / "b.xlsx")
    moved = read_review(tmp_path / "b.xlsx")
    assert list(moved.decisions)[-1] == KNOWN.terms[0].key
    assert Review.of([moved]).lexicon == Review.of([read_review(path)]).lexicon


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({3: {"decision": "kep"}}, "a.xlsx: row 3 of sheet 'terms', column 'decision': 'kep' is neither keep nor drop"),
        ({4: {"term": "心"}}, "row 4 of sheet 'terms', column 'term': '心' for 'up' is not of the lexicon"),
        ({3: {"term": "黏膜"}}, "row 3 of sheet 'terms', column 'term': '黏膜' for 'up' stands in a.xlsx: row 2"),
        ({3: {"state": "gone"}}, "row 3 of sheet 'terms', column 'state': 'gone' is none of present, absent"),
        ({2: {"reviewer": "A"}, 5: {"reviewer": "B"}}, "row 5 of sheet 'terms', column 'reviewer': 'B', and above"),
        ({3: {"synonym": "心"}}, "row 3 of sheet 'terms', column 'synonym': '心' is no term of 'up'"),
        ({3: {"synonym": "粘膜"}}, "a term is no synonym of itself"),
        ({3: {"synonym": "黏膜", "decision": "drop"}}, "a synonym is kept: write keep beside it"),
        ({3: {"synonym": "黏膜"}, 2: {"decision": "drop"}}, "'黏膜' is not kept"),
        ({3: {"synonym": "黏膜"}, 2: {"synonym": "胃"}}, "'黏膜' is itself a synonym, of '胃': name that"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(
    fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: Mapping[int, Mapping[str, Any]], says: str
) -> None:
    fill("a.xlsx", rows)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MedtextError) as raised:
        read_review(Path("a.xlsx"))
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_synonym_speaks_the_same_way_as_its_term(fill: Fill) -> None:
    known = lexicon(term("胃"), term("肠", theta=-3.0))
    with pytest.raises(MedtextError, match="'胃' is for the label, and this is not"):
        read_review(fill("a.xlsx", {3: {"synonym": "胃"}}, known))


def test_rows_and_columns_that_are_gone_are_told(fill: Fill, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    for change, says in (
        (lambda sheet: sheet.delete_rows(4), "has no row for '胃' of 'up'"),
        (lambda sheet: sheet.delete_cols(2), "the column 'synonym' is missing"),
    ):
        book = load_workbook(fill("a.xlsx", {}))
        change(book["terms"])
        book.save(tmp_path / "b.xlsx")
        with pytest.raises(MedtextError, match=says):
            read_review(tmp_path / "b.xlsx")
    book = load_workbook(fill("a.xlsx", {}))
    del book["lexicon"]
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(OptionError, match="keep its hidden sheet"):
        read_review(tmp_path / "b.xlsx")
    with pytest.raises(OptionError, match=r"a reviewed sheet is an \.xlsx file"):
        read_review(tmp_path / "b.csv")


def test_sheets_of_one_lexicon_and_of_different_people_are_joined(fill: Fill) -> None:
    first, other = read_review(fill("a.xlsx", {})), read_review(fill("b.xlsx", {}, lexicon(term("胃"))))
    with pytest.raises(OptionError, match="another lexicon"):
        Review.of([first, other])
    again = read_review(fill("c.xlsx", {4: {"reviewer": "a"}}))
    with pytest.raises(OptionError, match="reviewer 'a', as in"):
        Review.of([first, again])
