"""A sample of records that is the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from medtext.corpus.record import Record


def sampled(records: Sequence[Record], most: int) -> list[Record]:
    """Return at most so many records in their order: those whose ids have the smallest hashes.

    >>> [record.id for record in sampled([Record(id=id, text="x") for id in "abcd"], 2)]
    ['a', 'c']
    """
    if len(records) <= most:
        return list(records)
    keys = [blake2b(record.id.encode("utf-8", "surrogatepass"), digest_size=8).digest() for record in records]
    kept = set(sorted(range(len(records)), key=lambda row: keys[row])[:most])
    return [record for row, record in enumerate(records) if row in kept]
