"""How a text is searched for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from medtext.errors import OptionError


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """Beam search, or sampling.

    ``beams`` 1 is greedy search. A finished text is ranked by its log-probability over its number of tokens, <end>
    included, to the power of ``length_penalty``: 0 ranks by probability, 1 by the mean of its tokens (after Wu et al.
    2016, arXiv:1609.08144). No stretch of ``no_repeat`` tokens is written twice; 0 forbids nothing. ``temperature``
    over 0 samples instead, from the most probable tokens that together have ``top_p`` (Holtzman et al. 2020,
    arXiv:1904.09751), by ``seed``. ``max_steps`` is the greatest length in tokens.
    """

    beams: int = 1
    max_steps: int = 100
    length_penalty: float = 0.0
    no_repeat: int = 0
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 13

    def __post_init__(self) -> None:
        for name, option in (("beams", "--beams"), ("max_steps", "--max-length")):
            if getattr(self, name) < 1:
                raise OptionError(f"{option} must be at least 1, not {getattr(self, name)}")
        for name in ("length_penalty", "no_repeat", "temperature"):
            if not 0 <= getattr(self, name) < math.inf:
                raise OptionError(f"--{name.replace('_', '-')} must be at least 0, not {getattr(self, name)}")
        if not 0 < self.top_p <= 1:
            raise OptionError(f"--top-p must be over 0 and at most 1, not {self.top_p}")
        if self.top_p < 1 and not self.temperature:
            raise OptionError("--top-p is for sampling: add --temperature")
        if self.temperature and self.beams > 1:
            raise OptionError("--temperature samples one text: leave --beams out")

    def rank(self, log_probability: float, tokens: int) -> float:
        """Return what texts are compared by: ``tokens`` is their number, <end> left out."""
        return log_probability / math.pow(tokens + 1, self.length_penalty)
