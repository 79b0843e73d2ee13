"""Texts that stand more than once: within a corpus, and on both sides of a split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import PurePath
from typing import TypeAlias

from medtext.corpus.record import Record

Parts: TypeAlias = Mapping[str, Sequence[Record]]
"""Records by the name of their part: ``train``, ``val``, ``test``, and others that no model learns from."""

LEAKS = (("val", "train"), ("test", "train"), ("test", "val"))
"""Which parts should not know each other: what is judged, and what was learned or tuned on."""

SHOWN = 60
"""Characters of a text that an example shows."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text that stands more than once: its beginning, and where it stands first, with the part."""

    text: str
    records: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Texts that stand more than once, compared by one key.

    ``texts`` are those texts, ``records`` the records that have one of them, ``within`` the
    same by part, counting only what stands twice in that part. ``across`` counts, for
    ``val in train`` and such, the records of the former whose text also stands in the latter.
    """

    texts: int
    records: int
    within: dict[str, int]
    across: dict[str, int]
    examples: tuple[Example, ...]


def find_duplicates(parts: Parts, key: Callable[[str], str], *, most: int = 10, places: int = 3) -> Duplicates:
    """Find the texts that stand more than once, where ``key`` says what makes two texts the same.

    Only hashes of texts are kept, so a corpus costs memory by its records, not by their
    lengths. Examples that stand in several parts come first, then the most frequent.
    """
    seen: dict[bytes, list[tuple[str, Record]]] = {}
    for name, records in parts.items():
        for record in records:
            if record.text:
                seen.setdefault(_hash(key(record.text)), []).append((name, record))
    repeated = [stands for stands in seen.values() if len(stands) > 1]
    within: Counter[str] = Counter()
    across: Counter[str] = Counter()
    for stands in repeated:
        counts = Counter(name for name, _ in stands)
        within.update({name: count for name, count in counts.items() if count > 1})
        across.update({f"{one} in {other}": counts[one] for one, other in LEAKS if counts[one] and counts[other]})
    # sorted is stable: what is equally frequent stays in the order of the source.
    ranked = sorted(repeated, key=lambda stands: (-len({name for name, _ in stands}), -len(stands)))
    return Duplicates(
        texts=len(repeated),
        records=sum(map(len, repeated)),
        within={name: within[name] for name in parts},
        across={f"{one} in {other}": across[f"{one} in {other}"] for one, other in LEAKS},
        examples=tuple(_example(stands, places) for stands in ranked[:most]),
    )


def shorten(text: str) -> str:
    """Return the beginning of a text on one line.

    >>> shorten("a" * 70)[-3:]
    'aa…'
    """
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"


def place_of(part: str, record: Record) -> str:
    """Say where a record stands, and in which part: only the file's name, as its folder is said elsewhere.

    >>> place_of("val", Record(id="7", place="/data/a.csv:3"))
    'a.csv:3 (val)'
    """
    where = PurePath(record.place).name if record.place else record.id
    return f"{where} ({part})"


def _example(stands: Sequence[tuple[str, Record]], places: int) -> Example:
    # One place of each part before the second of any: a leak must be seen.
    first: dict[str, tuple[str, Record]] = {}
    for name, record in stands:
        first.setdefault(name, (name, record))
    others = [each for each in stands if each not in first.values()]
    shown = [*first.values(), *others][:places]
    return Example(shorten(stands[0][1].text), len(stands), tuple(place_of(*each) for each in shown))


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
