"""What an explanation puts into a keyword table: its spans, each under the keyword that it counts as."""

from __future__ import annotations

from collections.abc import Iterator

from medtext.explain.asserting import Asserting
from medtext.explain.attribution import Attribution
from medtext.explain.naming import Naming, name_span
from medtext.explain.spans import Pick, Span, find_spans


def keyword_spans(
    attribution: Attribution, threshold: float, pick: Pick, naming: Naming, asserting: Asserting | None = None
) -> Iterator[tuple[str, str, float]]:
    """Yield the key, the form and the summed score, in logits, of every span that counts.

    Spans of one key are one keyword. With ``asserting`` a denied one has another key, and so on.
    """
    states = asserting.states(attribution) if asserting else ()
    for span in find_spans(attribution, threshold, pick=pick, states=states):
        yield *named(attribution.record.text, span, naming, asserting), span.score


def named(text: str, span: Span, naming: Naming, asserting: Asserting | None = None) -> tuple[str, str]:
    """Return key and form of a span of a text."""
    key, form = name_span(text, span.words, naming)
    if asserting:
        return asserting.marked(key, span.state), asserting.marked(form, span.state)
    return key, form
