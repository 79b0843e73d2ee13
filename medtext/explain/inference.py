"""What was found of the terms of a run: their effects on one split, and what became of them on another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from medtext.explain.cluster_means import FEWEST, Direction
from medtext.explain.clusters import Patients
from medtext.explain.confirmation import Confirmation, Outcome
from medtext.explain.keywords import BLIND
from medtext.explain.strata import FoundStrata
from medtext.explain.use import FoundUse
from medtext.explain.verdicts import TermEffect, Verdict

DISCOVERED = (Verdict.FOR, Verdict.AGAINST)
_ORDER = (*DISCOVERED, Verdict.NONE, Verdict.OPEN, Verdict.TOO_FEW)


@dataclass(frozen=True)
class Confirmed:
    """A confirmation on a split, and how often that split had been opened for one before."""

    split: str
    opened_before: int
    found: Confirmation


@dataclass(frozen=True)
class FoundEffects:
    """Effects of terms, those that are surely great first, with what they rest on.

    ``header`` is that of ``TermEffects`` and of the table beside it; in it ``truncated`` counts texts that were left
    out, and ``unconverged`` explanations. ``patients`` says whether it is known which records are of one patient.
    """

    header: dict[str, Any]
    rows: tuple[TermEffect, ...]
    patients: Patients
    confirmed: Confirmed | None = None
    use: FoundUse | None = None
    strata: FoundStrata | None = None

    @property
    def discovered(self) -> list[TermEffect]:
        """The rows whose direction was discovered."""
        return [row for row in self.rows if row.verdict in DISCOVERED]

    @property
    def verdicts(self) -> dict[str, int]:
        """How many rows have each verdict, in the order of the rows."""
        counts = Counter(row.verdict for row in self.rows)
        return {str(verdict): counts[verdict] for verdict in _ORDER if counts[verdict]}

    @property
    def outcomes(self) -> dict[tuple[str, str], Outcome]:
        """What became of each discovered term and label on the other split."""
        return {(each.term, each.label): each.outcome for each in self.confirmed.found.terms} if self.confirmed else {}

    @property
    def lower_bounds(self) -> dict[tuple[str, str, Direction], float]:
        """How far each tested term moves each label at least, for it and against it, in logits, at 95 %."""
        bounds = {}
        for row in self.rows:
            if row.low is not None and row.high is not None:
                bounds[row.term, row.label, Direction.FOR] = row.low
                bounds[row.term, row.label, Direction.AGAINST] = -row.high
        return bounds

    def notes(self) -> list[str]:
        """Say what the rows rest on, and what they do not say, a sentence each."""
        counts = ", ".join(f"{count} {verdict}" for verdict, count in self.verdicts.items()) or "none"
        left_out, unsure = self.header["truncated"], self.header["unconverged"]
        lines = [BLIND] if self.header.get("least") == "inf" else []
        lines += [
            f"{len(self.rows)} pairs of term and label: {counts}. Discovered at q <= .05.",
            f"100 % is the median margin, {self.header['median_margin']:.3g} logits; "
            f"under {self.header['delta']:.2g} logits (5 %) counts as none. {self.header['clusters']} clusters.",
        ]
        if self.rows and all(row.verdict is Verdict.TOO_FEW for row in self.rows):
            lines.append(
                f"Every term stands in under {FEWEST} clusters, too few to say anything: ask more records, by "
                "--source, or by --shares in training."
            )
        if left_out or unsure:
            lines.append(f"{left_out} texts that were cut are left out; {unsure} explanations did not converge.")
        if self.header.get("seen"):
            lines.append(f"{self.header['seen']} texts are left out that stand in training, too.")
        if self.patients.caveat:
            lines.append(f"{self.patients.caveat} Records of one template are one cluster.")
        if self.confirmed:
            found, split = self.confirmed.found, self.confirmed.split
            kinds = ", ".join(f"{found.count(outcome)} {outcome}" for outcome in Outcome)
            lines.append(
                f"On {split} the {len(found.terms)} discovered of all labels were tried: {kinds} (Holm, .05); "
                f"{found.seen} clusters that discovery saw are left out. "
                f"Opened for this before: {self.confirmed.opened_before}."
            )
        lines.append("Used means: by this run, on texts that it did not learn from; never diagnostic, never causal.")
        return lines

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        document: dict[str, Any] = {
            "header": {**self.header, "patients": str(self.patients)},
            "rows": [asdict(row) for row in self.rows],
        }
        if self.confirmed is not None:
            found = self.confirmed.found
            document["confirmation"] = {
                "split": self.confirmed.split,
                "opened_before": self.confirmed.opened_before,
                "delta": found.delta,
                "seen": found.seen,
                "terms": [asdict(term) for term in found.terms],
            }
        if self.use is not None:
            document["association"] = self.use.to_json()
        if self.strata is not None:
            document["strata"] = self.strata.to_json()
        return document


def by_lower_bound(rows: Sequence[TermEffect]) -> list[TermEffect]:
    """Order rows: used for a label, used against one, then the others; within each what is surely great first.

    How great an effect surely is: the end of its interval that is nearer to zero, or beyond.
    """

    def key(row: TermEffect) -> tuple[int, float, str, str]:
        low, high = row.low, row.high
        surely = abs(row.theta) if low is None or high is None else low if row.theta >= 0 else -high
        return _ORDER.index(row.verdict), -surely, row.label, row.term

    return sorted(rows, key=key)
