"""The state of a training at the end of an epoch, so that it can be cut off at any moment."""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from medtext.errors import RunError


@dataclass
class Checkpoint:
    """All a training needs to go on: nothing else decides the steps to come.

    ``epoch`` counts finished epochs; ``epochs`` is how many were planned; ``model`` and
    ``best`` are weights after the last and the best epoch, ``average`` their moving average, where one is kept;
    ``waited`` counts epochs since the best. Chance is seeded anew every epoch, so its state need not be kept.
    """

    epochs: int
    epoch: int = 0
    best_loss: float = float("inf")
    waited: int = 0
    stopped: bool = False
    model: dict[str, Tensor] = field(default_factory=dict)
    best: dict[str, Tensor] = field(default_factory=dict)
    average: dict[str, Tensor] = field(default_factory=dict)
    optimizer: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)

    def save(self, path: Path) -> None:
        """Write the state beside and put it in place, so that a cut leaves the old or the new one, whole."""
        beside = path.with_name(f"{path.name}.partial")
        with beside.open("wb") as file:
            torch.save(vars(self), file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    @classmethod
    def load(cls, path: Path) -> Checkpoint:
        """Read a state; only tensors and plain values are accepted. Raises RunError for a broken file."""
        try:
            return cls(**torch.load(path, map_location="cpu", weights_only=True))
        except (OSError, RuntimeError, EOFError, TypeError, pickle.UnpicklingError) as error:
            reason = " ".join(str(error).split())[:120]
            raise RunError(f"{path} cannot be read ({reason}): start the training over with --replace") from error
