"""A keyword table as text: CSV, JSON, Markdown."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from medtext.explain.inference import FoundEffects
from medtext.explain.keywords import Keyword, KeywordTable
from medtext.report.rows import rows_as_csv, rows_as_json, rows_as_markdown

COLUMNS = ("rank", "keyword", "label", "frequency", "records", "mean_score")


def as_csv(table: KeywordTable, *, label: str | None = None, top: int | None = None) -> str:
    """Return the rows as CSV that Excel opens right: it starts with a byte-order mark."""
    return rows_as_csv(COLUMNS, map(_cells, table.rows(label)[:top]))


def as_json(
    table: KeywordTable, *, label: str | None = None, top: int | None = None, effects: FoundEffects | None = None
) -> str:
    """Return header and rows as one JSON document on one line, and the effects of terms where they were asked for."""
    more: dict[str, Any] = {} if effects is None else {"effects": effects.to_json()}
    return rows_as_json(table.header(), COLUMNS, map(astuple, table.rows(label)[:top]), **more)


def as_markdown(table: KeywordTable, *, label: str | None = None, top: int | None = None) -> str:
    """Return header and rows as Markdown."""
    rows = map(_cells, table.rows(label)[:top])
    return rows_as_markdown(table.header(), COLUMNS, rows, texts=("keyword", "label"))


def _cells(row: Keyword) -> tuple[int | str, ...]:
    return (row.rank, row.keyword, row.label, row.count, row.records, f"{row.mean_score:.6f}")
