"""A keyword table as ``medtext keywords`` and ``medtext merge`` show it."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rich.cells import cell_len

from medtext.cli.keyword_effects import effects_text
from medtext.cli.keyword_use import strata_text, use_text
from medtext.cli.output import cell, new_table, table_text
from medtext.cli.table_format import TableFormat

if TYPE_CHECKING:
    from medtext.explain.contexts import Context
    from medtext.explain.inference import FoundEffects
    from medtext.explain.keywords import Keyword, KeywordTable
    from medtext.report.table import Bounds

_SHOWN = 50
"""Rows in a terminal, where no --top is named."""
_AROUND = 24
"""Columns on either side of a keyword in its context."""


@dataclass(frozen=True)
class Shown:
    """A table and the choices of how to show it: ``bounded`` ranks by the lower bounds of the ``effects``."""

    table: KeywordTable
    title: str
    effects: FoundEffects | None
    label: str | None
    top: int | None
    bounded: bool = False

    @property
    def bounds(self) -> Bounds | None:
        """What rows are ranked by, if not by frequency."""
        return self.effects.lower_bounds if self.effects is not None and self.bounded else None

    def written(self, form: TableFormat, output: Path | None) -> str:
        """Return the table in the form that was asked for; CSV and Markdown hold the keywords alone."""
        from medtext.report import table as written

        label, top, bounds = self.label, self.top, self.bounds
        if form is TableFormat.JSON:
            return written.as_json(self.table, label=label, top=top, effects=self.effects, bounds=bounds)
        if form is TableFormat.CSV:
            return written.as_csv(self.table, label=label, top=top, bounds=bounds)
        if form is TableFormat.MARKDOWN:
            return written.as_markdown(self.table, label=label, top=top, bounds=bounds)
        most = top or (_SHOWN if output is None else None)
        rows = self.table.rows(label, bounds)
        files = (None if output is None else StringIO() for _ in range(5))
        parts = [self._rows(rows[:most], next(files)) + self._footer(len(rows), len(rows[:most]))]
        if self.table.contexts:
            parts.append(_contexts(rows[:most], self.table.contexts, next(files)))
        if self.effects is not None:
            parts.append(effects_text(self.effects, most, next(files)))
            if self.effects.use is not None:
                parts.append(use_text(self.effects.use, most, next(files)))
            if self.effects.strata is not None:
                parts.append(strata_text(self.effects.strata, most, next(files)))
        return "\n".join(parts)

    def _rows(self, rows: list[Keyword], file: IO[str] | None) -> str:
        both = len(self.table.directions) > 1
        heads = ["label", *(["speaks"] if both else []), ">frequency", ">records", ">containing", ">mean score"]
        table = new_table(">rank", "keyword", *heads, *([">lower bound"] if self.bounded else []))
        for row in rows:
            counts = (row.count, row.records, "–" if row.containing is None else row.containing)
            said = [str(row.direction)] if both else []
            cells = [row.rank, row.keyword, row.label, *said, *counts, f"{row.mean_score:+.3f}"]
            if self.bounded:
                cells.append("–" if row.lower_bound is None else f"{row.lower_bound:+.3f}")
            table.add_row(*map(cell, cells))
        return table_text(table, self.title, file)

    def _footer(self, rows: int, shown: int) -> str:
        from medtext.explain.keywords import BLIND, UNBOUNDED

        made = self.table
        gap = "" if made.greatest_gap == 0 else f", greatest gap {made.greatest_gap:.2g} logits"
        unsure = f", {made.unconverged} not converged{gap}" if made.adds_up else ""
        least = made.stability(self.label).least
        lines = [
            f"{shown} of {rows} keywords at threshold {made.threshold:g}.",
            f"{made.records} records, {made.explained} answers explained: {made.without_evidence} without evidence"
            f"{unsure}; {made.truncated} texts cut.",
            f"Scores: {made.how}.",
        ]
        if least is not None:
            lines.append(
                f"Order at other thresholds, .1 to .5: Kendall's tau-b {least[1]:.2f} and more (least at {least[0]:g})."
            )
        if self.bounded:
            lines.append(UNBOUNDED)
        if made.settings.get("least") == "inf":
            lines.append(BLIND)
        return "".join(f"\n{line}" for line in lines) + "\n"


def _contexts(rows: list[Keyword], most: int, file: IO[str] | None) -> str:
    """Return the places of keywords below each other, the keywords in one column."""
    table = new_table(">before", "=keyword", "=after", "record")
    for row in rows:
        for each in row.contexts:
            table.add_row(*map(cell, (_end(each.before), each.keyword, _beginning(each), each.record)))
    return table_text(table, f"In context: at most {most} places of each keyword, picked by hash", file)


def _beginning(context: Context) -> str:
    return _end(context.after[::-1])[::-1]


def _end(text: str) -> str:
    """Return the end of a text, in at most so many columns as there is room for.

    >>> _end("胃窦" * 10 + "光滑")
    '…窦胃窦胃窦胃窦胃窦光滑'
    """
    if cell_len(text) <= _AROUND:
        return text
    while cell_len(text) >= _AROUND:
        text = text[1:]
    return f"…{text}"
