"""The training loop: epochs, early stop, best weights, resume."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from medtext.corpus.batch import Batch, Batcher, by_length, shuffled_buckets
from medtext.corpus.record import Record, Task
from medtext.corpus.token import Encoding
from medtext.errors import DeviceError, OptionError, TrainingError
from medtext.learn.checkpoint import Checkpoint
from medtext.learn.device import epoch_seed, refuse_half, set_seed
from medtext.learn.loss import Lesson, Objective, balanced_weights
from medtext.learn.metrics import HEADLINE, measure
from medtext.learn.model import Classifier, Fitted
from medtext.learn.predict import Predictor
from medtext.learn.schedule import learning_rate
from medtext.learn.watch import Silent, Watcher

_log = logging.getLogger("medtext")
_Weights = tuple[Tensor, ...] | list[Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """How to train.

    ``patience`` is in epochs; ``warmup`` a share of all steps, unless ``schedule`` gives the
    corners of the learning rate (see ``learning_rate``); ``clip`` the greatest gradient norm;
    ``adversarial`` and ``gradient_penalty`` regularise (see ``Objective``). ``average`` over 0 keeps a moving average
    of the weights, each step so much of the old one and the rest of the new weights: that is what is measured and kept.
    In the first steps it is less, so that no average hangs on the weights of the start.
    """

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
    schedule: tuple[tuple[int, float], ...] = ()
    adversarial: float = 0.0
    gradient_penalty: float = 0.0
    average: float = 0.0

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "patience"):
            if getattr(self, name) < 1:
                raise OptionError(f"--{name.replace('_', '-')} must be at least 1, not {getattr(self, name)}")
        if not (math.isfinite(self.lr) and self.lr > 0):
            raise OptionError(f"--lr must be over 0, not {self.lr}")
        if not 0 <= self.seed < 2**63:
            raise OptionError(f"--seed must be from 0 to 2^63 - 1, not {self.seed}")
        for name, end in (("adversarial", math.inf), ("gradient_penalty", math.inf), ("average", 1.0)):
            if not 0 <= getattr(self, name) < end:
                below = "" if end == math.inf else f" and below {end:g}"
                raise OptionError(f"--{name.replace('_', '-')} must be at least 0{below}, not {getattr(self, name)}")
        steps = [0, *(step for step, _ in self.schedule)]
        if steps != sorted(set(steps)) or any(not 0 <= share <= 1 for _, share in self.schedule):
            raise OptionError("--schedule: steps must rise from over 0, shares be from 0 to 1, such as 1000:1,2000:0.1")
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

    @cached_property
    def lengths(self) -> list[int]:
        """Lengths in tokens, to put like with like: of the texts, and of those to be written."""
        read = [len(encoding) for encoding in self.encodings] or [0] * len(self.records)
        return [one + other for one, other in zip(read, self.written, strict=True)] if self.written else read

    @cached_property
    def written(self) -> list[int]:
        """Lengths in tokens of the texts that are to be written; empty where none is."""
        if self.batcher.task is not Task.GENERATE:
            return []
        return [len(each) for each in self.batcher.tokenizer.encode([record.target or "" for record in self.records])]

    def batch(self, rows: Sequence[int]) -> Batch:
        """Return some rows as a batch with targets."""
        encodings = [self.encodings[row] for row in rows] if self.encodings else None
        return self.batcher.batch([self.records[row] for row in rows], encodings, targets=True)


class Material(Protocol):
    """What a training takes its batches from."""

    @property
    def records(self) -> Sequence[Any]:
        """What there is to learn from."""
        ...

    @property
    def lengths(self) -> list[int]:
        """Lengths in tokens, to put like with like."""
        ...

    def batch(self, rows: Sequence[int]) -> Batch:
        """Return some of it as a batch with targets."""
        ...


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
    """Train a model for its task until the validation loss rests; see ``learn`` for the rest.

    A model that is ``Fitted`` is shown the training records once.
    """
    if isinstance(model, Fitted):
        return _fit(model, train_part, options)
    lesson = _objective(model, train_part, options)
    batcher = train_part.batcher
    # Writing all of val every epoch would take longer than training.
    judge = None if batcher.task is Task.GENERATE else Predictor(model, batcher, device)
    return learn(
        lesson, train_part, val_part, options, device=device, checkpoint=checkpoint, watcher=watcher, judge=judge
    )


def learn(
    lesson: Lesson,
    train_part: Material,
    val_part: Material,
    options: TrainOptions,
    *,
    device: torch.device,
    checkpoint: Path | None = None,
    watcher: Watcher | None = None,
    judge: Predictor | None = None,
) -> list[dict[str, Any]]:
    """Lower the loss of a lesson until that of val rests; it ends with the weights of its best epoch.

    ``judge`` answers val after every epoch, for the headline figure. With a
    ``checkpoint`` path the state is saved after every epoch, and a state found there is
    gone on from: a training that was cut off ends with the same weights as one that was
    not. Returns one line an epoch. Raises TrainingError if the loss is no longer a
    number, DeviceError if memory does not do.
    """
    if options.precision == "bf16":
        refuse_half(lesson, device)
    loop = _Loop(lesson, train_part, val_part, options, device, watcher or Silent(), judge)
    try:
        return loop.run(checkpoint)
    except torch.OutOfMemoryError as error:
        raise DeviceError(f"{device.type} memory is full: lower --batch-size ({options.batch_size})") from error


class _Loop:
    def __init__(
        self,
        lesson: Lesson,
        train_part: Material,
        val_part: Material,
        options: TrainOptions,
        device: torch.device,
        watcher: Watcher,
        judge: Predictor | None,
    ) -> None:
        self.train_part, self.val_part, self.options, self.watcher = train_part, val_part, options, watcher
        self.judge = judge
        # accelerate keeps one state a process: a second training with another precision needs a fresh one.
        AcceleratorState._reset_state(reset_partial_state=True)  # noqa: SLF001  # there is no public way
        self.accelerator = Accelerator(
            cpu=device.type == "cpu", mixed_precision="bf16" if options.precision == "bf16" else "no"
        )
        # accelerate changes how what it prepares is called (bf16), not its other methods: validation asks those.
        self.lesson = lesson
        optimizer = torch.optim.AdamW(lesson.parameters(), lr=options.lr, weight_decay=options.weight_decay, fused=True)
        self.objective, self.optimizer = self.accelerator.prepare(lesson, optimizer)
        self.average = AveragedModel(lesson, multi_avg_fn=_follower(options.average)) if options.average else None
        self.lengths = train_part.lengths
        self.steps = math.ceil(len(train_part.records) / options.batch_size)

    @property
    def measured(self) -> Lesson:
        """What is measured on val and kept: the average of the weights, where one is made."""
        if self.average is None:
            return self.lesson
        lesson = self.average.module
        assert isinstance(lesson, Lesson)  # noqa: S101
        return lesson

    def run(self, path: Path | None) -> list[dict[str, Any]]:
        state = self._restore(path)
        self.watcher.begin(self.options.epochs, self.steps)
        while state.epoch < self.options.epochs and not state.stopped:
            self._epoch(state)
            if path is not None:
                state.save(path)
        self.lesson.load_state_dict(state.best)
        return state.history

    def _restore(self, path: Path | None) -> Checkpoint:
        if path is None or not path.exists():
            return Checkpoint(epochs=self.options.epochs)
        state = Checkpoint.load(path)
        self.lesson.load_state_dict(state.model)
        self.optimizer.load_state_dict(state.optimizer)
        # A fused step goes through weights and what it remembers of them as they lie in memory.
        for parameter, known in self.optimizer.state.items():
            known |= {
                name: torch.empty_like(parameter).copy_(value)
                for name, value in known.items()
                if torch.is_tensor(value) and value.shape == parameter.shape
            }
        if self.average is not None:
            self.average.load_state_dict(state.average)
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
            state.best_loss, state.waited, state.best = val_loss, 0, _copy(self.measured)
        else:
            state.waited += 1
        state.stopped = state.waited >= self.options.patience
        state.model, state.optimizer = _copy(self.lesson), self.optimizer.state_dict()
        state.average = {} if self.average is None else _copy(self.average)
        line = {"epoch": epoch, "train_loss": train_loss, "val_loss": val_loss, **metrics}
        line["seconds"] = round(time.perf_counter() - began, 3)
        state.history.append(line)
        self.watcher.epoch(line)

    def _learn(self, finished: int, batches: list[list[int]]) -> float:
        self.objective.train()
        total = 0.0
        for step, rows in enumerate(batches, start=finished * self.steps):
            rate = learning_rate(
                step,
                self.steps * self.options.epochs,
                peak=self.options.lr,
                warmup=self.options.warmup,
                corners=self.options.schedule,
            )
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            loss = self.objective(self.train_part.batch(rows).to(self.accelerator.device))
            self.accelerator.backward(loss)
            self.accelerator.clip_grad_norm_(self.objective.parameters(), self.options.clip)
            self.optimizer.step()
            self.optimizer.zero_grad()
            if self.average is not None:
                self.average.update_parameters(self.lesson)
            value = loss.item()
            if not math.isfinite(value):
                raise TrainingError(
                    f"the loss is {value} in epoch {finished + 1}: "
                    f"start over with --replace and a lower --lr ({self.options.lr})"
                    + (", or with --precision 32" if self.options.precision != "32" else "")
                )
            total += value * len(rows)
            self.watcher.step(finished + 1, value)
        return total / len(self.train_part.records)

    @torch.no_grad()
    def _validate(self) -> tuple[float, dict[str, Any]]:
        """Return the loss on val, and its headline figure, in full precision."""
        measured = self.measured
        measured.eval()
        judge = self.judge
        if judge is not None and isinstance(measured, Objective):
            judge = replace(judge, model=measured.model)
        total, weight, predictions = 0.0, 0.0, []
        for rows in by_length(self.val_part.lengths, 64):
            batch = self.val_part.batch(rows).to(self.accelerator.device)
            loss_sum, loss_weight = measured.sums(batch)
            total, weight = total + float(loss_sum), weight + float(loss_weight)
            if not math.isfinite(total):
                raise TrainingError(
                    f"the validation loss is {total}: start over with --replace and a lower --lr ({self.options.lr})"
                )
            if judge is not None:
                predictions += judge.answer(batch)
        loss = total / weight
        if judge is None:
            return loss, {}
        batcher = judge.batcher
        name = HEADLINE[batcher.task]
        return loss, {f"val_{name}": measure(predictions, batcher.labels, batcher.task)[name]}


def _objective(model: nn.Module, part: Part, options: TrainOptions) -> Objective:
    """Return the loss of the task that a part's batches are for."""
    task, weights = part.batcher.task, None
    if options.class_weight == "balanced" and task is not Task.GENERATE:
        weights = balanced_weights(part.records, part.batcher.labels, task)
    if (options.adversarial or options.gradient_penalty) and not isinstance(model, Classifier):
        raise OptionError(f"--adversarial and --gradient-penalty need labels and gradients: {task} has not both")
    return Objective(model, task, weights, adversarial=options.adversarial, gradient_penalty=options.gradient_penalty)


def _fit(model: Fitted, part: Part, options: TrainOptions) -> list[dict[str, Any]]:
    began = time.perf_counter()
    rows = range(len(part.records))
    model.fit(part.batch(rows[at : at + options.batch_size]) for at in range(0, len(rows), options.batch_size))
    return [{"epoch": 1, "seconds": round(time.perf_counter() - began, 3)}]


def _follower(share: float) -> Callable[[_Weights, _Weights, Tensor | int], None]:
    """Return what moves an average: after n steps it keeps (1 + n) / (10 + n), at most ``share``.

    So do TensorFlow's averages that are told ``num_updates``: the start is soon forgotten.
    """

    def follow(averaged: _Weights, current: _Weights, steps: Tensor | int) -> None:
        count = int(steps)
        get_ema_multi_avg_fn(min(share, (1 + count) / (10 + count)))(averaged, current, steps)  # type: ignore[no-untyped-call]

    return follow


def _copy(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}
