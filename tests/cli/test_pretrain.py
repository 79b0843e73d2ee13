"""``medtext pretrain``, ``--init``, and networks for other tools, as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]
Answers = Callable[..., str]
Fails = Callable[..., str]

SMALL = ("-o", "hidden=8", "-o", "embedding=8", "-o", "heads=2", "-o", "intermediate=8", "-o", "layers=1")
QUICK = ("--epochs", "1", "--device", "cpu")


@pytest.fixture
def texts(place: Path) -> Path:
    rows = [{"title": f"胃窦溃疡{n}", "body": f"镜下见胃体糜烂\x1a{n}", "number": n} for n in range(100)]
    (place / "texts.jsonl").write_text("\n".join(map(json.dumps, [*rows, rows[0]])) + "\n", encoding="utf-8")
    return place / "texts.jsonl"


def test_from_texts_to_a_trained_run_and_out_to_other_tools(answers: Answers, medtext: Run, texts: Path) -> None:
    result = medtext("pretrain", texts, "--columns", "title,body", "--run", "language", *SMALL, *QUICK)
    assert result.exit_code == 0, result.stderr
    assert "texts: 101, 100 of them different" in result.stderr
    assert result.stdout.splitlines()[0].startswith("language: ")
    assert "most frequent token" in result.stdout
    source = ("--dataset", "table", "--source", "labelled.csv")
    rows = [f"胃窦溃疡{n},胃" if n % 2 else f"结肠息肉{n},肠" for n in range(80)]
    Path("labelled.csv").write_text("\n".join(["text,label", *rows]) + "\n", encoding="utf-8")
    trained = medtext("train", *source, "--init", "language", "--run", "after", *QUICK)
    assert trained.exit_code == 0, trained.stderr
    assert "started from" in trained.stderr
    assert json.loads(answers("predict", "胃窦溃疡", "--run", "after", "--json"))["labels"]
    answers("runs", "export", "after", "network", "--form", "transformers")
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {path.name for path in Path("network").iterdir()}
    answers("runs", "import", "network", "--run", "back")
    before, after = (json.loads(answers("predict", "胃窦溃疡", "--run", run, "--json")) for run in ("after", "back"))
    assert before == after
    answers("runs", "export", "language", "language.zip")
    answers("runs", "import", "language.zip", "--run", "carried")
    assert "started from" in medtext("train", *source, "--init", "carried", *QUICK).stderr
    listed = {row["run"]: row for row in map(json.loads, answers("runs", "--json").splitlines())}
    assert (listed["language"]["task"], listed["language"]["metric"]) == ("pretrain", "accuracy")
    assert listed["back"]["value"] is None


def test_a_pretraining_is_never_taken_for_a_trained_run(answers: Answers, fails: Fails, texts: Path) -> None:
    answers("pretrain", texts, "--columns", "body", "--run", "language", "--model", "text-cnn", *QUICK)
    assert answers("predict", "the ulcer")  # the newest that knows labels
    message = "run 'language' knows no labels yet: train it by `medtext train --init language`"
    assert fails("predict", "the ulcer", "--run", "language", code=1) == message
    assert fails("runs", "export", "language", "x", "--form", "transformers", code=1) == message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "no text to learn from: name a file"),
        (("texts.jsonl", "--mask-share", "1.5"), "--mask-share must be between 0 and 1, not 1.5"),
        (("texts.jsonl", "--model", "toy-linear"), "model 'toy-linear' cannot be pretrained (no contexts and table)"),
        (("texts.jsonl", "--tokenizer", "words"), "--tokenizer words: model 'albert' needs 'wordpiece' here"),
        (("texts.jsonl", "-o", "heads=5"), "model 'albert': heads (5) must divide hidden (312)"),
        (("texts.jsonl", "-o", "max-length=900"), "texts of 900 tokens, but the encoder has positions for 512"),
        (("texts.jsonl", "--columns", "titel"), "no column of texts.jsonl is called 'titel': did you mean 'title'?"),
        (("texts.jsonl", "--init", "one"), "runs/one: nothing in it fits model 'toy-linear' for these labels"),
    ],
)
def test_what_does_not_fit_is_refused(
    fails: Fails, texts: Path, arguments: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    columns = () if "--columns" in arguments or not arguments else ("--columns", "title")
    assert message in fails("pretrain", *arguments, *columns, code=2).replace(f"{texts.parent}/", "")


def test_no_network_is_one_line(fails: Fails, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    source = ("--dataset", "toy", "--source", "toy.txt")
    error = fails("train", *source, "--init", "some/encoder", code=2)
    assert error.startswith("--init some/encoder: no run, no folder, and not to be had from the Hugging Face hub")


def test_regularisers_and_corners_are_kept_in_the_run(answers: Answers, fails: Fails, place: Path) -> None:
    source = ("train", "--dataset", "toy", "--source", "toy.txt", "--run", "new", "--epochs", "1")
    chosen = ("--adversarial", "0.5", "--gradient-penalty", "0.1", "--schedule", "2:1,4:0.1")
    answers(*source, *chosen)
    training = json.loads((place / "runs" / "new" / "config.json").read_text(encoding="utf-8"))["training"]
    assert (training["adversarial"], training["gradient_penalty"]) == (0.5, 0.1)
    assert training["schedule"] == [[2, 1.0], [4, 0.1]]
    baseline = json.loads((place / "runs" / "new" / "baseline" / "config.json").read_text(encoding="utf-8"))
    assert baseline["training"]["adversarial"] == 0
    assert fails(*source, "--schedule", "1000", code=2).startswith("--schedule 1000: expected STEP:SHARE")
    assert "--adversarial must be at least 0" in fails(*source, "--adversarial", "-1", code=2)


def test_a_folder_of_others_is_never_overwritten(answers: Answers, fails: Fails, place: Path) -> None:
    (place / "mine").mkdir()
    (place / "mine" / "thesis.tex").write_text("", encoding="utf-8")
    export = ("runs", "export", "one", "mine", "--form", "transformers")
    assert fails(*export, code=1) == "mine exists: add --replace to overwrite it, or name another folder"
    assert "holds something else" in fails(
        "runs", "export", "one", "runs/many", "--form", "transformers", "--replace", code=1
    ), "a run is not what an export may overwrite"
    expected = "mine holds something else than what this command writes: name another folder"
    assert fails(*export, "--replace", code=1) == expected
