"""Effects of terms as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields

from medtext.explain.verdicts import TermEffect

COLUMNS = tuple(field.name for field in fields(TermEffect))


def as_csv(rows: Sequence[TermEffect]) -> str:
    """Return rows as CSV that Excel opens right: it starts with a byte-order mark; what is not known is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(["" if value is None else str(value) for value in asdict(row).values()] for row in rows)
    return "\ufeff" + stream.getvalue()
