"""Straight lines from baselines to texts, and the network asked at any number of points on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

import torch
from torch import Tensor

from medtext.errors import DeviceError

TOKENS_ON_CPU = 2_048
"""Points times length that go through a network together on a CPU; more was measured to be slower."""
TOKENS_ON_GPU = 131_072

Logits = Callable[[Tensor, Tensor], Tensor]
"""Takes vectors [rows, length, width] and mask [rows, length]; gives [rows, outputs]."""


class Beginnings:
    """What a network answers where paths begin, for baselines that were met before.

    >>> known = Beginnings()
    >>> known.of([b"a", b"b", b"a"], lambda rows: torch.tensor([[1.0], [2.0], [9.0]])[rows]).tolist()
    [[1.0], [2.0], [1.0]]
    >>> known.of([b"b"], lambda rows: torch.zeros(len(rows), 1)).tolist()
    [[2.0]]
    """

    MOST = 4_096
    """Over so many all are forgotten: a plugin's baseline may be another for every text."""

    def __init__(self) -> None:
        self._known: dict[bytes, Tensor] = {}

    def forget(self) -> None:
        """Begin anew."""
        self._known.clear()

    def of(self, starts: Sequence[bytes], answers: Callable[[list[int]], Tensor]) -> Tensor:
        """Return logits [texts, outputs] by the names of their baselines; ``answers`` tells those of some texts."""
        if len(self._known) > self.MOST:
            self.forget()
        new = {start: row for row, start in reversed(list(enumerate(starts))) if start not in self._known}
        if new:
            self._known.update(zip(new, answers(list(new.values())), strict=True))
        return torch.stack([self._known[start] for start in starts])


