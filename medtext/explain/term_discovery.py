"""Terms that a corpus has and no dictionary needs to: strings that hold together, and stand among many others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.fold import fold_width

SHORTEST, LONGEST = 2, 6
"""How many characters, or words, a term has."""

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]+")
_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*(?:[ \t]+[^\W\d_]+(?:['’-][^\W\d_]+)*)*")


class TermUnit(StrEnum):
    """What terms are made of."""

    CHARACTER = "character"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Limits:
    """What makes a candidate a term: its most units, and the least of its count and of its measures, in bits."""

    longest: int = LONGEST
    count: int = 5
    pmi: float = 5.0
    entropy: float = 1.5


@dataclass(frozen=True, slots=True)
class Term:
    """A candidate that passed; ``count`` occurrences, in ``records`` records.

    ``pmi`` is that of its weakest split, ``left_entropy`` and ``right_entropy`` are those of what stands beside it,
    in bits.
    """

    text: str
    count: int
    records: int
    pmi: float
    left_entropy: float
    right_entropy: float

    @property
    def score(self) -> float:
        """How far it holds together and stands free, in bits: ``pmi``, and the entropy of its less free side."""
        return self.pmi + min(self.left_entropy, self.right_entropy)


class TermFinder:
    """Finds terms in texts: strings of 2 to 6 Chinese characters, or of as many words where texts are of words.

    A string is a term where it stands often enough, holds together and is free on both sides. It holds together
    where the pointwise mutual information of even its weakest split, log2(p(w) / p(a) p(b)) over all w = a b, is
    high (Church and Hanks 1990, "Word association norms, mutual information, and lexicography", Computational
    Linguistics 16:22-29); p is a count over all units of the corpus. It is free where the entropy of the units
    before it, and of those behind it, is high: in a longer word its neighbour is always the same (Jin and
    Tanaka-Ishii 2006, "Unsupervised segmentation of Chinese text by use of branching entropy", COLING/ACL posters,
    428-435). Signs, digits, other scripts and the ends of a text are edges: no string crosses one, and each counts as
    a neighbour of its own, as in the accessor variety of Feng et al. (2004, Computational Linguistics 30:75-93).

    Each length is counted in one pass that hashes what the pass before left over, so time is linear in the corpus.
    Memory is some 60 bytes a unit of the corpus, whatever is found: 10 million characters take about 600 MB.
    """

    def __init__(self, unit: TermUnit = TermUnit.CHARACTER) -> None:
        self.unit = unit
        self._codes: list[NDArray[np.uint32]] = []
        self._words: dict[str, int] = {}

    @property
    def units(self) -> int:
        """How many characters, or words, the texts have between their edges."""
        return sum(int(np.count_nonzero(codes)) for codes in self._codes)

    def add(self, text: str) -> None:
        """Add the text of a record."""
        runs = [self._numbers(found[0]) for found in _runs(text, self.unit)]
        edge = np.zeros(1, dtype=np.uint32)
        self._codes.append(np.concatenate([edge, *(part for run in runs for part in (run, edge))]))

    def find(self, limits: Limits) -> list[Term]:
        """Return the terms within some limits, those of the highest score first."""
        if not self._codes:
            return []
        starts = np.cumsum([0, *map(len, self._codes)])[:-1]
        written = np.concatenate(self._codes)
        counts = _Counts(written, limits.count)
        terms: list[Term] = []
        for length in range(SHORTEST, limits.longest + 1):
            if not counts.lengthen(length):
                break
            terms += self._passing(counts, length, limits, starts)
        return sorted(terms, key=lambda term: (-term.score, -term.count, term.text))

    def _passing(self, counts: _Counts, length: int, limits: Limits, starts: NDArray[np.int64]) -> Iterator[Term]:
        pmi = counts.weakest(length)
        kept = np.flatnonzero(pmi >= limits.pmi)
        left, right = counts.entropies(length, kept)
        free = (left >= limits.entropy) & (right >= limits.entropy)
        kept, left, right = kept[free], left[free], right[free]
        names = self._names()
        records = counts.records(length, kept, starts)
        for at, number in enumerate(kept.tolist()):
            place = int(counts.first[length][number])
            units = counts.written[place : place + length].tolist()
            text = ("" if self.unit is TermUnit.CHARACTER else " ").join(
                chr(unit) if names is None else names[unit] for unit in units
            )
            yield Term(
                text,
                int(counts.totals[length][number]),
                int(records[at]),
                float(pmi[number]),
                float(left[at]),
                float(right[at]),
            )

    def _names(self) -> list[str] | None:
        return None if self.unit is TermUnit.CHARACTER else ["", *self._words]

    def _numbers(self, run: str) -> NDArray[np.uint32]:
        if self.unit is TermUnit.CHARACTER:
            return np.frombuffer(run.encode("utf-32-le"), dtype="<u4").astype(np.uint32)
        words = run.lower().split()
        return np.array([self._words.setdefault(word, len(self._words) + 1) for word in words], dtype=np.uint32)


def unit_of(texts: Iterable[str]) -> TermUnit:
    """Return what terms of some texts are made of: characters where a third of what is written is Chinese.

    A Chinese character says about as much as three letters.

    >>> str(unit_of(["胃窦见 ulcer"])), str(unit_of(["a gastric ulcer 胃"]))
    ('character', 'word')
    """
    chinese = letters = 0
    for text in texts:
        found = sum(map(len, _HAN.findall(text)))
        chinese, letters = chinese + found, letters + sum(map(str.isalpha, text)) - found
    return TermUnit.CHARACTER if 3 * chinese >= letters else TermUnit.WORD


def _runs(text: str, unit: TermUnit) -> Iterator[re.Match[str]]:
    return (_HAN if unit is TermUnit.CHARACTER else _WORDS).finditer(fold_width(text))


class _Counts:
    """The strings of each length, numbered from 0 as they are met, at every place of a corpus.

    ``written`` is uint32 [places], 0 at edges. By length: ``numbers``, int32 [places], -1 where there is no string
    that stands often enough; ``totals``, how often each stands, and ``first``, where it does first, int64 [strings].
    """

    def __init__(self, written: NDArray[np.uint32], least: int) -> None:
        self.written = written
        self.least = least
        self.numbers: dict[int, NDArray[np.int32]] = {}
        self.totals: dict[int, NDArray[np.int64]] = {}
        self.first: dict[int, NDArray[np.int64]] = {}
        self.units = int(np.count_nonzero(written))
        self._number(1, np.flatnonzero(written), written[written > 0].astype(np.int64))

    def lengthen(self, length: int) -> bool:
        """Give numbers to the strings of a length whose parts one shorter are frequent. False where there is none."""
        shorter, ones = self.numbers[length - 1], self.numbers[1]
        places = np.flatnonzero((shorter[:-1] >= 0) & (shorter[1:] >= 0))
        places = places[places + length <= len(self.written)]
        keys = shorter[places].astype(np.int64) * len(self.totals[1]) + ones[places + length - 1]
        self._number(length, places, keys)
        return bool(len(self.totals[length]))

    def _number(self, length: int, places: NDArray[np.int64], keys: NDArray[np.int64]) -> None:
        import pandas

        codes, _ = pandas.factorize(keys)
        totals = np.bincount(codes)
        frequent = totals >= self.least
        renumbered = np.where(frequent, np.cumsum(frequent) - 1, -1).astype(np.int32)
        numbers = np.full(len(self.written), -1, dtype=np.int32)
        numbers[places] = renumbered[codes]
        self.numbers[length] = numbers
        self.totals[length] = totals[frequent]
        first = np.zeros(len(totals), dtype=np.int64)
        first[codes[::-1]] = places[::-1]  # of equal ones the last written stays, which is the first met
        self.first[length] = first[frequent]

    def weakest(self, length: int) -> NDArray[np.float64]:
        """Return the pointwise mutual information of the weakest split of each string, in bits."""
        places, units = self.first[length], float(self.units)
        parts = [
            self.totals[head][self.numbers[head][places]].astype(np.float64)
            * self.totals[length - head][self.numbers[length - head][places + head]]
            for head in range(1, length)
        ]
        weakest: NDArray[np.float64] = np.log2(self.totals[length] * units / np.max(parts, axis=0))
        return weakest

    def entropies(self, length: int, kept: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the entropy of what stands before and behind each of some strings, in bits."""
        places, rows = self._places(length, kept)
        totals = self.totals[length][kept]
        before, behind = self.written[places - 1], self.written[places + length]
        return _entropy(rows, before, totals), _entropy(rows, behind, totals)

    def records(self, length: int, kept: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return in how many records each of some strings stands; ``starts`` are the first places of the records."""
        import pandas

        places, rows = self._places(length, kept)
        owners = np.searchsorted(starts, places, side="right")
        pairs = pandas.unique(rows.astype(np.int64) * (len(starts) + 1) + owners)
        return np.bincount(pairs // (len(starts) + 1), minlength=len(kept))

    def _places(self, length: int, kept: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where some strings stand, and which of them stands there."""
        rows = np.full(len(self.totals[length]) + 1, -1, dtype=np.int64)  # the last for -1
        rows[kept] = np.arange(len(kept))
        of_places = rows[self.numbers[length]]
        places = np.flatnonzero(of_places >= 0)
        return places, of_places[places]


def _entropy(rows: NDArray[np.int64], beside: NDArray[np.uint32], totals: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the entropy of the neighbours of each row, float64 [rows], in bits; each edge is one of its own."""
    import pandas

    inner = beside > 0  # an edge stands once, and 1 log 1 is nothing
    keys = rows[inner] * np.int64(2**32) + beside[inner]
    codes, pairs = pandas.factorize(keys)
    times = np.bincount(codes, minlength=len(pairs)).astype(np.float64)
    sums = np.bincount(pairs // 2**32, weights=times * np.log2(np.maximum(times, 1)), minlength=len(totals))
    return np.asarray(np.log2(totals) - sums / totals, dtype=np.float64)
