"""Two ranked keyword tables of the same records side by side: what moved, what is new, what is gone."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Self

from medtext.explain.keywords import Keyword, KeywordTable
from medtext.explain.rank_agreement import tau_b


@dataclass(frozen=True, slots=True)
class KeywordMove:
    """A keyword in two tables: its ranks, None where a table has no row of it, and its frequencies."""

    keyword: str
    label: str
    rank_before: int | None
    rank_after: int | None
    frequency_before: int
    frequency_after: int

    @property
    def best(self) -> int:
        """The better of its ranks."""
        return min(rank for rank in (self.rank_before, self.rank_after) if rank is not None)

    @property
    def moved(self) -> int | None:
        """By how many ranks it rose; None for what is new or gone."""
        if self.rank_before is None or self.rank_after is None:
            return None
        return self.rank_before - self.rank_after

    @property
    def said(self) -> str:
        """Say how it moved: ``+3`` for three ranks up, ``new``, ``gone``, or ``=``."""
        if self.moved is None:
            return "new" if self.rank_before is None else "gone"
        return f"{self.moved:+d}" if self.moved else "="


@dataclass(frozen=True)
class RankMoves:
    """The keywords among the first ``top`` of either table, those of the best rank first.

    It describes, and has no error: spans are chosen for being high. ``tau`` is Kendall's tau-b of the two frequencies
    over these rows, what a table has no row of counting 0; None where all are equally frequent. Choosing them by the
    ends of either table draws it down: two tables of nothing but chance have one under zero. ``keywords`` counts those
    of either table.
    """

    rows: tuple[KeywordMove, ...]
    top: int
    keywords: int
    tau: float | None

    @property
    def note(self) -> str:
        """Say how alike the two orders are."""
        alike = "not defined" if self.tau is None else f"{self.tau:+.2f}"
        return f"Kendall's tau-b of their frequencies, over the first {self.top} of either run: {alike}."

    @classmethod
    def between(cls, before: KeywordTable, after: KeywordTable, labels: Container[str], top: int) -> Self:
        """Compare the rows of some labels; ranks count among these."""
        tables = before.keyed(labels), after.keyed(labels)
        keys = dict.fromkeys(key for table in tables for key in table)
        moves = [_move(*(table.get(key) for table in tables)) for key in keys]
        first = sorted((move for move in moves if move.best <= top), key=lambda move: (move.best, move.rank_after or 0))
        return cls(
            tuple(first),
            top,
            len(moves),
            tau_b(*([getattr(row, name) for row in first] for name in ("frequency_before", "frequency_after"))),
        )


def _move(before: Keyword | None, after: Keyword | None) -> KeywordMove:
    shown = after or before
    assert shown is not None  # noqa: S101  # a key is of one table at least
    return KeywordMove(
        shown.keyword,
        shown.label,
        before.rank if before else None,
        after.rank if after else None,
        before.count if before else 0,
        after.count if after else 0,
    )
