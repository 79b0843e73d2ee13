"""Integrated gradients with a known error: each text climbs until its own scores are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.interpolate import CubicHermiteSpline
from torch import Tensor

from medtext.explain.paths import Paths
from medtext.explain.quadrature import RULES, Rule
from medtext.explain.scores import LEAST_MARGIN, Scores
from medtext.explain.warp import OWN_STEPS, Warp

MOST_POINTS = 1_018
"""A text whose scores are still not right is given up with them: 5 points, then 23, then 22 for each of 45 halvings.

What a recurrent network answers may jump at many places of a path: of 45 answers of a bilstm-cnn trained on CT
findings 7 were not right at 248 points (the worst missed two thirds of its margin), 2 at these (by a hundredth).
"""

CHANGE = 10.0
"""A rung may change a token's score by so many times the tolerance.

The change is what the last points added, or their roughness (see ``Rule``) if that is more. Measured on trained
networks, it is ten times the error of the rung and more. It is there for tokens whose errors cancel in the gap: of
waves that do, made to mislead, 5 points still take one in twenty-five for a line.
"""

_FINE = 16
"""Steps of a step: a curve that turns within one moved all the same."""

_HALF = RULES[1]
"""The rule for either half of a piece of the path."""


def integrate(paths: Paths, tolerance: float = 0.01, warp: Warp | None = None) -> Scores:
    """Integrate gradients from the baselines to the texts (Sundararajan et al. 2017, arXiv:1703.01365).

    The first rung has 5 points, where ``warp`` says that answers move. They tell where that of the text itself moves:
    there lie 5 others, then 6 between them, then 12 (see ``RULES``). Each further rung halves the piece
    of the path that is least sure, by its gap or by how far its tokens moved, and takes 11 points in either half.
    A text stops where its gap is within ``tolerance`` of the margin, and no token's change (see ``CHANGE``) is over
    10 times that; what does not is marked. Questions of one text share its points: what is asked beside a question
    changes its scores, within the tolerance. Where ``paths`` take half the digits, they do so up to the rung of 11
    points: what is not right then is seldom made so by more of them, and climbs again from 5 in all digits.
    """
    climb = _Climb(paths, tolerance)
    rows, own = climb.first(Warp() if warp is None else warp)
    if paths.half:
        if len(rows):
            rows, own, *_ = climb.rungs(rows, own, RULES[:2])
        climb.sharpen()
    pieces = climb.nested(rows, own)
    while pieces:
        pieces = climb.further(pieces)
    return climb.scores()


@dataclass(eq=False)
class _Piece:
    """A piece of one text's path: its scores, the quantities at its ends and middle, how far a token moved last.

    ``scores`` is [questions, length], the others [questions].
    """

    low: float
    high: float
    scores: Tensor
    at_low: Tensor
    at_middle: Tensor
    at_high: Tensor
    change: Tensor

    def missed(self, asked: Tensor) -> float:
        """Return how unsure the piece is, for the worst question: by its gap, or by how far a token moved."""
        gap = (self.scores.sum(-1) - (self.at_high - self.at_low)).abs()
        return float((torch.maximum(gap, self.change / CHANGE) * asked).max())

    def halved(self, middles: Tensor, scores: Tensor) -> tuple[_Piece, _Piece]:
        """Return both halves: ``middles`` the quantities there, ``scores`` theirs, a row a half."""
        middle, change = (self.low + self.high) / 2, (scores.sum(0) - self.scores).abs().amax(-1) / 2
        return (
            _Piece(self.low, middle, scores[0], self.at_low, middles[0], self.at_middle, change),
            _Piece(middle, self.high, scores[1], self.at_middle, middles[1], self.at_high, change),
        )


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

    def __init__(self, paths: Paths, tolerance: float) -> None:
        self._paths, self._tolerance = paths, tolerance
        self._before, self._after = paths.ends()
        shape = (len(paths), self._before.shape[1], paths.mask.shape[1])
        self._values = torch.zeros(shape, dtype=torch.float64)
        self._changes = torch.zeros(shape[:2], dtype=torch.float64)
        self._points = torch.zeros(shape[:2], dtype=torch.int64)
        self._converged = ~paths.asked.cpu()

    def first(self, warp: Warp) -> tuple[Tensor, Warp]:
        """Take the first rung; return the texts that need more, and where points are to lie on their paths."""
        rows = torch.arange(len(self._paths))
        found, values, _ = self._lowest(rows, warp)
        rows = rows[self._open(rows)]
        ends = torch.stack([self._before, self._after], 1)[rows]
        moved = _movement(found.sum(-1)[rows], values[rows], ends) * ~self._converged[rows][:, None]
        return rows, warp.refined(moved.sum(-1))

    def sharpen(self) -> None:
        """Take all digits from here on."""
        self._paths = replace(self._paths, half=False)

    def nested(self, rows: Tensor, warp: Warp) -> list[_Path]:
        """Climb the rules that hold one another; return the texts that need more."""
        if not len(rows):
            return []
        rows, warp, scores, middles = self.rungs(rows, warp, RULES)
        made = []
        for number, row in enumerate(rows.tolist()):
            ends, change = (self._before[row], middles[number], self._after[row]), self._changes[row].clone()
            whole = _Piece(0.0, 1.0, scores[number], *ends, change)
            made.append(_Path(row, warp.select(torch.tensor([number])), [whole]))
        return made

    def rungs(self, rows: Tensor, warp: Warp, rules: Sequence[Rule]) -> tuple[Tensor, Warp, Tensor, Tensor]:
        """Climb rules that hold one another; return the texts that need more, their warps, scores and middles."""
        found, values, scores = self._lowest(rows, warp)
        middles, left = values[:, len(RULES[0]) // 2], self._open(rows)
        for rule in rules[1:]:
            if not left.any():
                break
            rows, warp = rows[left], warp.select(left)
            found, middles, before = found[left], middles[left], scores[left]
            added, _ = self._at(rows, *warp.at(rule.nodes[rule.new].expand(len(rows), -1)))
            kept, found = found, added.new_zeros(len(rows), len(rule), *added.shape[2:])
            found[:, rule.old], found[:, rule.new] = kept, added
            scores = _weighted(found, rule.weights)
            changes = torch.maximum((scores - before).abs().amax(-1), _rough(found, rule))
            self._take(rows, scores, changes, len(rule.new))
            left = self._open(rows)
        return rows[left], warp.select(left), scores[left], middles[left]

    def _lowest(self, rows: Tensor, warp: Warp) -> tuple[Tensor, Tensor, Tensor]:
        """Take the 5 points of the lowest rule; return what is there, values, and scores."""
        found, values = self._at(rows, *warp.at(RULES[0].nodes.expand(len(rows), -1)))
        scores = _weighted(found, RULES[0].weights)
        self._take(rows, scores, _rough(found, RULES[0]), len(RULES[0]))
        return found, values, scores

    def further(self, texts: list[_Path]) -> list[_Path]:
        """Halve the worst piece of each text; return the texts that need more."""
        worst = [text.worst(~self._converged[text.row]) for text in texts]
        halves = torch.tensor([[[p.low, (p.low + p.high) / 2], [(p.low + p.high) / 2, p.high]] for p in worst]).double()
        widths = (halves[..., 1] - halves[..., 0])[..., None]
        rows, count = torch.tensor([text.row for text in texts]), len(_HALF)
        places = (halves[..., :1] + widths * _HALF.nodes).flatten(1)
        mapped = [text.warp.at(own[None]) for text, own in zip(texts, places, strict=True)]
        found, values = self._at(rows, torch.cat([at for at, _ in mapped]), torch.cat([slope for _, slope in mapped]))
        scores = found.reshape(len(rows), 2, count, *found.shape[2:])
        scores = torch.einsum("thpql,p,th->thql", scores, _HALF.weights, widths[..., 0])
        middles = values.reshape(len(rows), 2, count, -1)[:, :, count // 2]
        for number, (text, piece) in enumerate(zip(texts, worst, strict=True)):
            text.pieces.remove(piece)
            text.pieces += piece.halved(middles[number], scores[number])
        summed, changes = (
            torch.stack([torch.stack([getattr(piece, name) for piece in text.pieces]).sum(0) for text in texts])
            for name in ("scores", "change")
        )
        self._take(rows, summed, changes, 2 * count)
        return [text for text, left in zip(texts, self._open(rows).tolist(), strict=True) if left]

    def scores(self) -> Scores:
        """Return what was found."""
        margins = self._after - self._before
        asked = self._paths.asked.cpu()
        gaps = (self._values.sum(-1) - margins) * asked
        return Scores(self._values, margins, gaps, self._changes, self._points, self._converged & asked)

    def _open(self, rows: Tensor) -> Tensor:
        """Say which texts have a question whose scores are not right yet and may become so, bool [rows]."""
        room = self._points[rows] + 2 * len(_HALF) <= MOST_POINTS
        known = (self._after - self._before)[rows].isfinite()
        return (~self._converged[rows] & room & known).any(1)

    def _at(self, rows: Tensor, points: Tensor, slopes: Tensor) -> tuple[Tensor, Tensor]:
        """Return gradient times way times slope at points [texts, n], [texts, n, questions, length], and values."""
        count = points.shape[1]
        own = rows.repeat_interleave(count)
        found, values = self._paths.slopes(own, points.flatten(), ~self._converged[own])
        shaped = found.reshape(len(rows), count, *found.shape[1:]) * slopes[..., None, None]
        return shaped, values.reshape(len(rows), count, -1)

    def _take(self, rows: Tensor, scores: Tensor, changes: Tensor, points: int) -> None:
        """Take over new scores of the questions that are open, and see which of them are right."""
        was_open = ~self._converged[rows]
        self._values[rows] = torch.where(was_open[..., None], scores, self._values[rows])
        self._changes[rows] = torch.where(was_open, changes, self._changes[rows])
        self._points[rows] += was_open * points
        margins = (self._after - self._before)[rows]
        allowed = self._tolerance * margins.abs().clamp(min=LEAST_MARGIN)
        gaps = (self._values[rows].sum(-1) - margins).abs()
        right = (gaps <= allowed) & (self._changes[rows] <= CHANGE * allowed)
        self._converged[rows] = self._converged[rows] | right


def _rough(found: Tensor, rule: Rule) -> Tensor:
    """Return how rough the roughest token is at the points of a rule, float64 [texts, questions]."""
    return torch.stack([_weighted(found, weights) for weights in rule.roughness]).abs().amax((0, -1))


def _weighted(found: Tensor, weights: Tensor) -> Tensor:
    """Add up points, [texts, points, questions, length], by weights [points]."""
    return torch.einsum("tpql,p->tql", found, weights)


def _movement(slopes: Tensor, values: Tensor, ends: Tensor) -> Tensor:
    """Return how far quantities moved in even steps of u, float64 [texts, OWN_STEPS, questions], of all they moved.

    ``slopes`` and ``values`` are those at the nodes of the lowest rule, float64 [texts, 5, questions], ``ends`` the
    values at both ends, [texts, 2, questions]: the cubics between them are followed.
    """
    nodes = RULES[0].nodes
    heights = torch.cat([ends[:, :1], values, ends[:, 1:]], 1)
    # At an end no slope is known: that of the parabola which meets the next node's value and slope.
    low = 2 * (values[:, 0] - ends[:, 0]) / nodes[0] - slopes[:, 0]
    high = 2 * (ends[:, 1] - values[:, -1]) / (1 - nodes[-1]) - slopes[:, -1]
    inclines = torch.cat([low[:, None], slopes, high[:, None]], 1)
    fine = torch.einsum("fn,tnq->tfq", _BY_HEIGHT, heights) + torch.einsum("fn,tnq->tfq", _BY_SLOPE, inclines)
    moved = fine.diff(dim=1).abs().reshape(-1, OWN_STEPS, _FINE, fine.shape[2]).sum(2).nan_to_num(0.0, 0.0, 0.0)
    share: Tensor = moved / moved.sum(1, keepdim=True).clamp(min=torch.finfo(torch.float64).tiny)
    return share


def _cubics() -> tuple[Tensor, Tensor]:
    """Return what heights and slopes at the nodes and ends make of the cubics between, float64 [places, 7] each."""
    at, fine = np.concatenate([[0.0], RULES[0].nodes.numpy(), [1.0]]), np.linspace(0, 1, OWN_STEPS * _FINE + 1)
    one, none = np.eye(len(at)), np.zeros((len(at), len(at)))
    return torch.from_numpy(CubicHermiteSpline(at, one, none)(fine)), torch.from_numpy(
        CubicHermiteSpline(at, none, one)(fine)
    )


_BY_HEIGHT, _BY_SLOPE = _cubics()
