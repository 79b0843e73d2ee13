"""A decoder that reads all that was written anew before every word."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from . import WriterOptions
from .attention import AdditiveAttention, Sight
from .recurrent import Summary


@dataclass(frozen=True)
class Reread:
    """The places, and their summary, float [batch, size]; what was written, int64 [batch, steps]."""

    sight: Sight
    summary: Tensor
    prefix: Tensor

    def select(self, rows: Tensor) -> Reread:
        """Return the state of some rows."""
        return Reread(self.sight.select(rows), self.summary[rows], self.prefix[rows])


class PrefixBiLSTM(nn.Module):
    """Two BiLSTM layers over what was written so far, which then look at the places.

    Words to come would be seen by the direction that reads back, so every prefix is read by itself: nothing looks
    ahead, and training costs the square of a report's length.
    """

    def __init__(self, options: WriterOptions, vocabulary: int, guesses: int) -> None:
        super().__init__()
        width, hidden = options.width, options.hidden // 2
        self.words = nn.Embedding(vocabulary, width)
        self.reader = nn.LSTM(
            width, hidden // 2, num_layers=2, bidirectional=True, batch_first=True, dropout=options.dropout
        )
        self.summary = Summary(width, guesses)
        self.attention = AdditiveAttention(width, hidden)
        self.dropout = nn.Dropout(options.dropout)
        self.output = nn.Linear(hidden + width + self.summary.size, vocabulary)

    def start(self, vectors: Tensor, mask: Tensor, guesses: Tensor) -> Reread:
        """Return the state before the first word."""
        nothing = torch.zeros(len(vectors), 0, dtype=torch.int64, device=vectors.device)
        sight = self.attention.sight(vectors, mask)
        return Reread(sight, self.summary(vectors, mask, guesses), nothing)

    def step(self, state: Reread, tokens: Tensor) -> tuple[Tensor, Reread, Tensor | None]:
        """Return the logits after ``tokens``, int64 [batch], the state, and where it looked."""
        prefix = torch.cat([state.prefix, tokens[:, None]], 1)
        read = self._read(prefix)
        seen, weights = self.attention(read, state.sight)
        return self._said(read, seen, state.summary), Reread(state.sight, state.summary, prefix), weights

    def teach(self, state: Reread, tokens: Tensor) -> Tensor:
        """Return the logits after each of ``tokens``, float [batch, steps, vocabulary].

        Each prefix is read by itself; then all look at once.
        """
        count, steps = tokens.shape
        reads = torch.stack([self._read(tokens[:, : step + 1]) for step in range(steps)], 1).flatten(0, 1)
        rows = torch.arange(count, device=tokens.device).repeat_interleave(steps)
        seen, _ = self.attention(reads, state.sight.select(rows))
        return self._said(reads, seen, state.summary[rows]).view(count, steps, -1)

    def _read(self, prefix: Tensor) -> Tensor:
        """Return what is read of texts, int64 [batch, steps]: where both directions of the upper layer end."""
        _, (ends, _) = self.reader(self.dropout(self.words(prefix)))
        return torch.cat([ends[-2], ends[-1]], 1)

    def _said(self, read: Tensor, seen: Tensor, summary: Tensor) -> Tensor:
        """Return logits, float [rows, vocabulary]."""
        logits: Tensor = self.output(self.dropout(torch.cat([read, seen, summary], 1)))
        return logits
