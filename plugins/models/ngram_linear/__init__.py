"""A bag of hashed n-grams and one linear layer: the baseline that every other result is printed beside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from medtext.plugin import ModelShape, ModelSpec, hookimpl

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Options:
    """What can be set."""

    longest: Annotated[int, "n-grams of 1 to this many tokens"] = 3
    buckets: Annotated[int, "rows of the weight table that n-grams are hashed into"] = 2**17

    def __post_init__(self) -> None:
        if self.longest < 1 or self.buckets < 2:
            raise ValueError("longest must be at least 1 and buckets at least 2")


def build(shape: ModelShape, options: Options) -> nn.Module:
    """Make an untrained network."""
    from .network import NgramLinear

    return NgramLinear(shape, options)


@hookimpl
def medtext_models() -> Iterable[ModelSpec]:
    """Offer the model."""
    yield ModelSpec(
        name="ngram-linear",
        summary="bag of hashed n-grams, one linear layer",
        options=Options,
        build=build,
        baseline=True,
        epochs=10,
        lr=0.1,
        weight_decay=0.0,
    )
