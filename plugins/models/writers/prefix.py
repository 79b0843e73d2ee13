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
        _, (ends, _) = self.reader(self.dropout(self.words(prefix)))
        read = torch.cat([ends[-2], ends[-1]], 1)  # of the upper layer: reading forth, and back
        seen, weights = self.attention(read, state.sight)
        logits = self.output(self.dropout(torch.cat([read, seen, state.summary], 1)))
        return logits, Reread(state.sight, state.summary, prefix), weights
