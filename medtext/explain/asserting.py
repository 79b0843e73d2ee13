"""What a text asserts of its units, so that a denied term is a row of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.assertion_rules import Assertion, AssertionRules, Script, assertion_rules
from medtext.corpus.assertions import assertions_of, marked
from medtext.explain.attribution import Attribution


class Asserting:
    """Reads texts by the rules of both scripts; a record that is explained for several labels is read once."""

    def __init__(self, *files: Path) -> None:
        """Take the bundled rules, and files in place of those of their script. Raises OptionError for a bad one."""
        self._rules: Mapping[Script, AssertionRules] = assertion_rules(*files)
        self._last: tuple[str, bytes] | None = None
        self._states: tuple[Assertion, ...] = ()
        self._parts: dict[str, tuple[str, Assertion]] = {}

    def states(self, attribution: Attribution) -> tuple[Assertion, ...]:
        """Return the state of every unit of an explained text."""
        return self.states_at(attribution.record.text, attribution.sites)

    def states_at(self, text: str, sites: NDArray[np.int64]) -> tuple[Assertion, ...]:
        """Return the state of every unit of a text; ``sites`` is int64 [units, 2], characters start to end."""
        asked = text, sites.tobytes()
        if asked != self._last:
            spans = [(start, end) for start, end in sites.tolist()]
            self._last, self._states = asked, tuple(assertions_of(text, spans, self._rules))
        return self._states

    def plain(self, term: str, state: Assertion) -> str | None:
        """Return a term without the mark of a state; None where it is not marked so.

        >>> Asserting().plain("[无]结节", Assertion.ABSENT), Asserting().plain("结节", Assertion.ABSENT)
        ('结节', None)
        """
        marks = ("",) if state is Assertion.PRESENT else (rules.marks[state] for rules in self._rules.values())
        bare = (term.removeprefix(mark) for mark in marks if term.startswith(mark))
        return next((each for each in bare if self.marked(each, state) == term), None)

    def marked(self, term: str, state: Assertion) -> str:
        """Return a term with its state before it in plain letters: [无]结节, [no] nodule."""
        made = marked(term, state, self._rules)
        self._parts[made] = term, state
        return made

    def parted(self, term: str) -> tuple[str, Assertion]:
        """Return the term and the state that a term was marked from, by this very object; a present one as it is."""
        return self._parts.get(term, (term, Assertion.PRESENT))
