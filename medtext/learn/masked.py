"""Masked-language modelling: a network learns its language by guessing tokens that were hidden."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from medtext.corpus.batch import Batch, Batcher
from medtext.corpus.record import Record
from medtext.corpus.token import Encoding
from medtext.corpus.vocabulary import MASK, SPECIAL, UNKNOWN
from medtext.learn.loss import Lesson
from medtext.learn.model import Contextual

_HIDDEN, _CHANGED = 0.8, 0.9
"""Of the tokens to guess, 80 % are hidden, 10 % are another token, 10 % stay (Devlin et al. 2019, arXiv:1810.04805)."""


@dataclass(frozen=True)
class MaskedPart:
    """Texts cut into tokens, whose words are hidden anew whenever they are asked for.

    ``words`` int64 [length] numbers the word that each token is part of: a word is
    hidden as a whole. ``share`` is that of the words to guess. With a ``seed`` the same
    batch always hides the same words, as validation needs; without, torch's chance decides.
    """

    encodings: Sequence[Encoding]
    words: Sequence[NDArray[np.int64]]
    batcher: Batcher
    share: float = 0.15
    seed: int | None = None

    @property
    def records(self) -> Sequence[Encoding]:
        """What there is to learn from, by its number."""
        return self.encodings

    @property
    def lengths(self) -> list[int]:
        """Lengths in tokens, to put like with like."""
        return [len(encoding) for encoding in self.encodings]

    def batch(self, rows: Sequence[int]) -> Batch:
        """Return some texts with words hidden: ``targets`` has them all, ``target_mask`` says which to guess."""
        plain = self.batcher.batch([Record(id=str(row)) for row in rows], [self.encodings[row] for row in rows])
        words = torch.full(plain.inputs.shape, -1)
        for number, row in enumerate(rows):
            words[number, : len(self.words[row])] = torch.from_numpy(self.words[row])
        chance = None if self.seed is None else torch.Generator().manual_seed(self.seed + rows[0])
        inputs, guessed = hide_words(
            plain.inputs, words, len(self.batcher.tokenizer.vocabulary), share=self.share, chance=chance
        )
        return Batch(plain.records, inputs, plain.mask, plain.encodings, targets=plain.inputs, target_mask=guessed)


def hide_words(
    ids: Tensor, words: Tensor, size: int, *, share: float, chance: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """Hide some words of every text; at least one, where there is one.

    ``ids`` and ``words`` are int64 [batch, length]; ``words`` is -1 for what cannot be hidden;
    ``size`` counts the vocabulary. Returns ids with words hidden and bool [batch, length], true for tokens to guess.
    """
    count = int(words.max()) + 1 if words.numel() else 0
    draw = torch.rand(len(ids), max(count, 1), generator=chance)
    present = torch.zeros_like(draw, dtype=torch.bool)
    rows, _ = torch.nonzero(words >= 0, as_tuple=True)
    present[rows, words[words >= 0]] = True
    draw = draw.masked_fill(~present, torch.inf)
    chosen = draw < share
    chosen |= present & (draw == draw.amin(dim=1, keepdim=True)) & ~chosen.any(dim=1, keepdim=True)
    guessed = chosen.gather(1, words.clamp(min=0)) & (words >= 0)
    fate = torch.rand(ids.shape, generator=chance)
    other = torch.randint(len(SPECIAL), max(size, len(SPECIAL) + 1), ids.shape, generator=chance)
    hidden = ids.masked_fill(guessed & (fate < _HIDDEN), MASK)
    return torch.where(guessed & (fate >= _HIDDEN) & (fate < _CHANGED), other, hidden), guessed


def word_numbers(encoding: Encoding, spans: Sequence[tuple[int, int]] | None) -> NDArray[np.int64]:
    """Return the number of each token's word, int64 [length]; special and unknown tokens have none (-1).

    ``spans`` are the words of the text as ``(start, end)``; a token belongs to the one it
    starts in. Without them every token is a word.
    """
    if spans is None:
        numbers = np.arange(len(encoding))
    else:
        numbers = np.searchsorted([start for start, _ in spans], encoding.starts, side="right") - 1
        _, numbers = np.unique(numbers, return_inverse=True)
    made: NDArray[np.int64] = np.where(encoding.special | (encoding.ids == UNKNOWN), -1, numbers)
    return made


class MaskedLanguageModel(Lesson):
    """A network and the head that guesses: a layer, GELU, LayerNorm, and the network's own table of vectors.

    The head is BERT's, its last layer tied to the table (Devlin et al. 2019; Press and
    Wolf 2017, arXiv:1608.05859), so the table learns from every guess. ``scale`` starts so
    that logits have unit variance, whatever the table was drawn from.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        assert isinstance(model, Contextual)  # noqa: S101  # refused before
        self.model = model
        table = model.table()
        with torch.no_grad():
            one = table.new_zeros(1, 1, table.shape[1])
            hidden = model.contexts(one, torch.ones(1, 1, dtype=torch.bool, device=table.device)).shape[-1]
        self.dense = nn.Linear(hidden, table.shape[1])
        self.norm = nn.LayerNorm(table.shape[1])
        self.bias = nn.Parameter(torch.zeros(len(table)))
        self.scale = nn.Parameter(1 / (table.detach().std() * math.sqrt(table.shape[1])))

    def sums(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the summed cross-entropy of the tokens to guess, and how many there are (at least 1)."""
        assert batch.targets is not None  # noqa: S101
        assert batch.target_mask is not None  # noqa: S101
        logits = self.guess(batch)
        loss = functional.cross_entropy(logits, batch.targets[batch.target_mask], reduction="sum")
        return loss, batch.target_mask.sum().clamp(min=1)

    def guess(self, batch: Batch) -> Tensor:
        """Return logits for every token to guess, float [guesses, vocabulary]."""
        assert isinstance(self.model, Contextual)  # noqa: S101
        embedded = self.model.embed(batch)
        hidden = self.model.contexts(embedded.vectors, embedded.mask)[batch.target_mask]
        recovered = self.norm(functional.gelu(self.dense(hidden)))
        logits: Tensor = recovered @ self.model.table().T * self.scale + self.bias
        return logits
