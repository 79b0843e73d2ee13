"""Recurrent decoders: one that was told once what there is to see, one that looks at every word."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from . import WriterOptions
from .attention import AdditiveAttention, Sight


class Summary(nn.Module):
    """All places in one vector: their mean, the strongest of every value, which one small finding can move, guesses.

    ``guesses`` is how many of the last there are. They stand at its end as they are, too: what is told must reach the
    words straight.
    """

    def __init__(self, width: int, guesses: int) -> None:
        super().__init__()
        self.size = width + guesses
        self.joined = nn.Linear(2 * width + guesses, width)

    def forward(self, vectors: Tensor, mask: Tensor, guesses: Tensor) -> Tensor:
        """Return float [batch, size]; ``mask`` bool [batch, length], ``guesses`` probabilities [batch, guesses]."""
        real = mask[..., None]
        mean = (vectors * real).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
        strongest = vectors.masked_fill(~real, torch.finfo(vectors.dtype).min).amax(1) * mask.any(1, keepdim=True)
        joined = torch.tanh(self.joined(torch.cat([mean, strongest, guesses], 1)))
        return torch.cat([joined, guesses.to(joined.dtype)], 1)


@dataclass(frozen=True)
class Told:
    """What was seen, float [batch, size], and the LSTM's state, each float [batch, hidden]."""

    seen: Tensor
    hidden: Tensor
    cell: Tensor

    def select(self, rows: Tensor) -> Told:
        """Return the state of some rows."""
        return Told(self.seen[rows], self.hidden[rows], self.cell[rows])


class PooledLSTM(nn.Module):
    """An LSTM that gets the summary of all places beside every word."""

    def __init__(self, options: WriterOptions, vocabulary: int, guesses: int) -> None:
        super().__init__()
        width, hidden = options.width, options.hidden
        self.words = nn.Embedding(vocabulary, width)
        self.summary = Summary(width, guesses)
        self.begin = nn.Linear(self.summary.size, 2 * hidden)
        self.reader = nn.LSTM(width + self.summary.size, hidden, batch_first=True)
        self.dropout = nn.Dropout(options.dropout)
        self.output = nn.Linear(hidden + self.summary.size, vocabulary)

    def start(self, vectors: Tensor, mask: Tensor, guesses: Tensor) -> Told:
        """Return the state before the first word."""
        seen = self.summary(vectors, mask, guesses)
        hidden, cell = torch.tanh(self.begin(seen)).chunk(2, 1)
        return Told(seen, hidden, cell)

    def step(self, state: Told, tokens: Tensor) -> tuple[Tensor, Told, Tensor | None]:
        """Return the logits after ``tokens``, int64 [batch], and the state."""
        logits, state = self._read(state, tokens[:, None])
        return logits[:, 0], state, None

    def teach(self, state: Told, tokens: Tensor) -> Tensor:
        """Return the logits after each of ``tokens``, float [batch, steps, vocabulary]."""
        return self._read(state, tokens)[0]

    def _read(self, state: Told, tokens: Tensor) -> tuple[Tensor, Told]:
        seen = _beside(state.seen, tokens)
        words = torch.cat([self.dropout(self.words(tokens)), seen], 2)
        read, (hidden, cell) = self.reader(words, (state.hidden[None], state.cell[None]))
        logits = self.output(self.dropout(torch.cat([read, seen], 2)))
        return logits, Told(state.seen, hidden[0], cell[0])


@dataclass(frozen=True)
class Looking:
    """The places, and their summary, float [batch, size]; the GRU's state, float [batch, hidden]."""

    sight: Sight
    summary: Tensor
    hidden: Tensor

    def select(self, rows: Tensor) -> Looking:
        """Return the state of some rows."""
        return Looking(self.sight.select(rows), self.summary[rows], self.hidden[rows])


class AttentionGRU(nn.Module):
    """A GRU that looks at the places before every word (Xu et al. 2015, arXiv:1502.03044, with additive attention)."""

    def __init__(self, options: WriterOptions, vocabulary: int, guesses: int) -> None:
        super().__init__()
        width, hidden = options.width, options.hidden
        self.words = nn.Embedding(vocabulary, width)
        self.summary = Summary(width, guesses)
        self.begin = nn.Linear(self.summary.size, hidden)
        self.attention = AdditiveAttention(width, hidden)
        self.known = nn.Linear(width + self.summary.size, 3 * hidden)
        self.looked = nn.Linear(width, 3 * hidden, bias=False)
        self.kept = nn.Linear(hidden, 3 * hidden)
        self.dropout = nn.Dropout(options.dropout)
        self.output = nn.Linear(hidden + width + self.summary.size, vocabulary)

    def start(self, vectors: Tensor, mask: Tensor, guesses: Tensor) -> Looking:
        """Return the state before the first word."""
        summary = self.summary(vectors, mask, guesses)
        sight = self.attention.sight(vectors, mask)
        return Looking(sight, summary, torch.tanh(self.begin(summary)))

    def step(self, state: Looking, tokens: Tensor) -> tuple[Tensor, Looking, Tensor | None]:
        """Return the logits after ``tokens``, int64 [batch], the state, and where it looked."""
        (known,) = self._known(state.summary, tokens[:, None]).unbind(1)
        state, seen, weights = self._look(state, known)
        return self._said(state.hidden, seen, state.summary), state, weights

    def teach(self, state: Looking, tokens: Tensor) -> Tensor:
        """Return the logits after each of ``tokens``, float [batch, steps, vocabulary].

        What does not hang on the state is reckoned for all steps at once.
        """
        hidden, seen = [], []
        for known in self._known(state.summary, tokens).unbind(1):
            state, looked, _ = self._look(state, known)
            hidden.append(state.hidden)
            seen.append(looked)
        return self._said(torch.stack(hidden, 1), torch.stack(seen, 1), _beside(state.summary, tokens))

    def _known(self, summary: Tensor, tokens: Tensor) -> Tensor:
        """Return what words and summary bring to the gates, float [batch, steps, 3 * hidden]."""
        known: Tensor = self.known(torch.cat([self.dropout(self.words(tokens)), _beside(summary, tokens)], 2))
        return known

    def _look(self, state: Looking, known: Tensor) -> tuple[Looking, Tensor, Tensor]:
        """Look, and read on: return the state, what was seen, float [batch, width], and where."""
        seen, weights = self.attention(state.hidden, state.sight)
        # The gates of a GRU (Cho et al. 2014, arXiv:1406.1078); the state is reset behind its map, as in cuDNN.
        reset, stay, new = (known + self.looked(seen)).chunk(3, 1)
        old_reset, old_stay, old_new = self.kept(state.hidden).chunk(3, 1)
        proposed = torch.tanh(new + torch.sigmoid(reset + old_reset) * old_new)
        stayed = torch.sigmoid(stay + old_stay)
        hidden = stayed * state.hidden + (1 - stayed) * proposed
        return Looking(state.sight, state.summary, hidden), seen, weights

    def _said(self, hidden: Tensor, seen: Tensor, summary: Tensor) -> Tensor:
        """Return logits, float [..., vocabulary]."""
        logits: Tensor = self.output(self.dropout(torch.cat([hidden, seen, summary], -1)))
        return logits


def _beside(summary: Tensor, tokens: Tensor) -> Tensor:
    """Put a summary beside every token, float [batch, steps, size]."""
    return summary[:, None].expand(-1, tokens.shape[1], -1)
