"""Which share of the machine's fastest matrix products explanations reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch

from flops import FORMULA, Albert
from found import Found
from page import percent, table
from peak import Shape, shapes_of, speed
from process import Worker

_GIGA = 1e9


@dataclass(frozen=True)
class Share:
    """Operations a second of products of matrices, and of explanations."""

    sizes: Albert
    tokens: Sequence[int]
    products: dict[Shape, float]
    seconds: Sequence[float]
    found: Found

    @classmethod
    def measure(cls, worker: Worker, network: Path, tokens: Sequence[int], rounds: int, threads: int) -> Share:
        """Measure the products before and after each round of explanations; the greatest counts."""
        torch.set_num_threads(threads)
        sizes = Albert.read(network)
        shapes = shapes_of(sizes.hidden, sizes.intermediate)
        products = dict.fromkeys(shapes, 0.0)
        numbers, seconds = range(len(tokens)), []
        worker.explain("Medtext", numbers[:2])
        for _ in range(rounds):
            products = {shape: max(found, speed(shape)) for shape, found in products.items()}
            took, found = worker.explain("Medtext", numbers)
            seconds.append(took)
        products = {shape: max(fastest, speed(shape)) for shape, fastest in products.items()}
        return cls(sizes, tokens, products, seconds, found)

    def text(self) -> str:
        """Write it out."""
        points = self.found.points.tolist()
        full = sum(count * self.sizes.point(length) for count, length in zip(points, self.tokens, strict=True))
        least = sum(count * self.sizes.least_point(length) for count, length in zip(points, self.tokens, strict=True))
        took, peak = median(self.seconds), max(self.products.values())
        length = round(float(np.mean(self.tokens)))
        rows = [
            ["the network as transformers computes it", *self._row(full, took, peak)],
            ["least: of the last layer only what [CLS] asks for", *self._row(least, took, peak)],
        ]
        shapes = [["x".join(map(str, shape)), f"{found / _GIGA:.1f}"] for shape, found in self.products.items()]
        return "\n\n".join(
            [
                "Products of float32 matrices:",
                table(["rows x inner x columns", ">GFLOP/s"], shapes),
                f"medtext at 1 %, {len(points)} texts of {np.mean(self.tokens):.1f} tokens, median of "
                f"{len(self.seconds)} rounds: {len(points) / took:.3g} texts/s. Counted: "
                f"{np.mean(points):.3g} points a text ({min(points)} to {max(points)}), as `Attribution.points` "
                "says. Answers, the ends of the path, and points of a rung that was given up are not counted, "
                "but take their time.",
                table(["operations counted", ">GFLOP a text", ">GFLOP/s", ">share of the greatest product"], rows),
                f"```\n{FORMULA}\n```",
                f"A text of {length} tokens: {self.sizes.forward(length) / _GIGA:.3f} GFLOP an answer, "
                f"{self.sizes.point(length) / _GIGA:.3f} a point.",
            ]
        )

    def _row(self, operations: int, took: float, peak: float) -> list[str]:
        rate = operations / took
        return [f"{operations / len(self.tokens) / _GIGA:.2f}", f"{rate / _GIGA:.1f}", percent(rate / peak)]
