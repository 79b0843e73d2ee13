"""``medtext runs``: listed, and carried from machine to machine; what a stranger packed is not trusted."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Fails = Callable[..., str]
Run = Callable[..., Result]
Answers = Callable[..., str]


def test_runs_are_listed_the_newest_last(answers: Answers) -> None:
    lines = answers("runs").splitlines()
    assert lines[0].split() == ["run", "task", "dataset", "model", "on", "val", "created", "(UTC)"]
    assert [line.split()[:4] for line in lines[1:]] == [
        ["writer", "generate", "toy", "toy-prefix-writer"],
        ["many", "tag", "toy", "toy-linear"],
        ["chinese", "classify", "toy", "toy-linear"],
        ["one", "classify", "toy", "toy-linear"],
    ]
    assert lines[1].split()[4:6] == ["bleu", "4"]
    assert lines[4].split()[4:6] == ["macro", "f1"]


def test_json_has_the_documented_keys(answers: Answers, place: Path) -> None:
    rows = [json.loads(line) for line in answers("runs", "--json").splitlines()]
    keys = ["run", "task", "dataset", "model", "records", "metric", "value", "created", "damage"]
    assert [list(row) for row in rows] == [keys] * 4
    splits = json.loads((place / "runs" / "one" / "splits.json").read_text(encoding="utf-8"))
    metrics = json.loads((place / "runs" / "one" / "metrics.json").read_text(encoding="utf-8"))
    assert rows[-1]["records"] == len(splits["train"])
    assert (rows[-1]["metric"], rows[-1]["value"]) == ("macro_f1", metrics["val"]["model"]["macro_f1"])
    assert rows[-1]["damage"] is None


def test_no_runs_are_no_error_and_name_the_command_that_makes_one(medtext: Run) -> None:
    result = medtext("--runs", "none", "runs")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "there is no run in none: make one by `medtext train`\n"
    assert medtext("--runs", "none", "runs", "--json").stdout == ""


def test_a_run_answers_the_same_after_export_and_import(medtext: Run, answers: Answers, place: Path) -> None:
    assert medtext("runs", "export", "one", "one.zip").stderr == "written: one.zip\n"
    result = medtext("--runs", "other", "runs", "import", "one.zip")
    assert (result.exit_code, result.stderr) == (0, "run: one\n")
    for command in (("predict", "the ulcer", "--json"), ("evaluate", "--json"), ("keywords", "--format", "json")):
        assert answers("--runs", "other", *command) == answers(*command)
    left_behind = {path.name for path in (place / "runs" / "one").iterdir()}
    left_behind -= {path.name for path in (place / "other" / "one").iterdir()}
    assert {"train.log", "training.pt"} <= left_behind


def test_an_imported_run_can_get_another_name(medtext: Run, answers: Answers) -> None:
    assert medtext("runs", "export", "one", "one.zip").exit_code == 0
    assert medtext("runs", "import", "one.zip", "--run", "two").stderr == "run: two\n"
    assert answers("predict", "the ulcer", "--run", "two") == answers("predict", "the ulcer", "--run", "one")


def test_an_imported_run_takes_no_other_runs_place_unless_asked_to(medtext: Run, fails: Fails) -> None:
    assert medtext("runs", "export", "one", "one.zip").exit_code == 0
    assert fails("runs", "import", "one.zip", code=1) == (
        "run 'one' exists: choose another --run, or overwrite it with --replace"
    )
    assert medtext("runs", "import", "one.zip", "--replace").exit_code == 0


def test_a_damaged_run_is_not_exported(fails: Fails, place: Path) -> None:
    (place / "runs" / "one" / "run.json").write_text("{", encoding="utf-8")
    assert fails("runs", "export", "one", "one.zip", code=1).startswith("run.json of run 'one' cannot be read")


MANIFEST = '{"format": 1, "name": "evil"}'

HOSTILE = {
    "a path upwards": ({"../../evil": ""}, "holds the path '../../evil', which no run has: do not trust it"),
    "a path upwards further in": ({"a/../../b": ""}, "holds the path 'a/../../b'"),
    "a path from the root": ({"/tmp/evil": ""}, "holds the path '/tmp/evil'"),  # noqa: S108  # never written
    "a path of Windows": ({"..\\evil": ""}, "holds the path"),
    "a pickle": ({"training.pt": ""}, "holds the path 'training.pt'"),
    "another format": ({"medtext-run.json": '{"format": 2, "name": "evil"}'}, "has format 2, this medtext reads 1"),
    "no name": ({"medtext-run.json": '{"format": 1}'}, "is no run that `medtext runs export` wrote"),
    "a name that is a path": (
        {"medtext-run.json": '{"format": 1, "name": "../evil"}'},
        "'../evil' cannot be a run's name",
    ),
    "a list": ({"medtext-run.json": "[]"}, "is no run that `medtext runs export` wrote"),
    "no JSON": ({"medtext-run.json": "{"}, "is no run that `medtext runs export` wrote"),
    "nothing": ({}, "run.json"),
    "a run of another format": ({"run.json": '{"format": 9}'}, ""),
    "a file that is also a folder": ({"a": "", "a/b": "", "run.json": '{"format": 1}'}, ""),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_no_export_wrote_is_not_imported(fails: Fails, place: Path, case: str) -> None:
    entries, found = HOSTILE[case]
    with zipfile.ZipFile(place / "evil.zip", "w") as archive:
        for name, content in ({"medtext-run.json": MANIFEST} | entries).items():
            archive.writestr(name, content)
    assert found in fails("runs", "import", "evil.zip", code=1)
    assert not list(place.parent.glob("evil*"))


def test_an_archive_that_lacks_files_of_a_run_is_not_imported(fails: Fails, place: Path) -> None:
    with zipfile.ZipFile(place / "evil.zip", "w") as archive:
        archive.writestr("medtext-run.json", MANIFEST)
        archive.writestr("run.json", '{"format": 1}')
    assert "evil.zip" in fails("runs", "import", "evil.zip", code=1)


@pytest.mark.parametrize("content", [b"", b"no zip at all", None])
def test_a_file_that_is_no_archive_is_not_imported(fails: Fails, place: Path, content: bytes | None) -> None:
    if content is not None:
        (place / "run.zip").write_bytes(content)
        assert fails("runs", "import", "run.zip", code=1).startswith(
            "run.zip is no run that `medtext runs export` wrote"
        )
    else:
        assert fails("runs", "import", "run.zip", code=1).startswith("run.zip: there is no such file")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_cut_archive_is_not_imported(medtext: Run, fails: Fails, place: Path, share: float) -> None:
    assert medtext("runs", "export", "one", "one.zip").exit_code == 0
    whole = (place / "one.zip").read_bytes()
    (place / "one.zip").write_bytes(whole[: int(len(whole) * share)])
    line = fails("runs", "import", "one.zip", "--run", "two", code=1)
    assert line.startswith("one.zip is no run that `medtext runs export` wrote, or it is cut (")
    assert line.endswith("): export it again")


def test_a_changed_archive_is_not_imported(medtext: Run, fails: Fails, place: Path) -> None:
    assert medtext("runs", "export", "one", "one.zip").exit_code == 0
    whole = bytearray((place / "one.zip").read_bytes())
    with zipfile.ZipFile(place / "one.zip") as archive:
        entry = archive.getinfo("model.safetensors")
    middle = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    whole[middle] ^= 0xFF
    (place / "one.zip").write_bytes(whole)
    assert fails("runs", "import", "one.zip", "--run", "two", code=1).endswith("): export it again")


def test_replace_overwrites_an_archive(medtext: Run, place: Path) -> None:
    (place / "one.zip").write_text("old", encoding="utf-8")
    assert medtext("runs", "export", "one", "one.zip", "--replace").exit_code == 0
    assert zipfile.is_zipfile(place / "one.zip")


def test_a_run_can_be_moved_by_hand(medtext: Run, answers: Answers, place: Path) -> None:
    before = answers("predict", "the ulcer")
    shutil.move(place / "runs" / "one", place / "runs" / "renamed")
    assert answers("predict", "the ulcer", "--run", "renamed") == before
