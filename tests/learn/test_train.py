"""The loop keeps the best weights, stops early, and says what went wrong."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from medtext.corpus.batch import Batcher
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.record import Input, Record, Task
from medtext.errors import DeviceError, OptionError, TrainingError
from medtext.learn.device import pick_device
from medtext.learn.train import Part, TrainOptions, train
from medtext.plugin import ModelShape
from medtext.plugin.registry import Registry

CPU = torch.device("cpu")


def parts(flipped: bool = False) -> tuple[Part, Part]:
    texts = [("a", "x"), ("b", "y")] * 20
    records = [Record(id=str(n), text=text, labels=(label,)) for n, (text, label) in enumerate(texts)]
    other = {"x": "y", "y": "x"}
    val = [
        Record(id="v" + r.id, text=r.text, labels=(other[r.labels[0]] if flipped else r.labels[0],)) for r in records
    ]
    tokenizer = PatternTokenizer(lambda text: [(0, len(text))], min_records=1).fit(["a", "b"])
    batcher = Batcher(Task.CLASSIFY, ("x", "y"), Input.TEXT, tokenizer)
    return Part.of(records, batcher), Part.of(val, batcher)


def linear(registry: Registry) -> Any:
    spec = registry.model("toy-linear")
    return spec.build(ModelShape(Task.CLASSIFY, 7, 2, 512), spec.options())


def test_training_stops_when_validation_gets_no_better_and_keeps_the_best_weights(registry: Registry) -> None:
    # Validation says the opposite of training: every epoch is worse than the first.
    model = linear(registry)
    history = train(model, *parts(flipped=True), TrainOptions(epochs=20, lr=0.05, patience=3), device=CPU)
    assert [line["epoch"] for line in history] == [1, 2, 3, 4]
    losses = [line["val_loss"] for line in history]
    assert losses == sorted(losses)
    _, val = parts(flipped=True)
    batch = val.batch(range(len(val.records)))
    embedded = model.embed(batch)
    logits: Tensor = model.score(embedded.vectors, embedded.mask)
    kept = torch.nn.functional.cross_entropy(logits, batch.targets)
    assert float(kept.detach()) == pytest.approx(losses[0], abs=1e-6)


def test_the_learning_rate_warms_up_and_the_loss_falls(registry: Registry) -> None:
    history = train(linear(registry), *parts(), TrainOptions(epochs=5, lr=0.1), device=CPU)
    losses = [line["train_loss"] for line in history]
    assert losses == sorted(losses, reverse=True)
    assert history[-1]["val_macro_f1"] == 1.0


def test_a_loss_that_is_no_number_names_the_epoch_and_the_remedy(registry: Registry) -> None:
    model = linear(registry)
    with torch.no_grad():
        model.weights.weight[5] = torch.nan
    with pytest.raises(
        TrainingError, match=r"the loss is nan in epoch 1: start over with --replace and a lower --lr \(0.1\)"
    ):
        train(model, *parts(), TrainOptions(epochs=2, lr=0.1), device=CPU)


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"patience": 0},
        {"lr": 0.0},
        {"lr": float("nan")},
        {"seed": -1},
        {"precision": "16"},
        {"class_weight": "some"},
    ],
)
def test_settings_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(OptionError, match=f"--{name.replace('_', '-')} must be"):
        TrainOptions(**wrong)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device, so asking for it is right")
def test_cuda_without_a_device_is_an_error() -> None:
    with pytest.raises(DeviceError, match="--device cuda"):
        pick_device("cuda")
    assert pick_device("auto") == CPU


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_cuda_trains_to_the_same_answers(registry: Registry) -> None:
    model = linear(registry)
    history = train(model, *parts(), TrainOptions(epochs=5, lr=0.1), device=torch.device("cuda"))
    assert history[-1]["val_macro_f1"] == 1.0
