"""Integrated gradients of what was predicted, with the error they carry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from medtext.corpus.batch import Batch
from medtext.errors import DeviceError
from medtext.learn.model import Classifier, Embedded, Embedder, Exact

POINTS = (16, 64, 256)
"""Quadrature points tried in turn: a text whose gap is within tolerance goes no further."""

LEAST_MARGIN = 0.1
"""The tolerance is a share of the margin, but never of less than this, in logits."""

TOKENS_AT_ONCE = 16_384
"""Rows x points x length that go through the network together: bounds memory, whatever the corpus."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of a batch, on the CPU.

    ``values`` is float64 [batch, length], in logits, zero on padding; ``margins`` and
    ``gaps`` float64 [batch]; ``points`` int64 [batch]; ``converged`` bool [batch].
    """

    values: Tensor
    margins: Tensor
    gaps: Tensor
    points: Tensor
    converged: Tensor


def contrasts(count: int, labels: Sequence[int], against: Sequence[int | None], *, centred: bool) -> Tensor:
    """Return the weights that make one quantity of the logits: float32 [rows, count].

    The logit of the label, minus that of ``against`` where it is given, else minus the
    mean of all logits if ``centred``: adding a constant to every logit changes no
    prediction, so it changes no explanation.

    >>> contrasts(2, [0], [None], centred=True).tolist()
    [[0.5, -0.5]]
    """
    weights = torch.zeros(len(labels), count)
    for row, (label, other) in enumerate(zip(labels, against, strict=True)):
        weights[row, label] = 1.0
        if other is not None:
            weights[row, other] -= 1.0
        elif centred:
            weights[row] -= 1.0 / count
    return weights


def explain_logits(model: Classifier, batch: Batch, weights: Tensor, *, tolerance: float = 0.01) -> Scores:
    """Score every token of a batch by how far it moved ``(logits * weights).sum()``.

    In closed form where the model offers it, by integrated gradients else. The other
    arguments and what is returned are those of ``integrated_gradients``.
    """
    with torch.no_grad():
        embedded = model.embed(batch)
        baseline = baseline_of(model, batch, embedded)
    kept = embedded.mask & ~embedded.special
    if isinstance(model, Exact):
        with torch.no_grad():
            by_label = model.contributions(embedded.vectors, baseline, embedded.mask)
            values = torch.einsum("blk,bk->bl", by_label.double(), weights.to(by_label.device).double())
            values = values.masked_fill(~kept, 0.0)
        quantity = _quantity(model)
        margins = _margins(quantity, embedded.vectors, baseline, embedded.mask, weights.to(baseline.device))
        gaps = values.sum(1) - margins
        ones = torch.ones(len(values), dtype=torch.int64)
        return Scores(values.cpu(), margins.cpu(), gaps.cpu(), ones, _within(gaps, margins, tolerance).cpu())
    chosen = weights.to(baseline.device)
    return integrated_gradients(_quantity(model), embedded, baseline, chosen, tolerance=tolerance)


def baseline_of(model: Embedder, batch: Batch, embedded: Embedded) -> Tensor:
    """Return the model's baseline with special rows as they are, float [batch, length, width].

    What stands for no part of the record must not take any of the score.
    """
    return torch.where(embedded.special[..., None], embedded.vectors, model.baseline(batch))


Quantity = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Takes vectors [rows, length, width], mask [rows, length] and weights [rows, outputs]; gives float [rows]."""


def integrated_gradients(
    quantity: Quantity, embedded: Embedded, baseline: Tensor, weights: Tensor, *, tolerance: float = 0.01
) -> Scores:
    """Integrate the gradient of a quantity from the baseline to the text (Sundararajan et al. 2017, arXiv:1703.01365).

    captum takes Gauss-Legendre points; rows whose scores miss the margin by more than
    ``tolerance`` of it are tried again with more (16, 64, 256) and marked as not
    converged if that does not do. Raises DeviceError if a batch does not fit in memory.
    """
    from captum.attr import IntegratedGradients

    vectors, mask, kept = embedded.vectors, embedded.mask, embedded.mask & ~embedded.special
    rows, length = mask.shape
    margins = _margins(quantity, vectors, baseline, mask, weights)
    values = torch.zeros(rows, length, dtype=torch.float64, device=vectors.device)
    gaps = torch.full_like(margins, torch.inf)
    points = torch.zeros(rows, dtype=torch.int64, device=vectors.device)
    method = IntegratedGradients(quantity)
    left = torch.arange(rows, device=vectors.device)
    for count in POINTS:
        # cuDNN cannot run an RNN backward in evaluation mode, and training mode would change the scores (captum#564).
        try:
            with torch.backends.cudnn.flags(enabled=False):
                found = method.attribute(
                    vectors[left],
                    baselines=baseline[left],
                    additional_forward_args=(mask[left], weights[left]),
                    n_steps=count,
                    method="gausslegendre",
                    internal_batch_size=max(len(left), TOKENS_AT_ONCE // length),
                )
        except torch.OutOfMemoryError as error:
            raise DeviceError(
                f"{len(left)} records of {length} tokens do not fit in memory together: use --device cpu"
            ) from error
        values[left] = found.detach().double().sum(-1).masked_fill(~kept[left], 0.0)
        gaps[left] = values[left].sum(1) - margins[left]
        points[left] = count
        left = left[~_within(gaps[left], margins[left], tolerance)]
        if not len(left):
            break
    return Scores(values.cpu(), margins.cpu(), gaps.cpu(), points.cpu(), _within(gaps, margins, tolerance).cpu())


def scaled_gradient_norms(model: Classifier, batch: Batch, labels: Sequence[int], *, points: int = 20) -> Tensor:
    """Score tokens as the digestive-tract project did, for those who must reproduce its tables.

    On the path from zero to the text, at k/20 for k = 1 to 20, the gradient of the
    label's logit times the *scaled* vectors is averaged; the score is its L2 norm
    over the width: unsigned, and no integrated gradient. Returns float64 [batch, length].
    """
    with torch.no_grad():
        embedded = model.embed(batch)
    chosen = contrasts(_outputs(model, batch), labels, [None] * len(labels), centred=False).to(embedded.vectors.device)
    quantity = _quantity(model)
    total = torch.zeros_like(embedded.vectors, dtype=torch.float64)
    with torch.backends.cudnn.flags(enabled=False):
        for point in range(1, points + 1):
            scaled = (embedded.vectors * (point / points)).requires_grad_()
            (gradient,) = torch.autograd.grad(quantity(scaled, embedded.mask, chosen).sum(), scaled)
            total += (gradient * scaled).detach().double()
    norms: Tensor = (total / points).norm(dim=-1)
    return norms.masked_fill(~embedded.mask, 0.0).cpu()


def _outputs(model: Classifier, batch: Batch) -> int:
    with torch.no_grad():
        embedded = model.embed(batch)
        return model.score(embedded.vectors[:1], embedded.mask[:1]).shape[1]


def _quantity(model: Classifier) -> Quantity:
    def quantity(vectors: Tensor, mask: Tensor, weights: Tensor) -> Tensor:
        return (model.score(vectors, mask) * weights).sum(1)

    return quantity


def _margins(quantity: Quantity, vectors: Tensor, baseline: Tensor, mask: Tensor, weights: Tensor) -> Tensor:
    with torch.no_grad():
        return (quantity(vectors, mask, weights) - quantity(baseline, mask, weights)).double()


def _within(gaps: Tensor, margins: Tensor, tolerance: float) -> Tensor:
    return gaps.abs() <= tolerance * margins.abs().clamp(min=LEAST_MARGIN)
