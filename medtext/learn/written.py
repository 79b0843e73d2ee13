"""A text that a writer wrote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """A text as token numbers, without <start> and <end>, and the log-probability of all of it, <end> included.

    ``finished`` is false where the text was cut at the greatest length. ``agreement`` in [0, 1] is how far it says the
    same (F1 of tokens and pairs) as all finished texts of the search, each as much as it is probable and itself among
    them (1 where it is the only one), or as the other samples, of which unfinished ones agree with nothing. None for a
    single sample, a greedy search, and where no text was finished.
    """

    tokens: tuple[int, ...]
    log_probability: float
    finished: bool
    agreement: float | None = None
