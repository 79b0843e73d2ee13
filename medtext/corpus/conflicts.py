"""The same text under different labels: a model cannot learn both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from medtext.corpus.fold import fold_text
from medtext.corpus.record import Record


@dataclass(frozen=True, slots=True)
class Conflict:
    """One text, and for each set of labels the place where it first stands with them.

    >>> print(Conflict((("a.csv:3", ("胃",)), ("a.csv:9", ()))))
    a.csv:3 (胃) and a.csv:9 (no label)
    """

    sides: tuple[tuple[str, tuple[str, ...]], ...]

    def __str__(self) -> str:
        return " and ".join(f"{place} ({', '.join(labels) or 'no label'})" for place, labels in self.sides)


def conflicts(records: Iterable[Record]) -> list[Conflict]:
    """Return the texts that stand under different labels, in the order in which they first stand.

    Texts are compared folded (``fold_text``), labels as a set; records that are not
    labelled do not count. Only hashes, places and labels are kept, so records may
    come from a file of any size.
    """
    seen: dict[bytes, list[tuple[str, tuple[str, ...]]]] = {}
    for record in records:
        if record.labels is None or not record.text:
            continue
        folded = fold_text(record.text).encode("utf-8", "surrogatepass")
        sides = seen.setdefault(blake2b(folded, digest_size=16).digest(), [])
        if all(set(labels) != set(record.labels) for _, labels in sides):
            sides.append((record.place or record.id, record.labels))
    return [Conflict(tuple(sides)) for sides in seen.values() if len(sides) > 1]


def describe_conflicts(found: list[Conflict], *, most: int = 5) -> str:
    """Return one line about conflicts: how many there are, and the first of them.

    >>> describe_conflicts([Conflict((("a.csv:3", ("胃",)), ("a.csv:9", ("肠",))))])
    '1 text stands under different labels: a.csv:3 (胃) and a.csv:9 (肠)'
    """
    count = "1 text stands" if len(found) == 1 else f"{len(found):,} texts stand"
    shown = "; ".join(map(str, found[:most]))
    return f"{count} under different labels: {shown}{'; ...' if len(found) > most else ''}"
