"""The report of the training record whose images, or whose text, are most alike: what a writer has to beat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from medtext.plugin import Input, ModelShape, ModelSpec, Task, hookimpl

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class ImageOptions:
    """How images are compared."""

    image_size: Annotated[int, "pixels a side that images are read in"] = 64
    cell: Annotated[int, "pixels a side of the cells whose edges are counted"] = 8

    def __post_init__(self) -> None:
        if self.cell < 2 or self.image_size < 2 * self.cell or self.image_size % self.cell:
            raise ValueError(
                f"image_size ({self.image_size}) must be a multiple of cell ({self.cell}, at least 2), two at least"
            )


@dataclass(frozen=True)
class TextOptions:
    """Texts are compared by the words that few others have: there is nothing to set."""


def build(shape: ModelShape, options: Any, *, reads: Input) -> nn.Module:
    """Make a retrieval that knows no record yet."""
    from .network import ImageRetrieval, TextRetrieval

    return ImageRetrieval(options) if reads is Input.IMAGES else TextRetrieval(shape)


@hookimpl
def medtext_models() -> Iterable[ModelSpec]:
    """Offer it for images and for texts, as the baseline of writers."""
    for name, reads, options, alike in (
        ("retrieval", Input.IMAGES, ImageOptions, "images are"),
        ("text-retrieval", Input.TEXT, TextOptions, "text is"),
    ):
        yield ModelSpec(
            name=name,
            summary=f"the report of the training record whose {alike} most alike; keeps no report",
            options=options,
            build=partial(build, reads=reads),
            tasks=frozenset({Task.GENERATE}),
            reads=reads,
            baseline=True,
        )
