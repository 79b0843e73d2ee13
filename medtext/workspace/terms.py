"""Terms found in a corpus, and which of them a dictionary has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from medtext.corpus.fold import fold_width
from medtext.corpus.record import Record
from medtext.errors import RecordError
from medtext.explain.dictionary import dictionary_name, read_dictionary
from medtext.explain.term_discovery import Limits, Term, TermFinder, TermUnit, unit_of
from medtext.explain.words import load_words

_LOOKED_AT = 500
"""Texts that say what terms are made of."""


@dataclass(frozen=True)
class Discovery:
    """The terms of a corpus, the best first, each with the name of the dictionary that has it, or None.

    ``records`` were read, ``left_out`` more have no text that can be read, ``units`` is how long they are together.
    """

    unit: TermUnit
    limits: Limits
    records: int
    left_out: int
    units: int
    terms: tuple[tuple[Term, str | None], ...]

    def header(self) -> dict[str, Any]:
        """Return what the terms were found in and by, as plain values."""
        return {
            "unit": str(self.unit),
            "records": self.records,
            "left_out": self.left_out,
            "units": self.units,
            **{f"limit_{name}": value for name, value in asdict(self.limits).items()},
            "found": len(self.terms),
            "known": sum(known is not None for _, known in self.terms),
        }


def discover(
    rows: Iterable[tuple[Record, str | None]],
    *,
    unit: TermUnit | None = None,
    limits: Limits | None = None,
    dictionary: Path | None = None,
) -> Discovery:
    """Find the terms of records; rows with a fault are left out.

    ``unit`` None goes by the script of the first 500 texts. Known are words of jieba's own dictionary, and those of
    ``dictionary``. Raises RecordError where there is no text, OptionError for a bad dictionary.
    """
    limits = limits or Limits()
    has = {entry.word for entry in read_dictionary(dictionary).spelt()} if dictionary else set()
    left_out = records = 0

    def texts() -> Iterable[str]:
        nonlocal left_out
        for record, fault in rows:
            if fault is None:
                yield record.text
            else:
                left_out += 1

    source = iter(texts())
    first = list(islice(source, _LOOKED_AT))
    finder = TermFinder(unit or unit_of(first))
    for text in chain(first, source):
        finder.add(text)
        records += 1
    if not records:
        raise RecordError("no text to find terms in: name files that hold some")
    jieba = load_words().FREQ if finder.unit is TermUnit.CHARACTER else {}
    named = dictionary_name(dictionary) if dictionary else None

    def known(term: Term) -> str | None:
        word = fold_width(term.text)
        return named if word in has else "jieba" if jieba.get(word) else None

    terms = tuple((term, known(term)) for term in finder.find(limits))
    return Discovery(finder.unit, limits, records, left_out, finder.units, terms)
