"""The ways to score the tokens of a text, by the name that a user gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import torch
from torch import Tensor

from medtext.corpus.batch import Batch
from medtext.errors import OptionError
from medtext.explain.ladder import integrate
from medtext.explain.paths import Beginnings, Paths
from medtext.explain.scores import LEAST_MARGIN, Scores, within
from medtext.explain.warp import STEPS, Warp, probe_places
from medtext.learn.model import Attending, Classifier, Embedded, Embedder, Exact

SAMPLES = 25
"""How many random points GradientSHAP takes."""


def baseline_of(model: Embedder, batch: Batch, embedded: Embedded) -> Tensor:
    """Return the model's baseline with special rows as they are, float [batch, length, width].

    What stands for no part of the record must not take any of the score.
    """
    return torch.where(embedded.special[..., None], embedded.vectors, model.baseline(batch))


@dataclass(frozen=True)
class Asked:
    """What a method is given: a model, its embedded batch as paths, a seed for each text, and where points lie."""

    model: Any
    paths: Paths
    sites: Tensor
    seeds: Sequence[int]
    tolerance: float
    warp: Warp = field(default_factory=Warp)


def ask(
    model: Classifier,
    batch: Batch,
    weights: Tensor,
    asked: Tensor | None = None,
    *,
    tolerance: float = 0.01,
    known: Tensor | None = None,
    half: bool = False,
    warp: Warp | None = None,
    beginnings: Beginnings | None = None,
) -> Asked:
    """Put a batch and what is asked of it together.

    ``weights`` is float [texts, questions, outputs], ``asked`` bool [texts, questions] or None for all;
    ``known`` the logits of the batch's rows, where they have been computed before; ``half`` as in ``Paths``;
    ``warp`` as in ``integrate``; ``beginnings`` what is known of the baselines of other batches.
    """
    with torch.no_grad():
        embedded = model.embed(batch)
        baseline = baseline_of(model, batch, embedded)
    every = torch.ones(weights.shape[:2], dtype=torch.bool)
    device = embedded.vectors.device
    paths = Paths(
        model.score,
        embedded.vectors.detach(),
        baseline.detach(),
        embedded.mask,
        embedded.mask & ~embedded.special,
        weights.to(device),
        every if asked is None else asked,
        known,
        ragged=bool(batch.encodings),
        half=half,
        beginnings=Beginnings() if beginnings is None else beginnings,
    )
    rows = [line[kept] for line, kept in zip(batch.inputs.cpu(), batch.mask.cpu(), strict=True)]
    seeds = [int.from_bytes(blake2b(row.numpy().tobytes(), digest_size=6).digest()) for row in rows]
    return Asked(model, paths, embedded.sites, seeds, tolerance, Warp() if warp is None else warp)


def integrated_gradients(asked: Asked) -> Scores:
    """In closed form where the model offers it, by a ladder of points else."""
    paths, model = asked.paths, asked.model
    if not isinstance(model, Exact):
        return integrate(paths, asked.tolerance, asked.warp)
    with torch.no_grad():
        by_label = model.contributions(paths.vectors, paths.baseline, paths.mask)
        values = torch.einsum("tlo,tqo->tql", by_label.double(), paths.weights.double())
    found = _scored(paths, values.cpu(), 0)
    right = within(found.gaps, found.margins, asked.tolerance) & paths.asked
    return Scores(found.values, found.margins, found.gaps, found.changes, found.points, right)


def movement(asked: Asked) -> Tensor:
    """Return what share of its movement an answer makes between neighbouring probes, float64 [answers, STEPS]."""
    paths, places = asked.paths, probe_places()
    rows = torch.arange(len(paths))
    before, after = paths.ends()
    between = paths.values(rows.repeat_interleave(len(places)), places.repeat(len(rows)))
    along = torch.cat([before[:, None], between.reshape(len(rows), len(places), -1), after[:, None]], 1)
    moved = along.diff(dim=1).abs().transpose(1, 2)[paths.asked.cpu()].reshape(-1, STEPS)
    return moved / moved.sum(1, keepdim=True).clamp(min=LEAST_MARGIN / 100)


def gradient_x_input(asked: Asked) -> Scores:
    """Take the gradient at the text times what the text is over the baseline: one point, and no promise to add up."""
    rows = torch.arange(len(asked.paths))
    values, _ = asked.paths.slopes(rows, torch.ones(len(rows)).double(), asked.paths.asked)
    return _scored(asked.paths, values, 1)


def occlusion(asked: Asked) -> Scores:
    """Put one token at a time at the baseline, and see how far the answer falls (Zeiler and Fergus 2014)."""
    paths = asked.paths
    rows, places = torch.nonzero(paths.kept.cpu(), as_tuple=True)
    _, after = paths.ends()
    values = torch.zeros(len(paths), after.shape[1], paths.mask.shape[1], dtype=torch.float64)
    values[rows, :, places] = after[rows] - paths.without(rows, places)
    return _scored(paths, values, 0)


def gradient_shap(asked: Asked) -> Scores:
    """Take the mean of gradients at random points of the path: GradientSHAP (Lundberg and Lee 2017) of one baseline.

    The points of a text depend on it alone, so its scores do not change from run to run.
    """
    paths = asked.paths
    points = torch.stack([torch.rand(SAMPLES, generator=_generator(seed)) for seed in asked.seeds]).double()
    rows = torch.arange(len(paths)).repeat_interleave(SAMPLES)
    found, _ = paths.slopes(rows, points.flatten(), paths.asked[rows])
    return _scored(paths, found.reshape(len(paths), SAMPLES, *found.shape[1:]).mean(1), SAMPLES)


def attention(asked: Asked) -> Scores:
    """Take what the model looks at: weights without a sign, the same for every label. Raises OptionError."""
    if not isinstance(asked.model, Attending):
        raise OptionError(f"--method attention: {type(asked.model).__name__} has no attention: choose another method")
    paths = asked.paths
    weights = torch.zeros(paths.mask.shape, dtype=torch.float64)
    rows = torch.arange(len(paths))
    with torch.no_grad():
        for picked, length in paths.batches(rows):
            own = rows[picked]
            looked = asked.model.attention(paths.vectors[own, :length], paths.mask[own, :length])
            weights[picked, :length] = looked.double().cpu()
    return _scored(paths, weights[:, None].expand(-1, paths.asked.shape[1], -1).clone(), 0)


def random(asked: Asked) -> Scores:
    """Give every token a random score, the same for every label: the control that a method has to beat."""
    paths = asked.paths
    values = torch.zeros(len(paths), paths.asked.shape[1], paths.mask.shape[1], dtype=torch.float64)
    for row, seed in enumerate(asked.seeds):
        length = int(paths.lengths[row])
        values[row, :, :length] = torch.rand(length, generator=_generator(seed)).double()
    return _scored(paths, values, 0)


Method = Callable[[Asked], Scores]

METHODS: dict[str, Method] = {
    "integrated-gradients": integrated_gradients,
    "gradient-x-input": gradient_x_input,
    "occlusion": occlusion,
    "gradient-shap": gradient_shap,
    "attention": attention,
    "random": random,
}

GRADIENTS = frozenset({"integrated-gradients", "gradient-x-input", "gradient-shap"})
"""Methods that take gradients."""

UNSIGNED = frozenset({"attention", "random"})
"""Methods whose scores are no logits and never speak against a label."""


def _scored(paths: Paths, values: Tensor, points: int) -> Scores:
    """Return scores that nothing has to converge for; their gap is told all the same."""
    before, after = paths.ends()
    asked = paths.asked.cpu()
    kept = paths.kept.cpu()[:, None] & asked[..., None]
    values = values * kept
    margins = (after - before) * asked
    taken = torch.full(asked.shape, points, dtype=torch.int64) * asked
    return Scores(values, margins, values.sum(-1) - margins, torch.zeros_like(margins), taken, asked.clone())


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)
