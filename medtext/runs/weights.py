"""Weights as safetensors: nothing else is read, so no file can run code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, load_model, save_file, save_model
from torch import Tensor, nn

from medtext.errors import RunError

FILE = "model.safetensors"


def save_weights(model: nn.Module, folder: Path) -> None:
    """Write the weights of a model; tied weights are written once."""
    save_model(model, str(folder / FILE))


def load_weights(model: nn.Module, folder: Path, *, resize: bool = False) -> None:
    """Read weights into a model of the same shape; ``resize`` lets buffers take the size they were saved with.

    Raises RunError if the file is missing, cut or of another shape.
    """
    path = folder / FILE
    with _told(path):
        if resize:
            _resize(model, path)
        load_model(model, path, strict=True)


def read_weights(folder: Path) -> dict[str, Tensor]:
    """Read weights by name, whatever network they are of. Raises RunError like ``load_weights``."""
    with _told(folder / FILE):
        return load_file(folder / FILE)


def write_weights(weights: Mapping[str, Tensor], folder: Path) -> None:
    """Write weights by name."""
    save_file({name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}, folder / FILE)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise RunError(f"{path} is missing: train or import the run again") from None
    except (SafetensorError, RuntimeError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise RunError(f"{path} cannot be read ({reason}): train or import the run again") from error


def _resize(model: nn.Module, path: Path) -> None:
    buffers = dict(model.named_buffers())
    with safe_open(path, framework="pt") as file:
        for name in file.keys() & buffers.keys():
            buffers[name].resize_(file.get_slice(name).get_shape())
