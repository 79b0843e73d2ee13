"""What a word is counted as, and how a table shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from medtext.corpus.fold import fold_width
from medtext.explain.dictionary import read_dictionary
from medtext.explain.measures import Measure, grade_key, measure_of

Naming = Callable[[str], tuple[str, str]]
"""Gives a word as it is written its key, equal for what counts as one, and the form that a table may show."""


def as_written(word: str) -> tuple[str, str]:
    """Count words that differ only in width or case as one.

    >>> as_written("ＣＴ")
    ('ct', 'ＣＴ')
    """
    return fold_width(word).lower(), word


def naming(dictionary: Path | None, *, stems: bool = False) -> Naming:
    """Return how words are counted: with a dictionary its synonyms as one, measurements and dates by class.

    A grade stays itself, however it is spelt: LA-B级 is LA-B. With ``stems`` English words of one stem are one, too.
    Raises OptionError for a bad dictionary.
    """
    name = as_written if dictionary is None else _by_dictionary(dictionary)
    return by_stem(name) if stems else name


def _by_dictionary(dictionary: Path) -> Naming:
    synonyms = read_dictionary(dictionary).synonyms

    def name(word: str) -> tuple[str, str]:
        kind = measure_of(word)
        if kind is None:
            return synonyms.key(word), word
        if kind is not Measure.GRADE:
            return f"[{kind}]", f"[{kind}]"
        head, bracket, sign = grade_key(word).partition("(")
        return (synonyms.key(head) if bracket else head) + bracket + sign, word

    return name


def spellings_of(term: str, dictionary: Path) -> tuple[str, ...]:
    """Return what else ``naming`` by a dictionary counts as a term: its synonyms, in all spellings, folded.

    >>> "返流性食管炎" in spellings_of("反流性食管炎", Path("gi-terms"))
    True
    """
    synonyms = read_dictionary(dictionary).synonyms
    head, bracket, sign = term.partition("(") if measure_of(term) is Measure.GRADE else (term, "", "")
    names = [head, *(name for first, name in synonyms.names() if synonyms.key(first) == head)]
    spelt = (fold_width(each).lower() for name in names for each in synonyms.spellings(name))
    return tuple(dict.fromkeys(each + bracket + sign for each in spelt if each != head))


def by_stem(name: Naming) -> Naming:
    """Count English words of one stem (Snowball; Porter 2001) as one, beside what ``name`` counts as one.

    >>> by_stem(as_written)("Nodules"), by_stem(as_written)("结节")
    (('nodul', 'Nodules'), ('结节', '结节'))
    """
    from nltk.stem.snowball import SnowballStemmer

    stem = cache(SnowballStemmer("english").stem)

    def stemmed(word: str) -> tuple[str, str]:
        key, form = name(word)
        return (stem(key) if key.isascii() and key.isalpha() else key), form

    return stemmed


def name_span(text: str, words: Sequence[tuple[int, int]], name: Naming) -> tuple[str, str]:
    """Return key and form of the words from ``start`` to ``end`` of a text, with what stands between them.

    >>> name_span("大小 0.5cm", [(0, 2), (3, 8)], lambda word: ("[measurement]",) * 2 if "0" in word else (word, word))
    ('大小 [measurement]', '大小 [measurement]')
    """
    named, at = [], words[0][0]
    for start, end in words:
        named += [as_written(text[at:start]), name(text[start:end])]
        at = end
    return "".join(key for key, _ in named), "".join(form for _, form in named)
