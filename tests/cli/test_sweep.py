"""Several trainings in one call, compared, and put together: what each command promises of runs side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medtext.workspace import ensembling

Answers = Callable[..., str]
Fails = Callable[..., str]
Run = Callable[..., Any]
SWEEP = ("sweep", "--dataset", "toy", "--source", "toy.txt", "--epochs", "2", "--lr", "0.3", "--run", "s")


def splits(place: Path, run: str) -> dict[str, Any]:
    return json.loads((place / "runs" / run / "splits.json").read_text(encoding="utf-8"))


@pytest.fixture
def swept(medtext: Run) -> Any:
    result = medtext(*SWEEP, "--model", "toy-linear", "--model", "a-light-baseline", "--seeds", "1,2")
    assert result.exit_code == 0, result.stderr
    return result


def test_a_sweep_leaves_a_run_for_each_model_and_seed_on_the_same_splits(swept: Any, place: Path, medtext: Run) -> None:
    names = [f"s-{model}-seed{seed}" for model in ("toy-linear", "a-light-baseline") for seed in (1, 2)]
    assert sorted(path.name for path in (place / "runs").glob("s-*")) == sorted(names)
    assert len({json.dumps(splits(place, name)) for name in names}) == 1
    lines = swept.stdout.splitlines()
    assert lines[0] == "s, val: mean and standard deviation over 2 trainings each"
    # A baseline that is swept itself has one row, not another for those trained beside.
    assert [line.split()[0] for line in lines[2:]] == ["toy-linear", "a-light-baseline"]
    files = [place / "runs" / f"s-a-light-baseline-seed{seed}" / "metrics.json" for seed in (1, 2)]
    values = [json.loads(file.read_text(encoding="utf-8"))["val"]["model"]["accuracy"] for file in files]
    assert f"{sum(values) / 2:.4f}" in lines[3]
    assert re.search(r"0\.\d{4} ±0\.\d{4}", lines[2])
    # Who asks for the newest run means none that was one of many.
    assert "run: one\n" in medtext("predict", "the ulcer").stderr


def test_a_sweep_is_gone_on_with_member_by_member(medtext: Run, fails: Fails, place: Path) -> None:
    first = medtext(*SWEEP, "--model", "toy-linear", "--seeds", "1")
    assert first.exit_code == 0
    kept = (place / "runs" / "s-toy-linear-seed1" / "run.json").read_bytes()
    assert fails(*SWEEP, "--model", "toy-linear", "--seeds", "1", code=1) == (
        "run 's-toy-linear-seed1' exists: go on with the sweep by --resume, or start over by --replace"
    )
    both = medtext(*SWEEP, "--model", "toy-linear", "--model", "a-light-baseline", "--seeds", "1", "--resume")
    assert both.exit_code == 0, both.stderr
    assert "training: s-toy-linear-seed1 (" not in both.stderr
    assert "training: s-a-light-baseline-seed1 (2 of 2)" in both.stderr
    assert (place / "runs" / "s-toy-linear-seed1" / "run.json").read_bytes() == kept
    again = (*SWEEP, "--model", "toy-linear", "--seeds", "1", "--resume")
    assert "was made with other choices" in fails(*again, "--epochs", "3", code=1)
    source = place / "toy.txt"
    source.write_text(source.read_text(encoding="utf-8") + "a new ulcer;up\n", encoding="utf-8")
    assert "has changed since 's-toy-linear-seed1' was trained" in fails(*again, code=1)


def test_folds_are_each_judged_once_and_never_trained_on(medtext: Run, place: Path) -> None:
    result = medtext(*SWEEP, "--model", "toy-linear", "--folds", "3", "--stratify")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("s, test: mean and standard deviation over 3 trainings each\n")
    parts = [splits(place, f"s-toy-linear-seed13-fold{fold}") for fold in (1, 2, 3)]
    tested = [key for part in parts for key in part["test"]]
    everything = {*parts[0]["train"], *parts[0]["val"], *parts[0]["test"]}
    assert sorted(tested) == sorted(everything)
    for part in parts:
        assert not set(part["test"]) & {*part["train"], *part["val"]}


def test_an_ensemble_answers_by_the_mean_of_its_members_logits(
    swept: Any, answers: Answers, medtext: Run, place: Path
) -> None:
    made = medtext("ensemble", "s-toy-linear-seed*", "s-a-light-baseline-seed1", "--run", "all", "--equal")
    assert made.exit_code == 0, made.stderr
    members = ["s-toy-linear-seed1", "s-toy-linear-seed2", "s-a-light-baseline-seed1"]
    listed = json.loads((place / "runs" / "all" / "ensemble.json").read_text(encoding="utf-8"))["members"]
    assert [(each["name"], each["weight"]) for each in listed] == [(name, pytest.approx(1 / 3)) for name in members]

    def explained(run: str) -> dict[str, Any]:
        return {
            each["label"]: each
            for each in map(
                json.loads,
                answers("attribute", "the ulcer was", "--run", run, "--explain", "all", "--json").splitlines(),
            )
        }

    own, all_ = [explained(name) for name in members], explained("all")
    for label, whole in all_.items():
        parts = [each[label] for each in own]
        assert whole["margin"] == pytest.approx(sum(each["margin"] for each in parts) / 3, abs=1e-6)
        for number, unit in enumerate(whole["units"]):
            scores = [each["units"][number]["score"] for each in parts]
            assert unit["score"] == pytest.approx(sum(scores) / 3, abs=1e-6)
        assert whole["gap"] <= sum(abs(each["gap"]) for each in parts) / 3 + 1e-9
        assert whole["converged"] is True


def test_a_member_that_weighs_nothing_is_named_and_not_asked(
    swept: Any, answers: Answers, medtext: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ensembling, "FEW", 1)
    monkeypatch.setattr(ensembling, "_fit", lambda *_: (0.0, 1.0))
    made = medtext("ensemble", "s-toy-linear-seed1", "s-a-light-baseline-seed1", "--run", "pair")
    assert made.exit_code == 0, made.stderr
    assert "val, on which its weights were fitted" in made.stdout
    card = (place / "runs/pair/README.md").read_text(encoding="utf-8")
    assert "| s-toy-linear-seed1 | toy-linear | 0.000 |" in card
    assert "| s-a-light-baseline-seed1 | a-light-baseline | 1.000 |" in card
    said, alone = (
        json.loads(answers("predict", "the ulcer", "--run", run, "--json"))
        for run in ("pair", "s-a-light-baseline-seed1")
    )
    assert said["probabilities"] == alone["probabilities"]


def test_an_ensemble_is_used_like_any_other_run_and_needs_no_member(
    swept: Any, answers: Answers, medtext: Run, place: Path
) -> None:
    import shutil

    assert medtext("ensemble", "s-toy-linear-seed1", "s-a-light-baseline-seed1", "--run", "pair").exit_code == 0
    for path in (place / "runs").glob("s-*"):
        shutil.rmtree(path)
    kept = json.loads((place / "runs/pair/ensemble.json").read_text(encoding="utf-8"))
    assert sum(each["weight"] for each in kept["members"]) == pytest.approx(1.0)
    assert kept["fitted"] is False  # too few val records
    assert json.loads(answers("predict", "the ulcer", "--run", "pair", "--json"))["labels"] == ["up"]
    (place / "texts.txt").write_text("the ulcer\nthe polyp\n", encoding="utf-8")
    assert len(answers("batch-predict", "texts.txt", "--run", "pair").splitlines()) == 3
    assert json.loads(answers("evaluate", "--run", "pair", "--json"))["metrics"]["model"]["records"] > 0
    header = json.loads(answers("keywords", "--run", "pair", "--format", "json"))["header"]
    assert (header["run"], header["members"]) == ("pair", "2")
    answers("runs", "export", "pair", "pair.zip")
    answers("runs", "import", "pair.zip", "--run", "again")
    assert answers("predict", "the ulcer", "--run", "again") == answers("predict", "the ulcer", "--run", "pair")
    assert "pair" in answers("runs")
    measured = json.loads(answers("evaluate", "--run", "pair", "--json"))["metrics"]
    assert {"model", "a-light-baseline", "majority"} <= set(measured)
    doubted = medtext("predict", "quux quuz", "--run", "pair")
    assert "does not know 100% of the text's tokens" in doubted.stderr
    faults = medtext("evaluate", "--run", "pair", "--evidence").stderr.splitlines()
    assert "is an ensemble, and this needs one network: name a member" in faults[-1]
    assert not any(line.startswith("evidence:") for line in faults)  # refused before anything is measured


def test_runs_that_do_not_go_together_make_no_ensemble(fails: Fails) -> None:
    assert "has another task or other labels than 'one'" in fails("ensemble", "one", "many", code=2)
    assert "two different runs or more" in fails("ensemble", "one", code=2)
    assert "writes texts" in fails("ensemble", "writer", "one", code=2)
    assert "no run is called 'none'" in fails("ensemble", "one", "none", code=2)


def test_a_comparison_shows_figures_differences_speed_and_curves(swept: Any, answers: Answers, place: Path) -> None:
    shown = answers("compare", "s-toy-linear-seed1", "s-*", "one", "--source", "toy.txt", "--report", "side")
    lines = shown.splitlines()
    assert lines[0].startswith("5 runs on all of toy.txt, ")
    assert lines[1].split()[:4] == ["run", "model", "accuracy", "macro"]
    assert lines[2].split()[0] == "s-toy-linear-seed1"
    assert "Differences to s-toy-linear-seed1 with 95 % intervals" in shown
    assert (place / "side" / "curves.png").read_bytes().startswith(b"\x89PNG")
    rows = json.loads((place / "side" / "comparison.json").read_text(encoding="utf-8"))
    assert rows[0]["differences"] is None
    for row in rows[1:]:
        loss = row["metrics"]["log_loss"] - rows[0]["metrics"]["log_loss"]
        assert row["differences"]["log_loss"]["value"] == pytest.approx(loss, abs=1e-6)
        found = row["differences"]["log_loss"]
        assert found["low"] <= found["value"] <= found["high"]
        f1 = row["metrics"]["macro_f1"] - rows[0]["metrics"]["macro_f1"]
        assert row["differences"]["macro_f1"]["value"] == pytest.approx(f1, abs=1e-9)
    assert 'src="curves.png"' in (place / "side" / "index.html").read_text(encoding="utf-8")
    answers("compare", "s-*", "--report", "side", "--replace")
    assert len(json.loads((place / "side" / "comparison.json").read_text(encoding="utf-8"))) == 4


def test_runs_on_other_records_are_not_compared(medtext: Run, fails: Fails) -> None:
    toy = ("train", "--dataset", "toy", "--source", "toy.txt", "--epochs", "1", "--run", "other", "--split-seed", "5")
    assert medtext(*toy).exit_code == 0
    assert "have other val records" in fails("compare", "one", "other", code=2)
    assert "two different runs or more" in fails("compare", "one", code=2)


def test_a_run_without_a_test_part_says_so(medtext: Run, fails: Fails, place: Path) -> None:
    toy = ("train", "--dataset", "toy", "--source", "toy.txt", "--epochs", "1", "--run", "nine", "--shares", "9:1:0")
    assert medtext(*toy).exit_code == 0
    assert splits(place, "nine")["test"] == []
    assert list(json.loads((place / "runs/nine/metrics.json").read_text())) == ["val"]
    assert fails("evaluate", "--run", "nine", code=1) == (
        "run 'nine' has no test part: choose another --split, or name records by --source"
    )


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (("--shares", "8:1"), "--shares: expected those of train, val and test"),
        (("--shares", "8:x:1"), "--shares takes three whole numbers"),
        (("--fold", "6/5"), "--fold 6/5: expected one of two or more"),
        (("--fold", "x"), "--fold two, such as 1/5"),
        (("--average", "1"), "--average must be at least 0 and below 1, not 1.0"),
    ],
)
def test_choices_that_cannot_be_are_refused(fails: Fails, choice: tuple[str, ...], said: str) -> None:
    assert said in fails("train", "--dataset", "toy", "--source", "toy.txt", *choice, code=2)


def test_records_of_another_corpus_are_not_taken_for_the_same_by_their_ids(
    medtext: Run, fails: Fails, place: Path
) -> None:
    for name, words in (("p", ("ulcer", "polyp")), ("q", ("heart", "lung"))):
        parts = ("train", "train", "train", "val", "test")
        rows = [f"{n},{parts[n // 2 % 5]},{words[n % 2]} {n},{'ab'[n % 2]}" for n in range(100)]
        (place / f"{name}.csv").write_text("\n".join(["id,split,text,label", *rows]) + "\n", encoding="utf-8")
        chosen = ("--dataset", "table", "--source", f"{name}.csv", "--model", "toy-linear", "--tokenizer", "spaces")
        assert medtext("train", *chosen, "--epochs", "1", "--run", name).exit_code == 0
    assert splits(place, "p")["val"] == splits(place, "q")["val"]
    assert "have other val records" in fails("compare", "p", "q", code=2)
    # Put together all the same, they share no val: nothing is fitted, and no run is called damaged.
    made = medtext("ensemble", "p", "q", "--run", "both")
    assert made.exit_code == 0, made.stderr
    assert "no val record is new to all members" in made.stderr
    assert "neither baseline nor majority stands beside them" in made.stderr
    assert "damaged" not in medtext("runs").stderr
    assert "were trained on different sources" in fails("evaluate", "--run", "both", "--split", "train", code=1)
    assert json.loads((place / "runs/both/ensemble.json").read_text())["members"][0]["weight"] == 0.5


def test_options_go_to_the_models_that_have_them(medtext: Run, fails: Fails, place: Path) -> None:
    models = ("--model", "toy-linear", "--model", "a-light-baseline")
    result = medtext(*SWEEP, *models, "-o", "start=0.5")
    assert result.exit_code == 0, result.stderr
    config = json.loads((place / "runs/s-toy-linear-seed13/config.json").read_text(encoding="utf-8"))
    assert config["model"]["options"] == {"start": 0.5}
    assert "no option is called 'stop'" in fails(*SWEEP, *models, "-o", "stop=1", "--replace", code=2)


def test_an_ensemble_file_that_was_tampered_with_is_an_expected_failure(
    medtext: Run, fails: Fails, place: Path
) -> None:
    assert medtext("train", "--dataset", "toy", "--source", "toy.txt", "--epochs", "1", "--run", "one2").exit_code == 0
    assert medtext("ensemble", "one", "one2", "--run", "pair", "--equal").exit_code == 0
    file = place / "runs" / "pair" / "ensemble.json"
    wrong = [{"name": "one", "weight": weight} for weight in (0.4, float("nan"))]
    for members in ([], [{"name": "..", "weight": 1.0}], *([each] for each in wrong)):
        file.write_text(json.dumps({"members": members}), encoding="utf-8")
        assert "run 'pair' is not whole" in fails("predict", "the ulcer", "--run", "pair", code=1)
