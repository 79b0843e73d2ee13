"""Writers: an encoder of images or of a text, and a decoder that writes a report from what it gives."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from medtext.plugin import Input, ModelShape, ModelSpec, Pretrained, Task, hookimpl

if TYPE_CHECKING:
    from torch import nn

DECODERS = {
    "lstm": "an LSTM from pooled features",
    "attention-gru": "a GRU that attends to the grid at every word",
    "attention-bilstm": "two BiLSTM layers over what was written, attention to the grid",
    "transformer": "a transformer",
}
"""The decoders, and how each is described."""
ENCODER = "places.eyes.encoder."
"""What the names of the encoder's weights begin with, in all networks of images."""
TIMM = "timm:"
"""What stands before a name that timm knows an encoder by."""


@dataclass(frozen=True)
class WriterOptions:
    """What can be set of a decoder; what belongs to another one changes nothing."""

    width: Annotated[int, "size of a place's and a word's vector"] = 256
    hidden: Annotated[int, "recurrent decoders: size of the state"] = 512
    heads: Annotated[int, "transformer: heads of a layer"] = 8
    layers: Annotated[int, "transformer: layers of the encoder and of the decoder"] = 2
    dropout: Annotated[float, "share of values dropped in training"] = 0.2
    findings: Annotated[
        float,
        "weight in training of guessing the findings that a report states (English rules), beside its words; 0: none",
    ] = 5.0
    told: Annotated[
        float, "share of reports that are learned with their findings told to the decoder, the others with the guesses"
    ] = 1.0
    vectors: Annotated[Path | None, "word vectors to begin with: a text file of word2vec or GloVe"] = None

    def __post_init__(self) -> None:
        if min(self.width, self.hidden, self.heads, self.layers) < 1:
            raise ValueError("width, hidden, heads and layers must be at least 1")
        if self.width % self.heads:
            raise ValueError(f"width ({self.width}) must be a multiple of heads ({self.heads})")
        if self.hidden % 4 or self.width % 2:
            raise ValueError(f"hidden must be a multiple of 4 and width even, not {self.hidden} and {self.width}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be in [0, 1), not {self.dropout}")
        if not 0 <= self.findings < math.inf:
            raise ValueError(f"findings must be at least 0, not {self.findings}")
        if not 0 <= self.told <= 1:
            raise ValueError(f"told must be in [0, 1], not {self.told}")


@dataclass(frozen=True)
class ImageOptions:
    """What can be set of the encoder of images."""

    image_size: Annotated[int, "pixels a side that images are read in"] = 128
    channels: Annotated[int, "channels of the encoder's grid"] = 192
    backbone: Annotated[str, "a vision backbone's configuration, as --init leaves it"] = ""
    frozen: Annotated[
        bool, "leave the encoder as it is; with augment=0 each image is then encoded once, up to 1 GiB of features"
    ] = False
    regions: Annotated[
        float, "weight in training of looking where the records' regions are, where they have some; 0: none"
    ] = 1.0
    augment: Annotated[float, "how far images are moved, turned, scaled and lit otherwise in training; 0: not"] = 1.0

    def __post_init__(self) -> None:
        if self.image_size < 32 or self.image_size % 16:
            raise ValueError(f"image_size must be a multiple of 16, at least 32, not {self.image_size}")
        if self.channels < 8 or self.channels % 8:
            raise ValueError(f"channels must be a multiple of 8, not {self.channels}")
        for name in ("augment", "regions"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be at least 0, not {getattr(self, name)}")


@dataclass(frozen=True)
class ImageWriterOptions(ImageOptions, WriterOptions):
    """What can be set of a writer that reads images."""

    fuse: Annotated[str, "how views are put together: added, or concatenated"] = "concatenated"

    def __post_init__(self) -> None:
        ImageOptions.__post_init__(self)
        WriterOptions.__post_init__(self)
        if self.fuse not in ("added", "concatenated"):
            raise ValueError(f"fuse must be added or concatenated, not {self.fuse}")


def adopt(origin: str) -> Pretrained:
    """Read a vision backbone of transformers or timm from a folder or the Hugging Face hub, or ``timm:NAME``."""
    if origin.startswith(TIMM):
        from .timm_checkpoint import adopt_name

        return adopt_name(origin)
    from .backbone import adopt

    return adopt(origin)


def build(shape: ModelShape, options: Any, *, decoder: str, reads: Input) -> nn.Module:
    """Make an untrained writer."""
    from .network import ReportWriter

    return ReportWriter(shape, options, decoder, reads)


@hookimpl
def medtext_models() -> Iterable[ModelSpec]:
    """Offer each decoder behind an encoder of images, and behind one of texts."""
    for decoder, summary in DECODERS.items():
        for prefix, reads, options in (("cnn", Input.IMAGES, ImageWriterOptions), ("text", Input.TEXT, WriterOptions)):
            yield ModelSpec(
                name=f"{prefix}-{decoder}",
                summary=f"{'images' if reads is Input.IMAGES else 'a text'} into a report: {summary}",
                options=options,
                build=partial(build, decoder=decoder, reads=reads),
                tasks=frozenset({Task.GENERATE}),
                reads=reads,
                encoder=ENCODER if reads is Input.IMAGES else "",
                adopt=adopt if reads is Input.IMAGES else None,
                epochs=30,
                lr=5e-4,
            )
