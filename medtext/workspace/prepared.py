"""A record that a person can label."""

from __future__ import annotations

from dataclasses import dataclass

_JOINT = "|"
_NONE = "[]"


def write_labels(labels: tuple[str, ...] | None) -> str:
    """Write labels as one cell: joined by ``|``, ``[]`` for known to be none, nothing for not known.

    >>> [write_labels(labels) for labels in (("胃", "肠"), (), None)]
    ['胃|肠', '[]', '']
    """
    return "" if labels is None else _JOINT.join(labels) or _NONE


def read_labels(cell: str) -> tuple[str, ...] | None:
    """Read what ``write_labels`` wrote, or a person typed.

    >>> [read_labels(cell) for cell in ("胃 | 肠", "[]", "")]
    [('胃', '肠'), (), None]
    """
    if cell.strip() == _NONE:
        return ()
    return tuple(label for label in map(str.strip, cell.split(_JOINT)) if label) or None


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
    labels: tuple[str, ...] | None = None
    label_source: str = ""
    export_labels: tuple[str, ...] | None = None
    rule_labels: tuple[str, ...] | None = None
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
            "label": write_labels(self.labels),
            "label_source": self.label_source,
            "export_label": write_labels(self.export_labels),
            "rule_label": write_labels(self.rule_labels),
            "rule": self.rule,
            "note": self.note,
            "split": self.split,
            "place": self.place[self.place.rfind("/") + 1 :],
        }
