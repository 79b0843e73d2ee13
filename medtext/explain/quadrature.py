"""The rules that integrals are taken with: Gauss-Legendre with 5 points, and what extends it to 11 and to 23.

All on [0, 1]. Each rule holds the nodes of the one before, so that no gradient is paid for twice: 11 are
Kronrod's (1965), 23 Patterson's (1968), computed as he did.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.polynomial import legendre
from numpy.typing import NDArray
from torch import Tensor

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """Nodes, float64 [points] in (0, 1), ascending; weights, float64 [points]; which nodes an earlier rule has.

    ``old`` and ``new`` are int64: where the nodes of the rule before stand, and the others. ``roughness``, float64
    [2, points], tells how much the points saw of the two highest shapes that they can tell apart (Legendre
    polynomials), in units of what the point in the middle adds to the integral of the highest. A function that
    they resolve has little of either; one that they do not has as much of these as of any other.
    """

    nodes: Tensor
    weights: Tensor
    old: Tensor
    new: Tensor
    roughness: Tensor

    def __len__(self) -> int:
        return len(self.nodes)


def _interpolating(nodes: Floats) -> Floats:
    """Return the weights on [-1, 1] that are exact for polynomials of as many coefficients as there are nodes."""
    moments = np.zeros(len(nodes))
    moments[0] = 2.0  # of the Legendre polynomials, only that of degree 0 has an integral
    return np.asarray(np.linalg.solve(legendre.legvander(nodes, len(nodes) - 1).T, moments), dtype=np.float64)


def _added(nodes: Floats) -> Floats:
    """Return the nodes that extend a symmetric rule on [-1, 1] of n nodes to 2 n + 1, of the highest degree there is.

    They are the zeros of the polynomial of degree n + 1 that, times the polynomial of the old nodes, is orthogonal
    to all of lower degree (Patterson 1968, doi:10.1090/S0025-5718-68-99866-9).
    """
    degree = len(nodes) + 1
    at, weights = legendre.leggauss(2 * degree)
    powers = legendre.legvander(at, degree)
    products = (powers[:, :degree] * (weights * np.prod(at[:, None] - nodes, axis=1))[:, None]).T @ powers
    alike = np.arange(degree % 2, degree, 2)  # the others are zero by symmetry
    coefficients = np.zeros(degree + 1)
    coefficients[degree] = 1.0
    coefficients[alike] = np.linalg.lstsq(products[:, alike], -products[:, degree], rcond=None)[0]
    return np.sort(legendre.legroots(coefficients).real)


def _rule(nodes: Floats, old: Floats) -> Rule:
    known, weights = np.isin(nodes, old), _interpolating(nodes) / 2
    return Rule(
        torch.from_numpy(nodes / 2 + 0.5),
        torch.from_numpy(weights),
        torch.from_numpy(np.flatnonzero(known)),
        torch.from_numpy(np.flatnonzero(~known)),
        torch.from_numpy(_roughness(nodes, weights)),
    )


def _roughness(nodes: Floats, weights: Floats) -> Floats:
    degrees = np.array([len(nodes) - 2, len(nodes) - 1])
    shapes = legendre.legvander(nodes, len(nodes) - 1).T[degrees]
    others = np.delete(np.arange(len(nodes)), len(nodes) // 2)
    added = weights.copy()
    added[others] -= _interpolating(nodes[others]) / 2
    made: Floats = (added @ shapes[1]) * (2 * degrees + 1)[:, None] * weights * shapes
    return made


def _nested(points: int, count: int) -> tuple[Rule, ...]:
    nodes, _ = legendre.leggauss(points)
    rules = [_rule(nodes, np.zeros(0))]
    for _ in range(count - 1):
        wider = np.sort(np.concatenate([nodes, _added(nodes)]))
        rules.append(_rule(wider, nodes))
        nodes = wider
    return tuple(rules)


RULES = _nested(5, 3)
"""The rules with 5, 11 and 23 points, of degree 9, 17 and 35."""
