"""Reports of images: one study, many, bad ones; and where the writer looked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

Answers = Callable[..., str]
Fails = Callable[..., str]
Run = Callable[..., Any]
MARK = "(research, not for clinical use)"


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs: a writer that looks, and one that does not."""
    from typer.testing import CliRunner

    from medtext.cli import app

    folder = tmp_path_factory.mktemp("writers")
    (folder / "images").mkdir()
    rows = ["image,target,id"]
    for number in range(40):
        kind = number % 2
        picture = Image.new("L", (32, 32), 30)
        picture.paste(230, (4, 4, 14, 14) if kind else (18, 18, 28, 28))
        picture.save(folder / "images" / f"{number}.png")
        rows.append(f"images/{number}.png,{'left upper nodule .' if kind else 'right lower effusion .'},{number}")
    (folder / "table.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    small = [f"-o{pair}" for pair in ("image-size=32", "channels=16", "width=32", "hidden=32", "augment=0")]
    for name, model in (("looks", "cnn-attention-gru"), ("pools", "cnn-lstm")):
        arguments = ["train", "--dataset", "table", "--source", str(folder / "table.csv"), "--task", "generate"]
        # Without a group, records are split by the paths of their images, which hang on the folder of the tests.
        arguments += ["-o", "image=image", "-o", "target=target", "-o", "group=id"]
        arguments += ["--tokenizer", "english", "--model", model, *small]
        arguments += ["--epochs", "12", "--batch-size", "4", "--lr", "0.005", "--patience", "12", "--run", name]
        result = CliRunner(env={"MEDTEXT_RUNS": str(folder / "runs")}).invoke(app, arguments)
        assert result.exit_code == 0, result.stderr
    return folder


@pytest.fixture
def runs(written: Path, monkeypatch: pytest.MonkeyPatch, place: Path) -> Path:
    monkeypatch.setenv("MEDTEXT_RUNS", str(written / "runs"))
    (place / "study").mkdir()
    for number, name in ((1, "a-frontal"), (0, "b-frontal"), (0, "a-lateral")):
        (place / "study" / f"{name}.png").write_bytes((written / "images" / f"{number}.png").read_bytes())
    return place / "study"


def test_one_study_gives_its_report_and_the_mark(answers: Answers, runs: Path) -> None:
    assert answers("generate", runs / "a-frontal.png", "--run", "looks") == f"Left upper nodule.\n{MARK}\n"
    assert answers("generate", runs / "b-frontal.png", "--run", "looks") == f"Right lower effusion.\n{MARK}\n"


def test_folders_and_lists_give_a_line_for_each_study(answers: Answers, medtext: Run, runs: Path) -> None:
    lines = answers("generate", runs, "--run", "looks").splitlines()
    assert [line.split("\t")[0] for line in lines] == ["a", "b"]
    assert lines[1] == "b\tRight lower effusion."
    listed = f"{runs / 'b-frontal.png'}\n\n{runs / 'a-frontal.png'}\t{runs / 'a-lateral.png'}\n"
    piped = medtext("generate", "-", "--run", "looks", stdin=listed)
    assert [line.split("\t")[0] for line in piped.stdout.splitlines()] == ["b", "a"]
    assert "research, not for clinical use" in piped.stderr


def test_json_says_all_that_is_known(answers: Answers, runs: Path) -> None:
    document = json.loads(
        answers("generate", runs / "a-lateral.png", runs / "a-frontal.png", "--run", "looks", "--json", "--beams", "2")
    )
    assert document["views"] == ["frontal", "lateral"]
    assert [Path(path).name for path in document["images"]] == ["a-frontal.png", "a-lateral.png"]
    assert document["note"] == "research, not for clinical use"
    assert document["finished"] is True
    assert document["log_probability"] < 0
    assert 0 <= document["confidence"] <= 1
    assert (document["error"], document["abstained"]) == (None, False)


def test_a_study_that_cannot_be_read_is_a_line_of_its_own_and_the_others_are_written(
    answers: Answers, medtext: Run, fails: Fails, runs: Path
) -> None:
    (runs / "c.png").write_bytes((runs / "a-frontal.png").read_bytes()[:60])
    result = medtext("generate", runs, "--run", "looks")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[2] == "c\t"
    assert "c.png: not an image that can be read" in result.stderr
    assert "warning: 1 of 3 studies have no report: the lines above say why" in result.stderr
    rows = [json.loads(line) for line in answers("generate", runs, "--run", "looks", "--json").splitlines()]
    assert ["c.png" in (row["error"] or "") for row in rows] == [False, False, True]
    assert "c.png: not an image that can be read" in fails("generate", runs / "c.png", "--run", "looks", code=1)
    (runs / "broken").mkdir()
    (runs / "c.png").rename(runs / "broken" / "c.png")
    result = medtext("generate", runs / "broken", "--run", "looks", "--maps", "none")
    assert (result.exit_code, result.stdout) == (1, "c\t\n")
    assert result.stderr.endswith("error: none of 1 studies has a report: the lines above say why\n")
    assert "there is no such image" in fails("generate", runs / "gone.png", "--run", "looks", code=1)


def test_a_report_is_withheld_where_the_search_disagrees(medtext: Run, runs: Path) -> None:
    result = medtext("generate", runs / "a-frontal.png", "--run", "looks", "--abstain", "1.0", "--beams", "4")
    assert result.stdout == f"\n{MARK}\n"
    assert "1 of 1 studies got no report" in result.stderr


def test_maps_show_every_word_over_every_view(answers: Answers, fails: Fails, runs: Path, place: Path) -> None:
    arguments = ("generate", runs, "--run", "looks", "--maps", "maps")
    answers(*arguments)
    assert {path.name for path in (place / "maps").iterdir()} == {"a.png", "a", "b.png", "b", "index.html", "maps.json"}
    assert [path.name for path in sorted((place / "maps" / "b").iterdir())] == [
        *("001-right.png", "002-lower.png", "003-effusion.png", "004-sign.png"),
    ]
    first, second = json.loads((place / "maps" / "maps.json").read_text(encoding="utf-8"))
    assert (first["views"], second["words"]) == (["frontal", "lateral"], ["right", "lower", "effusion", "."])
    for word in first["attention"]:
        assert [(len(grid), len(grid[0])) for grid in word] == [(2, 2), (2, 2)]
        assert sum(sum(map(sum, grid)) for grid in word) == pytest.approx(1.0, abs=1e-4)
    assert "Right lower effusion." in (place / "maps" / "index.html").read_text(encoding="utf-8")
    with Image.open(place / "maps" / "a.png") as sheet:
        assert sheet.width > sheet.height / 2
    assert "add --replace" in fails(*arguments, code=1)
    answers(*arguments, "--replace")
    assert "has no attention to draw" in fails("generate", runs, "--run", "pools", "--maps", "other", code=2)


def test_what_does_not_go_together_is_refused(fails: Fails, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = runs / "a-frontal.png"
    assert "images and folders exclude each other" in fails("generate", image, runs, code=2)
    assert "--view is given 1 times for 2 images" in fails("generate", image, image, "--view", "frontal", code=2)
    assert "leave it out for folders" in fails("generate", runs, "--view", "frontal", code=2)
    assert "--temperature and --consensus sample" in fails(
        "generate", image, "--temperature", "1", "--beams", "2", code=2
    )
    assert "add --beams 2 or more" in fails("generate", image, "--beams", "1", "--abstain", "0.5", code=2)
    assert "--beams must be at least 1" in fails("generate", image, "--beams", "0", code=2)
    monkeypatch.delenv("MEDTEXT_RUNS")
    assert "does not write from images" in fails("generate", image, "--run", "writer", code=2)
    assert "was trained to classify" in fails("generate", image, "--run", "one", code=1)


def test_no_report_is_longer_than_a_thousand_tokens(fails: Fails, runs: Path) -> None:
    line = fails("generate", runs / "a-frontal.png", "--run", "looks", "--max-length", "1001", code=2)
    assert line == "--max-length must be at most 1000, not 1001"


def test_sampling_is_repeated_by_its_seed(answers: Answers, runs: Path) -> None:
    asked = ("generate", runs / "a-frontal.png", "--run", "looks", "--temperature", "3", "--seed")
    assert answers(*asked, "1") == answers(*asked, "1")
    assert len({answers(*asked, str(seed)) for seed in range(6)}) > 1


def test_a_writer_begins_with_the_encoder_of_another_network(medtext: Run, fails: Fails, written: Path) -> None:
    chosen = ("--runs", written / "runs", "train", "--dataset", "table", "--source", written / "table.csv")
    chosen += ("--task", "generate", "-o", "image=image", "-o", "target=target", "--tokenizer", "english")
    begun = medtext(
        *chosen, "--model", "cnn-transformer", "--init", "looks", "--epochs", "1", "--run", "begun", "--replace"
    )
    assert begun.exit_code == 0, begun.stderr
    assert "started from" in begun.stderr
    config = json.loads((written / "runs" / "begun" / "config.json").read_text(encoding="utf-8"))
    assert config["model"]["options"]["channels"] == 16  # what gives the encoder its shape comes along
    assert "is of model 'cnn-attention-gru', not 'text-lstm'" in fails(
        *chosen, "--model", "text-lstm", "--init", "looks", code=2
    )
