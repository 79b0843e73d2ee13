"""Rows of a ranked table as text: CSV, JSON, Markdown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def rows_as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV that Excel opens right: it starts with a byte-order mark."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return "\ufeff" + stream.getvalue()


def rows_as_json(
    header: Mapping[str, Any], columns: Sequence[str], rows: Iterable[Sequence[object]], **more: Any
) -> str:
    """Return header and rows, and what else there is to say by its name, as one JSON document on one line."""
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    return json.dumps({"header": header, "rows": named, **more}, ensure_ascii=False, allow_nan=False) + "\n"


def rows_as_markdown(
    header: Mapping[str, Any], columns: Sequence[str], rows: Iterable[Sequence[object]], texts: Sequence[str]
) -> str:
    """Return header and rows as Markdown; columns that are not ``texts`` are set right."""
    marks = "|".join("---" if column in texts else "--:" for column in columns)
    lines = [
        "  \n".join(f"{name}: {value}" for name, value in header.items()),
        "",
        "| " + " | ".join(columns) + " |",
        f"|{marks}|",
    ]
    lines += ["| " + " | ".join(_escaped(str(value)) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    for character in "\\`*_{}[]<>|":
        text = text.replace(character, f"\\{character}")
    return text
