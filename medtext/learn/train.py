"""The training loop: epochs, early stop, best weights, resume."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch import nn

from medtext.corpus.batch import Batch, Batcher, by_length, shuffled_buckets
from medtext.corpus.record import Record, Task
from medtext.corpus.token import Encoding
from medtext.errors import DeviceError, OptionError, TrainingError
from medtext.learn.checkpoint import Checkpoint
from medtext.learn.device import epoch_seed, set_seed
from medtext.learn.loss import Objective, balanced_weights
from medtext.learn.metrics import HEADLINE, measure
from medtext.learn.model import Fitted
from medtext.learn.predict import Predictor
from medtext.learn.schedule import learning_rate
from medtext.learn.watch import Silent, Watcher

_log = logging.getLogger("medtext")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """How to train. ``patience`` is in epochs; ``warmup`` a share of all steps; ``clip`` the greatest gradient norm."""

    epochs: int = 20
    batch_size: int = 32
    lr: float = 1e-3
    patience: int = 3
    seed: int = 13
    precision: str = "32"
    class_weight: str = "none"
    warmup: float = 0.1
    clip: float = 1.0
    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "patience"):
            if getattr(self, name) < 1:
                raise OptionError(f"--{name.replace('_', '-')} must be at least 1, not {getattr(self, name)}")
        if not (math.isfinite(self.lr) and self.lr > 0):
            raise OptionError(f"--lr must be over 0, not {self.lr}")
        if not 0 <= self.seed < 2**63:
            raise OptionError(f"--seed must be from 0 to 2^63 - 1, not {self.seed}")
        if self.precision not in ("32", "bf16"):
            raise OptionError(f"--precision must be 32 or bf16, not {self.precision}")
        if self.class_weight not in ("none", "balanced"):
            raise OptionError(f"--class-weight must be none or balanced, not {self.class_weight}")


@dataclass(frozen=True)
class Part:
    """Records of one split, cut into tokens once."""

    records: Sequence[Record]
    encodings: Sequence[Encoding]
    batcher: Batcher

    @classmethod
    def of(cls, records: Sequence[Record], batcher: Batcher) -> Part:
        """Cut the texts of records."""
        return cls(records, batcher.encode(records), batcher)

    @property
    def lengths(self) -> list[int]:
        """Lengths in tokens, to put like with like."""
        return [len(encoding) for encoding in self.encodings] or [0] * len(self.records)

    def batch(self, rows: Sequence[int]) -> Batch:
        """Return some rows as a batch with targets."""
        encodings = [self.encodings[row] for row in rows] if self.encodings else None
        return self.batcher.batch([self.records[row] for row in rows], encodings, targets=True)


def train(
    model: nn.Module,
    train_part: Part,
    val_part: Part,
    options: TrainOptions,
    *,
    device: torch.device,
    checkpoint: Path | None = None,
    watcher: Watcher | None = None,
) -> list[dict[str, Any]]:
    """Train a model until the validation loss rests; it ends with the weights of its best epoch.

    With a ``checkpoint`` path the state is saved after every epoch, and a state found
    there is gone on from: a training that was cut off ends with the same weights as one
    that was not. Returns one line an epoch. Raises TrainingError if the loss is no
    longer a number, DeviceError if memory does not do.
    """
    watcher = watcher or Silent()
    if isinstance(model, Fitted):
        return _fit(model, train_part, options)
    loop = _Loop(model, train_part, val_part, options, device, watcher)
    try:
        return loop.run(checkpoint)
    except torch.OutOfMemoryError as error:
        raise DeviceError(f"{device.type} memory is full: lower --batch-size ({options.batch_size})") from error


class _Loop:
    def __init__(
        self,
        model: nn.Module,
        train_part: Part,
        val_part: Part,
        options: TrainOptions,
        device: torch.device,
        watcher: Watcher,
    ) -> None:
        self.train_part, self.val_part, self.options, self.watcher = train_part, val_part, options, watcher
        self.model, self.device, self.task = model, device, train_part.batcher.task
        # accelerate keeps one state a process: a second training with another precision needs a fresh one.
        AcceleratorState._reset_state(reset_partial_state=True)  # noqa: SLF001  # there is no public way
        self.accelerator = Accelerator(
            cpu=device.type == "cpu", mixed_precision="bf16" if options.precision == "bf16" else "no"
        )
        weights = None
        if options.class_weight == "balanced" and self.task is not Task.GENERATE:
            weights = balanced_weights(train_part.records, train_part.batcher.labels, self.task)
        # accelerate changes what it prepares (bf16 around forward), so validation has an objective of its own.
        self.plain = Objective(model, self.task, weights).to(device)
        optimizer = torch.optim.AdamW(model.parameters(), lr=options.lr, weight_decay=options.weight_decay, fused=True)
        self.objective, self.optimizer = self.accelerator.prepare(Objective(model, self.task, weights), optimizer)
        self.lengths = train_part.lengths
        self.steps = math.ceil(len(train_part.records) / options.batch_size)

    def run(self, path: Path | None) -> list[dict[str, Any]]:
        state = self._restore(path)
        self.watcher.begin(self.options.epochs, self.steps)
        while state.epoch < self.options.epochs and not state.stopped:
            self._epoch(state)
            if path is not None:
                state.save(path)
        self.model.load_state_dict(state.best)
        return state.history

    def _restore(self, path: Path | None) -> Checkpoint:
        if path is None or not path.exists():
            return Checkpoint(epochs=self.options.epochs)
        state = Checkpoint.load(path)
        self.model.load_state_dict(state.model)
        self.optimizer.load_state_dict(state.optimizer)
        if self.options.epochs > state.epochs:  # a finished training goes on
            state.epochs, state.stopped, state.waited = self.options.epochs, False, 0
        return state

    def _epoch(self, state: Checkpoint) -> None:
        began = time.perf_counter()
        epoch = state.epoch + 1
        set_seed(epoch_seed(self.options.seed, epoch))
        chance = np.random.default_rng([self.options.seed, epoch])
        train_loss = self._learn(state.epoch, shuffled_buckets(self.lengths, self.options.batch_size, chance))
        val_loss, metrics = self._validate()
        state.epoch = epoch
        if val_loss < state.best_loss:
            state.best_loss, state.waited, state.best = val_loss, 0, _copy(self.model)
        else:
            state.waited += 1
        state.stopped = state.waited >= self.options.patience
        state.model, state.optimizer = _copy(self.model), self.optimizer.state_dict()
        line = {"epoch": epoch, "train_loss": train_loss, "val_loss": val_loss, **metrics}
        line["seconds"] = round(time.perf_counter() - began, 3)
        state.history.append(line)
        self.watcher.epoch(line)

    def _learn(self, finished: int, batches: list[list[int]]) -> float:
        self.objective.train()
        total = 0.0
        for step, rows in enumerate(batches, start=finished * self.steps):
            rate = learning_rate(
                step, self.steps * self.options.epochs, peak=self.options.lr, warmup=self.options.warmup
            )
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            loss = self.objective(self.train_part.batch(rows).to(self.accelerator.device))
            self.accelerator.backward(loss)
            self.accelerator.clip_grad_norm_(self.objective.parameters(), self.options.clip)
            self.optimizer.step()
            self.optimizer.zero_grad()
            value = loss.item()
            if not math.isfinite(value):
                raise TrainingError(
                    f"the loss is {value} in epoch {finished + 1}: "
                    f"start over with --replace and a lower --lr ({self.options.lr}), or with --precision 32"
                )
            total += value * len(rows)
            self.watcher.step(finished + 1, value)
        return total / len(self.train_part.records)

    @torch.no_grad()
    def _validate(self) -> tuple[float, dict[str, Any]]:
        """Return the loss on val, and its headline figure, in full precision."""
        self.objective.eval()
        predictor = Predictor(self.model, self.val_part.batcher, self.accelerator.device)
        total, weight, predictions = 0.0, 0.0, []
        for rows in by_length(self.val_part.lengths, 64):
            batch = self.val_part.batch(rows).to(self.accelerator.device)
            loss_sum, loss_weight = self.plain.sums(batch)
            total, weight = total + float(loss_sum), weight + float(loss_weight)
            if not math.isfinite(total):
                raise TrainingError(
                    f"the validation loss is {total}: start over with --replace and a lower --lr ({self.options.lr})"
                )
            if self.task is not Task.GENERATE:  # writing all of val every epoch would take longer than training
                predictions += predictor.answer(batch)
        loss = total / weight
        if not predictions:
            return loss, {}
        name = HEADLINE[self.task]
        return loss, {f"val_{name}": measure(predictions, self.val_part.batcher.labels, self.task)[name]}


def _fit(model: Fitted, part: Part, options: TrainOptions) -> list[dict[str, Any]]:
    began = time.perf_counter()
    rows = range(len(part.records))
    model.fit(part.batch(rows[at : at + options.batch_size]) for at in range(0, len(rows), options.batch_size))
    return [{"epoch": 1, "seconds": round(time.perf_counter() - began, 3)}]


def _copy(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}
