"""Trained networks as other tools keep them: out to a folder, and in as a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from medtext.corpus.record import Task
from medtext.corpus.split import NAMES
from medtext.errors import OptionError
from medtext.learn.train import TrainOptions
from medtext.plugin.options import make_options
from medtext.plugin.registry import Registry
from medtext.runs.store import Run, RunStore
from medtext.runs.weights import save_weights
from medtext.workspace.ready import Ready, make_batcher, make_model, make_tokenizer
from medtext.workspace.setup import Chosen, Setup, task_of
from medtext.workspace.start import of_checkpoint
from medtext.workspace.training import describe_run


def export_network(ready: Ready, folder: Path) -> None:
    """Write a run's network, tokenizer and labels into an empty folder, in the form that its model shares with others.

    Raises OptionError where it shares none.
    """
    network = ready.network
    spec = ready.registry.model(ready.setup.model.name)
    if spec.export is None:
        raise OptionError(f"model '{spec.name}' has no form that other tools read: leave --form out")
    spec.export(network.model, network.batcher.tokenizer, ready.labels, ready.task, folder)


def import_network(
    registry: Registry,
    store: RunStore,
    folder: Path,
    *,
    dataset: str,
    name: str | None = None,
    replace: bool = False,
    command: Sequence[str] = (),
) -> Run:
    """Make a run of a network that other tools trained; ``dataset`` is how its records will be read.

    Raises OptionError for a network without a head for labels, RunError where the name is taken.
    """
    if (folder / "run.json").is_file():
        raise OptionError(f"{folder} is a run already: copy it into {store.root}")
    start = of_checkpoint(registry, str(folder))
    given = start.pretrained
    if given.task is None:
        raise OptionError(f"{folder}: an encoder without labels: train it by `medtext train --init {folder}`")
    assert start.tokenizer is not None  # noqa: S101  # a checkpoint brings its own
    spec, cutter, source = registry.model(start.model), registry.tokenizer(start.tokenizer), registry.dataset(dataset)
    if given.task is Task.CLASSIFY and len(given.labels) < 2:
        raise OptionError(f"{folder}: its head gives one number, no labels: medtext has no use for it")
    setup = Setup(
        dataset=Chosen(source.name, source.options()),
        source=folder.resolve(),
        task=task_of(source, given.task, source.options()),
        model=Chosen(spec.name, make_options(spec.options, given.options, owner=f"model '{spec.name}'")),
        tokenizer=Chosen(
            cutter.name, make_options(cutter.options, given.tokenizer_options, owner=f"tokenizer '{cutter.name}'")
        ),
        training=TrainOptions(),
        init=start.origin,
    )
    tokenizer = make_tokenizer(registry, setup.tokenizer).load(given.tokenizer)
    model = make_model(registry, setup, make_batcher(registry, setup, given.labels, tokenizer))
    start.enter(model, set(), whole=True)
    with store.draft(name or store.free_name(folder.resolve().name), replace=replace) as run:
        names = {"dataset": source.name, "model": spec.name, "tokenizer": cutter.name}
        describe_run(run, registry, str(setup.task), names, setup.training.seed, command, torch.device("cpu"))
        run.write("config.json", setup.to_json())
        run.write("labels.json", {"labels": given.labels, "train_counts": [0] * len(given.labels)})
        run.write("splits.json", {"source_sha256": "", **{part: [] for part in NAMES}, "trained_texts": []})
        run.write("tokenizer.json", tokenizer.state())
        run.write("metrics.json", {"val": {"model": {}}})
        run.write_text("README.md", f"# {run.name}\n\nImported from {folder.name}: nothing is known of its training.\n")
        save_weights(model, run.path)
    return store.open(run.name)
