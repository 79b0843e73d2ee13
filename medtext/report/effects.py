"""Effects of terms as CSV."""

from __future__ import annotations

from dataclasses import astuple, fields

from medtext.explain.inference import FoundEffects
from medtext.explain.verdicts import TermEffect
from medtext.report.rows import rows_as_csv


def effects_as_csv(found: FoundEffects) -> str:
    """Return rows as CSV that Excel opens right, with what became of each on another split; unknown is empty."""
    columns = [*(field.name for field in fields(TermEffect)), "outcome"]
    rows = ([*astuple(row), found.outcomes.get((row.term, row.label))] for row in found.rows)
    return rows_as_csv(columns, (["" if value is None else str(value) for value in row] for row in rows))
