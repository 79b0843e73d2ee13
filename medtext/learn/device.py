"""Where the work runs, and the seed it starts from."""

from __future__ import annotations

import logging
import os
import random
from typing import Literal

import numpy as np
import torch
from torch import nn

from medtext.errors import DeviceError

_log = logging.getLogger("medtext")

DeviceName = Literal["auto", "cpu", "cuda"]


def pick_device(name: str) -> torch.device:
    """Return the device that was asked for; ``auto`` takes CUDA where there is one, and says so.

    Raises DeviceError for ``cuda`` without one: silently slower is a failure too.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
        _log.info("device: %s", name)
    if name == "cuda" and not torch.cuda.is_available():
        raise DeviceError("--device cuda: this machine or this build of torch has no CUDA: use --device cpu or auto")
    return torch.device(name)


def refuse_half(model: nn.Module, device: torch.device) -> None:
    """Raise DeviceError where a model has an LSTM that the device cannot compute in bfloat16.

    oneDNN, which computes them on processors, needs AVX-512 for that, and elsewhere fails in the middle.
    """
    if device.type == "cpu" and not _halves() and any(isinstance(part, nn.LSTM) for part in model.modules()):
        raise DeviceError("--precision bf16: this processor computes no LSTM in bfloat16: leave --precision out")


def _halves() -> bool:
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001  # there is no public way


def set_seed(seed: int) -> None:
    """Seed every source of chance (python, numpy, torch on all devices) and ask for repeatable kernels."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it cuBLAS may vary
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002  # third-party networks may draw from it
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True, warn_only=True)
    # Also fills memory that is about to be overwritten, a tenth of a training's time; nothing here reads it first.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def epoch_seed(seed: int, epoch: int) -> int:
    """Return a seed for one epoch, so that an epoch can be repeated without knowing those before it."""
    return int(np.random.SeedSequence([seed, epoch]).generate_state(1, np.uint64)[0] >> 1)
