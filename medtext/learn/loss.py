"""What training lowers: one number for a batch."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from medtext.corpus.batch import Batch
from medtext.corpus.record import Record, Task
from medtext.learn.model import Classifier, Embedded, Tutored, Writer
from medtext.learn.write import taught


class Lesson(nn.Module, ABC):
    """A network and its loss as one module, so that accelerate can wrap both."""

    def forward(self, batch: Batch) -> Tensor:
        """Return what training lowers: the mean loss of a batch with targets, a float scalar."""
        total, weight = self.sums(batch)
        return total / weight

    @abstractmethod
    def sums(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the summed loss of a batch and what it is to be divided by, so that batches add up to a split."""


class Objective(Lesson):
    """The loss of a task.

    One label: cross-entropy. Many labels: binary cross-entropy, averaged over labels.
    A text: cross-entropy of every next token, padding left out. What a ``Tutored`` network learns beside is added.
    ``weights`` is float [labels] or None: of each label for one, of its presence for many.

    In training, ``adversarial`` over 0 adds the loss at the vectors moved by so much
    (L2, for each record) where the loss rises fastest (Miyato, Dai and Goodfellow 2017,
    arXiv:1605.07725); ``gradient_penalty`` over 0 adds half of it times the squared L2
    norm of the loss's gradient in a record's vectors (after Ross and Doshi-Velez 2018, arXiv:1711.09404).
    """

    def __init__(
        self,
        model: nn.Module,
        task: Task,
        weights: Tensor | None = None,
        *,
        adversarial: float = 0.0,
        gradient_penalty: float = 0.0,
    ) -> None:
        super().__init__()
        self.model = model
        self.task = task
        self.adversarial, self.gradient_penalty = adversarial, gradient_penalty
        self.weights: Tensor | None
        self.register_buffer("weights", weights, persistent=False)

    def forward(self, batch: Batch) -> Tensor:
        """Return the mean loss of a batch with targets and what regularises it, a float scalar."""
        regularised = self.training and (self.adversarial or self.gradient_penalty)
        return self._regularised(batch) if regularised else super().forward(batch)

    def _regularised(self, batch: Batch) -> Tensor:
        model = self.model
        assert isinstance(model, Classifier)  # noqa: S101  # refused for writers when the training was set up
        embedded = model.embed(batch)
        # Flash attention has no second derivative, nor has cuDNN's RNN.
        with sdpa_kernel(SDPBackend.MATH), torch.backends.cudnn.flags(enabled=False):
            rows, beside = _scored(model, embedded, batch)
            total, weight = self._labelled(rows, batch)
            (gradient,) = torch.autograd.grad(
                total, embedded.vectors, retain_graph=True, create_graph=bool(self.gradient_penalty)
            )
            loss = total / weight + beside
            # The loss of many labels is their mean, so its gradient is that of the mean.
            squares = batch.summed(gradient.square().sum(dim=(1, 2))) / self._terms(batch) ** 2
            if self.gradient_penalty:
                loss = loss + self.gradient_penalty / 2 * squares.mean()
            if self.adversarial:
                length = batch.by_row(squares.sqrt() * self._terms(batch)).clamp(min=1e-12)[:, None, None]
                moved = embedded.vectors + (self.adversarial * gradient / length).detach()
                total, weight = self._labelled(model.score(moved, embedded.mask), batch)
                loss = loss + total / weight
        return loss

    def sums(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the summed loss of a batch and what it is to be divided by, so that batches add up to a split."""
        assert batch.targets is not None  # noqa: S101  # batches for training carry targets
        model = self.model
        if self.task is Task.GENERATE:
            assert isinstance(model, Writer)  # noqa: S101  # checked when the model was built
            assert batch.target_mask is not None  # noqa: S101
            embedded = model.embed(batch)
            if isinstance(model, Tutored):
                logits, beside = model.tutor(embedded.vectors, embedded.mask, batch)
            else:
                logits, beside = taught(model, batch, embedded), torch.zeros(())
            real = batch.target_mask[:, 1:]
            loss = functional.cross_entropy(logits[real], batch.targets[:, 1:][real], reduction="sum")
            return loss + beside.to(loss.device) * real.sum(), real.sum()
        assert isinstance(model, Classifier)  # noqa: S101
        embedded = model.embed(batch)
        rows, beside = _scored(model, embedded, batch)
        total, weight = self._labelled(rows, batch)
        return total + beside * weight, weight

    def _terms(self, batch: Batch) -> int:
        assert batch.targets is not None  # noqa: S101
        return 1 if self.task is Task.CLASSIFY else batch.targets.shape[1]

    def _labelled(self, rows: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        assert batch.targets is not None  # noqa: S101
        logits = batch.pooled(rows)
        if self.task is Task.CLASSIFY:
            loss = functional.cross_entropy(logits, batch.targets, weight=self.weights, reduction="sum")
            ones = torch.ones_like(batch.targets, dtype=torch.float32)
            return loss, (ones if self.weights is None else self.weights[batch.targets]).sum()
        loss = functional.binary_cross_entropy_with_logits(
            logits, batch.targets, pos_weight=self.weights, reduction="sum"
        )
        return loss, torch.tensor(float(batch.targets.numel()), device=loss.device)


def _scored(model: Classifier, embedded: Embedded, batch: Batch) -> tuple[Tensor, Tensor]:
    """Return the logits of rows, float [rows, labels], and what is learned beside them, a float scalar."""
    if isinstance(model, Tutored):
        return model.tutor(embedded.vectors, embedded.mask, batch)
    return model.score(embedded.vectors, embedded.mask), embedded.vectors.new_zeros(())


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
