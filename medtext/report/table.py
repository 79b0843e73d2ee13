"""A keyword table as text: CSV, JSON, Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medtext.explain.inference import FoundEffects
from medtext.explain.keywords import Key, Keyword, KeywordTable
from medtext.report.rows import rows_as_csv, rows_as_json, rows_as_markdown

COLUMNS = (
    *("rank", "keyword", "label", "direction", "frequency", "records", "patients", "templates", "containing"),
    *("mean_score", "least_rank", "greatest_rank"),
)
BOUND = "lower_bound"
"""A further column, where rows are ranked by it."""

Bounds = Mapping[Key, float]


def as_csv(
    table: KeywordTable, *, label: str | None = None, top: int | None = None, bounds: Bounds | None = None
) -> str:
    """Return the rows as CSV that Excel opens right: it starts with a byte-order mark. What is not known is empty."""
    rows = (_cells(row, bounded=bounds is not None) for row in table.rows(label, bounds)[:top])
    return rows_as_csv(_columns(bounds), rows)


def as_json(
    table: KeywordTable,
    *,
    label: str | None = None,
    top: int | None = None,
    effects: FoundEffects | None = None,
    bounds: Bounds | None = None,
) -> str:
    """Return header, rows and the stability of their order as one JSON document on one line.

    Rows have their contexts, where the table keeps some; the effects of terms are there if they were asked for.
    """
    more: dict[str, Any] = {"stability": table.stability(label).to_json()}
    if effects is not None:
        more["effects"] = effects.to_json()
    columns = [*_columns(bounds), *(["contexts"] if table.contexts else [])]
    rows = []
    for row in table.rows(label, bounds)[:top]:
        contexts = [[each.to_json() for each in row.contexts]] if table.contexts else []
        rows.append([*_values(row, bounded=bounds is not None), *contexts])
    return rows_as_json(table.header(), columns, rows, **more)


def as_markdown(
    table: KeywordTable, *, label: str | None = None, top: int | None = None, bounds: Bounds | None = None
) -> str:
    """Return header and rows as Markdown."""
    rows = (_cells(row, bounded=bounds is not None) for row in table.rows(label, bounds)[:top])
    return rows_as_markdown(table.header(), _columns(bounds), rows, texts=("keyword", "label", "direction"))


def _columns(bounds: Bounds | None) -> tuple[str, ...]:
    return COLUMNS if bounds is None else (*COLUMNS, BOUND)


def _values(row: Keyword, *, bounded: bool) -> list[Any]:
    """Return the values of the columns as they are."""
    counts = [row.count, row.records, row.patients, row.templates, row.containing]
    values = [row.rank, row.keyword, row.label, str(row.direction), *counts]
    return [*values, row.mean_score, row.least_rank, row.greatest_rank, *([row.lower_bound] if bounded else [])]


def _cells(row: Keyword, *, bounded: bool) -> list[int | str]:
    """Return the values of the columns as text; scores with six decimals, what is not known empty."""
    values = _values(row, bounded=bounded)
    return ["" if value is None else f"{value:.6f}" if isinstance(value, float) else value for value in values]
