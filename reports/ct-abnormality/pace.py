"""How long until a network is as good as the loop that it comes from ever made it: that loop, and medtext's.

``python reports/ct-abnormality/pace.py --source FOLDER --shares 9:1:0`` trains each network both ways, on the same records,
from the same weights, on the same threads, and prints a table. The other loop is the abnormality project's, written anew:
batches of 32 in random order, padded to 104 tokens, Adam at 1e-3, no schedule, no weight decay; ``eval()`` is called before
val is measured, which the project left out. It runs on after its best epoch for ``--patience`` more. medtext trains as
``--epochs``, ``--lr`` and ``--precision`` say, as they are typed for ``medtext train``.
"""

from __future__ import annotations

import argparse
import copy
import math
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from medtext.cli.training_options import read_plan
from medtext.learn.device import set_seed
from medtext.learn.train import Part, train
from medtext.plugin.loading import load_registry
from medtext.workspace.setup import Setup
from medtext.workspace.training import Corpus, Workbench

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "attribution"))

from machine import machine  # noqa: E402

NETWORKS = ("text-cnn", "bilstm", "attention", "attention-cnn", "bilstm-cnn", "attention-bilstm-cnn")
PADDED = 104


@dataclass
class Pace:
    """Val losses by epoch, and the seconds of training until each, val measured too, on both sides."""

    losses: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def begin(self, epochs: int, steps: int) -> None:
        """Hear how many epochs there are at most."""

    def step(self, epoch: int, loss: float) -> None:
        """Hear the loss of one step."""

    def epoch(self, line: dict[str, Any]) -> None:
        """Hear what an epoch came to."""
        self.losses.append(line["val_loss"])
        self.seconds.append((self.seconds[-1] if self.seconds else 0.0) + line["seconds"])

    def until(self, loss: float) -> float:
        """Return the seconds until the first epoch whose loss is no higher."""
        return next((each for each, found in zip(self.seconds, self.losses, strict=True) if found <= loss), math.inf)


def old_loop(model: torch.nn.Module, train_part: Part, val_part: Part, epochs: int, patience: int) -> Pace:
    """Train as the abnormality project does."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    made, best = Pace(), math.inf
    began, left = time.perf_counter(), patience
    for epoch in range(1, epochs + 1):
        model.train()
        for rows in torch.randperm(len(train_part.records)).split(32):
            loss = _padded_loss(model, train_part, rows.tolist())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses = [
                (float(_padded_loss(model, val_part, rows.tolist())), len(rows))
                for rows in torch.arange(len(val_part.records)).split(32)
            ]
        val = sum(loss * count for loss, count in losses) / len(val_part.records)
        made.epoch({"val_loss": val, "seconds": time.perf_counter() - began})
        began = time.perf_counter()
        left = patience if val < best else left - 1
        best = min(best, val)
        print(f"  old loop, epoch {epoch}: {val:.4f}, {made.seconds[-1]:.0f} s", file=sys.stderr)
        if not left:
            break
    return made


def _padded_loss(model: torch.nn.Module, part: Part, rows: list[int]) -> torch.Tensor:
    batch = part.batch(rows)
    short = PADDED - batch.inputs.shape[1]
    batch = replace(batch, inputs=functional.pad(batch.inputs, (0, short)), mask=functional.pad(batch.mask, (0, short)))
    vectors = model.embedding(batch.inputs)
    return functional.binary_cross_entropy_with_logits(model.score(vectors, batch.mask), batch.targets)


def main() -> None:
    """Train, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, help="a folder of ct-abnormality; the bundled sample, if not given")
    parser.add_argument("--model", action="append", choices=NETWORKS, help="a network; all six, if not given")
    parser.add_argument("--shares", metavar="TRAIN:VAL:TEST", help="as of medtext train")
    parser.add_argument("-o", dest="option", action="append", default=[], help="as of medtext train")
    parser.add_argument("--epochs", type=int, help="of medtext; the model's choice, if not given")
    parser.add_argument("--lr", type=float, help="of medtext; the model's choice, if not given")
    parser.add_argument("--precision", choices=["32", "bf16"], default="32", help="of medtext")
    parser.add_argument("--old-epochs", type=int, default=20, help="of the old loop, at most")
    parser.add_argument("--patience", type=int, default=3, help="of the old loop")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    registry = load_registry()
    print(machine(asked.threads) + "\n")
    print("| network | old loop's best | by then, s | medtext as good, s | shorter | medtext's best | all of it, s |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name in asked.model or NETWORKS:
        setup = Setup.choose(
            registry,
            dataset="ct-abnormality",
            source=asked.source,
            model=name,
            options=asked.option,
            training={"epochs": asked.epochs, "lr": asked.lr, "precision": asked.precision},
            plan=read_plan(False, asked.shares, None, None),
        )
        corpus = Corpus.read(registry, setup)
        bench = Workbench.prepare(registry, setup, corpus)
        parts = bench.parts()
        weights = copy.deepcopy(bench.model.state_dict())
        pace = Pace()
        train(bench.model, *parts, setup.training, device=torch.device("cpu"), watcher=pace)
        bench.model.load_state_dict(weights)
        set_seed(setup.training.seed)
        old = old_loop(bench.model, *parts, asked.old_epochs, asked.patience)
        target = min(old.losses)
        print(
            f"| {name} | {target:.4f} | {old.until(target):.0f} | {pace.until(target):.0f} "
            f"| {old.until(target) / pace.until(target):.1f} x | {min(pace.losses):.4f} | {pace.seconds[-1]:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
