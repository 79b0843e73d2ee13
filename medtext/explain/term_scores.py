"""The terms of an explained text, and what each gave in all its occurrences."""

from __future__ import annotations

from medtext.corpus.assertion_rules import Assertion
from medtext.explain.asserting import Asserting
from medtext.explain.attribution import Attribution
from medtext.explain.naming import Naming
from medtext.explain.words import is_punctuation


def term_scores(attribution: Attribution, name: Naming, asserting: Asserting | None = None) -> dict[str, float]:
    """Return the signed scores of every term, summed over its occurrences, in logits: no threshold, zero included.

    Terms are the units of the explanation (words, or tokens) as they are counted; punctuation is none. With
    ``asserting`` a denied term is another one, and so on.
    """
    sums: dict[str, float] = {}
    units = attribution.units
    states = asserting.states(attribution) if asserting else (Assertion.PRESENT,) * len(units)
    for unit, state in zip(units, states, strict=True):
        word = unit.text.strip()
        if not is_punctuation(word):
            term, _ = name(word)
            term = asserting.marked(term, state) if asserting else term
            sums[term] = sums.get(term, 0.0) + unit.score
    return sums
