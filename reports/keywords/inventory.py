"""The words that may be ranked, and which text holds which of them: one inventory for all that rank."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from nltk.stem.snowball import SnowballStemmer
from numpy.typing import NDArray
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from medtext.corpus.assertion_rules import Assertion
from medtext.corpus.assertions import assertions_of
from medtext.plugin import Record

Counts = NDArray[np.int64]
LEAST = 3
"""A candidate stands in so many texts: as many as medtext's tokenizer asks of a word."""
DENIED = (Assertion.ABSENT, Assertion.NORMAL)
"""A word in one of these states says that the text has no such finding."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_STEMMER = SnowballStemmer("english")


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case: letters only, two or more.

    >>> words_of("T-spine: 3 osteophytes")
    ['spine', 'osteophytes']
    """
    return _WORD.findall(text.lower())


def stems(words: Iterable[str]) -> list[str]:
    """Return the stems of words, by Snowball for English.

    >>> stems(["fractures", "of", "bone"])
    ['fractur', 'of', 'bone']
    """
    return [_STEMMER.stem(word) for word in words]


@dataclass(frozen=True)
class Reading:
    """What counts as one word: with ``stems`` all words of one stem, with ``assertions`` only what is not denied."""

    assertions: bool = False
    stems: bool = False

    def __str__(self) -> str:
        """Name it for a table."""
        return " + ".join(name for name in ("assertions", "stems") if getattr(self, name)) or "as written"


READINGS = tuple(Reading(assertions, stems) for assertions in (False, True) for stems in (False, True))


@dataclass(frozen=True)
class Inventory:
    """Candidates, in the order of the alphabet, over texts that have labels.

    ``counts`` is int64 [texts, words], how often a word stands in a text, ``affirmed`` how often without being denied
    or called normal; ``truth`` is bool [texts, labels].
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    words: tuple[str, ...]
    counts: Counts
    affirmed: Counts
    truth: NDArray[np.bool_]

    @classmethod
    def of(cls, records: Sequence[Record], least: int) -> Self:
        """Take the words of labelled records, and the labels that at least so many of them have.

        Words of fewer than three texts and stop words of general English (scikit-learn's list) are no candidates.
        """
        known = [record for record in records if record.labels is not None]
        cut = [_states(record.text) for record in known]
        stand = Counter(word for found in cut for word in {word for word, _ in found})
        words = sorted(word for word, texts in stand.items() if texts >= LEAST and word not in ENGLISH_STOP_WORDS)
        coded = Counter(label for record in known for label in record.labels or ())
        labels = sorted(label for label, records in coded.items() if records >= least)
        both = [Counter(word for word, _ in found) for found in cut]
        said = [Counter(word for word, denied in found if not denied) for found in cut]
        return cls(
            tuple(record.text for record in known),
            tuple(labels),
            tuple(words),
            np.array([[each[word] for word in words] for each in both], dtype=np.int64),
            np.array([[each[word] for word in words] for each in said], dtype=np.int64),
            np.array([[label in (record.labels or ()) for label in labels] for record in known], dtype=np.bool_),
        )

    @property
    def present(self) -> Counts:
        """Which text holds which word: int64 [texts, words], 0 or 1."""
        return np.asarray(self.counts > 0, dtype=np.int64)

    def columns(self, reading: Reading) -> tuple[tuple[str, ...], Counts]:
        """Return what is counted as one, and which of them each word is: int64 [words]."""
        named = stems(self.words) if reading.stems else list(self.words)
        names = sorted(set(named))
        place = {name: at for at, name in enumerate(names)}
        return tuple(names), np.array([place[name] for name in named], dtype=np.int64)

    def read(self, reading: Reading) -> Self:
        """Return the same texts with other words: of one stem as one; denied ones, last, as words of their own."""
        names, columns = self.columns(reading)
        pool = np.zeros((len(self.words), len(names)), dtype=np.int64)
        pool[np.arange(len(self.words)), columns] = 1
        if not reading.assertions:
            return replace(self, words=names, counts=self.counts @ pool)
        denied = (self.counts - self.affirmed) @ pool
        counts = np.concatenate([self.affirmed @ pool, denied], axis=1)
        return replace(self, words=(*names, *(f"[no] {name}" for name in names)), counts=counts)

    def containing(self, reading: Reading) -> Counts:
        """Return how many texts hold each word that is counted as one: int64 [counted words]."""
        names, _ = self.columns(reading)
        held: Counts = self.read(reading).present[:, : len(names)].sum(axis=0)
        return held


def _states(text: str) -> list[tuple[str, bool]]:
    """Return the words of a text, and whether the text denies each or calls it normal."""
    found = list(_WORD.finditer(text))
    states = assertions_of(text, [match.span() for match in found])
    return [(match.group().lower(), state in DENIED) for match, state in zip(found, states, strict=True)]
