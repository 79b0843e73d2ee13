"""Figures of models side by side."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from medtext.cli.output import cell, fits, new_table, table_text

HEADS = {
    "records": "records",
    "accuracy": "accuracy",
    "macro_precision": "macro P",
    "macro_recall": "macro R",
    "macro_f1": "macro F1",
    "micro_f1": "micro F1",
    "log_loss": "log loss",
    "mlogloss": "mlogloss",
    "s": "S",
    "macro_auc": "macro AUC",
    "micro_auc": "micro AUC",
    "macro_ap": "macro AP",
    "ece": "ECE",
    "bleu_1": "BLEU-1",
    "bleu_4": "BLEU-4",
    "rouge_l": "ROUGE-L",
    "meteor": "METEOR",
    "cider": "CIDEr-D",
    "present_micro_f1": "findings F1",
    "flip_rate": "flips",
    "missed_critical_rate": "missed",
    "aurc": "AURC",
    "unique": "unique",
    "commonest": "commonest",
}
"""What metrics are called in tables, in their order; only those that a task has are shown."""


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
