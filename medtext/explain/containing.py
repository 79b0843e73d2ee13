"""In how many records a term stands at all, whatever its score."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.assertion_rules import Assertion
from medtext.explain.asserting import Asserting
from medtext.explain.naming import Naming, as_written
from medtext.explain.spans import stretches

_STATES = tuple(Assertion)


class Containing:
    """Texts as rows of units, of which the records of any terms are counted once the terms are known.

    A record contains a term where units that stand side by side, and could be one span, read so by the ``naming`` and
    ``asserting`` of the table: 胃炎 is not contained in the word 慢性胃炎. A text takes 4 bytes a unit.
    """

    def __init__(self, naming: Naming = as_written, asserting: Asserting | None = None) -> None:
        self._naming = naming
        self._asserting = asserting
        self._names: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._pieces = array("i")
        self._ends = array("q", [0])  # of stretches, in pieces
        self._states = array("b")
        self._last = array("q", [0])  # of records, in stretches

    def add(self, text: str, sites: NDArray[np.int64]) -> None:
        """Add the text of a record, cut into units: int64 [units, 2], characters start to end."""
        places = [(start, end) for start, end in sites.tolist()]
        states = self._asserting.states_at(text, sites) if self._asserting else (Assertion.PRESENT,) * len(places)
        for run in stretches(text, places, states):
            at = places[run[0]][0]
            for number in run:
                start, end = places[number]
                if at < start:
                    self._pieces.append(self._number(as_written(text[at:start])[0]))
                self._pieces.append(self._number(self._name(text[start:end])))
                at = end
            self._ends.append(len(self._pieces))
            self._states.append(_STATES.index(states[run[0]]))
        self._last.append(len(self._states))

    def count(self, terms: Collection[str]) -> dict[str, int]:
        """Return in how many records each of some terms stands; they are written as the table's keys are."""
        wanted = [_Wanted(self._plain(terms, state)) for state in _STATES]
        names = list(self._numbers)
        records = Counter[str]()
        for first, last in zip(self._last, self._last[1:], strict=False):
            found: set[str] = set()
            for run in range(first, last):
                pieces = [names[number] for number in self._pieces[self._ends[run] : self._ends[run + 1]]]
                found.update(wanted[self._states[run]].within(pieces))
            records.update(found)
        return {term: records[term] for term in terms}

    def _plain(self, terms: Collection[str], state: Assertion) -> dict[str, str]:
        """Return the terms that are of a state, by what they read without its mark."""
        if self._asserting is None:
            return {term: term for term in terms} if state is Assertion.PRESENT else {}
        bare = ((self._asserting.plain(term, state), term) for term in terms)
        return {plain: term for plain, term in bare if plain is not None}

    def _name(self, word: str) -> str:
        name = self._names.get(word)
        if name is None:
            name = self._names[word] = self._naming(word)[0]
        return name

    def _number(self, piece: str) -> int:
        return self._numbers.setdefault(piece, len(self._numbers))


class _Wanted:
    """The terms of one state, found in rows of pieces."""

    def __init__(self, terms: dict[str, str]) -> None:
        self._terms = terms
        self._sorted = sorted(terms)
        self._begin: dict[str, bool] = {}

    def within(self, pieces: list[str]) -> Iterator[str]:
        """Yield the terms that pieces side by side make up; those that are blanks only join others."""
        for start, first in enumerate(pieces):
            if first.isspace() or not self._begins(first):
                continue
            read = ""
            for piece in pieces[start:]:
                read += piece
                if not self._begins(read):
                    break
                if read in self._terms:
                    yield self._terms[read]

    def _begins(self, read: str) -> bool:
        """Whether some term begins so."""
        known = self._begin.get(read)
        if known is None:
            at = bisect_left(self._sorted, read)
            known = self._begin[read] = at < len(self._sorted) and self._sorted[at].startswith(read)
        return known
