"""The scores of the digestive-tract project, for those who must reproduce its tables."""

from __future__ import annotations

import torch
from torch import Tensor

from medtext.explain.methods import Asked
from medtext.explain.paths import Paths
from medtext.explain.scores import Scores

POINTS = 20


def scaled_gradient_norms(asked: Asked) -> Scores:
    """On the path from zero to the text, average the gradient of the label's logit times the *scaled* vectors.

    The points are k/20 for k = 1 to 20; the score of a token is the L2 norm over the width:
    unsigned, and no integrated gradient, so it has no margin to add up to.
    """
    paths = asked.paths
    texts, questions = paths.asked.shape
    values = torch.zeros(texts, questions, paths.mask.shape[1], dtype=torch.float64)
    rows = torch.arange(texts)
    for picked, length in paths.batches(rows):
        own = rows[picked]
        for question in range(questions):
            values[picked, question, :length] = _norms(paths, own, length, question)
    none = torch.zeros(texts, questions, dtype=torch.float64)
    return Scores(values, none, none, none, torch.full(none.shape, POINTS), torch.ones_like(none).bool())


def _norms(paths: Paths, rows: Tensor, length: int, question: int) -> Tensor:
    vectors, mask, weights = paths.vectors[rows, :length], paths.mask[rows, :length], paths.weights[rows, question]
    total = torch.zeros_like(vectors, dtype=torch.float64)
    with torch.backends.cudnn.flags(enabled=False):
        for point in range(1, POINTS + 1):
            scaled = (vectors * (point / POINTS)).requires_grad_()
            (gradient,) = torch.autograd.grad((paths.logits(scaled, mask) * weights).sum(), scaled)
            total += (gradient * scaled).detach().double()
    norms: Tensor = (total / POINTS).norm(dim=-1)
    return norms.masked_fill(~mask, 0.0).cpu()
