"""How many records, patients and labels the parts of a corpus have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from medtext.corpus.duplicates import Parts
from medtext.corpus.record import Record


@dataclass(frozen=True, slots=True)
class PartCount:
    """What a part holds: records, those with a text, images or a target, and groups (patients, studies).

    ``grouped`` counts the records that name a group, ``largest`` the records of the largest one.
    """

    records: int
    labelled: int
    texts: int
    images: int
    targets: int
    groups: int
    grouped: int
    largest: int

    @classmethod
    def of(cls, records: Sequence[Record]) -> PartCount:
        """Count a part.

        >>> PartCount.of([Record(id="1", text="a", group="p"), Record(id="2", text="b", labels=(), group="p")]).largest
        2
        """
        groups = Counter(record.group for record in records if record.group)
        return cls(
            records=len(records),
            labelled=sum(record.labels is not None for record in records),
            texts=sum(bool(record.text) for record in records),
            images=sum(len(record.images) for record in records),
            targets=sum(record.target is not None for record in records),
            groups=len(groups),
            grouped=groups.total(),
            largest=max(groups.values(), default=0),
        )


@dataclass(frozen=True, slots=True)
class LabelCount:
    """The records of one label: all, their share of the labelled ones, and those of each part."""

    label: str
    records: int
    share: float
    parts: dict[str, int]


def count_labels(parts: Parts, labels: Sequence[str]) -> list[LabelCount]:
    """Count the records of each label in each part, the commonest label first.

    >>> [row] = count_labels({"train": [Record(id="1", text="a", labels=("x",))], "val": []}, ["x"])
    >>> row
    LabelCount(label='x', records=1, share=1.0, parts={'train': 1, 'val': 0})
    """
    counts = {
        name: Counter(label for record in records for label in record.labels or ()) for name, records in parts.items()
    }
    known = sum(record.labels is not None for records in parts.values() for record in records)
    rows = [
        LabelCount(label, total, total / max(1, known), {name: counted[label] for name, counted in counts.items()})
        for label in labels
        for total in [sum(counted[label] for counted in counts.values())]
    ]
    return sorted(rows, key=lambda row: -row.records)
