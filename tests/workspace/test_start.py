"""A pretraining leaves a run that trainings start from, and so does a training."""

from __future__ import annotations

import logging
import random
from pathlib import Path
from typing import Any

import pytest
import torch
from trainings import Interrupting

from medtext.corpus.record import Record
from medtext.corpus.split import group_of, place
from medtext.errors import OptionError, RunError
from medtext.learn.watch import Silent
from medtext.plugin.registry import Registry
from medtext.runs.store import Run, RunStore
from medtext.runs.weights import read_weights
from medtext.workspace.pretraining import VAL_SHARE, Pretraining, pretrain_run, resumed_pretraining
from medtext.workspace.ready import open_ready
from medtext.workspace.setup import Setup
from medtext.workspace.start import find_start
from medtext.workspace.training import resumed_setup, train_run

WORDS = {"胃": ("胃窦溃疡", "胃体糜烂"), "肠": ("结肠息肉", "直肠炎症"), "肺": ("右肺结节", "左肺炎症")}
SMALL = ("width=16", "filters=8")


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    chance = random.Random(1)
    lines = [f"镜下见{chance.choice(WORDS[chance.choice(sorted(WORDS))])}，余未见异常{n}" for n in range(120)]
    (tmp_path / "texts.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path / "texts.txt"


def labelled(folder: Path, labels: tuple[str, ...], name: str = "labelled.csv") -> Path:
    chance = random.Random(2)
    rows = ["text,label"]
    for number in range(120):
        label = labels[number % len(labels)]
        rows.append(f"镜下见{chance.choice(WORDS[label])}，余未见异常{number},{label}")
    (folder / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder / name


def pretrain(registry: Registry, store: RunStore, texts: Path, **choices: Any) -> Run:
    named = {"model": "text-cnn", "options": SMALL, "training": {"epochs": 2, "batch_size": 16}}
    setup = Pretraining.choose(registry, [texts], **{**named, **choices})
    return pretrain_run(registry, store, setup, name="begun", device="cpu")


def train(registry: Registry, store: RunStore, source: Path, name: str, **choices: Any) -> Run:
    training = {"epochs": 1, "lr": 1e-9, "seed": choices.pop("seed", 13)}
    setup = Setup.choose(registry, dataset="table", source=source, training=training, **choices)
    return train_run(registry, store, setup, name=name, device="cpu")


def test_a_training_begins_with_the_pretrained_table_and_its_vocabulary(
    registry: Registry, store: RunStore, texts: Path, tmp_path: Path
) -> None:
    begun = pretrain(registry, store, texts)
    start = find_start(registry, store, "begun")
    run = train(registry, store, labelled(tmp_path, ("胃", "肠")), "trained", start=start)
    before, after = read_weights(begun.path), read_weights(run.path)
    # At a rate of nearly nothing, one epoch leaves weights where they began.
    assert set(before) == {name for name in after if not name.startswith("output")}
    for name, weight in before.items():
        assert torch.allclose(after[name], weight, atol=1e-5), name
    assert run.read("tokenizer.json") == begun.read("tokenizer.json")
    config = run.read("config.json")
    assert config["init"] == str(begun.path.resolve())
    assert config["model"]["options"]["width"] == 16, "the options that give weights their shape come along"
    assert run.part_of.read("config.json")["init"] is None, "the baseline starts from nothing"


def test_a_head_is_taken_over_for_the_same_labels_only(registry: Registry, store: RunStore, tmp_path: Path) -> None:
    options = ("model.width=16", "filters=8")
    first = train(registry, store, labelled(tmp_path, ("胃", "肠")), "first", options=options)
    head = read_weights(first.path)["output.weight"]

    def head_of(labels: tuple[str, ...], name: str) -> torch.Tensor:
        start = find_start(registry, store, "first")
        source = labelled(tmp_path, labels, f"{name}.csv")
        return read_weights(train(registry, store, source, name, start=start, seed=7).path)["output.weight"]

    assert torch.allclose(head_of(("胃", "肠"), "same"), head, atol=1e-5)
    assert not torch.allclose(head_of(("胃", "肺"), "other"), head, atol=1e-2), "two labels too, but others"
    assert head_of(("胃", "肠", "肺"), "more").shape[0] == 3


def test_what_does_not_go_together_is_refused(registry: Registry, store: RunStore, texts: Path, tmp_path: Path) -> None:
    pretrain(registry, store, texts)
    source = labelled(tmp_path, ("胃", "肠"))
    start = find_start(registry, store, "begun")
    with pytest.raises(OptionError, match="is of model 'text-cnn', not 'albert'"):
        find_start(registry, store, "begun", "albert")
    with pytest.raises(OptionError, match="made with 'characters': leave it out"):
        train(registry, store, source, "x", start=start, tokenizer="words")
    with pytest.raises(OptionError, match=r"convolutions.0.weight is \[8, 16, 2\] there and \[8, 32, 2\] here"):
        train(registry, store, source, "x", start=start, options=("width=32",))
    with pytest.raises(OptionError, match="cannot be pretrained"):
        pretrain(registry, RunStore(tmp_path / "other"), texts, model="ngram-linear", options=())
    assert store.names() == ["begun"], "nothing half made is left"
    assert not RunStore(tmp_path / "other").unfinished()


def test_a_pretraining_that_was_cut_off_ends_with_the_same_weights(
    registry: Registry, store: RunStore, texts: Path
) -> None:
    whole = read_weights(pretrain(registry, store, texts, training={"epochs": 3, "batch_size": 16}).path)
    setup = Pretraining.choose(
        registry, [texts], model="text-cnn", options=SMALL, training={"epochs": 3, "batch_size": 16}
    )
    with pytest.raises(KeyboardInterrupt):
        pretrain_run(registry, store, setup, name="cut", device="cpu", watcher=Interrupting(2))
    assert store.names() == ["begun"]
    assert (store.unfinished("pretrain"), store.unfinished("train")) == (["cut"], [])
    with pytest.raises(RunError, match="go on by `medtext pretrain --resume --run cut`"):
        resumed_setup(registry, store, "cut", None)
    again = resumed_pretraining(registry, store, "cut", None)
    assert again == setup
    resumed = pretrain_run(registry, store, again, name="cut", device="cpu", resume=True, watcher=Silent())
    assert all(torch.equal(weight, whole[name]) for name, weight in read_weights(resumed.path).items())
    with pytest.raises(RunError, match="--epochs can only raise that"):
        resumed_pretraining(registry, store, "cut", 1)


def test_a_pretraining_goes_on_from_a_pretraining(registry: Registry, store: RunStore, texts: Path) -> None:
    pretrain(registry, store, texts)
    start = find_start(registry, store, "begun")
    setup = Pretraining.choose(registry, [texts], model=start.model, start=start, training={"epochs": 1, "lr": 1e-9})
    onward = pretrain_run(registry, store, setup, name="onward", device="cpu")
    before = read_weights(store.open("begun").path)
    assert all(torch.allclose(weight, before[name], atol=1e-5) for name, weight in read_weights(onward.path).items())


def test_vectors_made_elsewhere_fill_the_table(registry: Registry, store: RunStore, tmp_path: Path) -> None:
    source = labelled(tmp_path, ("胃", "肠"))
    (tmp_path / "vectors.txt").write_text("胃 1 2 3 4\n肠 -1 0 1 0\n", encoding="utf-8")
    options = ("width=4", f"vectors={tmp_path / 'vectors.txt'}")
    run = train(registry, store, source, "filled", options=options)
    tokens = ["<special>"] * 5 + run.read("tokenizer.json")["tokens"]
    table = read_weights(run.path)["embedding.weight"]
    assert table[tokens.index("胃")].tolist() == pytest.approx([1, 2, 3, 4], abs=1e-4)
    assert table[tokens.index("肠")].tolist() == pytest.approx([-1, 0, 1, 0], abs=1e-4)
    assert table[0].tolist() == [0, 0, 0, 0], "padding stays nothing"
    (tmp_path / "vectors.txt").unlink()
    again = find_start(registry, store, "filled")
    assert "vectors" not in again.pretrained.options, "the run holds them now"


def test_changed_texts_are_met_when_a_pretraining_goes_on(registry: Registry, store: RunStore, texts: Path) -> None:
    pretrain(registry, store, texts)
    tokens = store.open("begun").read("tokenizer.json")
    texts.write_text(texts.read_text(encoding="utf-8").replace("胃", "肾"), encoding="utf-8")
    again = resumed_pretraining(registry, store, "begun", 3)
    with pytest.raises(RunError, match="the texts have changed since 'begun' was begun: start over with --replace"):
        pretrain_run(registry, store, again, name="begun", device="cpu", resume=True)
    assert store.open("begun").read("tokenizer.json") == tokens


def test_texts_held_back_are_not_in_the_vocabulary(registry: Registry, store: RunStore, texts: Path) -> None:
    held = next(
        text for text in (f"脾脏{n}" for n in range(999)) if place(group_of(Record(id="", text=text)), 13) < VAL_SHARE
    )
    with texts.open("a", encoding="utf-8") as file:
        file.write(f"{held}\n{held} \n")
    run = pretrain(registry, store, texts, options=(*SMALL, "min-records=1"))
    assert "脾" not in run.read("tokenizer.json")["tokens"]


def test_texts_that_a_start_was_trained_on_are_known_and_warned_of(
    registry: Registry, store: RunStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = labelled(tmp_path, ("胃", "肠"))
    options = ("model.width=16", "filters=8")
    first = train(registry, store, source, "first", options=options)
    logging.getLogger("medtext").propagate = True
    second = train(registry, store, source, "second", start=find_start(registry, store, "first"), seed=99)
    assert "val records have texts that --init was trained on" in caplog.text
    inherited = second.read("splits.json")["inherited_texts"]
    assert inherited == first.read("splits.json")["trained_texts"]
    ready = open_ready(registry, second, torch.device("cpu"))
    assert len(ready.unseen(ready.records(split="val"))) < len(ready.records(split="val"))
