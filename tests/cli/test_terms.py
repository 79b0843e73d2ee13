"""``medtext terms``: what a corpus has for terms, as tables and as a dictionary that other commands take."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Run = Callable[..., Result]
Answers = Callable[..., str]
Fails = Callable[..., str]

LETTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 100)]
COLUMNS = ["term", "count", "records", "pmi", "left_entropy", "right_entropy", "known"]


@pytest.fixture(autouse=True)
def notes(place: Path) -> Path:
    """A file of texts made by chance, with two words in them that no dictionary has, and two that one has."""
    dice = random.Random(5)
    planted = ["瘘憩膈", "痉胝蒂盲", "糜烂", "齿状线"]
    lines = []
    for number in range(120):
        drawn = dice.choices(LETTERS, k=40)
        drawn.insert(dice.randrange(40), planted[number % 4])
        lines.append("".join(drawn))
    (place / "notes.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place / "notes.txt"


def rows(content: str) -> dict[str, dict[str, Any]]:
    return {row["term"]: row for row in json.loads(content)["rows"]}


def test_planted_words_are_found_and_known_ones_are_marked(answers: Answers) -> None:
    found = rows(answers("terms", "notes.txt", "--dictionary", "gi-terms", "--format", "json"))
    assert {term: row["known"] for term, row in found.items()} == {
        "瘘憩膈": None,
        "痉胝蒂盲": None,
        "糜烂": "gi-terms",
        "齿状线": "gi-terms",
    }
    assert [found["瘘憩膈"][name] for name in ("count", "records")] == [30, 30]
    assert list(found["糜烂"]) == COLUMNS


def test_known_words_can_be_left_out(answers: Answers) -> None:
    assert set(rows(answers("terms", "notes.txt", "--dictionary", "gi-terms", "--new", "--format", "json"))) == {
        "瘘憩膈",
        "痉胝蒂盲",
    }
    without = rows(answers("terms", "notes.txt", "--new", "--format", "json"))
    assert "齿状线" in without  # jieba alone has it not
    assert "糜烂" not in without


def test_a_terminal_gets_a_table_that_says_what_it_was_made_of(answers: Answers) -> None:
    lines = answers("terms", "notes.txt", "--rank", "count", "--top", "3").splitlines()
    assert lines[0].split() == ["term", "count", "records", "PMI", "left", "entropy", "right", "entropy", "known"]
    assert len(lines) == 8
    assert "3 of 4 terms. Found: 4, of which dictionaries have 1." in lines
    assert any(line.startswith("120 records of 5,160 characters. Terms have 2 to 6 characters") for line in lines)


def test_csv_markdown_and_json_hold_the_same_rows(answers: Answers, place: Path) -> None:
    asked = ("terms", "notes.txt", "--dictionary", "gi-terms")
    content = json.loads(answers(*asked, "--format", "json"))
    assert content["header"] == {
        "unit": "character",
        "records": 120,
        "left_out": 0,
        "units": 5160,
        "limit_longest": 6,
        "limit_count": 5,
        "limit_pmi": 5.0,
        "limit_entropy": 1.5,
        "found": 4,
        "known": 2,
    }
    table = list(csv.DictReader(io.StringIO(answers(*asked, "--format", "csv").removeprefix("\ufeff"))))
    assert [row["term"] for row in table] == [row["term"] for row in content["rows"]]
    assert [float(row["pmi"]) for row in table] == [round(row["pmi"], 3) for row in content["rows"]]
    answers(*asked, "--output", "terms.md")
    lines = [line for line in (place / "terms.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert [line.split(" | ")[0].strip("| ") for line in lines[1:]] == [row["term"] for row in content["rows"]]


def test_the_dictionary_that_is_written_makes_its_words_whole(answers: Answers, medtext: Run, place: Path) -> None:
    result = medtext("terms", "notes.txt", "--dictionary", "gi-terms", "--dictionary-out", "new.txt")
    assert result.exit_code == 0, result.stderr
    assert "written: new.txt" in result.stderr
    assert sorted((place / "new.txt").read_text(encoding="utf-8").splitlines()) == ["痉胝蒂盲 term", "瘘憩膈 term"]
    (place / "one.txt").write_text("见瘘憩膈及痉胝蒂盲\n", encoding="utf-8")
    answers("prepare", "one.txt", "--words", "--dictionary", "new.txt", "--output", "sheet.csv")
    (row,) = csv.DictReader((place / "sheet.csv").read_text(encoding="utf-8-sig").splitlines())
    assert row["words"] == "见 瘘憩膈 及 痉胝蒂盲"
    assert (
        rows(answers("terms", "notes.txt", "--dictionary", "new.txt", "--format", "json"))["瘘憩膈"]["known"]
        == "new.txt"
    )


def test_the_best_are_written_where_top_is_named(answers: Answers, place: Path) -> None:
    answers("terms", "notes.txt", "--new", "--top", "1", "--dictionary-out", "new.txt")
    assert len((place / "new.txt").read_text(encoding="utf-8").splitlines()) == 1


def test_tables_and_datasets_are_read_as_elsewhere(answers: Answers, place: Path) -> None:
    lines = (place / "notes.txt").read_text(encoding="utf-8").splitlines()
    table = "\n".join(["nr,note,label", *(f"{number},{line},x" for number, line in enumerate(lines))])
    (place / "notes.csv").write_text(table + "\n", encoding="utf-8")
    plain = rows(answers("terms", "notes.txt", "--format", "json"))
    assert rows(answers("terms", "notes.csv", "--columns", "note", "--format", "json")) == plain
    read = ("--dataset", "table", "-o", "text=note", "-o", "label=label")
    assert rows(answers("terms", "notes.csv", *read, "--format", "json")) == plain
    both = rows(answers("terms", "notes.txt", "notes.csv", "--columns", "note", "--format", "json"))
    assert {term: row["count"] for term, row in both.items() if term in plain} == {
        term: 2 * row["count"] for term, row in plain.items()
    }


def test_the_bundled_sample_is_read_where_nothing_is_named(answers: Answers) -> None:
    found = rows(answers("terms", "--dictionary", "gi-terms", "--format", "json"))
    assert {found[term]["known"] for term in ("齿状线", "憩室", "回盲瓣")} == {"gi-terms"}
    assert found["齿状线"]["records"] <= found["齿状线"]["count"]


def test_english_has_terms_of_words(answers: Answers, place: Path) -> None:
    dice = random.Random(2)
    words = [f"{one}{two}o" for one in "bcdfgklm" for two in "aeiouy"]
    lines = [" ".join([*dice.choices(words, k=20), "hiatal hernia", *dice.choices(words, k=20)]) for _ in range(60)]
    (place / "english.txt").write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    content = json.loads(answers("terms", "english.txt", "--format", "json"))
    assert {row["term"]: (row["count"], row["known"]) for row in content["rows"]} == {"hiatal hernia": (60, None)}
    assert (content["header"]["unit"], content["header"]["left_out"]) == ("word", 1)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("gone.txt",), 1, "gone.txt: there is no such file"),
        (("notes.txt", "--dictionary", "gi-term"), 2, "medtext's own is gi-terms"),
        (("notes.txt", "--columns", "a", "--dataset", "toy"), 2, "--columns is for tables without a --dataset"),
        (("notes.txt", "-o", "text=a"), 2, "-o says how a --dataset is read: name one"),
        (("notes.txt", "--dataset", "toys"), 2, "did you mean 'toy'"),
        (("notes.txt", "--output", "terms.xls"), 2, "the name ends in none of .txt, .csv, .json, .md"),
        (("notes.txt", "--output", "notes.txt"), 1, "notes.txt exists: add --replace"),
        (("notes.txt", "--dictionary-out", "notes.txt"), 1, "notes.txt exists: add --replace"),
        (("notes.txt", "--output", "a.txt", "--dictionary-out", "a.txt"), 2, "are both a.txt: name two files"),
        (("toy.txt", "--dictionary-out", "a.txt"), 2, "--dictionary-out is for terms of Chinese characters"),
        (("notes.txt", "--unit", "word", "--dictionary", "gi-terms"), 2, "--dictionary is for terms of Chinese"),
        (("blank.txt",), 1, "no text to find terms in"),
        (("notes.txt", "--max-length", "1"), 2, "--max-length"),
        (("notes.txt", "--min-pmi", "nan"), 2, "--min-pmi and --min-entropy are numbers of bits"),
    ],
)
def test_bad_choices_are_refused(fails: Fails, place: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    (place / "blank.txt").write_text("\n\n", encoding="utf-8")
    assert says in fails("terms", *arguments, code=code)


def test_control_characters_of_texts_are_not_obeyed(answers: Answers, place: Path) -> None:
    (place / "evil.txt").write_text(
        "\n".join(f"a{n} \u202eulcer\u202e colon b{n}" for n in range(20)), encoding="utf-8"
    )
    assert "\u202e" not in answers("terms", "evil.txt", "--min-pmi", "0", "--min-entropy", "0")
