"""A keyword table as text: CSV, JSON, Markdown."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import Any

from medtext.explain.inference import FoundEffects
from medtext.explain.keywords import Keyword, KeywordTable

COLUMNS = ("rank", "keyword", "label", "frequency", "records", "mean_score")


def as_csv(table: KeywordTable, *, label: str | None = None, top: int | None = None) -> str:
    """Return the rows as CSV that Excel opens right: it starts with a byte-order mark."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(_cells, table.rows(label)[:top]))
    return "\ufeff" + stream.getvalue()


def as_json(
    table: KeywordTable, *, label: str | None = None, top: int | None = None, effects: FoundEffects | None = None
) -> str:
    """Return header and rows as one JSON document on one line, and the effects of terms where they were asked for."""
    rows = [dict(zip(COLUMNS, asdict(row).values(), strict=True)) for row in table.rows(label)[:top]]
    document: dict[str, Any] = {"header": table.header(), "rows": rows}
    if effects is not None:
        document["effects"] = effects.to_json()
    return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"


def as_markdown(table: KeywordTable, *, label: str | None = None, top: int | None = None) -> str:
    """Return header and rows as Markdown."""
    lines = [
        "  \n".join(f"{name}: {value}" for name, value in table.header().items()),
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|--:|---|---|--:|--:|--:|",
    ]
    rows = table.rows(label)[:top]
    lines += ["| " + " | ".join(_escaped(str(value)) for value in _cells(row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cells(row: Keyword) -> tuple[int | str, ...]:
    return (row.rank, row.keyword, row.label, row.count, row.records, f"{row.mean_score:.6f}")


def _escaped(text: str) -> str:
    for character in "\\`*_{}[]<>|":
        text = text.replace(character, f"\\{character}")
    return text
