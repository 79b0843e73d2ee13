"""``medtext lexicon``: made, reviewed, matched without torch, and scored beside the model."""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Run = Callable[..., Result]
Answers = Callable[..., str]
Fails = Callable[..., str]
WORDS, LABELS = ("ulcer", "polyp", "heart"), ("up", "down", "none")


_MADE: dict[str, str] = {}
"""The lexicon of the tests once it was made: it takes the longest."""


@pytest.fixture(autouse=True)
def made(place: Path, medtext: Run) -> dict[str, Any]:
    """Give a lexicon of texts that no run has learned from, of clusters enough to test each word."""
    chance = random.Random(4)
    lines = [
        f"{WORDS[number % 3]} {' '.join(''.join(chance.choices('bcdfgk', k=6)) for _ in range(2))};{LABELS[number % 3]}"
        for number in range(75)
    ]
    (place / "new.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if not _MADE:
        result = medtext("lexicon", "--run", "one", "--source", "new.txt", "--output", "one.json")
        assert result.exit_code == 0, result.stderr
        _MADE["one.json"] = (place / "one.json").read_text(encoding="utf-8")
    (place / "one.json").write_text(_MADE["one.json"], encoding="utf-8")
    content: dict[str, Any] = json.loads(_MADE["one.json"])
    return content


def rows(content: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def test_the_terms_are_those_that_keywords_infer_discovers(made: dict[str, Any], answers: Answers) -> None:
    asked = ("--run", "one", "--source", "new.txt")
    effects = json.loads(answers("keywords", "--infer", *asked, "--format", "json"))["effects"]["rows"]
    discovered = [row for row in effects if row["verdict"].startswith("used")]
    assert [(term["term"], term["label"], term["theta"], term["q"]) for term in made["terms"]] == [
        (row["term"], row["label"], row["percent"], row["q"]) for row in discovered
    ]
    assert {term["term"] for term in made["terms"]} == set(WORDS)
    assert {term["status"] for term in made["terms"]} == {"discovered"}
    assert made["header"]["labels"] == ["down", "none", "up"]
    assert made == json.loads(answers("lexicon", *asked, "--json"))


def test_only_confirmed_terms_are_written_where_that_is_asked(medtext: Run, place: Path) -> None:
    log = place / "runs" / "one" / "confirmations.jsonl"
    before = len(log.read_text().splitlines()) if log.exists() else 0
    result = medtext("lexicon", "--confirm", "test", "--json")
    assert result.exit_code == 0, result.stderr
    assert "no term was confirmed: the lexicon is empty" in result.stderr  # ten records are too few
    assert json.loads(result.stdout)["header"]["settings"]["confirmed_on"] == "test"
    assert len(log.read_text().splitlines()) == before + 1


def test_a_terminal_gets_a_table_and_what_it_rests_on(answers: Answers) -> None:
    lines = answers("lexicon", "--run", "one", "--source", "new.txt", "--label", "up").splitlines()
    assert " ".join(lines[0].split()) == "term label theta, % 95 % interval q records clusters status"
    assert lines[1].split()[:2] == ["ulcer", "up"]
    assert any(line.startswith("Used means: by this run") for line in lines)


def test_texts_are_matched_with_offsets(answers: Answers, made: dict[str, Any]) -> None:
    stdin = "The ULCER was seen\nulcerous\n\npolyp, polyp\n"
    first, second, third, fourth = rows(answers("lexicon", "--apply", "one.json", "--json", stdin=stdin))
    assert (first["label"], first["error"]) == ("up", None)
    (found,) = first["found"]
    assert (found["term"], found["start"], found["end"], found["state"]) == ("ulcer", 4, 9, "present")
    theta = {term["label"]: term["theta"] for term in made["terms"] if term["term"] == "ulcer"}
    assert found["theta"] == pytest.approx(theta, abs=1e-3)
    assert {label: first[f"sum:{label}"] for label in theta} == pytest.approx(theta, abs=1e-3)
    assert second["found"] == []
    assert third["error"].startswith("the text is empty")
    assert [each["start"] for each in fourth["found"]] == [0, 7]
    assert fourth["sum:down"] == pytest.approx(fourth["found"][0]["theta"]["down"])


def test_matches_are_written_in_the_forms_of_batch_predict(answers: Answers, place: Path) -> None:
    (place / "texts.csv").write_text("id,text\na,the ulcer\n", encoding="utf-8")
    columns = ["row", "id", "text", "label", "sum:down", "sum:none", "sum:up", "found", "error"]
    table = list(csv.DictReader(io.StringIO(answers("lexicon", "--apply", "one.json", "texts.csv")), delimiter="\t"))
    assert list(table[0]) == columns
    assert (table[0]["id"], json.loads(table[0]["found"])[0]["term"]) == ("a", "ulcer")
    for name in ("out.csv", "out.jsonl", "out.xlsx", "out.parquet"):
        answers("lexicon", "--apply", "one.json", "texts.csv", "--output", name)
        assert (place / name).stat().st_size


def test_matching_loads_no_torch(place: Path) -> None:
    (place / "texts.txt").write_text("the ulcer\n", encoding="utf-8")
    code = (
        "import sys; sys.argv[1:] = ['lexicon', '--apply', 'one.json', 'texts.txt', '--json']\n"
        "from medtext.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as ended:\n    assert not ended.code\n"
        "print(*{'torch', 'transformers', 'jieba', 'pandas', 'sklearn', 'scipy'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    answer, loaded = done.stdout.splitlines()
    assert json.loads(answer)["label"] == "up"
    assert loaded == ""


def test_reviewed_sheets_become_a_lexicon(answers: Answers, medtext: Run, place: Path) -> None:
    from openpyxl import load_workbook

    answers("lexicon", "--run", "one", "--source", "new.txt", "--output", "sheet.xlsx")
    for name, dropped in (("a", "ulcer"), ("b", "polyp")):
        book = load_workbook(place / "sheet.xlsx")
        sheet = book["terms"]
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, 1).value = "drop" if sheet.cell(row, 4).value in (dropped, "ulcer") else "keep"
        book.save(place / f"{name}.xlsx")
    said = answers("lexicon", "--review", "a.xlsx", "b.xlsx", "--output", "kept.json")
    assert "They differ on 3" in said or "They differ on 2" in said
    assert "Cohen's kappa" in said
    assert {term["term"] for term in json.loads((place / "kept.json").read_text())["terms"]} == {"heart"}
    document = json.loads(answers("lexicon", "--review", "a.xlsx", "--review", "b.xlsx", "--json"))
    assert document["reviewers"] == ["a", "b"]
    assert document["agreement"]["kind"] == "Cohen"
    assert {each["term"] for each in document["disagreements"]} == {"polyp"}
    answers("lexicon", "--review", "a.xlsx", "--output", "words.txt")
    assert sorted(line.split()[0] for line in (place / "words.txt").read_text().splitlines()) == ["heart", "polyp"]


def test_plain_matching_is_scored_beside_the_model(answers: Answers, place: Path) -> None:
    document = json.loads(answers("lexicon", "--score", "one.json", "--run", "one", "--json", "--tuned", "tuned.json"))
    assert set(document["figures"]) == {"model", "a-light-baseline", "lexicon", "keyword rule", "majority"}
    test = json.loads((place / "runs" / "one" / "splits.json").read_text())["test"]
    assert (document["split"], document["records"]) == ("test", len(test))
    assert "model" not in document["differences"]
    for name, found in document["differences"].items():
        for key, each in found.items():
            assert each["value"] == pytest.approx(document["figures"][name][key] - document["figures"]["model"][key])
            assert each["low"] <= each["value"] <= each["high"]
    evaluated = json.loads(answers("evaluate", "--run", "one", "--split", "test", "--json"))["metrics"]
    for name in ("model", "a-light-baseline", "majority"):
        for key in ("accuracy", "macro_f1"):
            assert document["figures"][name][key] == pytest.approx(evaluated[name][key])
    assert json.loads((place / "tuned.json").read_text())["header"]["default"] == document["default"]
    # What is scored is what --apply gives: each id is the label that is true.
    lines = (place / "toy.txt").read_text(encoding="utf-8").splitlines()
    texts = [lines[int(each.removeprefix("r")) - 1].split(";") for each in test]
    (place / "toy.csv").write_text("".join(["id,text\n", *(f"{label},{text}\n" for text, label in texts)]))
    right = [
        row["label"] == row["id"] for row in rows(answers("lexicon", "--apply", "tuned.json", "toy.csv", "--json"))
    ]
    assert document["figures"]["lexicon"]["accuracy"] == pytest.approx(sum(right) / len(right))


def test_many_labels_have_cutoffs(answers: Answers) -> None:
    answers("lexicon", "--run", "many", "--source", "new.txt", "--output", "many.json")
    said = answers("lexicon", "--score", "many.json", "--run", "many")
    assert "Cutoffs are those of the best F1 of each label on" in said
    assert "F1 by label" in said


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--apply", "one.json", "--score", "one.json"), 2, "--apply and --score are two ways to use this command"),
        (("--apply", "one.json", "--split", "test"), 2, "--split is for --score, not for --apply"),
        (("--score", "one.json", "--confirm", "test"), 2, "--confirm is for making a lexicon, not for --score"),
        (("--review", "a.xlsx", "--run", "one"), 2, "--run is for --score, not for --review"),
        (("toy.txt",), 2, "FILE is for --apply or --review: leave it out"),
        (("--tuned", "a.json"), 2, "--tuned is for --score: leave it out"),
        (("--output", "a.md"), 2, "the name ends in none of .json, .csv, .xlsx, .txt"),
        (("--output", "a.csv", "--json"), 2, "--json does not go with that ending"),
        (("--output", "one.json"), 1, "one.json exists: add --replace"),
        (("--apply", "toy.txt", "toy.txt"), 2, "a lexicon is read as .json"),
        (("--apply", "gone.json", "toy.txt"), 2, "there is no such lexicon"),
        (("--apply", "one.json", "gone.txt"), 1, "gone.txt: there is no such file"),
        (("--apply", "one.json", "toy.txt", "many.txt"), 2, "reads one file of texts, not 2"),
        (("--apply", "one.json", "toy.txt", "--rules", "a.toml"), 2, "made without --assertions"),
        (("--score", "one.json", "--run", "many"), 2, "another task or other labels"),
        (("--score", "one.json", "--output", "a.csv"), 2, "the name ends in none of .json, .txt"),
        (("--score", "one.json", "--tuned", "a.txt"), 2, "a lexicon to match by is a .json file"),
        (("--review", "toy.txt"), 2, "a reviewed sheet is an .xlsx file"),
        (("--run", "one", "--confirm", "val"), 2, "needs terms discovered on another split"),
        (("--run", "one", "--split", "train"), 2, "did not learn from"),
    ],
)
def test_bad_choices_are_refused(fails: Fails, arguments: tuple[str, ...], code: int, says: str) -> None:
    assert says in fails("lexicon", *arguments, code=code)


def test_terms_of_texts_are_not_obeyed_by_a_terminal(answers: Answers, place: Path) -> None:
    content = json.loads((place / "one.json").read_text())
    content["terms"] = [content["terms"][0] | {"term": "a\u202eb"}]
    (place / "evil.json").write_text(json.dumps(content))
    said = answers("lexicon", "--apply", "evil.json", "--json", stdin="a\u202eb\n")
    assert json.loads(said)["found"][0]["term"] == "a\u202eb"
