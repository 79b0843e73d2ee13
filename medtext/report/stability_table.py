"""The stability of a keyword table as text: CSV, JSON, Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from medtext.explain.rank_agreement import RankAgreement
from medtext.explain.stability import LabelStability, Stability, StableRow
from medtext.report.rows import rows_as_csv, rows_as_json, rows_as_markdown

COLUMNS = (
    "rank",
    "keyword",
    "label",
    "frequency",
    "records",
    "selected",
    "rank_low",
    "rank_high",
    "ahead",
    "in_top",
    "best",
    "worst",
    "used",
    "confirmed",
    "shuffled_rank",
)
"""Ranks and shares; of a rank or share that there is none of, nothing. What each means stands in reports/README.md."""


def as_csv(found: Stability) -> str:
    """Return the rows as CSV that Excel opens right: it starts with a byte-order mark."""
    return rows_as_csv(COLUMNS, (_cells(row, found.top) for row in found.rows))


def as_markdown(found: Stability, header: Mapping[str, Any], warnings: Sequence[str]) -> str:
    """Return header, rows and warnings as Markdown."""
    told = {**header, "runs": ", ".join(found.runs)}
    rows = (_cells(row, found.top) for row in found.rows)
    table = rows_as_markdown(told, COLUMNS, rows, texts=("keyword", "label"))
    return table + "".join(f"\nWarning: {line}\n" for line in warnings)


def as_json(found: Stability, header: Mapping[str, Any], warnings: Sequence[str]) -> str:
    """Return everything as one JSON document on one line: rows with what each run says, labels, pairs of runs."""
    return rows_as_json(
        header,
        (*COLUMNS, "runs"),
        ((*_values(row, found.top), [asdict(each) for each in row.runs]) for row in found.rows),
        labels=[_label(each) for each in found.labels],
        pairs=[{"runs": list(names), **asdict(each)} for names, each in found.pairs.items()],
        mean=_agreements(found),
        warnings=list(warnings),
    )


def _label(found: LabelStability) -> dict[str, Any]:
    return {
        "label": found.label,
        "keywords": found.keywords,
        **_agreements(found),
        "neighbours": found.neighbours,
        "not_apart": found.not_apart,
        "overlapping": found.overlapping,
    }


def _agreements(found: LabelStability | Stability) -> dict[str, dict[str, float | None]]:
    kinds: dict[str, RankAgreement] = {
        "resampled": found.resampled,
        "between": found.between,
        "shuffled": found.shuffled,
    }
    return {name: asdict(each) for name, each in kinds.items()}


def _values(row: StableRow, top: int) -> tuple[Any, ...]:
    first = row.runs[0]
    return (
        row.rank,
        row.keyword,
        row.label,
        row.count,
        row.records,
        first.selected,
        first.low,
        first.high,
        row.ahead,
        row.in_top(top),
        row.best,
        row.worst,
        row.used,
        row.confirmed,
        first.shuffled,
    )


def _cells(row: StableRow, top: int) -> list[str]:
    return [_cell(value) for value in _values(row, top)]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)
