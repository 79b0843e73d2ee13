"""What ``medtext keywords --association`` shows: what the run uses terms for beside what they go with."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from medtext.cli.output import cell, new_table, table_text

if TYPE_CHECKING:
    from medtext.explain.association import TermAssociation
    from medtext.explain.strata import FoundStrata
    from medtext.explain.use import FoundUse

_TITLE = "Use against association: what the run uses terms for, and what they go with in the true labels"


def use_text(found: FoundUse, top: int | None, file: IO[str] | None) -> str:
    """Return at most ``top`` terms as a table, as wide as the terminal or a file, and what it rests on."""
    shown = found.said[:top]
    figures = (">label/term", ">use, %", "use", ">log-odds", ">95 % interval", "association", "together")
    table = new_table("term", "label", *figures)
    for row in shown:
        use, association = row.effect, row.association
        counts = f"{association.both}/{association.having}"
        percent = "–" if use.percent is None else f"{use.percent:+.1f}"
        measured = (counts, percent, use.verdict, _signed(association.log_odds))
        table.add_row(
            *map(cell, (use.term, use.label, *measured, _interval(association), association.verdict, row.pair))
        )
    parts = [table_text(table, _TITLE, file)] if shown else [f"{_TITLE}: nothing was discovered.\n"]
    if shown:
        parts.append(f"\n{len(shown)} of {len(found.said)} pairs of which something is known.\n")
    return "".join([*parts, *(f"{line}\n" for line in found.notes())])


def strata_text(found: FoundStrata, top: int | None, file: IO[str] | None) -> str:
    """Return at most ``top`` terms that do not simply hold within strata as a table, and what it rests on."""
    title, shown = f"Audit by {found.field}: what becomes of associations within strata", found.suspect[:top]
    table = new_table("term", "label", "use", ">overall", ">within", ">95 % interval", "association", "strata disagree")
    for row in shown:
        use, overall, within = row.overall.effect, row.overall.association, row.within
        ends = _interval(within) if within.p is not None else "–"
        figures = (use.term, use.label, use.verdict, _signed(overall.log_odds), _signed(within.log_odds), ends)
        table.add_row(*map(cell, (*figures, row.says, ", ".join(row.turned))))
    parts = (
        [table_text(table, title, file)]
        if shown
        else [f"{title}: {'all hold' if found.rows else 'there is no association to audit'}.\n"]
    )
    if shown:
        parts.append(f"\n{len(shown)} of {len(found.suspect)} pairs that do not simply hold.\n")
    return "".join([*parts, *(f"{line}\n" for line in found.notes())])


def _interval(row: TermAssociation) -> str:
    low = "-∞" if row.low is None else _signed(row.low)
    return f"{low} to {'∞' if row.high is None else _signed(row.high)}"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}"
