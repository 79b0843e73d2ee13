"""How fast this machine multiplies matrices of float32."""

from __future__ import annotations

from time import perf_counter

import torch

Shape = tuple[int, int, int]
"""Rows, inner size and columns of a product."""

SQUARE: Shape = (2048, 2048, 2048)


def shapes_of(hidden: int, intermediate: int, tokens: int = 4096) -> list[Shape]:
    """Return the products of a transformer's layer over so many tokens, and a large square.

    >>> shapes_of(312, 1248)[1]
    (4096, 312, 1248)
    """
    return [(tokens, hidden, hidden), (tokens, hidden, intermediate), (tokens, intermediate, hidden), SQUARE]


def speed(shape: Shape, *, seconds: float = 0.5, tries: int = 5) -> float:
    """Return operations a second of one product, the best of some tries that last ``seconds`` together."""
    rows, inner, columns = shape
    left, right = torch.randn(rows, inner), torch.randn(inner, columns)
    out = torch.empty(rows, columns)
    torch.mm(left, right, out=out)
    times = max(1, int(seconds / tries / _elapsed(left, right, out, 3)))
    return 2 * rows * inner * columns / min(_elapsed(left, right, out, times) for _ in range(tries))


def _elapsed(left: torch.Tensor, right: torch.Tensor, out: torch.Tensor, times: int) -> float:
    """Return the seconds of one product, as the mean of some."""
    start = perf_counter()
    for _ in range(times):
        torch.mm(left, right, out=out)
    return (perf_counter() - start) / times
