"""Labels of images: a convolutional network, each label looking at the grid by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from medtext.plugin import Input, ModelShape, ModelSpec, hookimpl

from ..writers import ENCODER, ImageOptions, adopt

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Options(ImageOptions):
    """What can be set."""

    width: Annotated[int, "size of a place's vector"] = 256
    dropout: Annotated[float, "share of values dropped in training before the labels look"] = 0.2

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.width < 1:
            raise ValueError(f"width must be at least 1, not {self.width}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be in [0, 1), not {self.dropout}")


def build(shape: ModelShape, options: Options) -> nn.Module:
    """Make an untrained network."""
    from .network import ImageCNN

    return ImageCNN(shape, options)


@hookimpl
def medtext_models() -> Iterable[ModelSpec]:
    """Offer the model."""
    yield ModelSpec(
        name="image-cnn",
        summary="labels of images: residual convolutions, label-wise pool over all views",
        options=Options,
        build=build,
        reads=Input.IMAGES,
        encoder=ENCODER,
        adopt=adopt,
        epochs=20,
        lr=1e-3,
    )
