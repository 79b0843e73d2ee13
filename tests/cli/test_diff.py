"""``medtext diff``: what changed between two runs, in every form, and which runs and records are refused."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Run = Callable[..., Result]
Answers = Callable[..., str]
Fails = Callable[..., str]

NEW = ("--source", "new.txt")
RECORDS = 260
TRAIN = ("train", "--dataset", "toy", "--epochs", "4", "--lr", "0.5")


@pytest.fixture
def new(place: Path) -> Path:
    """A file of records that no run has seen."""
    chance = random.Random(7)
    words = {"up": ("stomach", "ulcer"), "down": ("colon", "polyp"), "none": ("heart", "lung")}
    lines = []
    for number in range(RECORDS):
        label = chance.choice(sorted(words))
        text = [chance.choice(words[label]), *chance.choices(["the", "and", "was", "seen", "there", "well"], k=6)]
        chance.shuffle(text)
        lines.append(f"{' '.join(text)} {1000 + number};{label}")
    (place / "new.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place / "new.txt"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the run is kept that several tests need."""
    return tmp_path_factory.mktemp("kept") / "turned"


@pytest.fixture
def turned(medtext: Run, place: Path, new: Path, kept: Path) -> Path:
    """A run that learned the same corpus with two words in each other's place."""
    if not kept.exists():
        text = (place / "toy.txt").read_text(encoding="utf-8")
        text = text.replace("ulcer", "#").replace("polyp", "ulcer").replace("#", "polyp")
        (place / "turned.txt").write_text(text, encoding="utf-8")
        result = medtext(*TRAIN, "--source", "turned.txt", "--run", "turned")
        assert result.exit_code == 0, result.stderr
        shutil.copytree(place / "runs" / "turned", kept)
    shutil.copytree(kept, place / "runs" / "turned", dirs_exist_ok=True)
    return place


def test_terms_that_two_runs_use_otherwise_are_told(turned: Path, answers: Answers) -> None:
    found = json.loads(answers("diff", "one", "turned", *NEW, "--format", "json"))
    changes = {(row["term"], row["label"]): row for row in found["rows"]}
    assert {(term, label) for (term, label), row in changes.items() if row["change"] == "reversed"} >= {
        ("ulcer", "up"),
        ("ulcer", "down"),
        ("polyp", "up"),
        ("polyp", "down"),
    }
    ulcer = changes["ulcer", "up"]
    assert ulcer["verdict_before"] == "used for"
    assert ulcer["verdict_after"] == "used against"
    assert ulcer["difference"] == pytest.approx(ulcer["percent_after"] - ulcer["percent_before"], abs=1e-3)
    assert ulcer["low"] < ulcer["difference"] < ulcer["high"] < -5
    assert ulcer["q"] <= 0.05
    texts = {f"r{at}": line for at, line in enumerate((turned / "new.txt").read_text().splitlines(), start=1)}
    assert len(ulcer["examples"]) == 3
    assert all("ulcer" in texts[name] for name in ulcer["examples"])
    assert not any(
        row["examples"] for row in found["rows"] if row["change"] in {"unchanged", "undetermined", "too few"}
    )
    assert changes["1003", "up"]["change"] == "too few"
    said = [line.rpartition(";") for line in texts.values()]
    affected = sum("ulcer" in text or "polyp" in text for text, _, _ in said)
    answered = found["answers"]
    assert (answered["records"], answered["labelled"]) == (RECORDS, RECORDS)
    assert answered["changed"] >= 0.9 * affected
    assert answered["broken"] >= 0.9 * affected
    assert answered["differences"]["accuracy"]["high"] < 0
    moved = {(row["keyword"], row["label"]): row for row in found["keywords"]["rows"]}
    assert moved["ulcer", "down"]["frequency_before"] == 0 < moved["ulcer", "down"]["frequency_after"]
    assert moved["ulcer", "up"]["rank_after"] is None
    header = found["header"]
    assert (header["before"], header["after"], header["split"], header["delta"]) == ("one", "turned", "all", 5.0)
    assert (header["unit"], header["records"], header["patients"]) == ("token", RECORDS, "unknown")


