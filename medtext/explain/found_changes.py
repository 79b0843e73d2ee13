"""What was found to have changed between two runs: their answers, their terms, their ranked keywords."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from medtext.explain.clusters import Patients
from medtext.explain.difference import Change, TermChange
from medtext.explain.rank_moves import RankMoves
from medtext.explain.verdicts import Verdict
from medtext.learn.answer_changes import AnswerChanges


@dataclass(frozen=True, slots=True)
class FoundChange:
    """A row, and the ids of up to three records, each of another cluster, that show a discovered change most."""

    row: TermChange
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundChanges:
    """What changed from run A to run B on the same records.

    ``header`` says what was compared and how; in it ``truncated`` counts texts that a run cut, which are left out of
    effects, ``unconverged_before`` and ``_after`` explanations, ``only_before`` and ``only_after`` the labels that one
    of them has. ``patients`` says whether it is known which records are of one patient.
    """

    header: dict[str, Any]
    answers: AnswerChanges
    changes: tuple[FoundChange, ...]
    moves: RankMoves
    patients: Patients

    @property
    def title(self) -> str:
        """Say what was compared."""
        header = self.header
        where = f"{header['split']} of {header['source']}"
        return f"{header['before']} (A) to {header['after']} (B), {where}, {header['records']} records"

    @property
    def discovered(self) -> list[FoundChange]:
        """The rows whose difference was discovered."""
        return [each for each in self.changes if each.row.change.discovered]

    def first(self, each: int) -> list[FoundChange]:
        """Return the first discovered rows of every kind, at most so many of each."""
        kinds = groupby(self.discovered, key=lambda found: found.row.change)
        return [found for _, rows in kinds for found in islice(rows, each)]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came out so, in the order of the rows."""
        found = Counter(each.row.change for each in self.changes)
        return {str(change): found[change] for change in Change if found[change]}

    def notes(self) -> list[str]:
        """Say what the rows rest on, and what they do not say, a sentence or two each."""
        header = self.header
        counts = ", ".join(f"{count} {change}" for change, count in self.counts.items()) or "none"
        margins = f"{header['median_margin_before']:.3g} and {header['median_margin_after']:.3g} logits"
        lines = [
            f"{len(self.changes)} pairs of term and label: {counts}. Discovered at q <= .05: over 5 points apart.",
            *self._unused(),
            f"100 % is each run's own median margin ({margins}), as logits of two runs are on no one scale; "
            f"under 5 points count as no change. {header['clusters']} clusters.",
        ]
        unsure = header["unconverged_before"] + header["unconverged_after"]
        if header["truncated"] or unsure:
            lines.append(
                f"{header['truncated']} texts that were cut are left out; {unsure} explanations did not converge."
            )
        if self.patients.caveat:
            lines.append(f"{self.patients.caveat} Records of one template are one cluster.")
        for name, key in (("A", "only_before"), ("B", "only_after")):
            if header[key]:
                own = ", ".join(header[key])
                lines.append(
                    f"Labels of {name} alone are left out: {own}. What it is asked is another question by them."
                )
        lines.append(
            "Changed means: between these two models, on these texts. Another seed moves terms too; how much, "
            "two runs that differ in nothing else tell."
        )
        return lines

    def _unused(self) -> list[str]:
        """Say of what came and went how often it is not sure that the other run does not use it."""
        unused = [each.row.unused for each in self.changes if each.row.unused]
        if Verdict.OPEN not in unused:
            return []
        return [
            f"Of {len(unused)} that came or went, {unused.count(Verdict.NONE)} are equivalent to none in the other "
            f"run; of {unused.count(Verdict.OPEN)} (?) that is not known: they may be stronger or weaker only."
        ]
