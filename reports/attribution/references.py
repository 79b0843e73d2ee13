"""Scores that others are held against, kept from one comparison to the next."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from found import Found
from process import Worker


class References:
    """Converged scores in a folder, by network, way and text."""

    def __init__(self, folder: Path, network: Path) -> None:
        self.folder = folder
        self._weights = sha256((network / "model.safetensors").read_bytes()).hexdigest()
        folder.mkdir(parents=True, exist_ok=True)

    def of(self, worker: Worker, way: str, texts: Sequence[str]) -> Found:
        """Return the scores of the first texts of a worker."""
        files = [self._file(way, text) for text in texts]
        missing = [number for number, file in enumerate(files) if not file.exists()]
        for number in missing:
            worker.reference(way, [number]).save(files[number])
        found = [Found.load(file) for file in files]
        return Found([each.scores[0] for each in found], np.concatenate([each.points for each in found]))

    def _file(self, way: str, text: str) -> Path:
        key = sha256(f"{self._weights}\x1f{way}\x1f{text}".encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / f"{key}.npz"
