"""Integrated gradients with a known error: each text climbs until its own scores are right."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from medtext.explain.paths import Paths
from medtext.explain.quadrature import GAUSS, KRONROD, MIDDLE, NODES, SIX
from medtext.explain.scores import LEAST_MARGIN, Scores
from medtext.explain.warp import Warp, probe_places

MOST_POINTS = 255
"""A text whose scores are still not right is given up with them: 15 points, then 30 for each of 8 halvings."""

CHANGE = 10.0
"""A rung may change a token's score by so many times the tolerance.

The change is the error of the rung *before*. Measured on trained networks, it is ten times that of the rung it
leads to and more, and none that passed erred by more than the tolerance; where gaps cancel, it does not.
"""

_GAUSS_AT = torch.arange(1, 15, 2)
_ADDED_AT = torch.arange(0, 15, 2)


def integrate(paths: Paths, tolerance: float = 0.01, *, probes: bool = True) -> Scores:
    """Integrate gradients from the baselines to the texts (Sundararajan et al. 2017, arXiv:1703.01365).

    Seven forward probes say where the answer of a text moves; its points lie after that (see ``Warp``).
    A network whose answers move evenly needs none: it is cheaper without ``probes``.
    The first rung has 7 Gauss points, the second adds 8 (Gauss-Kronrod), each further one halves the piece
    of the path whose own gap is greatest and takes 15 points in either half. A text stops where
    its gap is within ``tolerance`` of the margin, and no token changed by more than 10 times
    that at the last rung; what does not is marked.
    """
    before, after = paths.ends()
    warp = Warp(_variation(paths, before, after)) if probes else Warp.even(len(paths))
    climb = _Climb(paths, before, after, tolerance)
    values, middles = climb.first(warp)
    left = climb.open()
    if len(left):
        pieces = climb.second(left, warp.select(left), values, middles)
        while pieces:
            pieces = climb.further(pieces)
    return climb.scores()


def _variation(paths: Paths, before: Tensor, after: Tensor) -> Tensor:
    """Return how far the quantities of each text move between probes, float64 [texts, steps]; all count alike."""
    places, rows = probe_places(), torch.arange(len(paths))
    between = paths.values(rows.repeat_interleave(len(places)), places.repeat(len(rows)))
    along = torch.cat([before[:, None], between.reshape(len(rows), len(places), -1), after[:, None]], 1)
    moved = along.diff(dim=1).abs()
    return (moved / moved.sum(1, keepdim=True).clamp(min=LEAST_MARGIN / 100)).sum(2)


@dataclass
class _Piece:
    """A piece of one text's path: its scores, and the quantities at its ends and middle, [questions]."""

    low: float
    high: float
    scores: Tensor
    at_low: Tensor
    at_middle: Tensor
    at_high: Tensor

    def missed(self, asked: Tensor) -> float:
        """Return how far the scores miss what the quantities moved by between the ends, for the worst question."""
        return float(((self.scores.sum(-1) - (self.at_high - self.at_low)).abs() * asked).max())


@dataclass
class _Path:
    """One text whose scores are not right yet, cut into pieces."""

    row: int
    warp: Warp
    pieces: list[_Piece]

    def worst(self, asked: Tensor) -> _Piece:
        return max(self.pieces, key=lambda piece: piece.missed(asked))


