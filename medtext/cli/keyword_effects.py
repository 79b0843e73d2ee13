"""What ``medtext keywords --infer`` shows beside the table of keywords."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from medtext.cli.output import cell, new_table, table_text

if TYPE_CHECKING:
    from medtext.explain.inference import FoundEffects
    from medtext.explain.verdicts import TermEffect


def effects_text(found: FoundEffects, top: int | None, file: IO[str] | None) -> str:
    """Return at most ``top`` discovered terms as a table, as wide as the terminal or a file, and what it rests on."""
    shown, split = found.discovered[:top], found.confirmed.split if found.confirmed else None
    heads = ("term", "label", ">records", ">clusters", ">effect, %", ">95 % interval", ">q", "verdict")
    table = new_table(*heads, *([f"on {split}"] if split else []))
    for row in shown:
        figures = (row.term, row.label, row.records, row.clusters, _percent(row.percent), _interval(row), _q(row))
        outcome = [found.outcomes[row.term, row.label]] if split else []
        table.add_row(*map(cell, (*figures, str(row.verdict), *map(str, outcome))))
    title = "What the run uses terms for: all occurrences, no threshold"
    parts = [table_text(table, title, file)] if shown else [f"{title}: nothing was discovered.\n"]
    if shown:
        parts.append(f"\n{len(shown)} of {len(found.discovered)} discovered, those that are surely great first.\n")
    return "".join([*parts, *(f"{line}\n" for line in found.notes())])


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:+.1f}"


def _interval(row: TermEffect) -> str:
    return f"{_percent(row.percent_low)} to {_percent(row.percent_high)}"


def _q(row: TermEffect) -> str:
    return "–" if row.q is None else f"{row.q:.3f}" if row.q >= 0.001 else "<.001"
