"""What one or several reviewers make of a lexicon, and how far they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from medtext.corpus.assertion_rules import Assertion
from medtext.errors import OptionError
from medtext.explain.kappa import ReviewerAgreement, agreement
from medtext.explain.lexicon import Lexicon, LexiconTerm, Status
from medtext.explain.lexicon_sheet import Decision, Key, ReviewedSheet


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A term on which reviewers differ, with what each said, by name: a decision, and the head term of a synonym."""

    term: str
    label: str
    state: Assertion | None
    said: Mapping[str, str]
    kept: bool


@dataclass(frozen=True)
class Review:
    """The lexicon that is left, and what was decided.

    A term is kept where more reviewers keep it than drop it; a tie drops it. It is a synonym where
    more than half of those who keep it name the same head term, which has to be kept as well. ``undecided`` counts the
    rows on which nobody decided, which are dropped too.
    """

    lexicon: Lexicon
    reviewers: tuple[str, ...]
    terms: int
    kept: int
    synonyms: int
    undecided: int
    agreement: ReviewerAgreement | None
    disagreements: tuple[Disagreement, ...]

    @classmethod
    def of(cls, sheets: Sequence[ReviewedSheet]) -> Review:
        """Join the sheets of one or several reviewers. Raises OptionError where they are not of one lexicon."""
        first = sheets[0]
        seen: dict[str, ReviewedSheet] = {}
        for sheet in sheets:
            if sheet.lexicon != first.lexicon:
                raise OptionError(f"{sheet.path}: another lexicon than that of {first.path}: review one at a time")
            if sheet.reviewer in seen:
                raise OptionError(
                    f"{sheet.path}: reviewer '{sheet.reviewer}', as in {seen[sheet.reviewer].path}: "
                    "name each sheet's own in column 'reviewer', or leave one file out"
                )
            seen[sheet.reviewer] = sheet
        keys = [term.key for term in first.lexicon.terms]
        kept = {key for key in keys if _votes(sheets, key)[Decision.KEEP] > _votes(sheets, key)[Decision.DROP]}
        heads = {key: head for key in keys if key in kept and (head := _head(sheets, key)) in kept}
        # A head that others call a synonym of something else stays a term.
        heads = {key: head for key, head in heads.items() if head not in heads}
        return cls(
            lexicon=first.lexicon.with_terms(_joined(first.lexicon.terms, kept, heads)),
            reviewers=tuple(seen),
            terms=len(keys),
            kept=len(kept) - len(heads),
            synonyms=len(heads),
            undecided=sum(not _votes(sheets, key) for key in keys),
            agreement=_agreement(sheets, keys) if len(sheets) > 1 else None,
            disagreements=tuple(_disagreements(sheets, keys, kept)),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what was decided as plain values; the lexicon is a document of its own."""
        return {
            "reviewers": list(self.reviewers),
            "terms": self.terms,
            "kept": self.kept,
            "synonyms": self.synonyms,
            "undecided": self.undecided,
            "agreement": None if self.agreement is None else asdict(self.agreement),
            "disagreements": [asdict(each) for each in self.disagreements],
        }


def _votes(sheets: Sequence[ReviewedSheet], key: Key) -> Counter[Decision]:
    return Counter(said for sheet in sheets if (said := sheet.decisions[key]) is not None)


def _head(sheets: Sequence[ReviewedSheet], key: Key) -> Key | None:
    """Return the head term that more than half of those name who keep a term."""
    keeping = [sheet for sheet in sheets if sheet.decisions[key] is Decision.KEEP]
    ((head, times),) = Counter(sheet.heads.get(key) for sheet in keeping).most_common(1)
    return head if 2 * times > len(keeping) else None


def _joined(terms: Sequence[LexiconTerm], kept: set[Key], heads: Mapping[Key, Key]) -> tuple[LexiconTerm, ...]:
    """Return the kept terms, each with its synonyms and theirs."""
    names: dict[Key, list[str]] = {}
    for term in terms:
        if term.key in heads:
            names.setdefault(heads[term.key], []).extend((term.term, *term.synonyms))
    return tuple(
        replace(
            term,
            status=Status.REVIEWED,
            synonyms=tuple(dict.fromkeys((*term.synonyms, *names.get(term.key, ())))),
        )
        for term in terms
        if term.key in kept and term.key not in heads
    )


def _agreement(sheets: Sequence[ReviewedSheet], keys: Sequence[Key]) -> ReviewerAgreement | None:
    """Return how far reviewers agree on the rows that all of them decided on; None where there is no such row."""
    decided = [key for key in keys if all(sheet.decisions[key] is not None for sheet in sheets)]
    if not decided:
        return None
    said = np.array([[sheet.decisions[key] is Decision.KEEP for sheet in sheets] for key in decided])
    return agreement(said, [key[0] for key in decided])


def _disagreements(sheets: Sequence[ReviewedSheet], keys: Sequence[Key], kept: set[Key]) -> list[Disagreement]:
    found = []
    for key in keys:
        said = {sheet.reviewer: _said(sheet, key) for sheet in sheets if sheet.decisions[key] is not None}
        if len(set(said.values())) > 1:
            found.append(Disagreement(*key, said, key in kept))
    return found


def _said(sheet: ReviewedSheet, key: Key) -> str:
    head = sheet.heads.get(key)
    return f"{sheet.decisions[key]}" if head is None else f"{sheet.decisions[key]}, as {head[0]}"
