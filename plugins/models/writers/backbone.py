"""Vision backbones of ``transformers`` as the encoder of images."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoBackbone, AutoConfig

from medtext.plugin import OptionError, Pretrained

from ..checkpoint import checkpoint_folder, described, told
from . import ENCODER
from .timm_checkpoint import adopt_folder, saved_by_timm

_MEAN, _DEVIATION = 0.449, 0.226
"""Of grey levels in ImageNet, by which most backbones were normed: the mean of its three colours."""


class Backbone(nn.Module):
    """A backbone's last grid of features; grey levels go in as colours that are all alike."""

    def __init__(self, description: str) -> None:
        super().__init__()
        values: dict[str, Any] = json.loads(description)
        config = AutoConfig.for_model(values.pop("model_type"), **values)
        backbones: Any = AutoBackbone
        self.network = backbones.from_config(config)
        self.channels = int(self.network.channels[-1])
        self.colours = int(getattr(config, "num_channels", 3))

    def forward(self, images: Tensor) -> Tensor:
        """Return a grid, float [images, channels, rows, columns], of grey levels, float [images, 1, height, width]."""
        normed = ((images - _MEAN) / _DEVIATION).expand(-1, self.colours, -1, -1)
        grid: Tensor = self.network(pixel_values=normed).feature_maps[-1]
        return grid


def adopt(origin: str) -> Pretrained:
    """Read a vision backbone from a folder or the Hugging Face hub; its weights only when they are asked for.

    A folder may be one that timm saved.

    Raises OptionError for what is not there, cannot be fetched, or is no backbone.
    """
    with told(origin):
        folder = checkpoint_folder(origin)
    if saved_by_timm(folder):
        return adopt_folder(origin, folder)
    with told(origin):
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        description = described(config)
        try:
            kind: Any = type(Backbone(description).network)
        except (ValueError, TypeError, AttributeError) as error:
            raise OptionError(
                f"'{config.model_type}' is no vision backbone of transformers: name one that is"
            ) from error

    def weights() -> Mapping[str, Tensor]:
        with told(origin):
            network = kind.from_pretrained(folder, dtype=torch.float32, use_safetensors=True)
        return {f"{ENCODER}network.{name}": value for name, value in network.state_dict().items()}

    return Pretrained(options={"backbone": description}, tokenizer={}, weights=weights, lr=1e-4)
