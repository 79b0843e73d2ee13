"""What figures were measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import torch

_CPU = Path("/proc/cpuinfo")


def machine(threads: int) -> str:
    """Say which processor and versions did the work."""
    lines = _CPU.read_text(encoding="utf-8").splitlines() if _CPU.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    python = platform.python_version()
    return f"{name}, {os.cpu_count()} cores, {threads} threads, torch {torch.__version__}, Python {python}."
