"""Encoders of ``timm`` to begin with: by a name that it knows, or from a folder that it saved."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from medtext.plugin import OptionError, Pretrained

from ..checkpoint import checkpoint_file, told
from . import ENCODER, TIMM
from .timm_backbone import TimmBackbone, timm_library, unknown

_WEIGHTS = "model.safetensors"
"""The other form that timm saves weights in, pickles, could run code: it is not read."""
_SAVE = "save it by timm.models.save_for_hf(model, FOLDER, safe_serialization=True), and name that folder"
_USUAL = {"input_size": (3, 224, 224), "mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}
"""What timm takes for colours, height and width, and for the levels of colours, where a model says nothing else."""


def saved_by_timm(folder: Path) -> bool:
    """Say whether a folder is in the form that timm keeps models in on the hub."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # whoever reads it says so
        return False
    return isinstance(config, dict) and "architecture" in config and "model_type" not in config


def adopt_folder(origin: str, folder: Path) -> Pretrained:
    """Read an encoder from a folder that timm saved; its weights only when they are asked for.

    Raises OptionError for what timm does not know, what is not there, or what gives no grid.
    """
    with told(origin, "timm"):
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if not (folder / _WEIGHTS).is_file():
            raise OptionError(f"a folder without {_WEIGHTS}: {_SAVE}")
        settings = _USUAL | (config.get("pretrained_cfg") or config)
        options = _options(config["architecture"], settings, config.get("model_args") or {})
        shapes = _shapes(options, settings)
    return _pretrained(origin, options, shapes, folder / _WEIGHTS)


def adopt_name(origin: str) -> Pretrained:
    """Read an encoder by its name, ``timm:NAME``, from the hub's cache or the hub; its weights only when asked for.

    Raises OptionError for what timm does not know, what cannot be fetched, or what gives no grid.
    """
    with told(origin, "timm"):
        library, name = timm_library(), origin.removeprefix(TIMM)
        if not library.is_model_pretrained(name):
            raise unknown(name, library.list_pretrained())
        known = library.get_pretrained_cfg(name)
        if not known.hf_hub_id:
            raise OptionError(f"its weights are published as a pickle only, which could run code: {_SAVE}")
        settings = _USUAL | known.to_dict()
        options = _options(known.architecture, settings, {})
        shapes = _shapes(options, settings)
        path = checkpoint_file(known.hf_hub_id, _WEIGHTS)
    return _pretrained(origin, options, shapes, path)


def _options(architecture: str, settings: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model's options: what TimmBackbone is built from, and the size of images where no other one will do."""
    colours, *size = settings["input_size"]
    given = {"in_chans": colours} | {
        # The head stays behind, and with it what is said of it.
        name: value
        for name, value in arguments.items()
        if name not in ("num_classes", "global_pool")
    }
    options: dict[str, Any] = {}
    if settings.get("fixed_input_size"):
        given.setdefault("img_size", size)
        options["image_size"] = given["img_size"][0] if isinstance(given["img_size"], Sequence) else given["img_size"]
    levels = {name: _levels(settings[name], given["in_chans"]) for name in ("mean", "std")}
    options["backbone"] = json.dumps({"architecture": architecture, "model_args": given, **levels}, sort_keys=True)
    return options


def _levels(of_colours: Sequence[float], count: int) -> list[float]:
    """Return a level for each of ``count`` colours: their mean, where there are more or fewer than were measured."""
    return list(of_colours) if len(of_colours) == count else [fmean(of_colours)] * count


def _shapes(options: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, torch.Size]:
    """Build an encoder, see that it gives a grid, and return the shape of each weight. Raises OptionError."""
    name = json.loads(options["backbone"])["architecture"]
    size = options.get("image_size") or settings["input_size"][1]
    try:
        encoder = TimmBackbone(options["backbone"]).eval()
        with torch.no_grad():
            grid = encoder(torch.zeros(1, 1, size, size))
    except OptionError:
        raise
    except Exception as error:  # of many types, where arguments do not go together
        found = " ".join(str(error).split())[:200]
        raise OptionError(f"timm makes no encoder of '{name}' ({type(error).__name__}: {found}): {_SAVE}") from error
    if not isinstance(grid, Tensor) or grid.ndim != 4 or grid.shape[1] != encoder.channels:
        raise OptionError(f"'{name}' of timm gives no grid of places: name a convolutional one, such as 'resnet50'")
    # Whole numbers are counts and indices, which no encoder learns, and not all versions of timm keep.
    return {key: value.shape for key, value in encoder.network.state_dict().items() if value.is_floating_point()}


def _pretrained(origin: str, options: Mapping[str, Any], shapes: Mapping[str, torch.Size], path: Path) -> Pretrained:
    def weights() -> Mapping[str, Tensor]:
        with told(origin, "timm"):
            found = load_file(path)
            for name, shape in shapes.items():
                if name not in found or found[name].shape != shape:
                    there = list(found[name].shape) if name in found else "missing"
                    raise OptionError(f"{name} is {there} there, and {list(shape)} in timm's encoder: {_SAVE}")
        return {f"{ENCODER}network.{name}": found[name].float() for name in shapes}

    return Pretrained(options=options, tokenizer={}, weights=weights, lr=1e-4)
