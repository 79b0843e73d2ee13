"""A run's answers are tuned on val, hold from then on, and may be withheld."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Answers = Callable[..., str]
Fails = Callable[..., str]
Run = Callable[..., Any]


def test_a_temperature_lowers_the_loss_it_was_fitted_for_and_is_forgotten_again(answers: Answers, place: Path) -> None:
    before = json.loads(answers("predict", "the ulcer", "--run", "one", "--json"))
    kept = {file: (place / "runs" / "one" / file).read_text(encoding="utf-8") for file in ("metrics.json", "README.md")}
    lines = answers("calibrate", "--run", "one").splitlines()
    assert lines[0].startswith("one, val, on which it was tuned: temperature ")
    losses = [float(line.split()[1]) for line in lines[2:4]]
    assert losses[1] <= losses[0]
    decision = json.loads((place / "runs" / "one" / "decision.json").read_text(encoding="utf-8"))
    after = json.loads(answers("predict", "the ulcer", "--run", "one", "--json"))
    assert after["labels"] == before["labels"]
    assert (after["confidence"] != before["confidence"]) is (decision["temperature"] != 1)
    for file, content in kept.items():
        assert (place / "runs" / "one" / file).read_text(encoding="utf-8") != content
    answers("calibrate", "--run", "one", "--reset")
    assert json.loads(answers("predict", "the ulcer", "--run", "one", "--json")) == before
    for file, content in kept.items():
        assert (place / "runs" / "one" / file).read_text(encoding="utf-8") == content


def test_what_was_tuned_is_forgotten_without_records_too(answers: Answers, medtext: Run, place: Path) -> None:
    answers("calibrate", "--run", "one")
    (place / "toy.txt").unlink()
    result = medtext("calibrate", "--run", "one", "--reset")
    assert result.exit_code == 0, result.stderr
    assert "figures stay those of the tuned answers" in result.stderr
    assert not (place / "runs" / "one" / "decision.json").exists()
    again = medtext("calibrate", "--run", "one", "--reset")  # nothing is tuned now, so nothing is said of it
    assert again.exit_code == 0
    assert "figures stay" not in again.stderr
    assert "nothing was tuned: probabilities are the network's own" in again.stderr


def test_a_run_that_came_without_records_keeps_its_figures(answers: Answers, place: Path) -> None:
    answers("calibrate", "--run", "one")
    file = place / "runs" / "one" / "splits.json"
    empty = {**json.loads(file.read_text(encoding="utf-8")), "train": [], "val": [], "test": []}
    file.write_text(json.dumps(empty), encoding="utf-8")
    kept = (place / "runs" / "one" / "metrics.json").read_bytes()
    answers("calibrate", "--run", "one", "--reset")
    assert (place / "runs" / "one" / "metrics.json").read_bytes() == kept
    assert not (place / "runs" / "one" / "decision.json").exists()


def test_cutoffs_are_tuned_for_many_labels_only(answers: Answers, fails: Fails, place: Path) -> None:
    shown = answers("calibrate", "--run", "many", "--cutoffs", "sensitivity=0.9")
    decision = json.loads((place / "runs" / "many" / "decision.json").read_text(encoding="utf-8"))
    for label in ("up", "down", "none"):
        cutoff = decision["cutoffs"].get(label)
        value = "0.5, not tuned" if cutoff is None else f"{cutoff:.3f}"
        assert re.search(rf"^{label} +{value} +[01]\.", shown, re.MULTILINE)
    assert "leave --cutoffs and --no-temperature out" in fails(
        "calibrate", "--run", "many", "--cutoffs", "f1", "--reset", code=2
    )
    assert "gives exactly one label" in fails("calibrate", "--run", "one", "--cutoffs", "f1", code=2)
    assert "writes texts" in fails("calibrate", "--run", "writer", code=2)


@pytest.mark.parametrize("tuning", [("--cutoffs", "f1"), ("--reset",)])
def test_tuning_measures_anew_how_high_scores_are(
    answers: Answers, medtext: Run, place: Path, tuning: tuple[str, ...]
) -> None:
    file = place / "runs" / "many" / "calibration.json"
    kept = json.loads(file.read_text(encoding="utf-8"))
    if tuning == ("--reset",):
        answers("calibrate", "--run", "many")
    file.unlink()
    file.write_text(json.dumps({**kept, "highest": {}, "answers": 0}), encoding="utf-8")
    assert "is not known" in medtext("attribute", "ulcer", "--run", "many").stderr
    answers("calibrate", "--run", "many", *tuning)
    assert json.loads(file.read_text(encoding="utf-8")) == kept  # the same answers are given
    assert "is not known" not in medtext("attribute", "ulcer", "--run", "many").stderr


@pytest.mark.parametrize("typed", ["f1=0.5", "ppv", "recall=0.9", "ppv=x", "ppv=1.5"])
def test_goals_that_cannot_be_are_refused(fails: Fails, typed: str) -> None:
    assert "--cutoffs" in fails("calibrate", "--run", "many", "--cutoffs", typed, code=2)


def test_no_answer_is_given_below_the_confidence_asked_for(answers: Answers, medtext: Run, place: Path) -> None:
    (place / "texts.txt").write_text("the ulcer\nxyz\n", encoding="utf-8")
    rows = [
        json.loads(line)
        for line in answers(
            "batch-predict", "texts.txt", "--run", "one", "--abstain", "0.6", "--format", "jsonl"
        ).splitlines()
    ]
    assert [(row["label"] != "", row["abstained"]) for row in rows] == [(True, False), (False, True)]
    assert rows[0]["confidence"] >= 0.6 > rows[1]["confidence"]
    result = medtext("predict", "xyz", "--run", "one", "--abstain", "0.9")
    assert "no answer: its confidence is 0." in result.stderr
    assert "→" not in result.stdout


def test_an_evaluation_tells_what_abstaining_gains(answers: Answers, fails: Fails) -> None:
    document = json.loads(answers("evaluate", "--run", "one", "--json", "--split", "train", "--abstain", "0.8"))
    model, sure = document["metrics"]["model"], document["metrics"]["sure"]
    assert sure["records"] <= model["records"]
    assert sure["accuracy"] >= model["accuracy"]
    assert model["coverage"]["coverages"][-1] == 1.0
    assert model["coverage"]["risks"][-1] == pytest.approx(1 - model["accuracy"])
    assert 0 <= model["ece"] <= 1
    none = json.loads(answers("evaluate", "--run", "one", "--json", "--abstain", "1"))["metrics"]["sure"]
    assert none == {"records": 0}
