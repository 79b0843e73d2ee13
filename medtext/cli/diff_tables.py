"""What ``medtext diff`` shows: answers, terms, ranked keywords."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from medtext.cli.output import cell, new_table, table_text

if TYPE_CHECKING:
    from medtext.explain.found_changes import FoundChanges
    from medtext.explain.verdicts import TermEffect
    from medtext.learn.answer_changes import AnswerChanges

_EACH, _RANKED = 10, 20
"""Terms of each kind of change, and keywords, where no other number is wished."""
_FIGURES = {"accuracy": "accuracy", "macro_f1": "macro F1", "log_loss": "log loss"}


def found_text(found: FoundChanges, top: int | None, file: IO[str] | None) -> str:
    """Return what changed as tables, as wide as the terminal or a file; ``top`` is the most rows of each."""
    parts = [f"{found.title}\n{_answers(found.answers, file)}", _terms(found, top, file), _ranks(found, top, file)]
    return "\n".join(parts)


def _answers(answers: AnswerChanges, file: IO[str] | None) -> str:
    said = "".join(f"{line}\n" for line in answers.notes())
    if not answers.labelled:
        return said
    keys = [key for key in _FIGURES if key in answers.before]
    table = new_table("=", *(f">{_FIGURES[key]}" for key in keys))
    table.add_row("A", *(cell(answers.before[key]) for key in keys))
    table.add_row("B", *(cell(answers.after[key]) for key in keys))
    if answers.differences:
        moved = [answers.differences[key] for key in keys]
        table.add_row("B - A", *(cell(_signed(each.value)) for each in moved))
        table.add_row("95 %", *(cell(f"{_signed(each.low)} to {_signed(each.high)}") for each in moved))
    return said + table_text(table, file=file)


def _signed(value: float) -> str:
    return f"{round(value, 4) + 0.0:+.4f}"


def _terms(found: FoundChanges, top: int | None, file: IO[str] | None) -> str:
    shown = found.first(_EACH) if top is None else found.discovered[:top]
    title = "Effects of terms in % of each run's median margin, all occurrences"
    table = new_table("term", "label", "=change", ">A", ">B", ">B - A", ">95 % interval")
    for row in (each.row for each in shown):
        apart = row.difference
        interval = f"{_points(apart.low)} to {_points(apart.high)}"
        table.add_row(
            *map(cell, (row.term, row.label, row.said, _percent(row.before), _percent(row.after))),
            *map(cell, (_points(apart.theta), interval)),
        )
    parts = [table_text(table, title, file)] if shown else [f"{title}: no difference was discovered.\n"]
    if shown:
        parts.append(
            f"\n{len(shown)} of {len(found.discovered)} discovered, of each kind those that are surely great first.\n"
        )
    return "".join([*parts, *(f"{line}\n" for line in found.notes())])


def _ranks(found: FoundChanges, top: int | None, file: IO[str] | None) -> str:
    moves = found.moves
    shown = moves.rows[: top or _RANKED]
    table = new_table("keyword", "label", ">rank A", ">rank B", "=moved", ">frequency A", ">frequency B")
    for move in shown:
        ranks = move.rank_before, move.rank_after
        table.add_row(
            *map(cell, (move.keyword, move.label, *ranks, move.said, move.frequency_before, move.frequency_after))
        )
    title = f"Ranked keywords at threshold {found.header['threshold']:g}, of the answers of each run"
    return table_text(table, title, file) + f"\n{len(shown)} of {moves.keywords} keywords. {moves.note}\n"


def _percent(effect: TermEffect) -> str:
    return _points(effect.percent)


def _points(value: float | None) -> str:
    return "–" if value is None else f"{value:+.1f}"
