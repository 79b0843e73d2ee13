"""A training that was cut off, at whatever moment, ends like one that was not."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trainings

from medtext.errors import RunError
from medtext.runs.store import RunStore

CUTS = 20
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["medtext.workspace.training", "sklearn.metrics", "captum.attr"])


def weights(root: Path) -> bytes:
    return (root / "toy" / "model.safetensors").read_bytes()


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(
    tmp_path: Path, toy_source: Callable[..., Path]
) -> None:
    source = toy_source(60)
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        small = ("filters=4", "width=8")
        trainings.train_toy(str(tmp_path / name), str(source), seed=seed, model="text-cnn", options=small)
    assert weights(tmp_path / "one") == weights(tmp_path / "again")
    assert weights(tmp_path / "one") != weights(tmp_path / "other")


def test_a_killed_training_resumes_to_the_same_weights(tmp_path: Path, toy_source: Callable[..., Path]) -> None:
    source = str(toy_source(60))
    began = time.perf_counter()
    whole = PROCESSES.Process(target=trainings.train_toy, args=(str(tmp_path / "whole"), source))
    whole.start()
    whole.join()
    seconds = time.perf_counter() - began
    assert whole.exitcode == 0
    expected = weights(tmp_path / "whole")
    chance = random.Random(7)
    states = set()
    for cut in range(CUTS):
        root = tmp_path / f"cut-{cut}"
        killed = PROCESSES.Process(target=trainings.train_toy, args=(str(root), source))
        killed.start()
        killed.join(timeout=chance.uniform(0.1, 1.0) * seconds)
        killed.kill()
        killed.join()
        store = RunStore(root)
        states.add((bool(store.unfinished()), "toy" in store.names()))
        resumed = PROCESSES.Process(target=trainings.train_toy, args=(str(root), source), kwargs={"resume": True})
        resumed.start()
        resumed.join()
        assert resumed.exitcode == 0
        assert weights(root) == expected, f"cut {cut} ended with other weights"
        assert RunStore(root).unfinished() == []
    # The cuts fell into different phases: before the first checkpoint, in mid-training, or after the end.
    assert len(states) > 1


@pytest.mark.parametrize("precision", ["32", "bf16"])
def test_a_training_cut_after_any_epoch_resumes_to_the_same_weights(
    tmp_path: Path, toy_source: Callable[..., Path], precision: str
) -> None:
    source = str(toy_source(60))
    network: dict[str, Any] = {"model": "text-cnn", "options": ("filters=4", "width=8"), "precision": precision}
    trainings.train_toy(str(tmp_path / "whole"), source, **network)
    for cut in (1, 2, 3):
        root = tmp_path / f"cut-{cut}"
        with pytest.raises(KeyboardInterrupt):
            trainings.train_toy(str(root), source, watcher=trainings.Interrupting(cut), **network)
        assert RunStore(root).unfinished() == ["toy"]
        trainings.train_toy(str(root), source, resume=True)
        assert weights(root) == weights(tmp_path / "whole"), f"cut after epoch {cut}"


def test_a_refused_resume_leaves_the_finished_run_alone(tmp_path: Path, toy_source: Callable[..., Path]) -> None:
    source = toy_source(60)
    trainings.train_toy(str(tmp_path), str(source), epochs=2)
    kept = source.read_text(encoding="utf-8")
    source.write_text(kept + "one more;up\n", encoding="utf-8")
    with pytest.raises(RunError):
        trainings.train_toy(str(tmp_path), str(source), epochs=3, resume=True)
    assert RunStore(tmp_path).unfinished() == []


def test_a_finished_run_goes_on_with_more_epochs(tmp_path: Path, toy_source: Callable[..., Path]) -> None:
    source = str(toy_source(60))
    trainings.train_toy(str(tmp_path), source, epochs=2)
    store = RunStore(tmp_path)
    assert len(store.open("toy").lines("history.jsonl")) == 2
    trainings.train_toy(str(tmp_path), source, epochs=5, resume=True)
    assert [line["epoch"] for line in store.open("toy").lines("history.jsonl")] == [1, 2, 3, 4, 5]
    assert store.open("toy").read("config.json")["training"]["epochs"] == 5


def test_resuming_on_a_changed_source_is_refused(tmp_path: Path, toy_source: Callable[..., Path]) -> None:
    source = toy_source(60)
    trainings.train_toy(str(tmp_path), str(source), epochs=2)
    source.write_text(source.read_text(encoding="utf-8") + "one more;up\n", encoding="utf-8")
    with pytest.raises(RunError, match="has changed since the training"):
        trainings.train_toy(str(tmp_path), str(source), epochs=3, resume=True)
    assert len(RunStore(tmp_path).open("toy").lines("history.jsonl")) == 2
