"""How a text is searched for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from medtext.errors import OptionError

_BOUNDS = {
    "beams": ("--beams", 1, math.inf),
    "max_steps": ("--max-length", 1, 1000),
    "length_penalty": ("--length-penalty", 0, 10),
    "no_repeat": ("--no-repeat", 0, math.inf),
    "temperature": ("--temperature", 0, math.inf),
    "consensus": ("--consensus", 0, math.inf),
    "cutoff": ("--cutoff", 0, 1),
}
"""How each is typed, and the least and the most that it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """Beam search, sampling, or the consensus of samples.

    ``beams`` 1 is greedy search. A finished text is ranked by its log-probability over its number of tokens, <end>
    included, to the power of ``length_penalty``: 0 ranks by probability, 1 by the mean of its tokens (after Wu et al.
    2016, arXiv:1609.08144). No stretch of ``no_repeat`` tokens is written twice; 0 forbids nothing. ``temperature``
    over 0 samples instead, from the most probable tokens that together have ``top_p`` (Holtzman et al. 2020,
    arXiv:1904.09751), by ``seed``. ``consensus`` over 1 draws so many samples and gives the one that says most of
    what the others say, by the F1.5 of tokens and pairs (minimum Bayes risk decoding: Kumar and Byrne 2004; Eikema and
    Aziz 2020, arXiv:2005.10283), at a temperature of 1 unless another is given. ``max_steps`` is the greatest length in
    tokens.

    A writer that guesses what its text is to state (``Deciding``) is held to what it guesses at ``cutoff`` or above;
    at 0 it is told its guesses, and the words decide.
    """

    beams: int = 1
    max_steps: int = 100
    length_penalty: float = 0.0
    no_repeat: int = 0
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 13
    consensus: int = 0
    cutoff: float = 0.0

    def __post_init__(self) -> None:
        for name, (option, least, most) in _BOUNDS.items():
            value = getattr(self, name)
            if not least <= value < math.inf:
                raise OptionError(f"{option} must be at least {least}, not {value}")
            if value > most:
                raise OptionError(f"{option} must be at most {most}, not {value}")
        if self.consensus == 1:
            raise OptionError("--consensus 1 has nobody to agree with: draw 2 or more")
        if not 0 < self.top_p <= 1:
            raise OptionError(f"--top-p must be over 0 and at most 1, not {self.top_p}")
        if self.top_p < 1 and not self.sampling:
            raise OptionError("--top-p is for sampling: add --temperature")
        if self.sampling and self.beams > 1:
            raise OptionError("--temperature and --consensus sample: leave --beams out")

    @property
    def sampling(self) -> float:
        """The temperature that is sampled at; 0 where texts are searched for."""
        return self.temperature or float(self.consensus > 1)

    @property
    def texts(self) -> int:
        """How many texts of a record are written side by side."""
        return max(self.beams, self.consensus)

    def __str__(self) -> str:
        if not self.sampling:
            how = (
                f"{self.beams} beams, length penalty {self.length_penalty:g}"
                if self.beams > 1
                else "the likeliest token"
            )
        else:
            kept = f", of the likeliest {self.top_p:g}" if self.top_p < 1 else ""
            one = f"the consensus of {self.consensus} samples" if self.consensus else "a sample"
            how = f"{one} at temperature {self.sampling:g}{kept}"
        how += f", no {self.no_repeat} tokens twice" if self.no_repeat else ""
        return how + (f", findings stated from a probability of {self.cutoff:g}" if self.cutoff else "")

    def rank(self, log_probability: float, tokens: int) -> float:
        """Return what texts are compared by: ``tokens`` is their number, <end> left out."""
        return log_probability / math.pow(tokens + 1, self.length_penalty)


USUAL = Decoding(beams=3, length_penalty=1.0, cutoff=0.5)
"""How runs write unless asked otherwise: ranked by probability alone, the shortest and emptiest reports win."""
