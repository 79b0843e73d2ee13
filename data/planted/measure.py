"""How well spans and keyword tables meet what was planted: the measures that README.md defines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .truth import Truth

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What a heat map said of one answered text.

    ``label`` is the answer, ``gold`` the true label; ``spans`` are the stretches over the
    threshold; the rest are those that were planted: what counts, and what does not.
    """

    text: str
    label: str
    gold: str
    spans: Sequence[Stretch]
    evidence: Sequence[Stretch]
    decoys: Sequence[Stretch] = ()
    shortcuts: Sequence[Stretch] = ()
    idle: Sequence[Stretch] = ()

    @property
    def due(self) -> Sequence[Stretch]:
        """The planted evidence of the label that was answered: none where the answer is wrong."""
        return self.evidence if self.label == self.gold else ()

    @property
    def right(self) -> int:
        """Spans that overlap planted evidence of their label."""
        return sum(_meets(span, self.due) for span in self.spans)


@dataclass
class Measures:
    """The measures of one table and its heat maps; ``truth`` says what could be found.

    Each is a share from 0 to 1, or None where there is nothing to take a share of.
    """

    truth: Truth
    spans: int = 0
    right: int = 0
    whole: int = 0
    due: int = 0
    hit: int = 0
    with_evidence: int = 0
    met: int = 0
    empty: int = 0
    empty_with_spans: int = 0
    decoys: int = 0
    shortcuts: int = 0
    idle: int = 0
    labelled_spans: int = 0
    labelled_right: int = 0
    map_precision: list[float] = field(default_factory=list)
    map_recall: list[float] = field(default_factory=list)
    _rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    _planted: set[tuple[str, str]] = field(default_factory=set)
    _from_empty: set[tuple[str, str]] = field(default_factory=set)

    def add(self, found: Found) -> None:
        """Count one answered text."""
        self.spans += len(found.spans)
        self.right += found.right
        if found.label != self.truth.other:
            self.labelled_spans += len(found.spans)
            self.labelled_right += found.right
        self.whole += sum(tuple(span) in set(found.due) for span in found.spans)
        wrong = [span for span in found.spans if not _meets(span, found.due)]
        self.decoys += sum(_meets(span, found.decoys) for span in wrong)
        self.shortcuts += sum(_meets(span, found.shortcuts) for span in wrong)
        self.idle += sum(_meets(span, found.idle) for span in wrong)
        for start, end in found.spans:
            self._rows[found.text[start:end].lower(), found.label] += 1
        if found.spans:
            self.map_precision.append(found.right / len(found.spans))
        if not found.evidence:
            self.empty += 1
            self.empty_with_spans += bool(found.spans)
            self._from_empty |= {(found.text[start:end].lower(), found.label) for start, end in found.spans}
        if found.due:
            hit = sum(_meets(stretch, found.spans) for stretch in found.due)
            self.due += len(found.due)
            self.hit += hit
            self.with_evidence += 1
            self.met += bool(hit)
            self.map_recall.append(hit / len(found.due))
            self._planted |= {(found.label, cue) for cue in _cues_in(found, self.truth)}

    def figures(self) -> dict[str, float | None]:
        """Return every measure by its name in README.md."""
        rows = list(self._rows)
        right = [row for row in rows if _may(row, self.truth)]
        return {
            "precision": _share(self.right, self.spans),
            "labelled precision": _share(self.labelled_right, self.labelled_spans),
            "row precision": _share(len(right), len(rows)),
            "recall": _share(self.hit, self.due),
            "record recall": _share(self.met, self.with_evidence),
            "cue recall": _share(sum(self._listed(label, cue) for label, cue in self._planted), len(self._planted)),
            "whole": _share(self.whole, self.right),
            "decoy spans": _share(self.decoys, self.spans),
            "decoy rows": _share(sum(_is_decoy(row, self.truth) for row in rows if row not in right), len(rows)),
            "shortcut spans": _share(self.shortcuts, self.spans),
            "idle spans": _share(self.idle, self.spans),
            "empty texts with spans": _share(self.empty_with_spans, self.empty),
            "rows from empty texts": _share(len(self._from_empty), len(rows)),
            "map precision": _mean(self.map_precision),
            "map recall": _mean(self.map_recall),
            "rows": float(len(rows)),
            "spans": float(self.spans),
        }

    def _listed(self, label: str, cue: str) -> bool:
        return any(of == label and _nested(keyword, cue.lower()) for keyword, of in self._rows)


def _cues_in(found: Found, truth: Truth) -> Iterable[str]:
    for start, end in found.due:
        planted = found.text[start:end].lower()
        yield from (cue for cue in truth.cues[found.label] if planted.endswith(cue.lower()))


def _may(row: tuple[str, str], truth: Truth) -> bool:
    """Whether a keyword is, holds or is part of evidence of its label."""
    keyword, label = row
    return any(_nested(keyword, evidence.lower()) for evidence in truth.evidence.get(label, ()))


def _is_decoy(row: tuple[str, str], truth: Truth) -> bool:
    return any(_nested(row[0], decoy.lower()) for decoy in truth.decoys)


def _nested(one: str, other: str) -> bool:
    return one in other or other in one


def _meets(stretch: Stretch, others: Iterable[Stretch]) -> bool:
    return any(stretch[0] < end and start < stretch[1] for start, end in others)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
