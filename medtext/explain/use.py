"""What a run uses terms for beside what they go with in the truth: a word for every pair of verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from medtext.explain.association import MARGIN, Association, TermAssociation
from medtext.explain.verdicts import TermEffect, Verdict

CAUTION = (
    "Real shortcuts (a site's header, an author, a pasted diagnosis) are used and associated: "
    "this does not find those; an audit by stratum does."
)


class Pair(StrEnum):
    """What use and association say together, those first that call for a look."""

    CONTRARY = "used against its association"
    ALONE = "used without marginal association (interaction, negation or accident)"
    UNUSED = "associated, not used"
    BOTH = "used and associated"
    USED = "used, association undetermined"
    ASSOCIATED = "associated, use undetermined"
    NEITHER = "neither"
    OPEN = "undetermined"
    TOO_FEW = "too few"

    @classmethod
    def of(cls, use: Verdict, association: Association) -> Pair:
        """Say what two verdicts are together.

        >>> str(Pair.of(Verdict.FOR, Association.AGAINST))
        'used against its association'
        """
        used, associated = _SIGNS[use], _SIGNS[association]
        if not used and not associated and (use is Verdict.TOO_FEW or association is Association.TOO_FEW):
            return cls.TOO_FEW
        if used and associated:
            return cls.BOTH if used == associated else cls.CONTRARY
        return _PAIRS.get((used and 1, associated and 1), cls.OPEN)


_SIGNS: dict[Verdict | Association, int | None] = {
    Verdict.FOR: 1,
    Verdict.AGAINST: -1,
    Verdict.NONE: 0,
    Verdict.OPEN: None,
    Verdict.TOO_FEW: None,
    Association.WITH: 1,
    Association.AGAINST: -1,
    Association.NONE: 0,
    Association.OPEN: None,
    Association.TOO_FEW: None,
}
_PAIRS: dict[tuple[int | None, int | None], Pair] = {
    (1, 0): Pair.ALONE,
    (1, None): Pair.USED,
    (0, 1): Pair.UNUSED,
    (None, 1): Pair.ASSOCIATED,
    (0, 0): Pair.NEITHER,
}


@dataclass(frozen=True, slots=True)
class TermUse:
    """A term and a label: how far it moves the label's answer, and how far its presence goes with the label."""

    effect: TermEffect
    association: TermAssociation

    @property
    def pair(self) -> Pair:
        """What both verdicts say together."""
        return Pair.of(self.effect.verdict, self.association.verdict)


@dataclass(frozen=True)
class FoundUse:
    """All terms and labels with use and association, those first that call for a look."""

    rows: tuple[TermUse, ...]

    @classmethod
    def of(cls, effects: Sequence[TermEffect], associations: Sequence[TermAssociation]) -> FoundUse:
        """Put together what was found of the same terms and labels.

        Within each kind of pair the order is that of the effects, or, where no use was discovered, that of how great
        the log-odds surely are. Raises KeyError where a term has no association.
        """
        found = {(each.term, each.label): each for each in associations}
        rows = [TermUse(effect, found[effect.term, effect.label]) for effect in effects]
        places = {kind: number for number, kind in enumerate(Pair)}

        def key(row: TermUse) -> tuple[int, float]:
            return places[row.pair], 0.0 if row.effect.direction else -row.association.surely

        return cls(tuple(sorted(rows, key=key)))

    @property
    def kinds(self) -> dict[str, int]:
        """How many rows are of each kind of pair, in the order of the rows."""
        counts = Counter(row.pair for row in self.rows)
        return {str(kind): counts[kind] for kind in Pair if counts[kind]}

    @property
    def said(self) -> list[TermUse]:
        """The rows of which both verdicts, or one that is discovered, say something."""
        return [row for row in self.rows if row.pair not in {Pair.OPEN, Pair.TOO_FEW}]

    def notes(self) -> list[str]:
        """Say what the rows rest on, and what they do not say, a sentence each."""
        kinds = "; ".join(f"{count} {kind}" for kind, count in self.kinds.items()) or "none"
        return [
            f"{len(self.rows)} pairs of term and label: {kinds}.",
            "Association is the log-odds ratio of the true label with and without the term; "
            f"within {MARGIN:.3f} (odds times 0.8 to 1.25) counts as none. Discovered at q <= .05, on each axis alone.",
            "Not discovered is never unused nor unassociated.",
            CAUTION,
        ]

    def to_json(self) -> dict[str, Any]:
        """Return associations, in the order of the rows, as plain values; effects stand beside them already."""
        return {
            "delta": MARGIN,
            "pairs": self.kinds,
            "rows": [{**asdict(row.association), "use": row.effect.verdict, "pair": row.pair} for row in self.rows],
        }
