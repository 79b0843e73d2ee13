"""The sheet in which a person reviews a lexicon: its columns in plain words, and how it is read back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from medtext.corpus.assertion_rules import Assertion
from medtext.corpus.row import Row
from medtext.corpus.workbook import read_workbook
from medtext.errors import OptionError, RecordError
from medtext.explain.lexicon import Lexicon, LexiconTerm
from medtext.explain.matching import folded

SHEET, GUIDE, KEPT = "terms", "columns", "lexicon"
"""The sheet that is filled in, the one that explains it, and the hidden one that holds the lexicon as it was."""


class Decision(StrEnum):
    """What a reviewer says of a term."""

    KEEP = "keep"
    DROP = "drop"


COLUMNS: Mapping[str, str] = {
    "decision": "Fill in: keep, if the term may stand for (or against) the label; drop, if it may not. "
    "Empty: not decided, and left out.",
    "synonym": "Fill in if you keep the term and it means the same as another one of the same label: that other term, "
    "as it is written in the column term. The two then count as one.",
    "reviewer": "Fill in your name or sign, the same in every row. Each reviewer fills in a file of their own.",
    "term": "A word that the model used in texts it had not learned from. Width and case do not count. "
    "[measurement] and [date] stand for any of them.",
    "label": "The label that the term moves.",
    "direction": "for: where the term stands, the model leans towards the label; against: away from it.",
    "state": "What a text must say of the term: present, absent (denied), uncertain, historical (or of a relative), "
    "normal. Empty: that does not matter.",
    "status": "discovered: found on one part of the records; confirmed: found there, and once more on another part, "
    "whose records nothing had seen before.",
    "theta_percent": "How far the term moves the label in the mean, in percent of how far a whole text moves one in "
    "the median. Below zero: against the label.",
    "low_percent": "Lower end of the 95 % interval of theta_percent.",
    "high_percent": "Upper end of the 95 % interval of theta_percent.",
    "q": "The share of false finds to be expected among the terms that are at least as sure as this one.",
    "records": "In how many records of the part the term stands.",
    "clusters": "Of how many patients these records are; where patients are not known, of how many kinds of text.",
    "synonyms": "What already counts as this term, in other spellings or words.",
}
"""What each column says, in the words that a reviewer reads."""
FILLED_IN = ("decision", "synonym", "reviewer")
Key = tuple[str, str, Assertion | None]


@dataclass(frozen=True)
class ReviewedSheet:
    """What one reviewer said of a lexicon: a decision for each term, and the term that it is a synonym of.

    ``heads`` holds the keys of kept synonyms, with those of their head terms.
    """

    path: Path
    reviewer: str
    lexicon: Lexicon
    decisions: Mapping[Key, Decision | None]
    heads: Mapping[Key, Key]


def row_of(term: LexiconTerm) -> dict[str, object]:
    """Return a term as a row of a sheet or table; what a reviewer fills in is left out."""
    return {
        "term": term.term,
        "label": term.label,
        "direction": term.direction,
        "state": None if term.state is None else str(term.state),
        "status": str(term.status),
        "theta_percent": round(term.theta, 3),
        "low_percent": round(term.low, 3),
        "high_percent": round(term.high, 3),
        "q": float(f"{term.q:.3g}"),
        "records": term.records,
        "clusters": term.clusters,
        "synonyms": "|".join(term.synonyms),
    }


def kept_rows(lexicon: Lexicon) -> list[str]:
    """Return the rows of the hidden sheet: a lexicon as JSON, its header and then a term a row."""
    document = lexicon.to_json()
    return [json.dumps(each, ensure_ascii=False) for each in (document["header"], *document["terms"])]


def read_review(path: Path) -> ReviewedSheet:
    """Read a sheet that a reviewer filled in.

    Raises RecordError or OptionError with row and column for what is none: another value than keep or drop, a column
    that is gone, a term that stands twice, is missing, or is none of the lexicon.
    """
    lexicon = _kept(path)
    terms = {term.key: term for term in lexicon.terms}
    decisions: dict[Key, Decision | None] = {}
    rows: dict[Key, Row] = {}
    names: dict[str, Row] = {}
    for row in _rows(path):
        key = _key(row, terms)
        if key in rows:
            raise _wrong(row, "term", f"'{key[0]}' for '{key[1]}' stands in {_place(rows[key])} too: remove one row")
        rows[key], decisions[key] = row, _decision(row)
        if name := (row.cells["reviewer"] or "").strip():
            names.setdefault(name, row)
    missing = next((key for key in terms if key not in rows), None)
    if missing is not None:
        raise RecordError(
            f"{path}: sheet '{SHEET}' has no row for '{missing[0]}' of '{missing[1]}': put it back, and say drop there"
        )
    if len(names) > 1:
        first, second = list(names)[:2]
        raise _wrong(names[second], "reviewer", f"'{second}', and above it is '{first}': one file, one reviewer")
    heads = _heads(rows, decisions, terms)
    return ReviewedSheet(path, next(iter(names), path.stem), lexicon, decisions, heads)


def _rows(path: Path) -> Iterator[Row]:
    rows = read_workbook(path, sheet=SHEET, header=1)
    header = next(rows)
    missing = next((name for name in COLUMNS if name not in header.cells), None)
    if missing is not None:
        raise RecordError(f"{_place(header)}: the column '{missing}' is missing: put it back, with its name")
    return rows


def _kept(path: Path) -> Lexicon:
    if path.suffix.lower() != ".xlsx":
        raise OptionError(f"--review {path}: a reviewed sheet is an .xlsx file that `medtext lexicon` wrote: name one")
    try:
        rows = read_workbook(path, sheet=KEPT, header=0)
        next(rows)
        header, *terms = (json.loads(row.cells["column 1"] or "") for row in rows)
    except (ValueError, KeyError, OptionError) as error:
        raise OptionError(
            f"{path}: no sheet for review as `medtext lexicon` wrote it ({error}): "
            "fill in the file itself, and keep its hidden sheet"
        ) from None
    return Lexicon.from_json({"header": header, "terms": terms}, f"{path}: sheet '{KEPT}'")


def _key(row: Row, terms: Mapping[Key, LexiconTerm]) -> Key:
    term, label, state = (row.cells[name] for name in ("term", "label", "state"))
    if state and state not in list(Assertion):
        raise _wrong(row, "state", f"'{state}' is none of {', '.join(Assertion)}: put back what stood there")
    key = term or "", label or "", Assertion(state) if state else None
    if key not in terms:
        raise _wrong(row, "term", f"'{key[0]}' for '{key[1]}' is not of the lexicon: take the row out")
    return key


def _decision(row: Row) -> Decision | None:
    said = (row.cells["decision"] or "").strip().lower()
    if said and said not in list(Decision):
        raise _wrong(row, "decision", f"'{row.cells['decision']}' is neither keep nor drop: write one, or nothing")
    return Decision(said) if said else None


def _heads(
    rows: Mapping[Key, Row], decisions: Mapping[Key, Decision | None], terms: Mapping[Key, LexiconTerm]
) -> dict[Key, Key]:
    """Return the head term of each synonym. Raises RecordError for one that cannot be."""
    by_name = {(folded(term), label, state): (term, label, state) for term, label, state in terms}
    said = {key: name for key, row in rows.items() if (name := (row.cells["synonym"] or "").strip())}
    heads = {}
    for key, name in said.items():
        head = by_name.get((folded(name), *key[1:]))
        wrong = (
            "" if decisions[key] is Decision.KEEP else "a synonym is kept: write keep beside it, or leave this empty"
        )
        if head is None:
            wrong = f"'{name}' is no term of '{key[1]}' in this lexicon: name one as it stands in column 'term'"
        elif head == key:
            wrong = "a term is no synonym of itself: leave it empty"
        elif head in said:
            wrong = f"'{name}' is itself a synonym, of '{said[head]}': name that"
        elif decisions[head] is not Decision.KEEP:
            wrong = f"'{name}' is not kept: keep it, or leave this empty"
        elif terms[head].direction != terms[key].direction:
            wrong = f"'{name}' is {terms[head].direction} the label, and this is not: the two cannot count as one"
        if wrong:
            raise _wrong(rows[key], "synonym", wrong)
        assert head is not None  # noqa: S101  # it would be wrong
        heads[key] = head
    return heads


def _place(row: Row) -> str:
    return f"{row.place} of sheet '{SHEET}'"


def _wrong(row: Row, column: str, what: str) -> RecordError:
    return RecordError(f"{_place(row)}, column '{column}': {what}")
