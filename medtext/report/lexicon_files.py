"""A lexicon as files: CSV, JSON, a sheet for review, and a dictionary for jieba."""

from __future__ import annotations

import json
import re
from pathlib import Path

from medtext.corpus.sheet import open_sheet
from medtext.corpus.workbook import SideSheet, WorkbookLayout
from medtext.explain.lexicon import Lexicon
from medtext.explain.lexicon_sheet import COLUMNS, FILLED_IN, GUIDE, KEPT, SHEET, Decision, kept_rows, row_of
from medtext.explain.words import new_words
from medtext.report.rows import rows_as_csv
from medtext.report.term_table import TAG

_TABLE = [name for name in COLUMNS if name not in FILLED_IN]
_WIDTHS = {"decision": 12, "synonym": 18, "reviewer": 14, "term": 24, "label": 22, "synonyms": 30}
_WIDTH, _NAME, _WORDS = 14, 18, 100
_WHOLE = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&._%-]+")
"""What jieba can keep together (its ``re_han_default``)."""


def as_csv(lexicon: Lexicon) -> str:
    """Return the terms as CSV that Excel opens right: it starts with a byte-order mark."""
    rows = (row_of(term) for term in lexicon.terms)
    return rows_as_csv(_TABLE, ([row[name] for name in _TABLE] for row in rows))


def as_json(lexicon: Lexicon) -> str:
    """Return everything as one JSON document on one line, which ``read_lexicon`` reads."""
    return json.dumps(lexicon.to_json(), ensure_ascii=False, allow_nan=False) + "\n"


def as_dictionary(lexicon: Lexicon) -> str:
    """Return all terms and synonyms as a jieba user dictionary, ``word frequency tag`` a line, short words first.

    Each frequency is the least by which jieba keeps the word whole, with those above it in force. A word with a
    sign in it that jieba always cuts at, or with a blank, is left out.
    """
    names = {name for term in lexicon.terms for name in (term.term, *term.synonyms)}
    words, lines = new_words(), []
    for name in sorted(filter(_WHOLE.fullmatch, names), key=lambda name: (len(name), name)):
        frequency = words.suggest_freq(name)
        words.add_word(name, frequency)
        lines.append(f"{name} {frequency} {TAG}\n")
    return "".join(lines)


def write_sheet(lexicon: Lexicon, path: Path, *, replace: bool) -> None:
    """Write an XLSX file to review: a row a term, its columns explained beside, the lexicon itself hidden in it.

    Raises OutputError where the file is there or cannot be written.
    """
    guide = [("column", "what it says"), *COLUMNS.items()]
    layout = WorkbookLayout(
        widths={name: _WIDTHS.get(name, _WIDTH) for name in COLUMNS},
        choices={"decision": list(Decision)},
        strict=("decision",),
        name=SHEET,
        beside=(
            SideSheet(GUIDE, guide, (_NAME, _WORDS)),
            SideSheet(KEPT, [(line,) for line in kept_rows(lexicon)], hidden=True),
        ),
    )
    with open_sheet(path, list(COLUMNS), replace=replace, layout=layout) as sheet:
        for term in lexicon.terms:
            sheet.write(row_of(term))
