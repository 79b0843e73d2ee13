"""A transformer: the places read in context, and a decoder that looks at them (Vaswani et al. 2017)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from . import WriterOptions
from .attention import MultiHeadAttention, Sight
from .recurrent import Summary


def positions(start: int, count: int, width: int, device: torch.device) -> Tensor:
    """Return sines and cosines of places ``start`` and on, float32 [count, width]."""
    places = torch.arange(start, start + count, device=device, dtype=torch.float32)[:, None]
    rates = torch.exp(torch.arange(0, width, 2, device=device) * (-math.log(10_000) / width))
    waves = torch.stack([(places * rates).sin(), (places * rates).cos()], 2).flatten(1)
    return waves[:, :width]


def _further(width: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.GELU(), nn.Dropout(dropout), nn.Linear(2 * width, width)
    )


class EncoderLayer(nn.Module):
    """Places look at each other; normed before, so that no long warm-up is needed."""

    def __init__(self, options: WriterOptions) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(options.width)
        self.attention = MultiHeadAttention(options.width, options.heads)
        self.further = _further(options.width, options.dropout)
        self.dropout = nn.Dropout(options.dropout)

    def forward(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return float [batch, length, width]; ``mask`` bool [batch, length]."""
        normed = self.norm(vectors)
        vectors = vectors + self.dropout(self.attention.look(normed, self.attention.sight(normed, mask)))
        deeper: Tensor = vectors + self.dropout(self.further(vectors))
        return deeper


class DecoderLayer(nn.Module):
    """Words look at those before them, then at the places."""

    def __init__(self, options: WriterOptions) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(options.width)
        self.before = MultiHeadAttention(options.width, options.heads)
        self.cross_norm = nn.LayerNorm(options.width)
        self.cross = MultiHeadAttention(options.width, options.heads)
        self.further = _further(options.width, options.dropout)
        self.dropout = nn.Dropout(options.dropout)

    def forward(self, words: Tensor, cache: Cache, causal: Tensor | None) -> tuple[Tensor, Cache, Tensor]:
        """Return words float [batch, steps, width], the cache with them in it, and what asked the places.

        ``causal`` is bool [steps, steps] where there is more than one step.
        """
        normed = self.norm(words)
        keys, values = self.before.remembered(normed)
        keys, values = torch.cat([cache.keys, keys], 2), torch.cat([cache.values, values], 2)
        words = words + self.dropout(self.before(normed, keys, values, causal))
        asking = self.cross_norm(words)
        words = words + self.dropout(self.cross.look(asking, cache.sight))
        words = words + self.dropout(self.further(words))
        return words, Cache(keys, values, cache.sight), asking


@dataclass(frozen=True)
class Cache:
    """Of a layer: keys and values of the words before, float [batch, heads, length, size], and the places."""

    keys: Tensor
    values: Tensor
    sight: Sight

    def select(self, rows: Tensor) -> Cache:
        """Return the cache of some rows."""
        return Cache(self.keys[rows], self.values[rows], self.sight.select(rows))


@dataclass(frozen=True)
class Remembered:
    """The cache of every layer; the summary of the places, float [batch, size]."""

    layers: tuple[Cache, ...]
    summary: Tensor

    def select(self, rows: Tensor) -> Remembered:
        """Return the state of some rows."""
        return Remembered(tuple(layer.select(rows) for layer in self.layers), self.summary[rows])


class Transformer(nn.Module):
    """Encoder and decoder layers; a word is asked for by the vectors that words are written with."""

    def __init__(self, options: WriterOptions, vocabulary: int, guesses: int) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, options.width)
        nn.init.normal_(self.words.weight, std=options.width**-0.5)
        self.encoder = nn.ModuleList(EncoderLayer(options) for _ in range(options.layers))
        self.place_norm = nn.LayerNorm(options.width)
        self.summary = Summary(options.width, guesses)
        self.told = nn.Linear(self.summary.size, options.width)
        self.decoder = nn.ModuleList(DecoderLayer(options) for _ in range(options.layers))
        self.norm = nn.LayerNorm(options.width)
        self.dropout = nn.Dropout(options.dropout)
        self.heads = options.heads
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def read(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return the places in the light of each other, float [batch, length, width]."""
        vectors = self.dropout(vectors)
        for layer in self.encoder:
            vectors = layer(vectors, mask)
        read: Tensor = self.place_norm(vectors)
        return read

    def start(self, vectors: Tensor, mask: Tensor, guesses: Tensor) -> Remembered:
        """Return the state before the first word."""
        summary = self.summary(vectors, mask, guesses)
        none = vectors.new_zeros(len(vectors), self.heads, 0, vectors.shape[2] // self.heads)
        caches = []
        for layer in self.decoder:
            assert isinstance(layer, DecoderLayer)  # noqa: S101
            caches.append(Cache(none, none, layer.cross.sight(vectors, mask)))
        return Remembered(tuple(caches), summary)

    def step(self, state: Remembered, tokens: Tensor) -> tuple[Tensor, Remembered, Tensor | None]:
        """Return the logits after ``tokens``, int64 [batch], the state, and where the last layer looked."""
        logits, state, asking = self._read(state, tokens[:, None])
        layer = self.decoder[-1]
        assert isinstance(layer, DecoderLayer)  # noqa: S101
        return logits[:, 0], state, layer.cross.weights(asking, state.layers[-1].sight)

    def teach(self, state: Remembered, tokens: Tensor) -> Tensor:
        """Return the logits after each of ``tokens``, float [batch, steps, vocabulary]."""
        return self._read(state, tokens)[0]

    def _read(self, state: Remembered, tokens: Tensor) -> tuple[Tensor, Remembered, Tensor]:
        steps, before = tokens.shape[1], state.layers[0].keys.shape[2]
        words = self.words(tokens)
        words = words * words.shape[2] ** 0.5 + positions(before, steps, words.shape[2], words.device)
        words = self.dropout(words + self.told(state.summary)[:, None])
        causal = torch.ones(steps, steps, dtype=torch.bool, device=words.device).tril() if steps > 1 else None
        caches, asking = [], words
        for layer, cache in zip(self.decoder, state.layers, strict=True):
            words, cache, asking = layer(words, cache, causal)  # noqa: PLW2901
            caches.append(cache)
        logits = self.norm(words) @ self.words.weight.t() + self.bias
        return logits, Remembered(tuple(caches), state.summary), asking
