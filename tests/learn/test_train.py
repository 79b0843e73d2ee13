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


def test_the_average_of_the_weights_is_what_is_measured_and_kept(registry: Registry) -> None:
    plain, averaged = linear(registry), linear(registry)
    options = {"epochs": 3, "lr": 0.3, "weight_decay": 0.0}
    train(plain, *parts(), TrainOptions(**options), device=CPU)
    history = train(averaged, *parts(), TrainOptions(**options, average=0.9), device=CPU)
    # The average lags behind weights that grow step by step.
    assert averaged.weights.weight.abs().sum() < plain.weights.weight.abs().sum()
    _, val = parts()
    batch = val.batch(range(len(val.records)))
    with torch.no_grad():
        embedded = averaged.embed(batch)
        loss = torch.nn.functional.cross_entropy(averaged.score(embedded.vectors, embedded.mask), batch.targets)
    assert float(loss) == pytest.approx(min(line["val_loss"] for line in history), abs=1e-6)


def test_an_average_of_few_steps_hangs_on_them_and_not_on_the_start(registry: Registry) -> None:
    plain, averaged = linear(registry), linear(registry)
    options = {"epochs": 20, "lr": 0.05, "patience": 20}
    train(plain, *parts(), TrainOptions(**options), device=CPU)
    train(averaged, *parts(), TrainOptions(**options, average=0.9999), device=CPU)
    assert averaged.weights.weight.abs().sum() > plain.weights.weight.abs().sum() / 2


def test_a_training_with_an_average_goes_on_to_the_same_weights(registry: Registry, tmp_path: Any) -> None:
    from medtext.learn.watch import Silent

    class Cut(Silent):
        def step(self, epoch: int, loss: float) -> None:
            if epoch > 2:
                raise KeyboardInterrupt

    options = TrainOptions(epochs=5, lr=0.3, average=0.9)
    whole, resumed = linear(registry), linear(registry)
    train(whole, *parts(), options, device=CPU)
    with pytest.raises(KeyboardInterrupt):
        train(linear(registry), *parts(), options, device=CPU, checkpoint=tmp_path / "c.pt", watcher=Cut())
    train(resumed, *parts(), options, device=CPU, checkpoint=tmp_path / "c.pt")
    assert torch.equal(whole.weights.weight, resumed.weights.weight)
