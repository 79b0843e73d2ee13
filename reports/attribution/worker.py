"""A process that explains texts in one way after the other, as it is told: one JSON document a line.

``python worker.py MODULE FOLDER KEY=VALUE ...``; ``MODULE`` is ``own`` or ``rivals``, ``FOLDER`` holds ``texts.json``
and the exported network in ``network/``. A way is a class there, made of that folder and the rest, with

- ``explain(texts, **options)``: scores and points, as Found; this is what is timed;
- ``ends(texts)``: F(text) - F(baseline) of what this way explains, float64 [texts];
- ``answers(texts)``: logits and numbers of tokens, to see that the network is the same;
- ``versions``: the libraries in a few words.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch

from found import Found

_START, _MOST, _CHANGE = 64, 1024, 1e-4
_REFERENCE_ROWS = 64


class Desk:
    """Answers requests about the texts of a folder."""

    def __init__(self, module: str, folder: Path, given: dict[str, str]) -> None:
        self.module = import_module(module)
        self.folder, self.given = folder, given
        self.texts: list[str] = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
        self.way = cache(self._way)

    def _way(self, name: str) -> Any:
        return getattr(self.module, name)(self.folder / "network", **self.given)

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Do what is asked, write it to the file that is named, and say what there is to say."""
        way, texts = self.way(asked["way"]), [self.texts[number] for number in asked["texts"]]
        file, options = Path(asked["file"]), asked["options"]
        if asked["do"] == "explain":
            start = perf_counter()
            found = way.explain(texts, **options)
            seconds = perf_counter() - start
            found.save(file)
            return {"seconds": seconds}
        if asked["do"] == "reference":
            converged(way, texts).save(file)
            return {}
        if asked["do"] == "ends":
            np.save(file, way.ends(texts))
            return {}
        logits, tokens = way.answers(texts)
        np.save(file, logits)
        return {"tokens": tokens, "versions": way.versions}


def converged(way: Any, texts: list[str]) -> Found:
    """Integrate with twice as many points until no token moves by more than 1e-4 of the scores of its text."""
    scores, points = [], []
    for text in texts:
        count = _START
        (now,) = way.explain([text], points=count, at_once=_REFERENCE_ROWS).scores
        while count < _MOST:
            count, before = 2 * count, now
            (now,) = way.explain([text], points=count, at_once=_REFERENCE_ROWS).scores
            if np.abs(now - before).max(initial=0.0) <= _CHANGE * np.abs(now).sum():
                break
        scores.append(now)
        points.append(count)
    return Found.of(scores, points)


def main() -> None:
    """Serve until the input ends."""
    # What libraries print is no answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    module, folder, *rest = sys.argv[1:]
    desk: Desk | None = None
    for line in sys.stdin:
        try:
            desk = desk or Desk(module, Path(folder), dict(pair.split("=", 1) for pair in rest))
            told = desk.answer(json.loads(line))
        except Exception as error:  # noqa: BLE001  # whatever a rival raises stands in the table
            told = {"error": f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"}
        answers.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
