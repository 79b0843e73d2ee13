"""Networks of one family: attention, BiLSTM and convolutions, one behind the other, each or not, then a pool."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from medtext.plugin import ModelShape, ModelSpec, hookimpl

if TYPE_CHECKING:
    from torch import nn

STAGES = {
    "attention": ("attention",),
    "bilstm": ("bilstm",),
    "attention-cnn": ("attention", "cnn"),
    "bilstm-cnn": ("bilstm", "cnn"),
    "attention-bilstm-cnn": ("attention", "bilstm", "cnn"),
}
"""The stages of each network, in their order."""

_READ_AS = {
    "attention": "self-attention, label-wise pool",
    "bilstm": "BiLSTM, label-wise pool",
    "attention-cnn": "self-attention, convolutions, label-wise pool",
    "bilstm-cnn": "BiLSTM, convolutions, label-wise pool",
    "attention-bilstm-cnn": "self-attention, BiLSTM, convolutions, label-wise pool",
}


@dataclass(frozen=True)
class Options:
    """What can be set; what belongs to a stage that a network lacks changes nothing."""

    width: Annotated[int, "size of a token's vector"] = 256
    hidden: Annotated[int, "BiLSTM: size of each direction"] = 256
    heads: Annotated[int, "attention: heads of a layer"] = 4
    layers: Annotated[int, "attention: layers"] = 2
    filters: Annotated[int, "cnn: filters of each kernel length"] = 128
    kernels: Annotated[tuple[int, ...], "cnn: kernel lengths, in tokens"] = (1, 3, 5)
    dropout: Annotated[float, "share of values dropped in training between stages"] = 0.3
    hide: Annotated[float, "share of tokens put to nothing in training"] = 0.1
    vectors: Annotated[Path | None, "word vectors to begin with: a text file of word2vec or GloVe"] = None

    def __post_init__(self) -> None:
        sizes = (self.width, self.hidden, self.heads, self.layers, self.filters, *self.kernels)
        if min(sizes) < 1 or not self.kernels:
            raise ValueError("width, hidden, heads, layers, filters and every kernel must be at least 1")
        if self.width % self.heads:
            raise ValueError(f"width ({self.width}) must be a multiple of heads ({self.heads})")
        if not 0 <= self.dropout < 1 or not 0 <= self.hide < 1:
            raise ValueError("dropout and hide must be in [0, 1)")


def build(shape: ModelShape, options: Options, *, stages: tuple[str, ...]) -> nn.Module:
    """Make an untrained network."""
    from .network import Sequence

    return Sequence(shape, options, stages)


@hookimpl
def medtext_models() -> Iterable[ModelSpec]:
    """Offer the five networks."""
    for name, stages in STAGES.items():
        yield ModelSpec(name=name, summary=_READ_AS[name], options=Options, build=partial(build, stages=stages))
