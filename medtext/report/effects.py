"""Effects of terms as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields

from medtext.explain.verdicts import TermEffect
from medtext.report.rows import rows_as_csv


def effects_as_csv(rows: Sequence[TermEffect]) -> str:
    """Return rows as CSV that Excel opens right; what is not known is empty."""
    columns = [field.name for field in fields(TermEffect)]
    return rows_as_csv(columns, (["" if value is None else str(value) for value in astuple(row)] for row in rows))