@dataclass(frozen=True)
class Paths:
    """Texts, each with its baseline and with the quantities that are asked of it.

    ``vectors`` and ``baseline`` are float [texts, length, width]; ``mask`` bool [texts,
    length]; ``kept`` the rows of it that stand for something. ``weights`` is float [texts,
    questions, outputs]: a quantity is ``(logits * weights).sum()``. ``asked`` bool [texts, questions]
    says which questions are meant: texts may have fewer than others. ``known`` is the
    logits at the texts, float [texts, outputs], where they have been computed before, ``beginnings`` those at
    baselines. ``ragged``
    says that what lies behind the end of a text may be left out (of a grid of pixels it may not).
    ``half`` takes gradients in bfloat16; the quantities at both ends stay float32, so the gap tells
    what that costs.
    """

    logits: Logits
    vectors: Tensor
    baseline: Tensor
    mask: Tensor
    kept: Tensor
    weights: Tensor
    asked: Tensor
    known: Tensor | None = None
    beginnings: Beginnings = field(default_factory=Beginnings)
    ragged: bool = True
    half: bool = False

    def __len__(self) -> int:
        return len(self.vectors)

    @cached_property
    def lengths(self) -> Tensor:
        """Up to where each text goes, int64 [texts], on the CPU."""
        if not self.ragged:
            return torch.full((len(self),), self.mask.shape[1])
        places = torch.arange(1, self.mask.shape[1] + 1, device=self.mask.device)
        return (self.mask * places).amax(1).clamp(min=1).cpu()

    @cached_property
    def _ways(self) -> Tensor:
        return self.vectors - self.baseline

    def ends(self) -> tuple[Tensor, Tensor]:
        """Return the quantities at the baselines and at the texts, float64 [texts, questions] each, on the CPU.

        Texts of one length mostly share a baseline: it is asked once.
        """
        rows = torch.arange(len(self))
        before = self.beginnings.of(
            self._starts(), lambda new: self._answers(rows[new], torch.zeros(len(new)).double())
        )
        after = self._answers(rows, torch.ones(len(self)).double()) if self.known is None else self.known.cpu().double()
        # Where nothing can move, the text is its baseline: what rounding or padding makes of it is no margin.
        after = torch.where(self.kept.any(1).cpu()[:, None], after, before)
        weights = self.weights.cpu().double()
        return torch.einsum("no,nqo->nq", before, weights), torch.einsum("no,nqo->nq", after, weights)

    def _starts(self) -> list[bytes]:
        """Name the baseline of each text: equal ones are called alike, whatever batch they stand in."""
        lines = torch.cat([self.baseline.float(), self.mask[..., None].float()], 2).cpu().numpy()
        return [
            blake2b(line[:length].tobytes(), digest_size=16).digest()
            for line, length in zip(lines, self.lengths.tolist(), strict=True)
        ]

    def values(self, rows: Tensor, points: Tensor) -> Tensor:
        """Return the quantities of texts at points of their paths, float64 [n, questions], on the CPU.

        ``rows`` is int64 [n], ``points`` float64 [n] in [0, 1]: a text may be given more than once.
        """
        with self._halved():
            answers = self._answers(rows, points)
        return self._asked(rows, answers)

    @torch.no_grad()
    def without(self, rows: Tensor, places: Tensor) -> Tensor:
        """Return the quantities of texts with one vector each at the baseline, float64 [n, questions], on the CPU.

        ``rows`` and ``places`` are int64 [n].
        """
        found = torch.zeros(len(rows), self.weights.shape[2], dtype=torch.float64)
        for picked, length in self.batches(rows):
            with _named_if_too_large(len(picked), length):
                own, there, each = rows[picked], places[picked], torch.arange(len(picked))
                vectors = self.vectors[own, :length].clone()
                vectors[each, there] = self.baseline[own, there]
                found[picked] = self.logits(vectors, self.mask[own, :length]).double().cpu()
        return self._asked(rows, found)

    def _asked(self, rows: Tensor, answers: Tensor) -> Tensor:
        """Return quantities [n, questions] of logits [n, outputs]; a text's weights are not copied for every point."""
        found = torch.zeros(len(rows), self.weights.shape[1], dtype=torch.float64)
        for row, weights in enumerate(self.weights.cpu().double()):
            own = rows == row
            found[own] = answers[own] @ weights.T
        return found

    @torch.no_grad()
    def _answers(self, rows: Tensor, points: Tensor) -> Tensor:
        """Return the logits of texts at points of their paths, float64 [n, outputs], on the CPU."""
        found = torch.zeros(len(rows), self.weights.shape[2], dtype=torch.float64)
        for picked, length in self.batches(rows):
            with _named_if_too_large(len(picked), length):
                own = rows[picked]
                logits = self.logits(self._on_path(own, points[picked], length), self.mask[own, :length])
                found[picked] = logits.double().cpu()
        return found

    def slopes(self, rows: Tensor, points: Tensor, asked: Tensor) -> tuple[Tensor, Tensor]:
        """Return gradient times way, by token, at points of paths, and the quantities there.

        ``rows`` int64 [n], ``points`` float64 [n]; ``asked`` bool [n, questions]: the others are left zero.
        Gives float64 [n, questions, length] and float64 [n, questions], on the CPU.
        """
        found = torch.zeros(len(rows), asked.shape[1], self.mask.shape[1], dtype=torch.float64)
        values = torch.zeros(len(rows), asked.shape[1], dtype=torch.float64)
        for picked, length in self.batches(rows):
            own = rows[picked]
            vectors = self._on_path(own, points[picked], length).requires_grad_()
            ways = self._ways[own, :length]
            questions = torch.nonzero(asked[picked].any(0))[:, 0].tolist()
            # cuDNN cannot run an RNN backward in evaluation mode; training mode would change the scores (captum#564).
            with _named_if_too_large(len(picked), length), torch.backends.cudnn.flags(enabled=False):
                with self._halved():
                    logits = self.logits(vectors, self.mask[own, :length]).float()
                quantities = torch.einsum("no,nqo->nq", logits, self.weights[own])
                for question in questions:
                    last = question == questions[-1]
                    (gradient,) = torch.autograd.grad(quantities[:, question].sum(), vectors, retain_graph=not last)
                    found[picked, question, :length] = (gradient * ways).sum(-1).double().cpu()
            values[picked] = quantities.detach().double().cpu()
        kept = self.kept.cpu()[rows]
        return found * (kept[:, None] & asked[..., None]), values

    def _halved(self) -> torch.autocast:
        return torch.autocast(self.vectors.device.type, torch.bfloat16, enabled=self.half)

    def _on_path(self, rows: Tensor, points: Tensor, length: int) -> Tensor:
        share = points.to(self.vectors.dtype).to(self.vectors.device)[:, None, None]
        return torch.addcmul(self.baseline[rows, :length], share, self._ways[rows, :length])

    def batches(self, rows: Tensor) -> Iterator[tuple[Tensor, int]]:
        """Yield which of ``rows`` go together under the budget, shortest first, and their greatest length."""
        budget = TOKENS_ON_GPU if self.vectors.is_cuda else TOKENS_ON_CPU
        lengths = self.lengths[rows]
        order = lengths.argsort(stable=True)
        ordered = lengths[order].tolist()
        start = 0
        while start < len(ordered):
            end = start + 1
            while end < len(ordered) and (end + 1 - start) * ordered[end] <= budget:
                end += 1
            yield order[start:end], ordered[end - 1]
            start = end


@contextmanager
def _named_if_too_large(rows: int, length: int) -> Iterator[None]:
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise DeviceError(
            f"{rows} points of {length} tokens do not fit in memory together: use --device cpu"
        ) from error
