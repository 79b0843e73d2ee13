"""``medtext evaluate``: figures beside the baselines, wrong answers with their evidence, and the report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from medtext.cli.evaluate_writer import notes

Run = Callable[..., Result]
Answers = Callable[..., str]


@pytest.fixture
def wrong(place: Path) -> str:
    """A file of records of which two are labelled wrongly on purpose."""
    (place / "new.txt").write_text(
        "the ulcer;up\nthe polyp was;up\nthe heart was;up\nthe lung;none\n", encoding="utf-8"
    )
    return "new.txt"


def test_figures_stand_beside_baseline_and_majority(answers: Answers) -> None:
    lines = answers("evaluate").splitlines()
    assert lines[0] == "one, test of toy.txt"
    assert [line.split()[0] for line in lines[2:5]] == ["model", "a-light-baseline", "majority"]
    assert lines[6].split() == ["label", "precision", "recall", "f1", "support"]
    assert [line.split()[0] for line in lines[7:10]] == ["down", "none", "up"]
    assert lines[11].split() == ["true", "\\", "given", "down", "none", "up"]
    assert not any(line.endswith(" ") for line in lines)


def test_json_has_the_documented_keys(answers: Answers, wrong: str) -> None:
    document = json.loads(answers("evaluate", "--source", wrong, "--json"))
    assert list(document) == ["run", "split", "metrics", "wrong"]
    assert (document["run"], document["split"]) == ("one", None)
    assert list(document["metrics"]) == ["model", "a-light-baseline", "majority"]
    assert list(document["metrics"]["model"]) == [
        *("records", "accuracy", "macro_precision", "macro_recall", "macro_f1", "by_label", "log_loss", "confusion"),
        *("ece", "aurc", "reliability", "coverage"),
    ]
    assert document["metrics"]["model"]["accuracy"] == 0.5
    assert [list(each) for each in document["wrong"]] == [["id", "true", "given", "evidence"]] * 2


def test_json_of_many_labels_has_the_documented_keys(answers: Answers) -> None:
    metrics = json.loads(answers("evaluate", "--run", "many", "--json"))["metrics"]["model"]
    assert {
        "records",
        "accuracy",
        "macro_f1",
        "micro_f1",
        "mlogloss",
        "s",
        "macro_ap",
        "macro_auc",
        "micro_auc",
        "by_label",
    } <= set(metrics)


def test_json_is_one_line_and_holds_the_split(answers: Answers) -> None:
    for split in ("train", "val", "test"):
        content = answers("evaluate", "--split", split, "--json")
        assert content.count("\n") == 1
        assert json.loads(content)["split"] == split


def test_wrong_answers_are_shown_with_their_evidence_the_surest_first(
    answers: Answers, place: Path, wrong: str
) -> None:
    shown = answers("evaluate", "--source", wrong)
    assert "\nWrong answers: 2. The surest first, 2 shown:\n" in shown
    assert f"\n{place}/new.txt:2: true up\ndown   true up   probability 0." in shown
    assert f"\n{place}/new.txt:3: true up\nnone   true up   probability 0." in shown
    assert "[[polyp +" in shown
    sure: list[dict[str, Any]] = json.loads(answers("evaluate", "--source", wrong, "--json"))["wrong"]
    probabilities = [each["evidence"][0]["probability"] for each in sure]
    assert probabilities == sorted(probabilities, reverse=True)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, 1), (9, 2)])
def test_so_many_wrong_answers_are_shown_as_asked_for(answers: Answers, wrong: str, count: int, shown: int) -> None:
    content = answers("evaluate", "--source", wrong, "--wrong", count)
    assert content.count("true up\n") == shown
    assert (f"Wrong answers: 2. The surest first, {shown} shown:" in content) is (shown > 0)
    document = json.loads(answers("evaluate", "--source", wrong, "--wrong", count, "--json"))
    assert len(document["wrong"]) == shown


def test_a_writer_is_measured_beside_what_looks_at_nothing(answers: Answers) -> None:
    metrics = json.loads(answers("evaluate", "--run", "writer", "--json"))["metrics"]
    assert list(metrics) == ["model", "text-retrieval", "constant", "random", "shuffled"]
    assert {"records", "bleu_4", "rouge_l", "present_micro_f1", "reliance", "over"} <= set(metrics["model"])
    assert {"precision", "recall", "f1", "support"} == set(metrics["model"]["by_finding"]["pneumothorax"])


def test_a_writer_is_measured_by_the_search_that_is_asked_for(answers: Answers, fails: Callable[..., str]) -> None:
    usual, sampled = (
        json.loads(answers("evaluate", "--run", "writer", "--json", *asked))
        for asked in ((), ("--consensus", "4", "--temperature", "20"))
    )
    assert {"beams": 3, "length_penalty": 1.0, "consensus": 0}.items() <= usual["decoding"].items()
    assert {"beams": 1, "consensus": 4, "temperature": 20.0}.items() <= sampled["decoding"].items()
    # The others do not hang on it, and at that temperature the writer writes something else.
    assert usual["metrics"]["random"] == sampled["metrics"]["random"]
    assert usual["metrics"]["model"]["bleu_1"] != sampled["metrics"]["model"]["bleu_1"]
    assert usual["metrics"]["model"]["coverage"]["coverages"][-1] == 1.0
    assert fails("evaluate", "--beams", "4", code=2) == ("--beams is for runs that write word by word: 'one' does not")
    assert "--top-p is for sampling" in fails("evaluate", "--run", "writer", "--top-p", "0.5", code=2)


def test_the_page_of_a_writer_says_how_it_searched_and_what_its_figures_do_not_say(medtext: Run, place: Path) -> None:
    result = medtext("evaluate", "--run", "writer", "--report", "written", "--beams", "5")
    assert result.exit_code == 0
    assert "searched by: 5 beams, length penalty 1" in result.stdout
    page = (place / "written" / "index.html").read_text(encoding="utf-8")
    assert "searched by: 5 beams, length penalty 1" in page
    assert "No true report states a finding by the English rules" in page
    assert "--abstain" not in page
    assert not (place / "written" / "coverage.png").exists()


def test_what_abstaining_gains_is_told_where_findings_are_stated() -> None:
    model = {
        "records": 4,
        "reliance": {"bleu_4": {"value": 0.2, "shuffled": 0.1, "drop": 0.1, "p": 0.5}},
        "by_finding": {"pneumothorax": {"support": 1}},
        "surest_half": {"cutoff": 0.8, "share": 0.5, "wrong": 0.25},
        "coverage": {"risks": [0.1, 0.4]},
    }
    lines = notes(model, None)
    assert "as far as can be told: it is as good for any other of the 4 records." in lines[1]
    assert lines[2].endswith("0.400 of all, 0.250 of the 0.500 that --abstain 0.80 answers")


def test_a_source_that_was_trained_on_is_warned_of_and_measured_without(medtext: Run, place: Path) -> None:
    trained = len(json.loads((place / "runs" / "one" / "splits.json").read_text(encoding="utf-8"))["train"])
    result = medtext("evaluate", "--source", "toy.txt")
    assert f"warning: {trained} of 100 records have texts that run 'one' was trained on\n" in result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == "one, all of toy.txt"
    assert lines[6] == "Without the texts that were trained on"
    assert lines[8].split()[:2] == ["model", str(100 - trained)]


def test_a_split_is_found_in_another_source_that_holds_it(medtext: Run, place: Path) -> None:
    (place / "toy.txt").rename(place / "moved.txt")
    result = medtext("evaluate", "--source", "moved.txt", "--split", "test")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "one, test of moved.txt"


def test_a_report_holds_figures_and_wrong_answers(medtext: Run, place: Path, wrong: str) -> None:
    result = medtext("evaluate", "--source", wrong, "--report", "report")
    assert result.exit_code == 0
    assert "written: report\n" in result.stderr
    assert {path.name for path in (place / "report").iterdir()} == {
        "index.html",
        "metrics.json",
        "trust.png",
        "wrong.html",
    }
    metrics = json.loads((place / "report" / "metrics.json").read_text(encoding="utf-8"))
    assert metrics == json.loads(medtext("evaluate", "--source", wrong, "--json").stdout)["metrics"]
    page = (place / "report" / "index.html").read_text(encoding="utf-8")
    for shown in ("a-light-baseline", "majority", "0.5000", 'href="wrong.html"'):
        assert shown in page
    assert "polyp" in (place / "report" / "wrong.html").read_text(encoding="utf-8")
    assert not list(place.glob(".report*"))


def test_a_report_is_replaced_if_asked_for(medtext: Run, place: Path, wrong: str) -> None:
    for source in ((), ("--source", wrong)):
        assert medtext("evaluate", *source, "--report", "report", "--replace").exit_code == 0
    assert json.loads((place / "report" / "metrics.json").read_text(encoding="utf-8"))["model"]["records"] == 4


def test_markup_in_records_is_escaped_in_every_page_of_a_report(medtext: Run, place: Path) -> None:
    (place / "evil.txt").write_text("<script>alert(1)</script> polyp;up\nthe ulcer;down\n", encoding="utf-8")
    assert medtext("evaluate", "--source", "evil.txt", "--report", "report").exit_code == 0
    for name in ("index.html", "wrong.html"):
        assert "<script" not in (place / "report" / name).read_text(encoding="utf-8")
    assert "&lt;script&gt;" in (place / "report" / "wrong.html").read_text(encoding="utf-8")


def test_evidence_measures_every_method_that_fits(answers: Answers) -> None:
    document = json.loads(answers("evaluate", "--evidence", "--json"))
    methods = [each["method"] for each in document["evidence"]]
    assert methods == ["integrated-gradients", "gradient-x-input", "occlusion", "gradient-shap", "random"]
    first = document["evidence"][0]
    assert list(first) == [
        *("method", "answers", "unconverged", "seconds", "faithfulness", "randomised", "plausibility")
    ]
    assert (
        first["faithfulness"]["comprehensiveness"] > 0.1 + document["evidence"][-1]["faithfulness"]["comprehensiveness"]
    )
    assert document["evidence"][-1]["randomised"] == pytest.approx(1.0)
    assert first["plausibility"] is None  # nobody marked anything


def test_evidence_of_chosen_methods_stands_in_a_table_and_on_the_page(answers: Answers, place: Path) -> None:
    shown = answers("evaluate", "--evidence", "--method", "occlusion", "--texts", "3", "--report", "out")
    assert "occlusion" in shown
    assert "comprehensiveness" in shown
    assert json.loads((place / "out" / "metrics.json").read_text())["evidence"][0]["answers"] == 3
    assert "comprehensiveness" in (place / "out" / "index.html").read_text()


def test_evidence_is_refused_where_it_means_nothing(fails: Callable[..., str]) -> None:
    assert fails("evaluate", "--method", "occlusion", code=2) == (
        "--method is for what --evidence measures: add --evidence"
    )
    assert fails("evaluate", "--texts", "5", code=2) == "--texts is for what --evidence measures: add --evidence"
    assert "--evidence needs a classifier" in fails("evaluate", "--run", "writer", "--evidence", code=2)
    assert "--method attention does not go with run 'one'" in fails(
        "evaluate", "--evidence", "--method", "attention", code=2
    )
