"""The network of text-cnn."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from medtext.plugin import ModelShape

from ..token_vectors import TokenVectors
from . import Options
from .envelope import winning_shares, winning_shares_from_level


class TextCNN(TokenVectors):
    """Embedding, convolutions of several lengths, ReLU, maximum over the text, linear layer.

    Convolutions see zeros around the text, and the maximum is taken over its real
    positions only, so padding changes nothing and the shortest text has an answer.
    """

    def __init__(self, shape: ModelShape, options: Options) -> None:
        super().__init__(shape, options.width)
        self.kernels = options.kernels
        self.convolutions = nn.ModuleList(nn.Conv1d(options.width, options.filters, size) for size in options.kernels)
        self.dropout = nn.Dropout(options.dropout)
        self.output = nn.Linear(options.filters * len(options.kernels), shape.label_count)

    def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return logits, float [batch, labels]."""
        # ReLU is never negative, so a masked zero never wins over a real place.
        pooled = (self._features(vectors, mask) * mask[:, None]).amax(dim=2)
        logits: Tensor = self.output(self.dropout(pooled))
        return logits

    @torch.no_grad()
    def contributions(self, vectors: Tensor, baseline: Tensor, mask: Tensor) -> Tensor:
        """Return the scores of every token for every label, float [batch, length, labels], in closed form.

        On the straight path what a filter finds at a place is a line, and the maximum over places and
        ReLU an upper envelope of lines: the gradient is that of the winning place, for as long as it wins.
        """
        ways = (vectors - baseline) * mask[..., None]
        start = (baseline * mask[..., None]).transpose(1, 2)
        bare = not start.any()
        summed = vectors.new_zeros(*mask.shape, self.output.out_features)
        weights = self.output.weight.reshape(summed.shape[2], len(self.kernels), -1).unbind(1)
        for size, convolution, weight in zip(self.kernels, self.convolutions, weights, strict=True):
            assert isinstance(convolution, nn.Conv1d)  # noqa: S101
            before = (size - 1) // 2
            taps = ways @ convolution.weight.permute(1, 2, 0).flatten(1)  # what each token says to each tap of a filter
            taps = taps.reshape(*mask.shape, size, -1)
            slopes = taps.new_zeros(*mask.shape, taps.shape[3])
            for tap, token, place in _under(size, before, mask.shape[1]):
                slopes[:, place] += taps[:, token, tap]
            if bare:  # every place begins at the bias
                assert convolution.bias is not None  # noqa: S101
                shares = winning_shares_from_level(convolution.bias, slopes, mask)
            else:
                values = convolution(functional.pad(start, (before, size - 1 - before)))
                shares = winning_shares(values, slopes.transpose(1, 2), mask).transpose(1, 2)
            for tap, token, place in _under(size, before, mask.shape[1]):
                summed[:, token] += (shares[:, place] * taps[:, token, tap]) @ weight.T
        return summed

    def contexts(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return what the filters find around every token, float [batch, length, filters of all lengths]."""
        return self._features(vectors, mask).transpose(1, 2)

    def _features(self, vectors: Tensor, mask: Tensor) -> Tensor:
        text = (vectors * mask[..., None]).transpose(1, 2)
        found = []
        for size, convolution in zip(self.kernels, self.convolutions, strict=True):
            before = (size - 1) // 2
            around = (before, size - 1 - before)
            found.append(functional.relu(convolution(functional.pad(text, around))))
        return torch.cat(found, dim=1)


def _under(size: int, before: int, length: int) -> Iterator[tuple[int, slice, slice]]:
    """Yield each tap of a filter, the tokens it sees, and the places that the filter then stands at."""
    for tap in range(size):
        ahead = tap - before  # how far the token is from the filter's place
        if abs(ahead) < length:
            yield tap, slice(max(0, ahead), length + min(0, ahead)), slice(max(0, -ahead), length - max(0, ahead))
