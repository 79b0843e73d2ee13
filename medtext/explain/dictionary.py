"""Dictionaries that say what a word is: medtext's own by its name, or a file in jieba's form."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from medtext.corpus.fold import fold_width
from medtext.errors import OptionError
from medtext.explain.synonyms import Synonyms

_log = logging.getLogger("medtext")

BUNDLED = {"gi-terms": Path(__file__).with_name("gi_terms.txt")}
"""Dictionaries that come with medtext: ``gi-terms`` has Chinese terms of digestive endoscopy and its pathology."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of a dictionary; ``frequency`` None is the least that keeps the word whole."""

    word: str
    frequency: int | None = None
    tag: str | None = None


@dataclass(frozen=True)
class Dictionary:
    """The words of a file, and which of them mean the same."""

    entries: tuple[Entry, ...]
    synonyms: Synonyms

    def spelt(self) -> list[Entry]:
        """Return every spelling of every word once, short ones first: words of one length in the order of the file.

        jieba weighs a word against the ways to split it, so those that it may be split into must be known before.
        """
        found: dict[str, Entry] = {}
        tags = {entry.word: entry for entry in self.entries}
        names = (replace(tags.get(key, Entry(key)), word=name) for key, name in self.synonyms.names())
        for entry in (*self.entries, *names):
            for word in self.synonyms.spellings(entry.word):
                found.setdefault(word, replace(entry, word=word))
        return sorted(found.values(), key=lambda entry: len(entry.word))


def find_dictionary(named: Path | str) -> Path:
    """Return the file of a dictionary: that of medtext's own of this name, or the path itself.

    A file in the current folder that is called like one of ``BUNDLED`` has to be named with its folder's full path.

    >>> find_dictionary("gi-terms").name, find_dictionary("notes/terms.txt").name
    ('gi_terms.txt', 'terms.txt')
    """
    return BUNDLED.get(str(named), Path(named))


def dictionary_files(named: Path | str) -> list[Path]:
    """Return the files that a dictionary is read from: its own, and that of its synonyms, if it has one."""
    path = find_dictionary(named)
    beside = path.with_suffix(".synonyms.toml")
    return [path, beside] if beside.is_file() else [path]


def dictionary_name(named: Path | str) -> str:
    """Return what a dictionary is called: its own name, or that of its file.

    >>> dictionary_name("gi-terms"), dictionary_name(Path("notes/terms.txt"))
    ('gi-terms', 'terms.txt')
    """
    return Path(named).name


def lasting(named: Path) -> Path:
    """Return how a run remembers a dictionary: one of medtext's own by its name, a file by its full path."""
    return named if str(named) in BUNDLED else named.resolve()


@lru_cache(maxsize=8)
def read_dictionary(named: Path | str) -> Dictionary:
    """Read a jieba user dictionary (``word [frequency] [tag]`` a line), and the synonyms beside it.

    Those of ``terms.txt`` stand in ``terms.synonyms.toml``, if that is there. Raises OptionError for a bad file.
    """
    path, *synonyms = dictionary_files(named)
    known = Synonyms.read(synonyms[0]) if synonyms else Synonyms()
    if synonyms and path not in BUNDLED.values():
        _log.info("synonyms: %s", synonyms[0])
    return Dictionary(tuple(_entries(path)), known)


def _entries(path: Path) -> Iterator[Entry]:
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        word, *rest = line.split()
        if len(rest) > 2 or (rest and not re.fullmatch(r"\d+|[a-z]+", rest[0])):
            raise OptionError(f"{path}:{number}: expected a word, then a frequency and a tag if wished")
        frequency = next((int(part) for part in rest[:1] if part.isdigit()), None)
        yield Entry(fold_width(word), frequency, rest[-1] if rest and not rest[-1].isdigit() else None)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        own = " or ".join(BUNDLED)
        raise OptionError(f"{path}: there is no such dictionary file; medtext's own is {own}") from None
    except UnicodeDecodeError as error:
        raise OptionError(f"{path}: not UTF-8 ({error.reason} at byte {error.start}): save it as UTF-8") from None
    except OSError as error:
        raise OptionError(f"{path}: cannot be read ({error.strerror or error}): name a dictionary file") from error
