"""Tables of a trained run and of its shuffled weights: what was learned is not in the second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from medtext.explain.randomised import with_shuffled_weights
from medtext.learn.predict import Predictor
from medtext.learn.watch import Silent
from medtext.plugin.registry import Registry
from medtext.runs.store import RunStore
from medtext.workspace.explaining import explainer_for
from medtext.workspace.ready import Ready, open_ready
from medtext.workspace.setup import Setup
from medtext.workspace.stability import Asked, measure_stability
from medtext.workspace.training import train_run


@pytest.fixture
def runs(registry: Registry, toy_source: Callable[..., Path], tmp_path: Path) -> list[Ready]:
    """Three trainings of one network that differ in their seed."""
    found = []
    for seed in range(3):
        setup = Setup.choose(
            registry,
            dataset="toy",
            source=toy_source(200) if not seed else tmp_path / "toy-200-False-False-1" / "toy.txt",
            model="toy-linear",
            training={"epochs": 6, "seed": seed},
            plan=None if not seed else found[0].setup.plan,
        )
        run = train_run(registry, RunStore(tmp_path / "runs"), setup, name=f"run{seed}", device="cpu", watcher=Silent())
        found.append(open_ready(registry, run, torch.device("cpu")))
    return found


def test_what_is_learned_is_the_same_in_all_seeds_and_not_under_shuffled_weights(runs: list[Ready]) -> None:
    made = measure_stability(runs, Asked(split="val", top=2))
    found = made.found
    learned = {"up": {"stomach", "ulcer"}, "down": {"colon", "polyp"}, "none": {"heart", "lung"}}
    for label in found.labels:
        assert {row.keyword for row in label.rows} == learned[label.label]
        assert all(row.in_top(2) == 1.0 for row in label.rows)
    assert found.between.overlap == 1.0
    assert found.shuffled.overlap is not None
    assert found.shuffled.overlap < 1.0
    counts = made.header["runs"]
    assert [each["explained"] for each in counts] == [made.header["records"]] * 3


def test_each_run_explains_a_text_once_and_once_shuffled(runs: list[Ready], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    encode = Predictor.row_logits

    def counted(self: Predictor, batch: object) -> torch.Tensor:
        seen.append(len(batch))  # type: ignore[arg-type]
        return encode(self, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(Predictor, "row_logits", counted)
    records = runs[0].records(split="val")
    measure_stability(runs[:2], Asked(split="val", shuffled=False))
    assert sum(seen) == 2 * len(records)


def test_shuffled_weights_explain_the_labels_that_records_name(runs: list[Ready]) -> None:
    records = runs[0].records(split="val")
    explainer = explainer_for(runs[0])
    own = next(iter(explainer.explain(records[:1])))
    blind = next(iter(with_shuffled_weights(explainer).explain(records[:1])))
    assert [each.label for each in blind.attributions] == list(records[0].labels or ())
    assert blind.attributions[0].scores.tolist() != own.attributions[0].scores.tolist()
    weights = [runs[0].network.model.weights.weight, with_shuffled_weights(explainer).predictor.model.weights.weight]  # type: ignore[union-attr, attr-defined]
    assert torch.equal(*(each.flatten().sort().values for each in weights))
    assert not torch.equal(*weights)
