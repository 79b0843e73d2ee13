"""Several networks that answer as one: the weighted mean of their logits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray

from medtext.corpus.batch import Batcher
from medtext.corpus.record import Record, Task
from medtext.learn.decision import Decision
from medtext.learn.predict import Prediction, Predictor, Read

_LEAST = 1e-3
"""Fitted weights below are taken for none."""


@dataclass(frozen=True)
class Ensemble:
    """Predictors of the same labels and task; ``weights`` add up to one.

    It answers as a ``Predictor`` does. Its members cut texts each in its own way.
    """

    members: tuple[Predictor, ...]
    weights: tuple[float, ...]
    decision: Decision = field(default_factory=Decision)

    @property
    def batcher(self) -> Batcher:
        """The labels and the task, as the first member has them."""
        return self.members[0].batcher

    @property
    def device(self) -> torch.device:
        """Where it runs."""
        return self.members[0].device

    def predict(self, records: Iterable[Record], *, window: int = 2048) -> Iterator[Prediction]:
        """Answer records in their order, holding no more than ``window`` of them at once."""
        source = iter(records)
        while chunk := list(islice(source, window)):
            yield from self.read(chunk).answers(chunk, self.decision, self.batcher)

    def read(self, records: Sequence[Record]) -> Read:
        """Return the mean logits of records; a text is read as far as by the member that reads the least of it."""
        found = [member.read(records) for member in self.members]
        return Read(
            np.tensordot(self.weights, [each.logits for each in found], axes=1),
            np.logical_or.reduce([each.truncated for each in found]),
            np.maximum.reduce([each.unknown for each in found]),
        )


def fitted_weights(logits: NDArray[np.float64], truth: NDArray[np.int64], task: Task) -> tuple[float, ...]:
    """Return the weights under which the mean of logits has the least log loss: at least zero, adding up to one.

    ``logits`` is float64 [members, records, labels], ``truth`` int64 [records, labels]. The loss is convex in the
    weights; it is followed down in their logarithms (L-BFGS), from equal ones.
    """
    known, right = torch.from_numpy(logits), torch.from_numpy(truth).double()
    free = torch.zeros(len(logits), dtype=torch.float64, requires_grad=True)
    descent = torch.optim.LBFGS([free], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        descent.zero_grad()
        mean = torch.einsum("m,mrl->rl", free.softmax(0), known)
        if task is Task.CLASSIFY:
            value = torch.nn.functional.cross_entropy(mean, right)
        else:
            value = torch.nn.functional.binary_cross_entropy_with_logits(mean, right)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    descent.step(loss)  # type: ignore[no-untyped-call]
    weights = free.detach().softmax(0)
    weights[weights < _LEAST] = 0.0  # a member that hardly counts need not be asked
    return tuple((weights / weights.sum()).tolist())
