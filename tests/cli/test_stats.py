"""``medtext stats``: figures of a corpus as tables, one document, or a report that is whole or not there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Run = Callable[..., Result]
Answers = Callable[..., str]
Fails = Callable[..., str]
TOY = ("--dataset", "toy", "--source", "toy.txt")
KEYS = (
    *(
        "corpus",
        "warnings",
        "parts",
        "labels",
        "cooccurrence",
        "images",
        "lengths",
        "characters",
        "vocabulary",
        "exact",
        "folded",
    ),
    *("near", "conflicts", "sentences", "words", "marking", "rule", "sections", "imbalance"),
)


@pytest.fixture
def document(answers: Answers) -> Callable[..., dict[str, Any]]:
    """Return the one document of a command."""

    def make(*arguments: object) -> dict[str, Any]:
        (line,) = answers("stats", *arguments, "--json").splitlines()
        content: dict[str, Any] = json.loads(line)
        return content

    return make


Document = Callable[..., dict[str, Any]]


def test_json_has_the_documented_keys(document: Document) -> None:
    made = document(*TOY)
    assert tuple(made) == KEYS
    assert made["corpus"] == {
        "dataset": "toy",
        "source": str(Path("toy.txt").resolve()),
        "task": "classify",
        "tokenizer": "spaces",
        "seed": 13,
        "stratify": False,
        "published_splits": False,
    }
    assert list(made["parts"]) == ["all", "train", "val", "test"]


def test_splits_are_those_of_the_run_that_was_trained(document: Document, place: Path) -> None:
    splits = json.loads((place / "runs" / "one" / "splits.json").read_text(encoding="utf-8"))
    made = document(*TOY)
    assert {name: made["parts"][name]["records"] for name in ("train", "val", "test")} == {
        name: len(splits[name]) for name in ("train", "val", "test")
    }
    assert (
        document(*TOY, "--seed", 5)["parts"] != made["parts"] or document(*TOY, "--seed", 6)["parts"] != made["parts"]
    )


def test_tables_begin_with_the_corpus_and_end_with_the_rule(answers: Answers) -> None:
    lines = answers("stats", *TOY).splitlines()
    assert lines[0] == "toy, toy.txt (classify, spaces, seed 13)"
    assert lines[1].split() == ["all", "train", "val", "test"]
    assert lines[2].split()[:2] == ["records", "100"]
    assert lines[-1].startswith("Rule: ")
    assert not any(line.endswith(" ") for line in lines)
    marks = next(line for line in lines if line.startswith("up ") and "stomach" in line)
    assert "ulcer" in marks


def test_warnings_are_part_of_the_answer(answers: Answers, document: Document, place: Path) -> None:
    lines = (place / "toy.txt").read_text(encoding="utf-8").splitlines()
    text = lines[0].rpartition(";")[0]
    (place / "twice.txt").write_text("\n".join([*lines, f"{text};down", f"{text};up"]), encoding="utf-8")
    twice = ("--dataset", "toy", "--source", "twice.txt")
    shown = [line[2:] for line in answers("stats", *twice).splitlines() if line.startswith("! ")]
    assert "1 text stands under different labels" in shown
    assert document(*twice)["warnings"] == shown
    assert {side["place"].rpartition(":")[2] for side in document(*twice)["conflicts"][0]} >= {"1"}


def test_top_bounds_every_list(document: Document) -> None:
    made = document(*TOY, "--top", "2")
    assert len(made["words"]) == len(made["characters"]["common"]) == 2
    assert all(len(words) <= 2 for words in made["marking"].values())
    assert [word["records"] for word in document(*TOY)["words"][:2]] == [word["records"] for word in made["words"]]


def test_the_tokenizer_of_choice_counts(document: Document, place: Path) -> None:
    (line,) = [line.rpartition(";")[0] for line in (place / "toy.txt").read_text(encoding="utf-8").splitlines()[:1]]
    blanks, signs = document(*TOY), document(*TOY, "--tokenizer", "characters")
    assert blanks["lengths"]["tokens"]["total"] < signs["lengths"]["tokens"]["total"]
    assert signs["lengths"]["tokens"]["longest"] <= signs["lengths"]["characters"]["longest"]
    assert len(line) >= blanks["lengths"]["characters"]["shortest"]


def test_many_labels_show_which_stand_together(answers: Answers, document: Document) -> None:
    many = ("--dataset", "toy", "--source", "many.txt", "--task", "tag")
    pairs = document(*many)["cooccurrence"]["pairs"]
    assert {frozenset((pair["first"], pair["second"])) for pair in pairs} <= {
        frozenset(each) for each in (("up", "down"), ("up", "none"), ("down", "none"))
    }
    assert "labels together" in answers("stats", *many)


def test_a_text_to_write_has_lengths(document: Document) -> None:
    made = document(*TOY, "--task", "generate")
    assert made["lengths"]["target_tokens"]["count"] == 100
    assert made["rule"] is None


def test_chinese_is_counted_by_words(document: Document) -> None:
    made = document("--dataset", "toy", "--source", "chinese.txt", "--tokenizer", "characters")
    marking = {label: {word["word"] for word in words} for label, words in made["marking"].items()}
    assert marking["肠"] & {"结肠", "息肉", "直肠"}
    assert made["characters"]["kinds"]["Chinese"] > 0
    assert made["rule"]["scores"]["val"]["rule"]["accuracy"] > 0.8


def test_control_characters_of_records_are_not_obeyed(answers: Answers, place: Path) -> None:
    (place / "evil.csv").write_text("text,label\n" + "".join(f"[red]a{n}\u202e,[bold]x\n" for n in range(9)), "utf-8")
    shown = answers("stats", "--dataset", "table", "--source", "evil.csv")
    assert "[bold]x" in shown
    assert "\u202e" not in shown


def test_a_report_is_whole_and_the_answer_stays(medtext: Run, document: Document, place: Path) -> None:
    result = medtext("stats", *TOY, "--report", "report")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == medtext("stats", *TOY).stdout
    assert "written: report\n" in result.stderr
    names = {path.name for path in (place / "report").iterdir()}
    assert names >= {"index.html", "statistics.json", "lengths.png", "labels.png", "cloud-0.png"}
    assert json.loads((place / "report" / "statistics.json").read_text(encoding="utf-8")) == document(*TOY)
    assert not list(place.glob(".report*"))
    assert medtext("stats", *TOY, "--report", "report").exit_code == 1
    assert medtext("stats", *TOY, "--report", "report", "--replace", "--top", "1").exit_code == 0
    assert len(json.loads((place / "report" / "statistics.json").read_text(encoding="utf-8"))["words"]) == 1


def test_a_report_that_fails_leaves_no_folder(fails: Fails, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **values: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("medtext.report.statistics_page.render_page", full)
    assert fails("stats", *TOY, "--report", "report", code=1) == "report: No space left on device: name another folder"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--dataset", "toys"), 2, "did you mean 'toy'"),
        (("--source", "gone.txt", "--dataset", "toy"), 1, "gone.txt"),
        ((*TOY, "--tokenizer", "space"), 2, "spaces"),
        ((*TOY, "-o", "colour=red"), 2, "colour"),
        ((*TOY, "--top", "0"), 2, "--top"),
        ((*TOY, "--dictionary", "gone.dict"), 2, "gone.dict"),
        ((*TOY, "--report", "toy.txt"), 1, "toy.txt"),
    ],
)
def test_bad_choices_are_refused(fails: Fails, arguments: tuple[str, ...], code: int, says: str) -> None:
    assert says in fails("stats", *arguments, code=code)


def test_images_are_counted_measured_and_shown(answers: Answers, place: Path) -> None:
    from PIL import Image

    rows = ["frontal,lateral,target,id"]
    for number in range(30):
        names = [f"{number}-{view}.png" for view in range(1 + number % 2)]
        for name in names:
            Image.new("L", (40, 30 + 10 * (number % 2)), 5 * number).save(place / name)
        rows.append(f"{names[0]},{names[-1] if len(names) > 1 else ''},The heart is normal. Report {number}.,{number}")
    (place / "7-0.png").write_bytes(b"no picture")
    (place / "seen.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    asked = ("stats", "--dataset", "table", "--source", "seen.csv", "--task", "generate", "-o", "image=frontal,lateral")
    asked += ("-o", "target=target", "--tokenizer", "english")
    found = json.loads(answers(*asked, "--json"))["images"]
    assert (found["images"], found["per_record"]) == (45, {"1": 15, "2": 15})
    assert found["views"] == {"frontal": 30, "lateral": 15}  # the columns say so
    assert found["sizes"] == {"40 x 40": 29, "40 x 30": 15}
    assert (found["brightness"]["shortest"], found["brightness"]["longest"]) == (0, 145)
    assert found["unreadable"] == 1
    assert "7-0.png: not an image that can be read" in found["faults"][0]
    text = answers(*asked, "--report", "corpus")
    assert "45 images; records by their number: 1: 15, 2: 15." in text
    assert "! 1 images cannot be read:" in text
    page = (place / "corpus" / "index.html").read_text(encoding="utf-8")
    shown = re.findall(r'src="(example-[0-9-]+[.]png)"', page)
    assert len(shown) >= 12
    assert all((place / "corpus" / file).is_file() for file in shown)
