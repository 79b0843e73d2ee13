"""Texts cut into words: jieba for Chinese, blanks and signs for the rest."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from medtext.corpus.fold import fold_width
from medtext.explain.dictionary import read_dictionary
from medtext.explain.measures import find_measures

if TYPE_CHECKING:
    import jieba

Cutter = Callable[[str], list[tuple[int, int]]]


@lru_cache(maxsize=8)
def jieba_cutter(dictionary: Path | str | None = None) -> Cutter:
    """Return a function that cuts a text into words which cover it: a list of ``(start, end)``.

    ``dictionary`` is one of medtext's own by name, or a jieba user dictionary (``word [frequency] [tag]`` a line);
    with one, words that neither dictionary knows are not guessed (``HMM=False``), so
    that a written word list means what it says. Of terms that lie in each other the longest is cut:
    慢性非萎缩性胃炎 is one word, and no 胃炎 is counted in it. Raises OptionError for a bad file.
    """
    words = load_words(dictionary)
    guess = dictionary is None

    def cut(text: str) -> list[tuple[int, int]]:
        spans, start = [], 0
        # Folded one to one, so that ＣＴ and ０．５ｃｍ are the words that CT and 0.5cm are.
        for word in words.cut(fold_width(text), HMM=guess):
            spans.append((start, start + len(word)))
            start += len(word)
        return spans

    return cut


@lru_cache(maxsize=8)
def term_cutter(dictionary: Path | str) -> Cutter:
    """Return a function that cuts dates, grades and measurements by rule (``find_measures``), and the rest as jieba.

    It cuts what is counted and shown, not what models read, to which a size that stands once would be an unknown
    word. Raises OptionError for a bad dictionary.
    """
    rest = jieba_cutter(dictionary)

    def cut(text: str) -> list[tuple[int, int]]:
        spans, at = [], 0
        for start, end, _ in find_measures(fold_width(text)):
            spans += [(at + first, at + last) for first, last in rest(text[at:start])]
            spans.append((start, end))
            at = end
        return spans + [(at + first, at + last) for first, last in rest(text[at:])]

    return cut


_SENTENCE = re.compile(r"[^。！？；!?;\r\n]*?(?:[。！？；!?;\r\n]+|\.+(?=\s|$)|$)\s*")


def cut_at_sentences(text: str) -> list[tuple[int, int]]:
    """Cut a text into sentences that cover it, each with its end and the blanks behind.

    >>> text = "胃窦充血。息肉0.5cm；No ulcer. Normal"
    >>> [text[start:end] for start, end in cut_at_sentences(text)]
    ['胃窦充血。', '息肉0.5cm；', 'No ulcer. ', 'Normal']
    """
    return [found.span() for found in _SENTENCE.finditer(text) if found.end() > found.start()]


def is_punctuation(text: str) -> bool:
    """Whether a unit holds no letter and no digit: punctuation, signs and blanks never are keywords.

    >>> is_punctuation("，"), is_punctuation("0.5"), is_punctuation("胃")
    (True, False, False)
    """
    return not any(unicodedata.category(character)[0] in "LN" for character in text)


UNITS = ("token", "word", "sentence")
"""What scores may be summed over, by the name that a user gives."""


def cutter(unit: str, dictionary: Path | None = None) -> Callable[[str], list[tuple[int, int]]] | None:
    """Return what cuts texts into units; None for tokens, which are cut before. ``dictionary`` is for words."""
    if unit == "word":
        return word_cutter(dictionary)
    return cut_at_sentences if unit == "sentence" else None


def word_cutter(dictionary: Path | None = None) -> Cutter:
    """Return what cuts words to be counted and shown: ``term_cutter`` with a dictionary, else plain jieba."""
    return jieba_cutter() if dictionary is None else term_cutter(dictionary)


@lru_cache(maxsize=8)
def load_words(dictionary: Path | str | None = None) -> jieba.Tokenizer:
    """Return jieba with its dictionary and a user's, shared by all. Raises OptionError for a bad file."""
    return new_words(dictionary)


def new_words(dictionary: Path | str | None = None) -> jieba.Tokenizer:
    """Return jieba like ``load_words``, but of one's own: words may be added."""
    import jieba

    jieba.setLogLevel("WARNING")
    words = jieba.Tokenizer()
    # jieba unmarshals its cache: it must lie where only this user can write, not in the shared temporary folder.
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "medtext"
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        words.tmp_dir = str(cache)
    except OSError:
        words.tmp_dir = tempfile.mkdtemp(prefix="medtext-")
    words.initialize()
    if dictionary is not None:
        for entry in read_dictionary(dictionary).spelt():
            words.add_word(entry.word, entry.frequency)
    return words
