"""What ``medtext stability`` shows in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

from medtext.cli.output import cell, new_table, table_text
from medtext.cli.prose import prose, short

if TYPE_CHECKING:
    from rich.table import Table

    from medtext.explain.rank_agreement import RankAgreement
    from medtext.explain.stability import LabelStability, Stability, StableRow

_SHOWN = 50
"""About so many rows in a terminal; a file has all of them."""
_FEWEST = 3
_WORD, _LABEL = 18, 12
"""Columns of a keyword and of a label, so that a table fits into 80."""


def stability_text(found: Stability, title: str, warnings: Sequence[str], file: IO[str] | None) -> str:
    """Return the rows, in a terminal the first of each label, then the agreement by label, then warnings."""
    each = max(_FEWEST, _SHOWN // max(len(found.labels), 1)) if file is None else found.top
    shown = [row for label in found.labels for row in label.rows[:each]]
    parts = [table_text(_rows(found, shown, whole=file is not None), title, file)]
    rest = f" ({each} of each label at most: --label and --format have all)" if len(shown) < len(found.rows) else ""
    parts.append(f"\n{len(shown)} of {len(found.rows)} rows{rest}.\n\n")
    parts.append(table_text(_labels(found), "How alike tops are: overlap, then Kendall's tau-b", file))
    told = [*notes(found), *(f"warning: {line}" for line in warnings)]
    return "".join([*parts, "\n", *(prose(line) if file is None else f"{line}\n" for line in told)])


def notes(found: Stability) -> list[str]:
    """Say what the figures are, a sentence or two each."""
    lines = [
        f"Ranks count within a label; its first {found.top} are its top. in top: the share of {found.replicates} "
        f"samples of the {found.clusters} clusters that have the keyword there; ranks: what 95 % of them give; "
        "~: samples do not tell it from the next.",
    ]
    if len(found.runs) > 1:
        lines.append(f"runs: how many of the {len(found.runs)} have it in their top, and the ranks that they give it.")
    if any(row.used is not None for row in found.rows):
        lines.append(
            "used: how many of the runs use it for the label, by all its occurrences (conf.: on another split too); "
            "few: it stands in under 20 clusters; –: a keyword of several words is no term."
        )
    if found.shuffled.overlap is not None:
        lines.append("shuffled: its rank when the weights of the first run are shuffled.")
    return lines


def _rows(found: Stability, shown: Sequence[StableRow], *, whole: bool) -> Table:
    several, used = len(found.runs) > 1, any(row.used is not None for row in shown)
    confirmed = used and any(each.outcome for row in shown for each in row.runs)
    blind = found.shuffled.overlap is not None
    heads = [">", "keyword", "label", ">freq.", ">in top", ">ranks"]
    heads += [">runs", ">ranks"] if several else []
    heads += ([">used"] if used else []) + ([">conf."] if confirmed else []) + ([">shuffled"] if blind else [])
    table = new_table(*heads)
    for row in shown:
        first = row.runs[0]
        texts = [row.keyword, row.label]
        named = [cell(each) for each in texts] if whole else [short(row.keyword, _WORD), short(row.label, _LABEL)]
        level = "~" if row.apart is False else ""
        figures = [row.count, f"{first.selected:.0%}", _range(first.low, first.high)]
        figures += [_of(row.in_top(found.top), row), _range(row.best, row.worst)] if several else []
        figures += [_of(row.used, row)] if used else []
        figures += [_of(row.confirmed, row)] if confirmed else []
        figures += [_rank(first.shuffled)] if blind else []
        table.add_row(cell(f"{row.rank}{level or ' '}"), *named, *map(cell, figures))
    return table


def _labels(found: Stability) -> Table:
    several, blind = len(found.runs) > 1, found.shuffled.overlap is not None
    heads = ["label", ">keywords", ">resampled"]
    heads += [">between runs"] if several else []
    heads += [">shuffled"] if blind else []
    table = new_table(*heads, ">level")
    for each in found.labels:
        level = f"{each.not_apart} of {each.neighbours}"
        table.add_row(*map(cell, (each.label, each.keywords, *_alike(each, several, blind), level)))
    if len(found.labels) > 1:
        level = f"{sum(each.not_apart for each in found.labels)} of {sum(each.neighbours for each in found.labels)}"
        table.add_row(*map(cell, ("mean", "", *_alike(found, several, blind), level)))
    return table


def _alike(found: LabelStability | Stability, several: bool, blind: bool) -> list[str]:
    kinds = [found.resampled, *([found.between] if several else []), *([found.shuffled] if blind else [])]
    return [agreement(each) for each in kinds]


def agreement(found: RankAgreement) -> str:
    """Return overlap and tau-b as a table has them."""
    overlap = "–" if found.overlap is None else f"{found.overlap:.0%}"
    tau = "–" if found.tau is None else f"{found.tau:+.2f}"
    return f"{overlap} {tau}"


def _range(low: int | None, high: int | None) -> str:
    if low == high:
        return _rank(low)
    return f"{_rank(low)} to {_rank(high)}"


def _rank(rank: int | None) -> str:
    return "none" if rank is None else str(rank)


def _of(share: float | None, row: StableRow) -> str:
    if share is None:
        return "few" if row.too_few or row.unconfirmable else "–"
    return f"{round(share * len(row.runs))}/{len(row.runs)}"
