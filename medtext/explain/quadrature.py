"""The rules that integrals are taken with: Gauss-Legendre with 7 points inside Gauss-Kronrod with 15.

All on [0, 1]. Nodes and weights are those of QUADPACK (Piessens et al. 1983).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

_NODES = (
    0.991455371120812639206854697526329,
    0.949107912342758524526189684047851,
    0.864864423359769072789712788640926,
    0.741531185599394439863864773280788,
    0.586087235467691130294144691693013,
    0.405845151377397166906606412076961,
    0.207784955007898467600689403773245,
)
_KRONROD = (
    0.022935322010529224963732008058970,
    0.063092092629978553290700663189204,
    0.104790010322250183839876322541518,
    0.140653259715525918745189590510238,
    0.169004726639267902826583426598550,
    0.190350578064785409913256402421014,
    0.204432940075298892414161999234649,
)
_GAUSS = (
    0.129484966168869693270611432679082,
    0.279705391489276667901467771423780,
    0.381830050505118944950369775488975,
)


def _both_halves(half: tuple[float, ...], middle: float) -> Tensor:
    return torch.tensor([*half, middle, *reversed(half)], dtype=torch.float64) / 2


NODES = torch.tensor([*(-x for x in _NODES), 0.0, *reversed(_NODES)], dtype=torch.float64) / 2 + 0.5
"""The 15 nodes, float64, ascending; every second one, from the second, is a node of the rule with 7."""

KRONROD = _both_halves(_KRONROD, 0.209482141084727828012999174891714)
"""Weights of the 15 nodes, float64: exact for polynomials up to degree 22."""

GAUSS = _both_halves(_GAUSS, 0.417959183673469387755102040816327)
"""Weights of the 7 nodes, float64: exact up to degree 13."""

MIDDLE = 7
"""Which of the 15 nodes is at 1/2."""


def _without_middle() -> Tensor:
    """Weights of the 7 nodes with none on the middle one: exact up to degree 5."""
    nodes = 2 * NODES[1::2].numpy() - 1
    kept = np.array([0, 1, 2, 4, 5, 6])
    moments = np.zeros(len(kept))
    moments[0] = 1.0  # of the Legendre polynomials on [-1, 1], halved: only that of degree 0 is not zero
    weights = np.zeros(len(nodes))
    weights[kept] = np.linalg.solve(np.polynomial.legendre.legvander(nodes[kept], len(kept) - 1).T, moments)
    return torch.from_numpy(weights)


SIX = _without_middle()
"""Weights of the 7 nodes for the rule without the middle one: what the 7th adds is the change of the first rung."""
