"""``medtext predict``, and what all commands share: which run is used, and what goes where."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from trainings import cut_long_texts
from typer.testing import Result

Run = Callable[..., Result]
Answers = Callable[..., str]


def test_labels_are_listed_by_probability_and_the_answer_is_marked(answers: Answers) -> None:
    lines = answers("predict", "the ulcer was seen").splitlines()
    assert lines[0].split() == ["label", "probability"]
    assert lines[1].split()[:2] == ["→", "up"]
    assert {line.split()[0] for line in lines[2:]} == {"down", "none"}
    figures = [float(line.split()[-1]) for line in lines[1:]]
    assert figures == sorted(figures, reverse=True)
    assert sum(figures) == pytest.approx(1, abs=2e-4)


def test_json_has_the_documented_keys(answers: Answers) -> None:
    document = json.loads(answers("predict", "the ulcer was seen", "--json"))
    assert list(document) == ["id", "text", "labels", "probabilities", "confidence", "truncated"]
    assert document["text"] == "the ulcer was seen"
    assert document["labels"] == ["up"]
    assert list(document["probabilities"]) == ["down", "none", "up"]
    assert document["truncated"] is False


def test_every_label_over_the_cutoff_is_an_answer_where_many_may_be_true(answers: Answers) -> None:
    document = json.loads(answers("predict", "ulcer colon", "--run", "many", "--json"))
    over = [label for label, probability in document["probabilities"].items() if probability >= 0.5]
    assert sorted(document["labels"]) == over
    marked = [
        line.split()[1] for line in answers("predict", "ulcer colon", "--run", "many").splitlines() if "→" in line
    ]
    assert sorted(marked) == over


def test_no_label_may_be_the_answer_where_many_may_be_true(answers: Answers) -> None:
    assert json.loads(answers("predict", "the", "--run", "many", "--json"))["labels"] == []
    assert "→" not in answers("predict", "the", "--run", "many")


def test_a_writer_answers_with_its_text(answers: Answers) -> None:
    document = json.loads(answers("predict", "the ulcer", "--run", "writer", "--json"))
    assert list(document) == ["id", "text", "written", "log_probability", "confidence", "truncated"]
    assert answers("predict", "the ulcer", "--run", "writer") == f"{document['written']}\n"


@pytest.mark.parametrize("arguments", [(), ("-",)])
@pytest.mark.parametrize("stdin", ["the ulcer was seen", "the ulcer was seen\n", "\r\nthe ulcer was seen\r\n"])
def test_a_text_from_standard_input_is_answered_like_one_that_is_given(
    answers: Answers, arguments: tuple[str, ...], stdin: str
) -> None:
    assert answers("predict", "--json", *arguments, stdin=stdin) == answers("predict", "--json", "the ulcer was seen")


def test_a_text_that_looks_like_an_option_is_given_behind_two_dashes(answers: Answers) -> None:
    assert json.loads(answers("predict", "--json", "--", "--ulcer"))["text"] == "--ulcer"


def test_the_newest_run_is_used_and_named_on_stderr(medtext: Run) -> None:
    result = medtext("predict", "the ulcer")
    assert result.stderr.splitlines()[0] == "run: one"
    assert "one" not in result.stdout.replace("none", "")


def test_the_newest_run_whose_task_fits_is_used(medtext: Run) -> None:
    made = ("--dataset", "toy", "--source", "toy.txt", "--task", "generate", "--model", "toy-prefix-writer")
    assert medtext("train", *made, "--epochs", "1", "--run", "newer").exit_code == 0
    assert medtext("predict", "the ulcer").stderr.splitlines()[0] == "run: newer"
    assert medtext("keywords").stderr.splitlines()[0] == "run: one"


def test_a_named_run_is_used_and_named(medtext: Run) -> None:
    assert medtext("predict", "the ulcer", "--run", "many").stderr.splitlines()[0] == "run: many"


def test_quiet_says_nothing_and_answers_the_same(medtext: Run) -> None:
    result = medtext("--quiet", "predict", "the ulcer")
    assert (result.stdout, result.stderr) == (medtext("predict", "the ulcer").stdout, "")


def test_the_device_that_is_chosen_by_itself_is_said(medtext: Run) -> None:
    assert "device: " in medtext("predict", "the ulcer").stderr
    assert "device: " not in medtext("predict", "the ulcer", "--device", "cpu").stderr


def test_chinese_is_printed_as_chinese(answers: Answers) -> None:
    text = answers("predict", "镜下见胃窦溃疡", "--run", "chinese", "--json")
    assert '"text": "镜下见胃窦溃疡"' in text
    assert json.loads(text)["labels"] == ["胃"]


def test_a_long_text_is_read_in_windows(medtext: Run, place: Path) -> None:
    result = medtext("predict", " ".join(["lung"] * 600 + ["ulcer"] * 600), "--json")
    assert json.loads(result.stdout)["truncated"] is False
    assert "longer" not in result.stderr
    beginning = medtext("predict", " ".join(["lung"] * 600), "--json")
    assert json.loads(beginning.stdout)["probabilities"] != json.loads(result.stdout)["probabilities"]


def test_a_text_longer_than_the_model_reads_is_marked_and_warned_of(medtext: Run, place: Path) -> None:
    cut_long_texts(place / "runs" / "one")
    warning = "warning: the text is longer than the 512 tokens that the model reads: the rest did not count\n"
    result = medtext("predict", " ".join(["ulcer"] * 513), "--json")
    assert json.loads(result.stdout)["truncated"] is True
    assert warning in result.stderr
    result = medtext("predict", " ".join(["ulcer"] * 512), "--json")
    assert json.loads(result.stdout)["truncated"] is False
    assert warning not in result.stderr
