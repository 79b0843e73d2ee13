"""What an ALBERT has to compute for a text, by its shapes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FORMULA = """\
A text of L tokens; E = embedding, H = hidden, I = intermediate size, N layers, K labels. To multiply and add is two.

    linear    = 2 L E H + N (8 L H^2 + 4 L H I) + 2 H^2 + 2 H K
    attention = N 4 L^2 H
    a point   = 2 linear + 3 attention

Forward: the linear maps and the two products of attention. Backward to the vectors of the tokens, not to the weights:
every linear map once more, each product of attention twice. Nothing is counted for what is done element by element,
nor for padding."""


@dataclass(frozen=True)
class Albert:
    """The sizes of an ALBERT with a head for labels."""

    layers: int
    hidden: int
    embedding: int
    intermediate: int
    labels: int

    @classmethod
    def read(cls, folder: Path) -> Albert:
        """Read the sizes from a folder of ``transformers``."""
        held = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return cls(
            held["num_hidden_layers"],
            held["hidden_size"],
            held["embedding_size"],
            held["intermediate_size"],
            len(held["id2label"]),
        )

    def forward(self, length: int) -> int:
        """Count the operations of one answer."""
        return self._linear(length) + self._attention(length)

    def point(self, length: int) -> int:
        """Count the operations of one gradient by the vectors of the tokens, forward and backward.

        >>> Albert(4, 312, 128, 1248, 3).point(50)
        980322720
        """
        return 2 * self._linear(length) + 3 * self._attention(length)

    def least_point(self, length: int) -> int:
        """Count them without what no answer hangs on: in the last layer only [CLS] asks, and only it goes on."""
        h, i, e = self.hidden, self.intermediate, self.embedding
        linear = 2 * length * e * h + (self.layers - 1) * length * (8 * h * h + 4 * h * i)
        linear += 4 * length * h * h + 4 * h * h + 4 * h * i + 2 * h * h + 2 * h * self.labels
        attention = (self.layers - 1) * 4 * length * length * h + 4 * length * h
        return 2 * linear + 3 * attention

    def _linear(self, length: int) -> int:
        h, i, e = self.hidden, self.intermediate, self.embedding
        layers = self.layers * length * (8 * h * h + 4 * h * i)
        return 2 * length * e * h + layers + 2 * h * h + 2 * h * self.labels

    def _attention(self, length: int) -> int:
        return self.layers * 4 * length * length * self.hidden
