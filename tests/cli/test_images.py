"""Runs that label images: what they are measured by, and what is only for texts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

Answers = Callable[..., str]
Fails = Callable[..., str]
Run = Callable[..., Any]


@pytest.fixture(scope="session")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a table of images and a run that labels them."""
    from typer.testing import CliRunner

    from medtext.cli import app

    folder = tmp_path_factory.mktemp("labelled")
    rows = ["frontal,label,id"]
    for number in range(60):
        picture = Image.effect_noise((32, 32), 30 + number)
        picture.paste(230, (4, 4, 14, 14) if number % 2 else (18, 18, 28, 28))
        picture.save(folder / f"{number}.png")
        rows.append(f"{number}.png,{'left' if number % 2 else 'right'},{number}")
    (folder / "table.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    arguments = ["train", "--dataset", "table", "--source", str(folder / "table.csv"), "-o", "image=frontal"]
    arguments += ["-o", "label=label", "--model", "image-cnn", "-o", "image-size=32", "-o", "channels=16"]
    arguments += ["-o", "width=32", "--epochs", "4", "--batch-size", "4", "--lr", "0.005", "--run", "seen"]
    result = CliRunner(env={"MEDTEXT_RUNS": str(folder / "runs")}).invoke(app, arguments)
    assert result.exit_code == 0, result.stderr
    return folder


@pytest.fixture
def runs(labelled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEDTEXT_RUNS", str(labelled / "runs"))
    return labelled


def test_a_run_that_labels_images_is_measured_and_reported(answers: Answers, runs: Path, place: Path) -> None:
    found = json.loads(answers("evaluate", "--run", "seen", "--json"))["metrics"]["model"]
    assert found["accuracy"] > 0.6
    assert "accuracy" in answers("evaluate", "--run", "seen", "--split", "train")
    answers("evaluate", "--run", "seen", "--split", "train", "--report", "rep")
    assert (place / "rep" / "index.html").is_file()


def test_what_is_for_words_is_refused(fails: Fails, runs: Path) -> None:
    assert "reads images: leave it out" in fails("evaluate", "--run", "seen", "--evidence", code=2)
    assert "reads images, which have no words" in fails("keywords", "--run", "seen", code=2)


def test_images_that_were_trained_on_are_warned_of(medtext: Run, runs: Path) -> None:
    trained = len(json.loads((runs / "runs" / "seen" / "splits.json").read_text(encoding="utf-8"))["train"])
    result = medtext("evaluate", "--run", "seen", "--source", runs / "table.csv")
    assert f"warning: {trained} of 60 records have texts that run 'seen' was trained on" in result.stderr


def test_a_writer_is_measured_where_its_source_has_moved(medtext: Run, runs: Path, place: Path) -> None:
    shutil.copytree(runs, place / "first", ignore=shutil.ignore_patterns("runs"))
    table = place / "first" / "table.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("label", "target"), encoding="utf-8")
    chosen = ("--dataset", "table", "-o", "image=frontal", "-o", "target=target", "--task", "generate")
    small = ("-o", "image-size=32", "-o", "channels=16", "-o", "width=32", "-o", "hidden=32")
    arguments = ("train", *chosen, "--source", table, "--model", "cnn-lstm", "--tokenizer", "english", *small)
    made = medtext("--runs", "own", *arguments, "--epochs", "1", "--run", "writer")
    assert made.exit_code == 0, made.stderr
    (place / "first").rename(place / "second")
    result = medtext("--runs", "own", "evaluate", "--run", "writer", "--source", "second/table.csv", "--json")
    assert result.exit_code == 0, result.stderr
    assert list(json.loads(result.stdout)["metrics"]) == ["model", "shuffled"]
    assert "retrieval is left out" in result.stderr


def test_a_model_that_writes_is_asked_for_texts_without_saying_so(answers: Answers, runs: Path) -> None:
    rows = [line.split(",") for line in (runs / "table.csv").read_text(encoding="utf-8").split()[1:]]
    content = "".join(f"{image},square on the {side}\n" for image, side, _ in rows)
    (runs / "written.csv").write_text("frontal,report\n" + content, encoding="utf-8")
    arguments = ["train", "--dataset", "table", "--source", runs / "written.csv", "-o", "image=frontal"]
    said = answers(*arguments, "-o", "target=report", "--model", "cnn-lstm", "--dry-run")
    assert "[square on the left]" in said


def test_what_a_model_does_not_read_is_missed_at_the_door(fails: Fails, runs: Path) -> None:
    arguments = ["train", "--dataset", "table", "-o", "image=frontal", "-o", "label=label"]
    said = fails(*arguments, "--source", runs / "table.csv", "--model", "text-cnn", code=1)
    assert "table.csv:2: a record without a text, where the model reads texts" in said
    (runs / "lacking.csv").write_text("frontal,label,id\n0.png,left,0\n,right,1\n", encoding="utf-8")
    said = fails(*arguments, "--source", runs / "lacking.csv", "--model", "image-cnn", code=1)
    assert "lacking.csv:3: no image is named in frontal" in said
