"""A record that a person can label."""

from __future__ import annotations

from dataclasses import dataclass

JOINT = "|"
"""What stands between labels in one cell, where there are many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A record made ready: ``before`` is its text as exported, ``label_source`` is export, rule, hand or empty."""

    id: str
    text: str
    before: str
    place: str
    group: str | None = None
    part: str | None = None
    split: str | None = None
    words: str | None = None
    labels: tuple[str, ...] = ()
    label_source: str = ""
    export_labels: tuple[str, ...] = ()
    rule_labels: tuple[str, ...] = ()
    rule: str = ""
    note: str = ""

    def cells(self) -> dict[str, str | None]:
        """Return every cell that a sheet may show of it."""
        return {
            "id": self.id,
            "group": self.group,
            "part": self.part,
            "text": self.text,
            "words": self.words,
            "label": JOINT.join(self.labels),
            "label_source": self.label_source,
            "export_label": JOINT.join(self.export_labels),
            "rule_label": JOINT.join(self.rule_labels),
            "rule": self.rule,
            "note": self.note,
            "split": self.split,
            "place": self.place,
        }
