"""``medtext train``: what a run is made of, what is said of it, and how it is gone on with."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Fails = Callable[..., str]
Run = Callable[..., Result]
Answers = Callable[..., str]

TOY = ("train", "--dataset", "toy", "--source", "toy.txt")


def read(path: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_a_training_leaves_the_files_of_a_run(medtext: Run, place: Path) -> None:
    result = medtext(*TOY, "--epochs", "2", "--run", "new")
    assert result.exit_code == 0
    assert {path.name for path in (place / "runs" / "new").iterdir()} >= {
        *("run.json", "config.json", "labels.json", "tokenizer.json", "splits.json", "metrics.json"),
        *("model.safetensors", "history.jsonl", "README.md", "train.log", "training.pt", "baseline"),
    }
    info = read(place / "runs" / "new" / "run.json")
    assert (info["format"], info["task"], info["dataset"], info["model"]) == (1, "classify", "toy", "toy-linear")
    assert (info["tokenizer"], info["seed"], info["device"]) == ("spaces", 13, "cpu")
    assert len((place / "runs" / "new" / "history.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_a_training_answers_with_figures_beside_baseline_and_majority(medtext: Run) -> None:
    result = medtext(*TOY, "--epochs", "2", "--run", "new")
    lines = result.stdout.splitlines()
    assert lines[0] == "new, val"
    heads = ["records", "accuracy", "macro", "P", "macro", "R", "macro", "F1", "log", "loss", "ECE", "AURC"]
    assert lines[1].split() == heads
    assert [line.split()[0] for line in lines[2:]] == ["model", "a-light-baseline", "majority"]
    assert result.stdout == "\n".join(line.rstrip() for line in lines) + "\n"


def test_a_training_says_device_epochs_and_where_the_run_is(medtext: Run) -> None:
    said = medtext(*TOY, "--epochs", "2", "--run", "new", "--device", "auto").stderr.splitlines()
    assert said[0] in {"device: cpu", "device: cuda"}
    assert [line.split(":")[0] for line in said if line.startswith("epoch")] == ["epoch 1/2", "epoch 2/2"]
    few = [line for line in said if "its figures say little: add records, or --stratify" in line]
    assert [line.split(" has ")[0] for line in few] == ["warning: val", "warning: test"]
    assert said[-1] == "written: runs/new"


def test_quiet_leaves_the_answer_only(medtext: Run) -> None:
    result = medtext("--quiet", *TOY, "--epochs", "1", "--run", "new")
    assert all(line.startswith("warning: ") for line in result.stderr.splitlines())
    assert result.stdout.startswith("new, val\n")


def test_unnamed_runs_are_called_by_dataset_and_model_and_counted(medtext: Run, place: Path) -> None:
    for _ in range(2):
        assert medtext(*TOY, "--epochs", "1").exit_code == 0
    assert {path.name for path in (place / "runs").glob("toy-*")} == {"toy-toy-linear", "toy-toy-linear-2"}


def test_choices_end_up_in_the_configuration(medtext: Run, place: Path) -> None:
    chosen = ("--epochs", "1", "--lr", "0.25", "--batch-size", "7", "--seed", "5", "--class-weight", "balanced")
    result = medtext(*TOY, *chosen, "-o", "start=0.5", "-o", "tokenizer.min-records=3", "--run", "new")
    assert result.exit_code == 0
    config = json.loads((place / "runs" / "new" / "config.json").read_text(encoding="utf-8"))
    assert config["model"] == {"name": "toy-linear", "options": {"start": 0.5}}
    assert config["tokenizer"]["options"]["min_records"] == 3
    assert config["training"] | {"epochs": 1, "lr": 0.25, "batch_size": 7, "seed": 5} == config["training"]
    assert config["training"]["class_weight"] == "balanced"


def test_replace_trains_a_run_anew(medtext: Run, place: Path) -> None:
    before = read(place / "runs" / "one" / "run.json")["created"]
    assert medtext(*TOY, "--epochs", "1", "--run", "one", "--replace").exit_code == 0
    assert read(place / "runs" / "one" / "run.json")["created"] != before


def test_a_dry_run_shows_batches_and_writes_nothing(answers: Answers, place: Path) -> None:
    before = sorted(place.rglob("*"))
    shown = answers(*TOY, "--dry-run", "--run", "new").splitlines()
    assert sorted(place.rglob("*")) == before
    assert shown[0].startswith("splits: ")
    assert shown[1].startswith("labels: down (")
    assert shown[2].startswith("model: toy-linear, ")
    assert shown[3].startswith("batch 1: inputs [")
    assert shown[4].startswith("  r")


def test_texts_that_stand_in_two_splits_are_warned_of(medtext: Run, place: Path) -> None:
    rows = ["text,label,split", *(f"ulcer {n},up,train\npolyp {n},down,train" for n in range(20))]
    rows += ["ulcer 1,up,val", "polyp 2,down,val", "ulcer 3,up,test", "polyp 99,down,test"]
    (place / "table.csv").write_text("\n".join(rows), encoding="utf-8")
    chosen = ("--dataset", "table", "--source", "table.csv", "--model", "toy-linear", "--tokenizer", "spaces")
    said = medtext("train", *chosen, "--epochs", "1", "--run", "new").stderr
    assert "warning: 2 of 2 val records have a text that also stands in train\n" in said
    assert "warning: 1 of 2 test records have a text that also stands in train\n" in said


def test_resume_adds_epochs_to_a_finished_run(medtext: Run, place: Path) -> None:
    result = medtext("train", "--resume", "--run", "one", "--epochs", "6")
    assert result.exit_code == 0
    lines = (place / "runs" / "one" / "history.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [line.split(":")[0] for line in result.stderr.splitlines() if line.startswith("epoch")] == [
        "epoch 5/6",
        "epoch 6/6",
    ]


def test_an_interrupted_training_says_how_to_go_on_and_is_gone_on_with(
    medtext: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from medtext.cli.progress import TrainingBar

    heard = TrainingBar.step

    def interrupt(bar: TrainingBar, epoch: int, loss: float) -> None:
        heard(bar, epoch, loss)
        if epoch == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(TrainingBar, "step", interrupt)
    result = medtext(*TOY, "--epochs", "3", "--run", "new")
    assert result.exit_code == 130
    assert result.stdout == ""
    assert result.stderr.splitlines()[-2:] == [
        "cut off: new (go on by `medtext train --resume --run new`)",
        "error: interrupted",
    ]
    assert not (place / "runs" / "new").exists()
    assert "cut off: new (go on by `medtext train --resume --run new`)\n" in medtext("runs").stderr

    monkeypatch.setattr(TrainingBar, "step", heard)
    result = medtext("train", "--resume")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == "run: new"
    assert (place / "runs" / "new" / "model.safetensors").exists()
    assert not list((place / "runs").glob(".*.partial"))


def test_a_training_interrupted_in_its_first_epoch_leaves_nothing(
    fails: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("medtext.cli.progress.TrainingBar.step", interrupt)
    assert fails(*TOY, "--run", "new", code=130) == "interrupted"


@pytest.mark.parametrize(
    ("choices", "code", "expected"),
    [
        (("--lr", "1"), 2, "--lr cannot change on --resume"),
        (("--model", "toy-linear"), 2, "--model cannot change on --resume"),
        (("--class-weight", "none"), 2, "--class-weight cannot change on --resume"),
        (("-o", "start=1"), 2, "-o cannot change on --resume"),
        (("--dry-run",), 2, "--dry-run cannot change on --resume"),
        (("--replace",), 2, "--resume and --replace exclude each other"),
        (("--run", "one", "--epochs", "1"), 1, "run 'one' was planned for 4 epochs: --epochs can only raise that"),
    ],
)
def test_resume_refuses_other_choices(fails: Fails, choices: tuple[str, ...], code: int, expected: str) -> None:
    assert fails("train", "--resume", *choices, code=code).startswith(expected)


def test_resume_of_a_changed_source_is_refused(fails: Fails, place: Path) -> None:
    source = place / "toy.txt"
    source.write_text(source.read_text(encoding="utf-8") + "new text;up\n", encoding="utf-8")
    line = fails("train", "--resume", "--run", "one", "--epochs", "6", code=1)
    assert line == (f"{place}/toy.txt has changed since the training of 'one' began: start over with --replace")


def test_resume_of_a_run_that_was_imported_is_refused_and_leaves_nothing(
    medtext: Run, fails: Fails, place: Path
) -> None:
    assert medtext("runs", "export", "one", "one.zip").exit_code == 0
    with zipfile.ZipFile(place / "one.zip") as archive:
        assert "training.pt" not in archive.namelist()
    assert medtext("runs", "import", "one.zip", "--run", "other").exit_code == 0
    line = fails("train", "--resume", "--run", "other", "--epochs", "6", code=1)
    assert line == "run 'other' has no training to resume: start it without --resume"


def test_resume_without_any_run_is_refused(fails: Fails) -> None:
    assert fails("--runs", "none", "train", "--resume", code=1)


def test_runs_can_be_kept_elsewhere(medtext: Run, place: Path) -> None:
    assert medtext("--runs", "else/where", *TOY, "--epochs", "1", "--run", "new").exit_code == 0
    assert (place / "else" / "where" / "new" / "run.json").exists()
    result = medtext("predict", "a", env={"MEDTEXT_RUNS": "else/where"})
    assert "run: new\n" in result.stderr


def test_a_run_holds_no_text_of_a_record(medtext: Run, place: Path) -> None:
    lines = (place / "toy.txt").read_text(encoding="utf-8").splitlines()
    assert medtext(*TOY, "--epochs", "1", "--run", "new").exit_code == 0
    kept = b"".join(path.read_bytes() for path in (place / "runs" / "new").rglob("*") if path.is_file())
    assert not [line for line in lines if line.rpartition(";")[0].encode() in kept]


def test_a_source_whose_name_is_not_utf8_can_be_trained_on(medtext: Run, place: Path) -> None:
    name = "\udcff.txt"
    (place / name).write_bytes((place / "toy.txt").read_bytes())
    result = medtext("train", "--dataset", "toy", "--source", name, "--epochs", "1", "--run", "new")
    assert result.exit_code == 0
    assert medtext("evaluate", "--run", "new").exit_code == 0


def test_a_label_of_one_record_is_doubted(medtext: Run, place: Path) -> None:
    lines = (place / "toy.txt").read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].rpartition(";")[0] + ";nonne"
    (place / "toy.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = medtext(*TOY, "--epochs", "1", "--run", "new")
    assert "warning: label 'nonne' has one record only: is it 'none' misspelt?" in result.stderr
