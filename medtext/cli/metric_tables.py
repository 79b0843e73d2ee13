"""Figures of models side by side."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from medtext.cli.output import cell, fits, new_table, table_text
from medtext.report.metric_heads import HEADS


def metrics_text(measured: dict[str, Any], title: str) -> str:
    """Return a table of model, baseline and majority, and one of what they do on texts not seen in training."""
    parts = {title: {name: row for name, row in measured.items() if name != "unseen"}}
    if "unseen" in measured:
        parts["Without the texts that were trained on"] = measured["unseen"]
    return "\n".join(table_text(_metrics_table(rows), head) for head, rows in parts.items())


def _metrics_table(rows: dict[str, dict[str, Any]]) -> Table:
    """Give each model a row; or a column, where rows are too wide for the terminal."""
    heads = {key: head for key, head in HEADS.items() if any(key in row for row in rows.values())}
    table = new_table("=", *(f">{head}" for head in heads.values()))
    for name, row in rows.items():
        table.add_row(cell(name), *(cell(row.get(key)) for key in heads))
    if fits(table):
        return table
    turned = new_table("=", *(f">{name}" for name in rows))
    for key, head in heads.items():
        turned.add_row(cell(head), *(cell(row.get(key)) for row in rows.values()))
    return turned
