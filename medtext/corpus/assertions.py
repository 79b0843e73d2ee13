"""What a text asserts of its terms: present, absent, uncertain, historical or normal.

By rules that run offline, after NegEx (Chapman et al. 2001) and ConText (Harkema et al. 2009, "ConText: an algorithm
for determining negation, experiencer, and temporal status from clinical reports"): cues before and behind a term put it
into a state, unless their scope ends between.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from medtext.corpus.assertion_rules import Assertion, AssertionRules, Script, assertion_rules
from medtext.corpus.fold import fold_width
from medtext.corpus.negation import Stops
from medtext.corpus.sentences import sentence_starts

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[A-Za-z]+")


def assertions_of(
    text: str, spans: Sequence[tuple[int, int]], rules: Mapping[Script, AssertionRules] | None = None
) -> list[Assertion]:
    """Return what a text says of each of its parts, given by start and end; by the bundled rules unless given others.

    The script of the sentence around a part chooses the rules; where a sentence has neither Chinese characters nor
    letters, as in a text of numbers, nothing is read, and its parts are present. Takes time in proportion to the text
    and the parts. Raises ValueError for a part outside the text.

    >>> text = "胃窦光滑，胃角溃疡，未见出血、糜烂。Possible polyp."
    >>> words = ["胃窦", "溃疡", "糜烂", "polyp"]
    >>> spans = [(text.index(word), text.index(word) + len(word)) for word in words]
    >>> [str(state) for state in assertions_of(text, spans)]
    ['normal', 'present', 'absent', 'uncertain']
    """
    rules = assertion_rules() if rules is None else rules
    folded = fold_width(text)
    scripts = _Scripts(folded)
    readings: dict[Script, _Reading] = {}
    said = []
    for start, end in spans:
        if not 0 <= start <= end <= len(text):
            raise ValueError(f"a part from {start} to {end} is not in a text of {len(text)} characters")
        script = scripts.at(start)
        if script is None:
            said.append(Assertion.PRESENT)
            continue
        if script not in readings:
            readings[script] = _Reading(folded, rules[script])
        said.append(readings[script].state(start, end))
    return said


def marked(term: str, state: Assertion, rules: Mapping[Script, AssertionRules] | None = None) -> str:
    """Return a term with its state before it, in the plain words of the term's script; a present one as it is.

    >>> marked("结节", Assertion.ABSENT), marked("nodule", Assertion.ABSENT), marked("结节", Assertion.PRESENT)
    ('[无]结节', '[no] nodule', '结节')
    """
    if state is Assertion.PRESENT:
        return term
    script = Script.CHINESE if _CHINESE.search(term) else Script.LETTERS
    return f"{(assertion_rules() if rules is None else rules)[script].marks[state]}{term}"


class _Reading:
    """A text read once by the rules of one script."""

    def __init__(self, folded: str, rules: AssertionRules) -> None:
        self.folded = folded
        stops = Stops(folded)
        self.cues = [(cue, cue.words.read(folded, stops)) for cue in rules.cues]

    def state(self, start: int, end: int) -> Assertion:
        for cue, scopes in self.cues:
            if scopes.denies(start, end) and not (cue.spares and cue.spares.fullmatch(self.folded, start, end)):
                return cue.state
        # A term may name the past itself: 胆囊切除术后, prior sternotomy.
        past = any(cue.state is Assertion.HISTORICAL and scopes.within(start, end) for cue, scopes in self.cues)
        return Assertion.HISTORICAL if past else Assertion.PRESENT


class _Scripts:
    """What each sentence of a text is written in, found when it is asked for."""

    def __init__(self, folded: str) -> None:
        self.folded = folded
        self.starts = sentence_starts(folded)
        self.known: dict[int, Script | None] = {}

    def at(self, place: int) -> Script | None:
        sentence = bisect_right(self.starts, place) - 1
        if sentence not in self.known:
            end = self.starts[sentence + 1] if sentence + 1 < len(self.starts) else len(self.folded)
            self.known[sentence] = self._script(self.folded[self.starts[sentence] : end])
        return self.known[sentence]

    def _script(self, sentence: str) -> Script | None:
        # Chinese reports hold names in letters (Hp, CT), English ones hold no Chinese characters but a name's.
        characters, words = len(_CHINESE.findall(sentence)), len(_LETTERS.findall(sentence))
        if not characters and not words:
            return None
        return Script.CHINESE if characters >= words else Script.LETTERS
