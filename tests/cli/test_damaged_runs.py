"""Runs that were damaged on the way: the file is named with the remedy, and the other runs stay usable."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Fails = Callable[..., str]
Run = Callable[..., Result]

USES = {"predict": ("predict", "the ulcer"), "evaluate": ("evaluate",), "keywords": ("keywords",)}


def put(path: Path, content: bytes | None) -> None:
    """Put other content in a file's place (the weights are shared between tests), or none at all."""
    path.unlink()
    if content is not None:
        path.write_bytes(content)


@pytest.mark.parametrize(
    ("missing", "command"),
    [
        *((name, command) for name in ("config.json", "labels.json", "tokenizer.json") for command in USES),
        *(("model.safetensors", command) for command in USES),
        ("splits.json", "evaluate"),
        ("splits.json", "keywords"),
        ("baseline/model.safetensors", "evaluate"),
    ],
)
def test_a_run_that_lacks_a_file_names_it(fails: Fails, place: Path, missing: str, command: str) -> None:
    put(place / "runs" / "one" / missing, None)
    line = fails(*USES[command], "--run", "one", code=1)
    assert missing in line
    assert "one" in line
    assert "train or import" in line


def test_a_folder_without_a_run_json_is_no_run(fails: Fails, place: Path) -> None:
    put(place / "runs" / "one" / "run.json", None)
    assert "run 'one' lacks run.json: train or import it again" in fails("predict", "a", "--run", "one", code=1)


def test_the_newest_whole_run_is_used_where_a_newer_one_lacks_its_run_json(medtext: Run, place: Path) -> None:
    put(place / "runs" / "one" / "run.json", None)
    assert "run: chinese\n" in medtext("predict", "a").stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (name, content)
        for name in ("run.json", "config.json", "labels.json", "tokenizer.json", "splits.json")
        for content in (b"", b"{", b"[]", b"{}", b"null", b"\xff\xfe")
    ],
)
def test_a_file_of_a_run_that_makes_no_sense_is_said_with_the_remedy(
    fails: Fails, place: Path, name: str, content: bytes
) -> None:
    put(place / "runs" / "one" / name, content)
    line = fails("evaluate", "--run", "one", code=1)
    assert "run 'one'" in line
    assert "train" in line


@pytest.mark.parametrize("cut", [0, 4, -1, -20])
def test_cut_weights_are_refused(fails: Fails, place: Path, cut: int) -> None:
    weights = place / "runs" / "one" / "model.safetensors"
    put(weights, weights.read_bytes()[:cut])
    line = fails("predict", "the ulcer", "--run", "one", code=1)
    assert line.startswith("runs/one/model.safetensors cannot be read (")
    assert line.endswith("): train or import the run again")


def test_weights_of_another_shape_are_refused(fails: Fails, place: Path) -> None:
    put(place / "runs" / "one" / "model.safetensors", (place / "runs" / "chinese" / "model.safetensors").read_bytes())
    assert "model.safetensors cannot be read (" in fails("predict", "the ulcer", "--run", "one", code=1)


@pytest.mark.parametrize("format_", [0, 2, "1", None])
def test_a_run_of_another_format_is_refused_with_what_to_do(fails: Fails, place: Path, format_: object) -> None:
    path = place / "runs" / "one" / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"format": format_}), encoding="utf-8")
    line = fails("predict", "a", "--run", "one", code=1)
    assert line == (
        f"run 'one' has format {format_}, this medtext reads 1: use the version that made it, or train again"
    )


def test_a_damaged_run_does_not_hide_the_others_in_the_list(medtext: Run, place: Path) -> None:
    put(place / "runs" / "many" / "run.json", b"{")
    put(place / "runs" / "chinese" / "splits.json", None)
    result = medtext("runs")
    assert result.exit_code == 0
    assert {line.split()[0] for line in result.stdout.splitlines()} == {"run", "writer", "many", "chinese", "one"}
    warnings = [line for line in result.stderr.splitlines() if line.startswith("warning: ")]
    assert len(warnings) == 2
    assert "run.json of run 'many' cannot be read" in warnings[0]
    assert "run 'chinese' lacks splits.json" in warnings[1]


def test_a_damaged_run_says_so_in_json(medtext: Run, place: Path) -> None:
    put(place / "runs" / "many" / "metrics.json", b"[]")
    rows = [json.loads(line) for line in medtext("runs", "--json").stdout.splitlines()]
    damage = {row["run"]: row["damage"] for row in rows}
    assert damage == {
        "writer": None,
        "many": "run 'many' is not whole: train or import it again",
        "chinese": None,
        "one": None,
    }


@pytest.mark.parametrize("command", ["evaluate", "keywords"])
def test_a_source_that_is_gone_counts_its_records_and_names_the_option(fails: Fails, place: Path, command: str) -> None:
    (place / "toy.txt").unlink()
    split = {"evaluate": "test", "keywords": "val"}[command]
    splits = json.loads((place / "runs" / "one" / "splits.json").read_text(encoding="utf-8"))
    line = fails(command, "--run", "one", code=1)
    assert line.startswith(f"{place}/toy.txt is gone")
    assert f"{len(splits[split])} {split} records" in line
    assert "--source" in line


@pytest.mark.parametrize("command", ["evaluate", "keywords"])
def test_a_source_that_has_changed_counts_what_is_missing_and_names_the_option(
    fails: Fails, place: Path, command: str
) -> None:
    source = place / "toy.txt"
    lines = source.read_text(encoding="utf-8").splitlines()
    source.write_text("\n".join(lines[:50]) + "\n", encoding="utf-8")
    split = {"evaluate": "test", "keywords": "val"}[command]
    wanted = json.loads((place / "runs" / "one" / "splits.json").read_text(encoding="utf-8"))[split]
    missing = sum(int(each[1:]) > 50 for each in wanted)
    line = fails(command, "--run", "one", code=1)
    assert line.startswith(f"{place}/toy.txt has changed since the training: ")
    assert f"{missing} of {len(wanted)} {split} records are missing" in line
    assert "--source" in line


def test_a_changed_text_of_a_known_record_is_noticed(fails: Fails, place: Path) -> None:
    source = place / "toy.txt"
    source.write_text(source.read_text(encoding="utf-8").replace("ulcer", "ulcers", 1), encoding="utf-8")
    assert "has changed since the training" in fails("evaluate", "--run", "one", code=1)


def test_a_run_whose_plugin_is_not_given_names_it(fails: Fails, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEDTEXT_PLUGIN")
    assert fails("predict", "a", code=1).endswith(": give its file by --plugin toy.py")


def test_a_plugin_that_has_changed_since_the_training_is_warned_of(
    medtext: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = place / "toy.py"
    original = Path(__file__).parents[1] / "toy.py"
    changed.write_text(original.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    monkeypatch.setenv("MEDTEXT_PLUGIN", str(changed))
    result = medtext("predict", "the ulcer", "--run", "many")
    assert result.exit_code == 0
    assert "warning: toy.py is not the file that run 'many' was trained with" in result.stderr
