"""The terms of an explained text, and what each gave in all its occurrences."""

from __future__ import annotations

from medtext.explain.attribution import Attribution
from medtext.explain.naming import Naming
from medtext.explain.words import is_punctuation


def term_scores(attribution: Attribution, name: Naming) -> dict[str, float]:
    """Return the signed scores of every term, summed over its occurrences, in logits: no threshold, zero included.

    Terms are the units of the explanation (words, or tokens) as they are counted; punctuation is none.
    """
    sums: dict[str, float] = {}
    for unit in attribution.units:
        word = unit.text.strip()
        if not is_punctuation(word):
            term, _ = name(word)
            sums[term] = sums.get(term, 0.0) + unit.score
    return sums
