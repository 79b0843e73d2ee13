"""``medtext attribute``: which labels are explained, how it is drawn, and where it goes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import Result

Fails = Callable[..., str]
Run = Callable[..., Result]
Answers = Callable[..., str]

TEXT = "the ulcer was seen"


def documents(content: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def test_json_has_the_documented_keys(answers: Answers) -> None:
    (document,) = documents(answers("attribute", TEXT, "--json"))
    assert list(document) == [
        *("id", "text", "label", "against", "probability", "margin", "gap", "change", "method"),
        *("points", "converged", "evidence", "scores", "truncated", "units"),
    ]
    assert (document["text"], document["label"], document["against"]) == (TEXT, "up", None)
    assert (document["scores"], document["converged"], document["evidence"]) == ("signed", True, True)
    assert list(document["units"][0]) == ["text", "start", "end", "score", "share"]
    assert [unit["text"] for unit in document["units"]] == TEXT.split()
    assert [TEXT[unit["start"] : unit["end"]] for unit in document["units"]] == TEXT.split()


def test_scores_add_up_to_the_margin_but_for_the_gap(answers: Answers) -> None:
    for document in documents(answers("attribute", TEXT, "--json", "--explain", "all")):
        total = sum(unit["score"] for unit in document["units"])
        assert total == pytest.approx(document["margin"], abs=max(1e-6, 2 * abs(document["gap"])))


def test_a_terminal_drawing_marks_the_evidence_and_has_no_escape_codes_on_a_pipe(answers: Answers) -> None:
    drawn = answers("attribute", TEXT)
    assert drawn.startswith("up   probability 0.")
    assert re.search(r"\[\[ulcer \+\d\.\d\d\]\]", drawn)
    assert "\x1b" not in drawn


@pytest.mark.parametrize("label", ["down", "none", "up"])
def test_any_label_can_be_explained(answers: Answers, label: str) -> None:
    (document,) = documents(answers("attribute", TEXT, "--label", label, "--json"))
    assert document["label"] == label


def test_all_labels_can_be_explained(answers: Answers) -> None:
    assert [each["label"] for each in documents(answers("attribute", TEXT, "--explain", "all", "--json"))] == [
        "down",
        "none",
        "up",
    ]


def test_a_label_can_be_explained_against_another(answers: Answers) -> None:
    (against,) = documents(answers("attribute", TEXT, "--against", "down", "--json"))
    both = {each["label"]: each for each in documents(answers("attribute", TEXT, "--explain", "all", "--json"))}
    assert (against["label"], against["against"]) == ("up", "down")
    assert against["margin"] == pytest.approx(both["up"]["margin"] - both["down"]["margin"], abs=1e-5)
    assert "against down" in answers("attribute", TEXT, "--against", "down")


def test_the_true_label_of_a_text_is_nothing_to_ask_for(medtext: Run) -> None:
    result = medtext("attribute", TEXT, "--explain", "gold")
    assert result.exit_code == 2
    assert "'gold' is not one of 'predicted', 'all'" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("choices", "line"),
    [
        (("--label", "up", "--explain", "all"), "--label explains one label, whatever --explain says: leave one out"),
        (("--json", "--render", "page"), "--json draws nothing: leave out --render and -o, or --json"),
        (("--json", "-o", "top=3"), "--json draws nothing: leave out --render and -o, or --json"),
        (("-o", "threshold=0.3"), "-o threshold=0.3: say --threshold 0.3"),
    ],
)
def test_choices_that_contradict_each_other_are_refused(fails: Fails, choices: tuple[str, ...], line: str) -> None:
    assert fails("attribute", TEXT, *choices, code=2) == line


def test_of_methods_that_need_not_add_up_nothing_is_said_of_gaps(answers: Answers) -> None:
    (document,) = documents(answers("attribute", TEXT, "--method", "occlusion", "--json"))
    assert document["converged"] is None
    shown = " ".join(answers("attribute", TEXT, "--method", "occlusion").split())
    assert "method occlusion" in shown
    assert "gap" not in shown
    assert "scores in logits" in shown
    chance = " ".join(answers("attribute", TEXT, "--method", "random").split())
    assert "margin" not in chance
    assert "logits" not in chance
    assert "scores without unit or direction" in chance


def test_magnitudes_have_no_direction(answers: Answers) -> None:
    (document,) = documents(answers("attribute", TEXT, "--scores", "magnitude", "--json"))
    assert document["scores"] == "magnitude"
    assert min(unit["score"] for unit in document["units"]) >= 0


def test_a_text_without_a_label_says_how_to_explain_one(medtext: Run) -> None:
    result = medtext("attribute", "the", "--run", "many")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-1] == (
        "1 of 1 texts got no label: explain one by --label, or all by --explain all"
    )


@pytest.mark.parametrize(
    ("unit", "expected"), [(None, ["胃窦", "溃疡"]), ("word", ["胃窦", "溃疡"]), ("token", ["胃", "窦", "溃", "疡"])]
)
def test_scores_are_summed_over_the_unit_that_is_asked_for(
    answers: Answers, unit: str | None, expected: list[str]
) -> None:
    chosen = () if unit is None else ("--unit", unit)
    (document,) = documents(answers("attribute", "胃窦溃疡", "--run", "chinese", "--json", *chosen))
    assert [each["text"] for each in document["units"]] == expected


def test_a_file_of_texts_is_explained_in_its_order(answers: Answers, place: Path) -> None:
    (place / "texts.txt").write_text("the ulcer\nthe polyp\nthe heart\n", encoding="utf-8")
    explained = documents(answers("attribute", "--file", "texts.txt", "--json"))
    assert [(each["id"], each["text"], each["label"]) for each in explained] == [
        ("1", "the ulcer", "up"),
        ("2", "the polyp", "down"),
        ("3", "the heart", "none"),
    ]


def test_rows_that_cannot_be_explained_are_named_and_the_others_are(medtext: Run, fails: Fails, place: Path) -> None:
    (place / "texts.txt").write_text("the ulcer\n" + "\n" * 7 + "the polyp\n", encoding="utf-8")
    result = medtext("attribute", "--file", "texts.txt", "--json")
    assert [each["id"] for each in documents(result.stdout)] == ["1", "9"]
    lines = [line for line in result.stderr.splitlines() if line.startswith("warning: ")]
    assert lines[0] == "warning: not explained: texts.txt:2: the text is empty: remove the record or fill it in"
    assert lines[5:] == ["warning: texts.txt: 2 more rows are not explained"]
    (place / "blank.txt").write_text("\n\n", encoding="utf-8")
    assert fails("attribute", "--file", "blank.txt", code=1) == (
        "blank.txt: no text to explain in it (blank.txt:1: the text is empty: remove the record or fill it in): "
        "name another --file"
    )


def test_a_table_of_texts_is_explained(answers: Answers, place: Path) -> None:
    (place / "texts.csv").write_text("id,text\nx,the ulcer\ny,the polyp\n", encoding="utf-8")
    explained = documents(answers("attribute", "--file", "texts.csv", "--json"))
    assert [(each["id"], each["label"]) for each in explained] == [("x", "up"), ("y", "down")]


def test_each_word_of_a_writer_is_explained(answers: Answers) -> None:
    written = json.loads(answers("predict", TEXT, "--run", "writer", "--json"))["written"]
    explained = documents(answers("attribute", TEXT, "--run", "writer", "--json"))
    assert [each["step"] for each in explained] == list(range(len(explained)))
    assert [each["label"] for each in explained][: len(written.split())] == written.split()


def test_json_goes_to_a_file(medtext: Run, place: Path) -> None:
    result = medtext("attribute", TEXT, "--json", "--output", "map.jsonl")
    assert (result.exit_code, result.stdout) == (0, "")
    assert documents((place / "map.jsonl").read_text(encoding="utf-8")) == documents(
        medtext("attribute", TEXT, "--json").stdout
    )


def check_png(content: bytes) -> None:
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert content.endswith(b"IEND\xaeB`\x82")


def check_svg(content: bytes) -> None:
    assert ElementTree.fromstring(content).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314  # our own file


def check_html(content: bytes) -> None:
    page = content.decode()
    assert page.lower().startswith("<!doctype html>")
    assert "ulcer" in page


def check_txt(content: bytes) -> None:
    assert content.startswith(b"up   probability 0.")
    assert b"[[ulcer +" in content
    assert b"\x1b" not in content


CHECKS = {"png": check_png, "svg": check_svg, "html": check_html, "txt": check_txt}


@pytest.mark.parametrize(
    ("ending", "renderer"), [("png", "image"), ("svg", "image"), ("html", "page"), ("txt", "terminal")]
)
@pytest.mark.parametrize("named", [True, False])
def test_a_drawing_goes_to_a_file_in_the_form_its_name_says(
    medtext: Run, place: Path, ending: str, renderer: str, named: bool
) -> None:
    chosen = ("--render", renderer) if named else ()
    result = medtext("attribute", TEXT, *chosen, "--output", f"map.{ending}")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-1] == f"written: map.{ending}"
    CHECKS[ending]((place / f"map.{ending}").read_bytes())
    assert not list(place.glob(".map*"))


@pytest.mark.parametrize(("renderer", "ending"), [("image", "png"), ("page", "html"), ("terminal", "txt")])
def test_a_drawing_goes_to_standard_output(medtext: Run, renderer: str, ending: str) -> None:
    result = medtext("attribute", TEXT, "--render", renderer)
    assert result.exit_code == 0
    CHECKS[ending](result.stdout_bytes)


def test_a_picture_is_not_thrown_at_a_terminal(medtext: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "typer.testing._NamedTextIOWrapper.isatty", lambda stream: stream.name == "<stdout>", raising=False
    )
    result = medtext("attribute", TEXT, "--render", "image")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == "error: a picture cannot be shown here: name a file by --output"


def test_a_file_without_an_ending_is_what_a_terminal_shows(medtext: Run, place: Path) -> None:
    assert medtext("attribute", TEXT, "--output", "map").exit_code == 0
    check_txt((place / "map").read_bytes())


def test_replace_overwrites_a_drawing(medtext: Run, place: Path) -> None:
    (place / "map.html").write_text("old", encoding="utf-8")
    assert medtext("attribute", TEXT, "--output", "map.html", "--replace").exit_code == 0
    check_html((place / "map.html").read_bytes())


def test_options_reach_the_renderer(answers: Answers) -> None:
    narrow = answers("attribute", " ".join([TEXT] * 5), "-o", "width=30").splitlines()
    assert max(map(len, narrow)) <= 30
    assert "<title>My maps</title>" in answers("attribute", TEXT, "--render", "page", "-o", "title=My maps")


def test_the_threshold_decides_what_is_evidence(answers: Answers) -> None:
    every, highest = (answers("attribute", "ulcer stomach the", "--threshold", share) for share in ("0", "1"))
    assert len(re.findall(r"\[\[(\w+)", every)) >= 1
    assert len(re.findall(r"\[\[\w+ \+\d\.\d\d\]\]", highest)) == 1


SCRIPT = "<script>alert(1)</script> ulcer"


@pytest.mark.parametrize("ending", ["html", "svg"])
def test_markup_in_a_text_is_escaped(medtext: Run, place: Path, ending: str) -> None:
    assert medtext("attribute", SCRIPT, "--output", f"map.{ending}").exit_code == 0
    assert "<script" not in (place / f"map.{ending}").read_text(encoding="utf-8")


def test_a_text_is_not_taken_for_markup_of_the_terminal(answers: Answers) -> None:
    assert "[bold]" in answers("attribute", "[bold]ulcer[/bold] seen")