class _Climb:
    """What is known so far of the scores of some texts."""

    def __init__(self, paths: Paths, before: Tensor, after: Tensor, tolerance: float) -> None:
        self._paths, self._before, self._after, self._tolerance = paths, before, after, tolerance
        shape = (len(paths), before.shape[1], paths.mask.shape[1])
        self._values = torch.zeros(shape, dtype=torch.float64)
        self._changes = torch.zeros(shape[:2], dtype=torch.float64)
        self._points = torch.zeros(shape[:2], dtype=torch.int64)
        self._converged = ~paths.asked.cpu()

    def first(self, warp: Warp) -> tuple[Tensor, Tensor]:
        """Take 7 points of every text; return what is there, [texts, 7, questions, length], and the middles' values."""
        rows = torch.arange(len(self._paths))
        found, values = self._sampled(rows, warp, NODES[_GAUSS_AT])
        self._take(rows, _weighted(found, GAUSS), _weighted(found, SIX), 7)
        return found, values[:, 3]

    def second(self, rows: Tensor, warp: Warp, sevens: Tensor, middles: Tensor) -> list[_Path]:
        """Add 8 points to those of some texts; return the texts that need more."""
        added, _ = self._sampled(rows, warp, NODES[_ADDED_AT])
        found = torch.zeros(len(rows), 15, *added.shape[2:], dtype=torch.float64)
        found[:, _GAUSS_AT], found[:, _ADDED_AT] = sevens[rows], added
        scores = _weighted(found, KRONROD)
        self._take(rows, scores, self._values[rows], 15)
        left = set(self.open().tolist())
        return [
            _Path(
                row,
                warp.select(torch.tensor([number])),
                [_Piece(0.0, 1.0, scores[number], self._before[row], middles[row], self._after[row])],
            )
            for number, row in enumerate(rows.tolist())
            if row in left
        ]

    def further(self, texts: list[_Path]) -> list[_Path]:
        """Halve the worst piece of each text; return the texts that need more."""
        worst = [text.worst(~self._converged[text.row]) for text in texts]
        halves = torch.tensor([[[p.low, (p.low + p.high) / 2], [(p.low + p.high) / 2, p.high]] for p in worst]).double()
        widths = (halves[..., 1] - halves[..., 0])[..., None]
        places = (halves[..., :1] + widths * NODES).flatten(1)
        mapped = [text.warp.at(own[None]) for text, own in zip(texts, places, strict=True)]
        at, slopes = torch.cat([path for path, _ in mapped]), torch.cat([slope for _, slope in mapped])
        rows = torch.tensor([text.row for text in texts])
        found, values = self._at(rows, at, slopes)
        for number, (text, piece) in enumerate(zip(texts, worst, strict=True)):
            text.pieces.remove(piece)
            ends = (piece.at_low, piece.at_middle, piece.at_high)
            for half in (0, 1):
                inside = slice(15 * half, 15 * half + 15)
                scores = _weighted(found[number, inside][None], KRONROD)[0] * widths[number, half]
                low, high = halves[number, half].tolist()
                middle = values[number, 15 * half + MIDDLE]
                text.pieces.append(_Piece(low, high, scores, ends[half], middle, ends[half + 1]))
        summed = torch.stack([torch.stack([piece.scores for piece in text.pieces]).sum(0) for text in texts])
        self._take(rows, summed, self._values[rows], 30)
        left = set(self.open().tolist())
        return [text for text in texts if text.row in left]

    def open(self) -> Tensor:
        """Return the texts with a question whose scores are not right yet and may become so, int64."""
        return torch.nonzero((~self._converged & (self._points < MOST_POINTS)).any(1))[:, 0]

    def scores(self) -> Scores:
        """Return what was found."""
        margins = self._after - self._before
        asked = self._paths.asked.cpu()
        gaps = (self._values.sum(-1) - margins) * asked
        return Scores(self._values, margins, gaps, self._changes, self._points, self._converged & asked)

    def _sampled(self, rows: Tensor, warp: Warp, places: Tensor) -> tuple[Tensor, Tensor]:
        return self._at(rows, *warp.at(places.expand(len(rows), -1)))

    def _at(self, rows: Tensor, points: Tensor, slopes: Tensor) -> tuple[Tensor, Tensor]:
        """Return gradient times way times slope at points [texts, n], [texts, n, questions, length], and values."""
        count = points.shape[1]
        own = rows.repeat_interleave(count)
        found, values = self._paths.slopes(own, points.flatten(), ~self._converged[own])
        shaped = found.reshape(len(rows), count, *found.shape[1:]) * slopes[..., None, None]
        return shaped, values.reshape(len(rows), count, -1)

    def _take(self, rows: Tensor, scores: Tensor, before: Tensor, points: int) -> None:
        """Take over new scores of the questions that are open, and see which of them are right."""
        was_open = ~self._converged[rows]
        changes = (scores - before).abs().amax(-1)
        self._values[rows] = torch.where(was_open[..., None], scores, self._values[rows])
        self._changes[rows] = torch.where(was_open, changes, self._changes[rows])
        total = self._points[rows] + points if points > 15 else torch.full_like(self._points[rows], points)
        self._points[rows] = torch.where(was_open, total, self._points[rows])
        margins = (self._after - self._before)[rows]
        allowed = self._tolerance * margins.abs().clamp(min=LEAST_MARGIN)
        gaps = (self._values[rows].sum(-1) - margins).abs()
        right = (gaps <= allowed) & (self._changes[rows] <= CHANGE * allowed)
        self._converged[rows] = self._converged[rows] | right


def _weighted(found: Tensor, weights: Tensor) -> Tensor:
    """Add up points, [texts, points, questions, length], by weights [points]."""
    return torch.einsum("tpql,p->tql", found, weights)