def test_effects_are_those_that_keywords_infers(new: Path, answers: Answers, turned: Path) -> None:
    alone = json.loads(answers("keywords", "--infer", "--run", "turned", *NEW, "--format", "json"))["effects"]
    found = json.loads(answers("diff", "one", "turned", *NEW, "--format", "json"))
    assert found["header"]["median_margin_after"] == alone["header"]["median_margin"]
    rows = {(row["term"], row["label"]): (row["percent"], row["q"], row["verdict"]) for row in alone["rows"]}
    assert rows == {
        (row["term"], row["label"]): (row["percent_after"], row["q_after"], row["verdict_after"])
        for row in found["rows"]
    }


def test_a_run_beside_itself_has_not_changed(new: Path, answers: Answers) -> None:
    found = json.loads(answers("diff", "one", "one", *NEW, "--format", "json"))
    changes = [row["change"] for row in found["rows"]]
    assert set(changes) == {"unchanged", "too few"}
    assert {row["difference"] for row in found["rows"]} == {0.0}
    assert found["answers"]["changed"] == 0
    assert found["keywords"]["tau"] == pytest.approx(1.0)
    shown = answers("diff", "one", "one", *NEW)
    assert "no difference was discovered" in shown
    assert f"0 of {RECORDS} answers changed." in shown


def test_the_terminal_shows_answers_terms_and_ranks_within_80_columns(
    turned: Path, answers: Answers, medtext: Run
) -> None:
    answers("diff", "one", "turned", *NEW, "--output", "out.txt")
    shown = (turned / "out.txt").read_text(encoding="utf-8")
    assert shown == answers("diff", "one", "turned", *NEW)
    lines = shown.splitlines()
    assert lines[0] == f"one (A) to turned (B), all of new.txt, {RECORDS} records"
    tables = [line for line in lines if not line.endswith(".")]
    assert max(map(len, tables)) <= 80
    assert any(line.split()[:3] == ["ulcer", "up", "reversed"] for line in lines)
    assert any(line.split()[:1] == ["95"] for line in lines)
    assert "Kendall's tau-b of their frequencies, over the first 50 of either run: " in shown
    top = answers("diff", "one", "turned", *NEW, "--top", "1")
    assert "\n1 of " in top
    assert "over the first 1 of either run" in top


