"""Scores of a network that knows nothing: what an explanation of the trained one must not look like."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from scipy.stats import rankdata
from torch import nn

from medtext.explain.attribution import Attribution
from medtext.explain.ensemble import EnsembleExplainer
from medtext.explain.explainer import Explainer, Explains

_TOLERANCE = 0.1


def shuffled_weights(model: nn.Module, seed: int = 13) -> nn.Module:
    """Return a copy of a network with the values of every parameter shuffled: as large as before, and meaningless."""
    shuffled = copy.deepcopy(model)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in shuffled.parameters():
            order = torch.randperm(parameter.numel(), generator=generator).to(parameter.device)
            parameter.copy_(parameter.flatten()[order].reshape(parameter.shape))
    return shuffled


def with_shuffled_weights(explainer: Explains, seed: int = 13) -> Explains:
    """Return an explainer of the same network, or of all of an ensemble, with shuffled weights.

    It explains the labels that records name, and allows a gap of a tenth: what it gives is noise anyway.
    """
    if isinstance(explainer, EnsembleExplainer):
        members = tuple(_shuffled(each, seed) for each in explainer.explainers)
        networks = replace(explainer.ensemble, members=tuple(each.predictor for each in members))
        lead = replace(explainer.lead, which="gold", label=None, tolerance=_TOLERANCE)
        return EnsembleExplainer(networks, members, lead)
    assert isinstance(explainer, Explainer)  # noqa: S101  # there are no others
    return _shuffled(explainer, seed)


def _shuffled(explainer: Explainer, seed: int) -> Explainer:
    predictor = replace(explainer.predictor, model=shuffled_weights(explainer.predictor.model, seed))
    return replace(explainer, predictor=predictor, which="gold", label=None, tolerance=_TOLERANCE)


def randomised_correlation(explainer: Explainer, attributions: Sequence[Attribution]) -> float:
    """Compare scores with those of the same network with shuffled weights (Adebayo et al. 2018, arXiv:1810.03292).

    Returns the mean rank correlation (Spearman) over the explanations of at least three words: near
    zero where scores come from what was learned, near one where the text alone makes them. NaN where
    nothing can be compared. ``attributions`` are those of ``explainer``.
    """
    blind = with_shuffled_weights(explainer)
    asked = [replace(each.record, labels=(each.label,)) for each in attributions]
    found = []
    for one, explained in zip(attributions, blind.explain(asked), strict=True):
        correlation = _rank_correlation(one, explained.attributions[0])
        if correlation is not None:
            found.append(correlation)
    return float(np.mean(found)) if found else float("nan")


def _rank_correlation(one: Attribution, other: Attribution) -> float | None:
    if len(one.scores) < 3 or len(one.scores) != len(other.scores):
        return None
    ranks, others = rankdata(one.scores), rankdata(other.scores)
    if ranks.std() == 0 or others.std() == 0:
        return None
    return float(np.corrcoef(ranks, others)[0, 1])
