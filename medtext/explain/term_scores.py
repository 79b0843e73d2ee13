"""The terms of an explained text, and what each gave in all its occurrences."""

from __future__ import annotations

from medtext.corpus.fold import fold_width
from medtext.explain.attribution import Attribution
from medtext.explain.words import is_punctuation


def term_scores(attribution: Attribution) -> dict[str, float]:
    """Return the signed scores of every term, summed over its occurrences, in logits: no threshold, zero included.

    Terms are the units of the explanation (words, or tokens), whatever their width and case; punctuation is none.
    """
    sums: dict[str, float] = {}
    for unit in attribution.units:
        term = fold_width(unit.text).strip().lower()
        if not is_punctuation(term):
            sums[term] = sums.get(term, 0.0) + unit.score
    return sums
