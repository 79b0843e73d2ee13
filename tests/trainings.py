"""Trainings in processes of their own, so that a test can kill them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from medtext.learn.watch import Silent
from medtext.plugin.loading import load_registry
from medtext.runs.store import RunStore
from medtext.workspace.setup import Setup
from medtext.workspace.training import resumed_setup, train_run

TOY = Path(__file__).parent / "toy.py"


class Interrupting(Silent):
    """Interrupts a training in the epoch after a given one."""

    def __init__(self, epoch: int) -> None:
        self._epoch = epoch

    def step(self, epoch: int, loss: float) -> None:
        if epoch > self._epoch:
            raise KeyboardInterrupt


def cut_long_texts(run: Path) -> None:
    """Make a run read the beginning of long texts only, as one trained with ``--long cut`` does."""
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    (run / "config.json").write_text(json.dumps({**config, "long": "cut"}), encoding="utf-8")


def train_toy(
    root: str,
    source: str,
    *,
    resume: bool = False,
    epochs: int = 4,
    model: str = "toy-linear",
    options: tuple[str, ...] = (),
    watcher: Silent | None = None,
    **training: Any,
) -> None:
    """Train a toy into ``root/toy``; ``resume`` goes on with what is there, or starts where nothing was begun."""
    import torch

    torch.set_num_threads(1)
    registry, store = load_registry([TOY]), RunStore(Path(root))
    resume = resume and (bool(store.unfinished()) or "toy" in store.names())
    if resume:
        setup = resumed_setup(registry, store, "toy", epochs)
    else:
        training = {"epochs": epochs, "batch_size": 4, **training}
        setup = Setup.choose(
            registry, dataset="toy", source=Path(source), model=model, options=options, training=training
        )
    train_run(registry, store, setup, name="toy", device="cpu", resume=resume, watcher=watcher)