def test_csv_and_markdown_hold_the_terms(turned: Path, answers: Answers) -> None:
    whole = json.loads(answers("diff", "one", "turned", *NEW, "--format", "json"))["rows"]
    content = answers("diff", "one", "turned", *NEW, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert [(row["term"], row["change"]) for row in rows] == [(row["term"], row["change"]) for row in whole]
    assert list(rows[0]) == list(whole[0])
    assert rows[-1]["q"] == ""
    assert rows[0]["examples"] == "; ".join(whole[0]["examples"])
    lines = answers("diff", "one", "turned", *NEW, "--format", "markdown", "--label", "up").splitlines()
    cells = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    assert {row[1] for row in cells[1:]} == {"up"}


def test_a_report_holds_tables_and_a_chart_and_escapes_what_it_shows(turned: Path, answers: Answers) -> None:
    text = (turned / "new.txt").read_text(encoding="utf-8").replace("the", "<b>the</b>")
    (turned / "new.txt").write_text(text, encoding="utf-8")
    answers("diff", "one", "turned", *NEW, "--report", "side", "--threshold", "0")
    names = {path.name for path in (turned / "side").iterdir()}
    assert names == {"index.html", "changes.csv", "changes.md", "changes.png", "ranks.csv", "diff.json"}
    assert (turned / "side" / "changes.png").read_bytes().startswith(b"\x89PNG")
    page = (turned / "side" / "index.html").read_text(encoding="utf-8")
    assert "reversed" in page
    assert "<b>" not in page
    ranks = list(csv.DictReader(io.StringIO((turned / "side" / "ranks.csv").read_text(encoding="utf-8-sig"))))
    assert {"keyword", "rank_before", "rank_after", "moved"} <= set(ranks[0])
    answers("diff", "one", "one", *NEW, "--report", "side", "--replace")
    assert not (turned / "side" / "changes.png").exists()


def test_records_are_those_of_a_split_that_both_have_not_learned_from(
    medtext: Run, fails: Fails, answers: Answers, place: Path, new: Path
) -> None:
    found = json.loads(answers("diff", "one", "one", "--format", "json"))
    val = json.loads((place / "runs" / "one" / "splits.json").read_text(encoding="utf-8"))["val"]
    assert (found["header"]["records"], found["header"]["split"]) == (len(val), "val")
    assert medtext(*TRAIN, "--source", "toy.txt", "--run", "other", "--split-seed", "5").exit_code == 0
    line = fails("diff", "one", "other", code=2)
    assert line.startswith("run 'other' learned from ")
    assert line.endswith("or train with the same --split-seed and --fold")
    assert "--split train" in fails("diff", "one", "one", "--split", "train", code=2)
    assert "of toy.txt: name records" in fails("diff", "one", "other", "--source", "toy.txt", code=2)
    # A run on other records has not learned from those that the first was judged by, or the other way round.
    assert medtext(*TRAIN, "--source", "new.txt", "--run", "newer").exit_code == 0
    assert json.loads(answers("diff", "newer", "one", "--format", "json"))["header"]["source"] == "new.txt"


def test_runs_that_cannot_be_compared_are_refused(medtext: Run, fails: Fails, new: Path) -> None:
    assert "was trained to generate" in fails("diff", "one", "writer", code=1)
    assert "name two runs of one task" in fails("diff", "one", "many", code=2)
    assert "no label in common" in fails("diff", "one", "chinese", code=2)
    assert "no run is called 'on'" in fails("diff", "on", "one", code=2)
    assert fails("diff", "one", "one", "--label", "upp", code=2) == (
        "no label of both runs is called 'upp': did you mean 'up'?"
    )
    assert "-o says how --source is read" in fails("diff", "one", "one", "-o", "a=b", code=2)
    assert medtext(*TRAIN[:3], "--source", "toy.txt", "--model", "toy-centroids", "--run", "far").exit_code == 0
    assert "run 'far' has a model without gradients" in fails("diff", "one", "far", code=2)


def test_runs_that_cut_other_tokens_are_compared_by_words(
    medtext: Run, fails: Fails, answers: Answers, new: Path
) -> None:
    assert medtext(*TRAIN, "--source", "toy.txt", "--tokenizer", "characters", "--run", "letters").exit_code == 0
    header = json.loads(answers("diff", "one", "letters", *NEW, "--format", "json"))["header"]
    assert header["unit"] == "word"
    assert "cut texts into other tokens" in fails("diff", "one", "letters", *NEW, "--unit", "token", code=2)


def test_labels_of_one_run_alone_are_listed_and_left_out(
    medtext: Run, answers: Answers, place: Path, new: Path
) -> None:
    lines = [line for line in (place / "toy.txt").read_text().splitlines() if not line.endswith(";none")]
    (place / "two.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert medtext(*TRAIN, "--source", "two.txt", "--run", "two").exit_code == 0
    found = json.loads(answers("diff", "one", "two", *NEW, "--format", "json"))
    assert (found["header"]["only_before"], found["header"]["only_after"]) == (["none"], [])
    assert {row["label"] for row in found["rows"]} == {"up", "down"}
    known = [line for line in (place / "new.txt").read_text().splitlines() if not line.endswith(";none")]
    assert found["answers"]["labelled"] == len(known)
    assert "Labels of A alone are left out: none." in answers("diff", "one", "two", *NEW)


def test_texts_that_a_run_cut_are_left_out_of_effects(answers: Answers, place: Path, new: Path) -> None:
    found: dict[str, Any] = json.loads(answers("diff", "one", "one", *NEW, "--format", "json"))
    assert found["header"]["truncated"] == 0
    config = place / "runs" / "one" / "config.json"
    content = json.loads(config.read_text(encoding="utf-8"))
    config.write_text(json.dumps({**content, "long": "cut"}), encoding="utf-8")
    long = " ".join(["the ulcer was seen"] * 300)
    new.write_text(new.read_text(encoding="utf-8") + f"{long};up\n", encoding="utf-8")
    cut = json.loads(answers("diff", "one", "one", *NEW, "--format", "json"))
    assert (cut["header"]["truncated"], cut["header"]["records"]) == (1, RECORDS + 1)
    assert cut["header"]["clusters"] == found["header"]["clusters"]


def test_what_is_denied_is_a_term_of_its_own(answers: Answers, place: Path, new: Path) -> None:
    new.write_text("no ulcer;up\nthe ulcer;up\nno polyp;down\n", encoding="utf-8")
    terms = {
        row["term"]
        for row in json.loads(answers("diff", "one", "one", *NEW, "--assertions", "--format", "json"))["rows"]
    }
    assert {"[no] ulcer", "ulcer"} <= terms
