"""Terms looked for in texts as they are written: no model, and no words cut."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from medtext.corpus.assertion_rules import Assertion, AssertionRules, Script, assertion_rules
from medtext.corpus.assertions import assertions_of
from medtext.corpus.fold import fold_width
from medtext.errors import OptionError
from medtext.explain.lexicon import Lexicon, LexiconTerm
from medtext.explain.measures import Measure, find_measures, grade_key

_CLASSES = {f"[{kind}]" for kind in (Measure.DATE, Measure.MEASUREMENT)}
_FIRST_IDEOGRAPH = "\u2e80"
"""Scripts before it set blanks between words, so that a name must not begin or end inside one."""
_BLANK = dict.fromkeys(map(ord, "\t\n\r\v\f"), " ")


@dataclass(frozen=True, slots=True)
class Match:
    """A term of a lexicon in a text: characters ``start`` to ``end``, and what the text asserts of them.

    ``terms`` are the rows of the lexicon that are meant, one for each label that the term moves.
    """

    start: int
    end: int
    state: Assertion
    terms: tuple[LexiconTerm, ...]


class Matcher:
    """Finds the terms of a lexicon in texts, in time that hangs on the text and hardly on the number of terms.

    Width and case do not count. Of terms that overlap the longest is taken, of those of one length the first in the
    text: 胃炎 in 慢性非萎缩性胃炎 counts for the latter alone, whatever the text asserts of it. A name of letters or
    digits is found as a whole word only: no ``ct`` in ``act``, no ``5`` in ``0.5``. Where terms were cut by a
    dictionary, ``[measurement]``, ``[date]`` and grades are found by rule, as ``find_measures`` does. Where the lexicon
    knows states, a match counts only in that of its row.
    """

    def __init__(self, lexicon: Lexicon, rules: Mapping[Script, AssertionRules] | None = None) -> None:
        self._rules = rules
        self._asserting = lexicon.assertions is not None
        self._terms: dict[str, list[LexiconTerm]] = {}
        for term in lexicon.terms:
            for name in dict.fromkeys(map(folded, (term.term, *term.synonyms))):
                self._terms.setdefault(name, []).append(term)
        self._measuring = lexicon.dictionary is not None
        self._names = Names(name for name in self._terms if not (self._measuring and name in _CLASSES))

    def find(self, text: str) -> list[Match]:
        """Return the terms of a text in its order, none inside another."""
        chosen = _longest([*self._names.find(folded(text)), *(self._measured(text) if self._measuring else ())])
        states = [Assertion.PRESENT] * len(chosen)
        if self._asserting and chosen:
            states = assertions_of(text, [(start, end) for start, end, _ in chosen], self._rules)
        matches = []
        for (start, end, name), state in zip(chosen, states, strict=True):
            terms = tuple(term for term in self._terms[name] if term.state in (None, state))
            if terms:
                matches.append(Match(start, end, state, terms))
        return matches

    def _measured(self, text: str) -> Iterator[tuple[int, int, str]]:
        plain = fold_width(text)
        for start, end, kind in find_measures(plain):
            name = grade_key(plain[start:end]) if kind is Measure.GRADE else f"[{kind}]"
            if name in self._terms:
                yield start, end, name


def rules_of(lexicon: Lexicon, files: Sequence[Path]) -> Mapping[Script, AssertionRules]:
    """Return the rules by which a lexicon reads states: the bundled ones, and the files it was made with.

    Raises OptionError where ``files`` are not those, by their names.
    """
    names = tuple(path.name for path in files)
    if lexicon.assertions is None and files:
        raise OptionError(f"--rules {files[0]}: the lexicon was made without --assertions: leave it out")
    if names != (lexicon.assertions or ()):
        made = " ".join(f"--rules {name}" for name in lexicon.assertions or ()) or "the bundled rules alone"
        raise OptionError(f"the lexicon was made with {made}, not with {', '.join(names) or 'none'}: give these")
    return assertion_rules(*files)


class Names:
    """Some folded names, found wherever they stand in a folded text: all of them, also those inside others.

    The first two characters of each place of the text are looked up, and only where some name begins so are
    names of the lengths looked up that such names have.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = set(names)
        self._lengths: dict[str, set[int]] = {}
        for name in self._names:
            if len(name) > 1:
                self._lengths.setdefault(name[:2], set()).add(len(name))
        singles = "".join(re.escape(name) for name in sorted(self._names) if len(name) == 1)
        self._single = re.compile(f"[{singles}]") if singles else None

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and name of each."""
        pairs = map(operator.add, text, text[1:])
        for start, lengths in enumerate(map(self._lengths.get, pairs)):
            for length in lengths or ():
                name = text[start : start + length]
                # At the end of a text a longer name's length may cut a shorter one.
                if len(name) == length and name in self._names and _whole(text, start, start + length):
                    yield start, start + length, name
        for found in self._single.finditer(text) if self._single else ():
            if _whole(text, *found.span()):
                yield *found.span(), found[0]


def folded(text: str) -> str:
    r"""Return a text in half width and lower case, every blank as such, one character for one.

    >>> folded("ＣＴ：胃\tHp"), len(folded("İ"))
    ('ct:胃 hp', 1)
    """
    wide = fold_width(text).translate(_BLANK)
    lower = wide.lower()
    if len(lower) == len(wide):
        return lower
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in wide)


def _longest(found: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return what is left, in order, when of overlapping stretches the longest is taken, then the first."""
    taken: set[int] = set()
    chosen = []
    for start, end, name in sorted(found, key=lambda each: (each[0] - each[1], each[0])):
        # None before was shorter, so one that overlaps this holds an end of it.
        if start not in taken and end - 1 not in taken:
            taken.update(range(start, end))
            chosen.append((start, end, name))
    return sorted(chosen)


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a name that begins or ends with a letter or digit is not a part of a longer word or number."""
    return not (_joined(text, start - 1, start) or _joined(text, end - 1, end))


def _joined(text: str, left: int, right: int) -> bool:
    if left < 0 or right == len(text):
        return False
    if _of_word(text[left]) and _of_word(text[right]):
        return True
    point, digit = (left, right) if text[left] == "." else (right, left)
    beyond = 2 * point - digit  # what stands on the other side of the point
    return text[point] == "." and text[digit].isdigit() and 0 <= beyond < len(text) and text[beyond].isdigit()


def _of_word(letter: str) -> bool:
    return letter < _FIRST_IDEOGRAPH and letter.isalnum()
