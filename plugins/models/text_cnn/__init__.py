"""Text-CNN: convolutions, the strongest place of each filter, a linear layer (Kim 2014, arXiv:1408.5882)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from medtext.plugin import ModelShape, ModelSpec, hookimpl

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Options:
    """What can be set."""

    width: Annotated[int, "size of a token's vector"] = 128
    filters: Annotated[int, "filters of each kernel length"] = 64
    kernels: Annotated[tuple[int, ...], "kernel lengths, in tokens"] = (2, 3, 4)
    dropout: Annotated[float, "share of pooled features dropped in training"] = 0.5
    vectors: Annotated[Path | None, "word vectors to begin with: a text file of word2vec or GloVe"] = None

    def __post_init__(self) -> None:
        if min(self.width, self.filters, *self.kernels, 1) < 1 or not self.kernels:
            raise ValueError("width, filters and every kernel must be at least 1")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be in [0, 1), not {self.dropout}")


def build(shape: ModelShape, options: Options) -> nn.Module:
    """Make an untrained network."""
    from .network import TextCNN

    return TextCNN(shape, options)


@hookimpl
def medtext_models() -> Iterable[ModelSpec]:
    """Offer the model."""
    yield ModelSpec(
        name="text-cnn", summary="convolutions, strongest place of each, linear layer", options=Options, build=build
    )
