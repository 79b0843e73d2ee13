"""Encoders of ``timm``, where that is installed, as the encoder of images."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import torch
from torch import Tensor, nn

from medtext.plugin import OptionError


class TimmBackbone(nn.Module):
    """An encoder's last grid of features; grey levels go in as colours that are all alike.

    ``description`` is JSON: the ``architecture`` that timm knows, its ``model_args``, and ``mean`` and ``std`` of each
    colour. Raises OptionError where timm is not there, or knows no such architecture.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, description: str) -> None:
        super().__init__()
        values: dict[str, Any] = json.loads(description)
        name = values["architecture"]
        library = timm_library()
        if not library.is_model(name):
            raise unknown(name, library.list_models())
        # Files and the network are shut off by name: arguments that ask for them as well are refused.
        self.network = library.create_model(
            name, pretrained=False, checkpoint_path="", num_classes=0, **values["model_args"]
        )
        self.channels = int(self.network.num_features)
        self.channels_last = getattr(self.network, "output_fmt", "NCHW") == "NHWC"
        for key, buffer in (("mean", "mean"), ("std", "deviation")):
            self.register_buffer(buffer, torch.tensor(values[key]).reshape(1, -1, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """Return a grid, float [images, channels, rows, columns], of grey levels, float [images, 1, height, width]."""
        grid: Tensor = self.network.forward_features((images - self.mean) / self.deviation)
        return grid.permute(0, 3, 1, 2) if self.channels_last else grid


def timm_library() -> Any:
    """Import timm, which is installed apart, as is torchvision, which it needs. Raises OptionError where that fails."""
    try:
        import timm
    except ModuleNotFoundError as error:
        raise OptionError(f"an encoder of timm, and no {error.name} here: pip install 'medtext[vision]'") from error
    except Exception as error:  # what a torchvision made for another torch raises is of many types
        found = " ".join(str(error).split())[:200]
        raise OptionError(
            f"an encoder of timm, which cannot be imported ({type(error).__name__}: {found}): "
            f"install a torchvision that was made for torch {torch.__version__}"
        ) from error
    return timm


def unknown(name: str, names: Iterable[str]) -> OptionError:
    """Say that timm knows no such name, and which of ``names`` may be meant, with or without what follows the dot."""
    known = sorted({*names, *(each.partition(".")[0] for each in names)})
    meant = " or ".join(f"'{each}'" for each in get_close_matches(name.lower(), known, n=3))
    return OptionError(
        f"timm {timm_library().__version__} knows no '{name}': "
        + (f"did you mean {meant}?" if meant else "timm.list_pretrained() lists what it knows")
    )
