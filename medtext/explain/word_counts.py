"""Words counted over records, and which of them mark a label."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.fold import fold_width
from medtext.corpus.record import Record
from medtext.explain.naming import Naming, as_written
from medtext.explain.words import Cutter

PRIOR = 500
"""How many words the prior of ``log_odds`` counts as: a label needs that much of its own to speak loudly."""
LEAST = 1.96
"""The z-score from which a word marks a label: by chance alone one word in forty gets there."""
_RECORDS = 2
"""A word of one record alone marks nothing."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word and the records that have it; ``z`` says how far it marks a label, where there is one."""

    word: str
    records: int
    z: float | None = None


@dataclass(frozen=True)
class WordTable:
    """Which record has which word: ``matrix`` is sparse [records, words], one where the word stands.

    A word is counted once a record, so that one long text does not outvote many.
    """

    words: NDArray[np.object_]
    matrix: Any

    @classmethod
    def count(
        cls,
        texts: Sequence[str],
        cutter: Cutter,
        watch: Callable[[Sequence[str]], Iterable[str]] = iter,
        naming: Naming = as_written,
    ) -> WordTable:
        """Cut texts into words and count them: width and case do not count, signs and blanks are no words.

        ``watch`` passes the texts on and may show how many have gone by. What ``naming`` gives one key is one
        word, shown in its commonest form.
        """
        from sklearn.feature_extraction.text import CountVectorizer

        forms: defaultdict[str, Counter[str]] = defaultdict(Counter)

        def keys(text: str) -> Iterator[str]:
            for word in _words(text, cutter):
                key, form = naming(word)
                forms[key][form.lower()] += 1
                yield key

        vectorizer = CountVectorizer(analyzer=keys, binary=True, dtype=np.int32)
        try:
            matrix = vectorizer.fit_transform(watch(texts))
        except ValueError:  # "empty vocabulary": no text has a word
            return cls(np.empty(0, dtype=object), np.zeros((len(texts), 0), dtype=np.int32))
        shown = [_commonest(forms[key]) for key in vectorizer.get_feature_names_out()]
        return cls(np.array(shown, dtype=object), matrix)

    def of(self, rows: Sequence[int]) -> WordTable:
        """Return the table of some of its records."""
        return WordTable(self.words, self.matrix[list(rows)])

    def records(self) -> NDArray[np.int64]:
        """Return in how many records each word stands: int64 [words]."""
        return np.asarray(self.matrix.sum(axis=0), dtype=np.int64).ravel()

    def common(self, top: int | None = None) -> list[Word]:
        """Return the words of the most records; none is left out."""
        counts = self.records()
        order = sorted(np.flatnonzero(counts).tolist(), key=lambda number: (-counts[number], self.words[number]))
        return [Word(self.words[number], int(counts[number])) for number in order[:top]]

    def marking(self, inside: NDArray[np.bool_], top: int | None = None) -> list[Word]:
        """Return the words that mark some records (bool [records]) against the others, the surest first.

        They stand in at least two of these records, and their ``log_odds`` reach 1.96.
        """
        ours, all_counts = WordTable(self.words, self.matrix[inside]).records(), self.records()
        z = np.full(len(ours), -np.inf)
        present = all_counts > 0
        z[present] = log_odds(ours[present], (all_counts - ours)[present])
        kept = np.flatnonzero((ours >= _RECORDS) & (z >= LEAST)).tolist()
        kept.sort(key=lambda number: (-z[number], self.words[number]))
        return [Word(self.words[number], int(ours[number]), float(z[number])) for number in kept[:top]]


def log_odds(inside: NDArray[np.int64], outside: NDArray[np.int64], prior: float = PRIOR) -> NDArray[np.float64]:
    """Return how far each word marks what is inside, as a z-score: float64 [words].

    ``inside`` and ``outside``, int64 [words], are counts that are not both zero. The
    difference of the two log-odds is divided by its standard deviation; counts are drawn towards those of
    both together by an informative Dirichlet prior worth ``prior`` words, so that rare words do not
    lead by chance (Monroe, Colaresi and Quinn 2008, "Fightin' Words", Political Analysis 16:372-403).

    >>> log_odds(np.array([9, 5, 1]), np.array([1, 5, 9])).round(2).tolist()
    [0.65, 0.0, -0.65]
    """
    both = (inside + outside).astype(np.float64)
    pull = prior * both / max(1.0, both.sum())
    a, b = inside + pull, outside + pull
    # Where there is one word only there are no others: half a word keeps its odds finite, and equal on both sides.
    delta = np.log(a) - np.log(np.maximum(a.sum() - a, 0.5)) - np.log(b) + np.log(np.maximum(b.sum() - b, 0.5))
    if len(both) == 1:
        delta[:] = 0.0  # one word only marks nothing
    z: NDArray[np.float64] = delta / np.sqrt(1 / a + 1 / b)
    return z


def cut_words(text: str, cutter: Cutter) -> Iterator[str]:
    """Yield the words of a text, folded and in lower case, without signs and blanks.

    >>> list(cut_words("Ｈｐ (+) 阳性", lambda text: [(0, 2), (2, 3), (3, 6), (6, 7), (7, 9)]))
    ['hp', '阳性']
    """
    yield from map(str.lower, _words(text, cutter))


def _words(text: str, cutter: Cutter) -> Iterator[str]:
    folded = fold_width(text)
    for start, end in cutter(text):
        word = folded[start:end].strip()
        if any(map(str.isalnum, word)):
            yield word


def _commonest(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))


def is_content(word: str) -> bool:
    """Say whether a word is drawn in a cloud: two characters or more, and none of scikit-learn's English stop words.

    >>> [word for word in ("的", "胃炎", "the", "ulcer") if is_content(word)]
    ['胃炎', 'ulcer']
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return len(word) > 1 and word not in ENGLISH_STOP_WORDS


def rows_with(records: Sequence[Record], label: str) -> NDArray[np.bool_]:
    """Return which records have a label: bool [records]."""
    return np.array([label in (record.labels or ()) for record in records], dtype=np.bool_)
