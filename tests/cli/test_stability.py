"""``medtext stability``: the tables of runs compared, in every form, and what cannot be compared refused."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Run = Callable[..., Result]
Answers = Callable[..., str]
Fails = Callable[..., str]

TOY = ("--dataset", "toy", "--source", "toy.txt", "--epochs", "2", "--lr", "0.3")
SPLITS = ("--shares", "5:3:2", "--split-seed", "4")
PAIR = ("--run", "s-toy-linear-seed1", "--run", "s-toy-linear-seed2")


@pytest.fixture
def swept(medtext: Run) -> None:
    """Two runs that differ in their seed."""
    made = medtext("sweep", *TOY, *SPLITS, "--model", "toy-linear", "--seeds", "1,2", "--run", "s")
    assert made.exit_code == 0, made.stderr


@pytest.fixture
def found(answers: Answers) -> Callable[..., dict[str, Any]]:
    """Return what a command answers as parsed JSON."""

    def make(*arguments: object) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(answers("stability", "--format", "json", *arguments))
        return content

    return make


Found = Callable[..., dict[str, Any]]


@pytest.mark.usefixtures("swept")
def test_ranks_are_those_of_the_keyword_table_of_each_label(found: Found, answers: Answers) -> None:
    made = found(*PAIR, "--top", "4")
    header, labels = made["header"], [each["label"] for each in made["labels"]]
    assert (header["run"], header["top"], header["replicates"], header["patients"]) == (PAIR[1], 4, 200, "unknown")
    assert [each["run"] for each in header["runs"]] == [PAIR[1], PAIR[3]]
    assert labels
    for label in labels:
        tables = [
            json.loads(answers("keywords", "--run", run, "--label", label, "--format", "json"))["rows"]
            for run in (PAIR[1], PAIR[3])
        ]
        own = [row for row in made["rows"] if row["label"] == label]
        keys = ("rank", "keyword", "frequency", "records")
        assert [[row[key] for key in keys] for row in own] == [[row[key] for key in keys] for row in tables[0][:4]]
        others = {row["keyword"]: row["rank"] for row in tables[1]}
        for row in own:
            assert [each["run"] for each in row["runs"]] == [PAIR[1], PAIR[3]]
            assert row["runs"][1]["rank"] == others.get(row["keyword"])
            ranks = [row["rank"], others.get(row["keyword"])]
            assert row["in_top"] == sum(rank is not None and rank <= 4 for rank in ranks) / 2
    assert any(line.startswith("2 runs say little") for line in made["warnings"])
    assert any(line.startswith("Patients are unknown") for line in made["warnings"])


@pytest.mark.usefixtures("swept")
def test_every_form_holds_the_same_rows(medtext: Run, found: Found, place: Path) -> None:
    rows = found(*PAIR, "--top", "2")["rows"]
    made = medtext("stability", *PAIR, "--top", "2", "--output", "s.csv", "--report", "report")
    assert (made.exit_code, made.stdout) == (0, "")
    assert "warning: 2 runs say little" in made.stderr  # a CSV has no room for it
    content = (place / "s.csv").read_bytes().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(content)))
    assert [(line["keyword"], line["label"]) for line in lines] == [(row["keyword"], row["label"]) for row in rows]
    assert [line["selected"] for line in lines] == [f"{row['selected']:.3f}" for row in rows]
    report = {path.name for path in (place / "report").iterdir()}
    assert report == {"index.html", "ranks.png", "stability.csv", "stability.json", "stability.md"}
    assert (place / "report" / "stability.csv").read_text(encoding="utf-8-sig") == content
    assert json.loads((place / "report" / "stability.json").read_text(encoding="utf-8"))["rows"] == rows
    markdown = (place / "report" / "stability.md").read_text(encoding="utf-8")
    assert sum(line.startswith("| ") for line in markdown.splitlines()) == 1 + len(rows)
    assert "Warning: 2 runs say little" in markdown
    page = (place / "report" / "index.html").read_text(encoding="utf-8")
    assert "2 runs say little" in page
    again = medtext("stability", *PAIR, "--top", "2", "--report", "report", "--replace")
    assert again.exit_code == 0
    assert "beside 1 other run, val of toy.txt: does the order hold?" in again.stdout
    assert "warning: 2 runs say little" in again.stdout
    assert not any(line.endswith(" ") for line in again.stdout.splitlines())


@pytest.mark.usefixtures("swept")
def test_use_is_counted_over_runs_and_every_run_logs_its_confirmation(found: Found, place: Path) -> None:
    made = found(*PAIR, "--confirm", "test", "--no-shuffled")
    assert all(0 <= row["confirmed"] <= row["used"] <= 1 for row in made["rows"] if row["confirmed"] is not None)
    assert {each["verdict"] for row in made["rows"] for each in row["runs"]} - {None}
    assert made["mean"]["shuffled"] == {"overlap": None, "tau": None}
    for run in (PAIR[1], PAIR[3]):
        (line,) = (place / "runs" / run / "confirmations.jsonl").read_text(encoding="utf-8").splitlines()
        assert (json.loads(line)["split"], json.loads(line)["discovered_on"]) == ("test", "val")


def test_one_run_is_enough_and_the_newest_is_taken(found: Found, answers: Answers) -> None:
    made = found("--replicates", "60", "--label", "up")
    assert (made["header"]["run"], made["pairs"]) == ("one", [])
    assert {row["label"] for row in made["rows"]} == {"up"}
    assert made["warnings"][0].startswith("One run says nothing")
    assert made["labels"][0]["shuffled"]["tau"] is not None
    assert "between runs" not in answers("stability", "--run", "one")
    assert found("--replicates", "60", "--label", "up") == made  # the same draws each time
    assert found("--replicates", "60", "--label", "up", "--seed", "2")["rows"] != made["rows"]


def test_markup_in_records_and_labels_is_escaped(medtext: Run, place: Path) -> None:
    lines = [f"<script>alert({number})</script> ulcer;<b>up</b>" for number in range(30)]
    lines += [f"<img src=x onerror=alert(1)> polyp {number};down" for number in range(30)]
    (place / "evil.txt").write_text("\n".join(lines), encoding="utf-8")
    made = ("--dataset", "toy", "--source", "evil.txt", "--epochs", "4", "--lr", "0.5", "--run", "evil")
    assert medtext("train", *made).exit_code == 0
    assert medtext("stability", "--run", "evil", "--report", "report", "--threshold", "0").exit_code == 0
    page = (place / "report" / "index.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;up&lt;/b&gt;" in page
    assert not re.search(r"<script|<img src=x|<b>up", page)


@pytest.mark.usefixtures("swept")
def test_runs_that_are_no_other_seeds_are_told(medtext: Run, place: Path) -> None:
    shutil.copytree(place / "runs" / PAIR[1], place / "runs" / "copy")
    said = medtext("stability", *PAIR, "--run", "copy", "--no-shuffled").stdout
    assert f"Runs '{PAIR[1]}' and 'copy' have one seed and the same choices: they are one training, not two." in said
    assert medtext("train", *TOY, *SPLITS, "--batch-size", "8", "--run", "other").exit_code == 0
    said = medtext("stability", *PAIR, "--run", "other", "--no-shuffled").stdout
    assert f"Run 'other' differs from '{PAIR[1]}' in more than its seed" in said


@pytest.mark.usefixtures("swept")
def test_what_cannot_be_compared_is_refused(medtext: Run, fails: Fails, place: Path) -> None:
    first = PAIR[:2]
    assert fails("stability", *first, "--run", "one", code=2) == (
        f"runs '{PAIR[1]}' and 'one' have other train records: train with the same --split-seed and --fold, "
        "or name records by --source"
    )
    assert "has another task than" in fails("stability", *first, "--run", "many", code=2)
    assert "was trained to generate" in fails("stability", "--run", "writer", code=1)
    assert fails("stability", *first, "--split", "train", code=2) == (
        "an order is tried on records that no run learned from: choose val or test"
    )
    trained = len(json.loads((place / "runs" / PAIR[1] / "splits.json").read_text(encoding="utf-8"))["train"])
    assert fails("stability", *PAIR, "--source", "toy.txt", code=2) == (
        f"run '{PAIR[1]}' learned from {trained} of these 100 records: add --split val"
    )
    assert fails("stability", *first, "--label", "upp", code=2) == "no label is called 'upp': did you mean 'up'?"
    assert "no run is called" in fails("stability", "--run", "s-toy-linear-seed3", code=2)
    assert fails("stability", *first, "--method", "occlusion", "--infer", code=2).startswith("--infer rests on signed")
    assert medtext("train", *TOY, *SPLITS, "--tokenizer", "characters", "--run", "letters").exit_code == 0
    assert fails("stability", *first, "--run", "letters", code=2) == (
        f"run 'letters' is explained by word and '{PAIR[1]}' by token: add --unit word"
    )
    assert medtext("stability", *first, "--run", "letters", "--unit", "word", "--no-shuffled").exit_code == 0
