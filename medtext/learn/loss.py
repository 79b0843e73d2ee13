"""What training lowers: one number for a batch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from medtext.corpus.batch import Batch
from medtext.corpus.record import Record, Task
from medtext.learn.model import Classifier, Writer
from medtext.learn.write import taught


class Objective(nn.Module):
    """A network and its loss as one module, so that accelerate can wrap both.

    One label: cross-entropy. Many labels: binary cross-entropy, averaged over labels.
    A text: cross-entropy of every next token, padding left out. ``weights`` is
    float [labels] or None: of each label for one, of its presence for many.
    """

    def __init__(self, model: nn.Module, task: Task, weights: Tensor | None = None) -> None:
        super().__init__()
        self.model = model
        self.task = task
        self.weights: Tensor | None
        self.register_buffer("weights", weights, persistent=False)

    def forward(self, batch: Batch) -> Tensor:
        """Return the mean loss of a batch with targets, a float scalar."""
        total, weight = self.sums(batch)
        return total / weight

    def sums(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the summed loss of a batch and what it is to be divided by, so that batches add up to a split."""
        assert batch.targets is not None  # noqa: S101  # batches for training carry targets
        model = self.model
        if self.task is Task.GENERATE:
            assert isinstance(model, Writer)  # noqa: S101  # checked when the model was built
            assert batch.target_mask is not None  # noqa: S101
            logits = taught(model, batch)
            real = batch.target_mask[:, 1:]
            loss = functional.cross_entropy(logits[real], batch.targets[:, 1:][real], reduction="sum")
            return loss, real.sum()
        assert isinstance(model, Classifier)  # noqa: S101
        embedded = model.embed(batch)
        logits = model.score(embedded.vectors, embedded.mask)
        if self.task is Task.CLASSIFY:
            loss = functional.cross_entropy(logits, batch.targets, weight=self.weights, reduction="sum")
            ones = torch.ones_like(batch.targets, dtype=torch.float32)
            return loss, (ones if self.weights is None else self.weights[batch.targets]).sum()
        loss = functional.binary_cross_entropy_with_logits(
            logits, batch.targets, pos_weight=self.weights, reduction="sum"
        )
        return loss, torch.tensor(float(batch.targets.numel()), device=loss.device)


def balanced_weights(records: Sequence[Record], labels: Sequence[str], task: Task) -> Tensor:
    """Weigh labels so that rare ones count as much as common ones: float32 [labels].

    One label: records / (labels x records of the label). Many labels: absent over
    present. A label without a record weighs 1.
    """
    counts = torch.zeros(len(labels))
    numbers = {label: number for number, label in enumerate(labels)}
    for record in records:
        for label in record.labels or ():
            counts[numbers[label]] += 1
    total = float(len(records))
    weights = total / (len(labels) * counts) if task is Task.CLASSIFY else (total - counts) / counts
    return torch.where(counts > 0, weights, torch.ones_like(weights))
