"""Terms of a corpus as text: CSV, JSON, Markdown, and a dictionary for jieba."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

from medtext.explain.term_discovery import Term
from medtext.report.rows import rows_as_csv, rows_as_json, rows_as_markdown

COLUMNS = ("term", "count", "records", "pmi", "left_entropy", "right_entropy", "known")
TAG = "term"
"""What a dictionary says of every term: nobody has told yet what it is."""

Known = Sequence[tuple[Term, str | None]]
"""Terms, each with the dictionary that has it."""


def as_csv(terms: Known) -> str:
    """Return terms as CSV that Excel opens right: it starts with a byte-order mark."""
    return rows_as_csv(COLUMNS, map(_cells, terms))


def as_json(header: Mapping[str, Any], terms: Known) -> str:
    """Return header and terms as one JSON document on one line."""
    return rows_as_json(header, COLUMNS, ((*astuple(term), known) for term, known in terms))


def as_markdown(header: Mapping[str, Any], terms: Known) -> str:
    """Return header and terms as Markdown."""
    return rows_as_markdown(header, COLUMNS, map(_cells, terms), texts=("term", "known"))


def as_dictionary(terms: Known) -> str:
    """Return the terms that no dictionary has as a jieba user dictionary, a word and a tag a line.

    Without a frequency each gets the least that keeps it whole.
    """
    return "".join(f"{term.text} {TAG}\n" for term, known in terms if known is None)


def _cells(row: tuple[Term, str | None]) -> tuple[int | str, ...]:
    term, known = row
    measures = (f"{bits:.3f}" for bits in (term.pmi, term.left_entropy, term.right_entropy))
    return (term.text, term.count, term.records, *measures, known or "")
