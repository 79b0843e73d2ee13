"""A worker as its parent sees it; see ``worker.py`` for what it answers."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from found import Floats, Found

_HERE = Path(__file__).parent


class WayError(Exception):
    """A way that does not run here; its text is for the table."""


class Worker:
    """A process over the texts of a folder, with as many threads as all others."""

    def __init__(
        self, name: str, python: str, module: str, folder: Path, given: Sequence[str] = (), *, threads: int
    ) -> None:
        self.folder, self.name = folder, name
        self._log = (folder / f"{name}.log").open("w", encoding="utf-8")
        environment = os.environ | {
            "OMP_NUM_THREADS": str(threads),
            "MKL_NUM_THREADS": str(threads),
            "TOKENIZERS_PARALLELISM": "false",
            "HF_HUB_OFFLINE": "1",
        }
        command = [python, str(_HERE / "worker.py"), module, str(folder), *given]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            encoding="utf-8",
            env=environment,
        )

    def explain(self, way: str, texts: Sequence[int], **options: Any) -> tuple[float, Found]:
        """Return the seconds that explaining took, and what was found."""
        file = self.folder / f"{self.name}.npz"
        told = self._ask("explain", way, texts, file, options)
        return float(told["seconds"]), Found.load(file)

    def reference(self, way: str, texts: Sequence[int]) -> Found:
        """Return the scores of so many points that more would change nothing."""
        file = self.folder / f"{self.name}.npz"
        self._ask("reference", way, texts, file)
        return Found.load(file)

    def ends(self, way: str, texts: Sequence[int]) -> Floats:
        """Return F(text) - F(baseline) of what a way explains."""
        file = self.folder / f"{self.name}.npy"
        self._ask("ends", way, texts, file)
        return np.asarray(np.load(file))

    def answers(self, way: str, texts: Sequence[int]) -> tuple[Floats, list[int], str]:
        """Return logits, the tokens of each text, and what libraries there are."""
        file = self.folder / f"{self.name}.npy"
        told = self._ask("answers", way, texts, file)
        return np.asarray(np.load(file)), told["tokens"], told["versions"]

    def _ask(
        self, what: str, way: str, texts: Sequence[int], file: Path, options: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Send a request and wait for what it tells. Raises WayError."""
        if self._process.stdin is None or self._process.stdout is None:
            raise WayError("no pipe")
        asked = {"do": what, "way": way, "texts": list(texts), "file": str(file), "options": options or {}}
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise WayError(f"its process ended: see {self.name}.log") from error
        line = self._process.stdout.readline()
        told: dict[str, Any] = json.loads(line) if line else {"error": f"its process ended: see {self.name}.log"}
        if "error" in told:
            raise WayError(told["error"])
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.terminate()
        self._process.wait()
        self._log.close()
