"""ALBERT from scratch, or any encoder of its kind that was pretrained elsewhere (Lan et al. 2020, arXiv:1909.11942)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Literal

from medtext.plugin import ModelShape, ModelSpec, hookimpl

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from medtext.plugin import Pretrained, Task

    from ...tokenizers.pieces import PieceTokenizer
    from .network import Encoder


@dataclass(frozen=True)
class Options:
    """What can be set; the sizes are those of the Chinese ALBERT-tiny."""

    layers: Annotated[int, "layers, which share their weights"] = 4
    hidden: Annotated[int, "size of a token's vector within the layers"] = 312
    embedding: Annotated[int, "size of a token's vector below them"] = 128
    heads: Annotated[int, "attention heads; they divide hidden"] = 12
    intermediate: Annotated[int, "size of the feed-forward part"] = 1248
    dropout: Annotated[float | None, "share dropped in training; 0.1, or what --init names says"] = None
    baseline: Annotated[Literal["pad", "mask"], "the token that stands for nothing said, in explanations"] = "mask"
    positions: Annotated[int, "the longest text that it can be made to read, in tokens"] = 512
    config: Annotated[str | None, "a configuration of transformers as JSON, instead of the sizes; --init sets it"] = (
        None
    )

    def __post_init__(self) -> None:
        if min(self.layers, self.hidden, self.embedding, self.heads, self.intermediate) < 1:
            raise ValueError("layers, hidden, embedding, heads and intermediate must be at least 1")
        if self.positions < 3:
            raise ValueError(f"positions must be at least 3, not {self.positions}")
        if self.config is not None and any(
            getattr(self, field.name) != field.default
            for field in fields(self)
            if field.name not in ("config", "baseline", "dropout")
        ):
            raise ValueError("what --init names says the sizes: leave them out")
        if self.hidden % self.heads:
            raise ValueError(f"heads ({self.heads}) must divide hidden ({self.hidden})")
        if self.dropout is not None and not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be in [0, 1), not {self.dropout}")


def build(shape: ModelShape, options: Options) -> nn.Module:
    """Make an untrained network."""
    from .network import Encoder

    return Encoder(shape, options)


def adopt(origin: str) -> Pretrained:
    """Read an encoder of ``transformers`` from a folder or the hub."""
    from .checkpoints import adopt

    return adopt(origin)


def export(network: Encoder, tokenizer: PieceTokenizer, labels: tuple[str, ...], task: Task, folder: Path) -> None:
    """Write a folder that ``transformers`` opens."""
    from .checkpoints import export

    export(network, tokenizer, labels, task, folder)


@hookimpl
def medtext_models() -> Iterable[ModelSpec]:
    """Offer the model."""
    yield ModelSpec(
        name="albert",
        summary="ALBERT-tiny from scratch, or a pretrained ALBERT, BERT, RoBERTa, ELECTRA or MacBERT by --init",
        options=Options,
        build=build,
        adopt=adopt,
        export=export,
        tokenizer="wordpiece",
        lr=3e-4,
    )
