"""What changed between two runs as text: CSV, JSON, Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields

from medtext.explain.found_changes import FoundChange, FoundChanges
from medtext.explain.rank_moves import KeywordMove
from medtext.report.rows import rows_as_csv, rows_as_json, rows_as_markdown

_RUNS = ("before", "after")
_OWN = ("percent", "percent_low", "percent_high", "q", "verdict")
"""What is told of a term in each of the runs."""
_TESTED = {"theta": "difference", "low": "low", "high": "high", "p": "p", "q": "q", "q_by": "q_by"}
"""What is told of the difference, in points of percent, and by which names."""

COLUMNS = (
    *("term", "label", "change", "records", "clusters"),
    *_TESTED.values(),
    *(f"{name}_{run}" for run in _RUNS for name in _OWN),
    "examples",
)
RANKS = (*(field.name for field in fields(KeywordMove)), "moved")


def changes_as_csv(found: FoundChanges, top: int | None = None) -> str:
    """Return the terms as CSV that Excel opens right: figures in percent of medians, unknown is empty."""
    return rows_as_csv(COLUMNS, _written(map(_cells, found.changes[:top])))


def ranks_as_csv(found: FoundChanges) -> str:
    """Return the ranked keywords as CSV that Excel opens right; no rank is empty."""
    return rows_as_csv(RANKS, _written(_ranked(found)))


def changes_as_json(found: FoundChanges, top: int | None = None) -> str:
    """Return everything as one JSON document on one line."""
    keywords = {
        "top": found.moves.top,
        "keywords": found.moves.keywords,
        "tau": found.moves.tau,
        "rows": [dict(zip(RANKS, row, strict=True)) for row in _ranked(found)],
    }
    header = {**found.header, "patients": str(found.patients)}
    rows = map(_cells, found.changes[:top])
    return rows_as_json(header, COLUMNS, rows, answers=found.answers.to_json(), keywords=keywords)


def changes_as_markdown(found: FoundChanges, top: int | None = None) -> str:
    """Return header and terms as Markdown."""
    texts = ("term", "label", "change", "verdict_before", "verdict_after", "examples")
    rows = _written(map(_cells, found.changes[:top]))
    header = {**found.header, "patients": str(found.patients)}
    return rows_as_markdown(header, COLUMNS, rows, texts)


def _cells(each: FoundChange) -> tuple[object, ...]:
    row, found = each.row, each.row.difference
    own = (getattr(effect, name) for effect in (row.before, row.after) for name in _OWN)
    tested = (getattr(found, name) for name in _TESTED)
    return (row.term, row.label, row.said, found.records, found.clusters, *tested, *own, list(each.examples))


def _ranked(found: FoundChanges) -> Iterator[tuple[object, ...]]:
    return ((*astuple(move), move.moved) for move in found.moves.rows)


def _written(rows: Iterable[Iterable[object]]) -> Iterator[list[str]]:
    """Write every cell: what is not known as nothing, several ids with a semicolon between."""
    for row in rows:
        yield ["; ".join(each) if isinstance(each, list) else "" if each is None else str(each) for each in row]
