"""What many tests start from."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from medtext.plugin.loading import load_registry
from medtext.plugin.registry import Registry

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
TOY = Path(__file__).parent / "toy.py"


@pytest.fixture(scope="session")
def registry() -> Registry:
    """All built-in offers and the toys."""
    return load_registry([TOY], strict=True)


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    # Small tensors gain nothing by two, and where the cores are shared, threads that wait for each other lose much.
    import torch

    torch.set_num_threads(1)


@pytest.fixture
def toy_source(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a toy corpus: texts of three subjects, with images if asked for."""

    def write(count: int = 120, *, images: bool = False, many: bool = False, seed: int = 1) -> Path:
        chance = random.Random(seed)
        words = {"up": ("stomach", "ulcer"), "down": ("colon", "polyp"), "none": ("heart", "lung")}
        folder = tmp_path / f"toy-{count}-{images}-{many}-{seed}"
        folder.mkdir()
        lines = []
        for number in range(1, count + 1):
            labels = chance.sample(sorted(words), chance.choice([0, 1, 2]) if many else 1)
            text = [chance.choice(words[label]) for label in labels] + chance.choices(
                ["the", "and", "was", "seen"], k=4
            )
            chance.shuffle(text)
            lines.append(f"{' '.join(text)} {number};{'|'.join(labels)}")
            if images:
                _draw(folder, number, sorted(words).index(labels[0]))
        (folder / "toy.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "toy.txt"

    return write


def _draw(folder: Path, number: int, kind: int) -> None:
    """Draw two views with a square: its kind is how it is striped, and how bright."""
    from PIL import Image

    for view in range(2):
        picture = Image.new("L", (8, 8), 20)
        left, top = [(0, 0), (4, 0), (0, 4)][kind]
        picture.paste((90, 170, 250)[kind], (left, top, left + 4, top + 4))
        for line in range(left, left + 4, kind + 2):
            picture.paste(0, (line, top, line + 1, top + 4))
        picture.resize((16, 16), Image.Resampling.NEAREST).save(folder / f"{number}-{view}.png")
