"""Which labels stand together, and how many a record has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from medtext.corpus.record import Record


@dataclass(frozen=True, slots=True)
class Pair:
    """Two labels and the records that have both.

    ``jaccard`` is the share of these among the records that have either (0 to 1);
    ``lift`` how many times as often both stand together as if they had nothing to do
    with each other (1: no more than by chance).
    """

    first: str
    second: str
    records: int
    jaccard: float
    lift: float


@dataclass(frozen=True, slots=True)
class Cooccurrence:
    """How labels stand together.

    ``pairs`` are those that do, the commonest first; ``per_record`` counts the records
    that have so many labels, ``mean`` is how many they have on average.
    """

    pairs: tuple[Pair, ...]
    per_record: dict[int, int]
    mean: float

    @classmethod
    def of(cls, records: Iterable[Record]) -> Cooccurrence:
        """Count the labels of labelled records, and their pairs.

        >>> records = [Record(id=str(number), labels=("a", "b")) for number in range(3)]
        >>> found = Cooccurrence.of([*records, Record(id="3", labels=())])
        >>> found.pairs, found.per_record, found.mean
        ((Pair(first='a', second='b', records=3, jaccard=1.0, lift=1.3333333333333333),), {0: 1, 2: 3}, 1.5)
        """
        single: Counter[str] = Counter()
        both: Counter[tuple[str, str]] = Counter()
        sizes: Counter[int] = Counter()
        for record in records:
            labels = sorted(record.labels or ())
            single.update(labels)
            both.update(combinations(labels, 2))
            sizes[len(labels)] += 1
        known = sizes.total()
        pairs = [
            Pair(a, b, count, count / (single[a] + single[b] - count), count * known / (single[a] * single[b]))
            for (a, b), count in both.items()
        ]
        pairs.sort(key=lambda pair: (-pair.records, pair.first, pair.second))
        return cls(tuple(pairs), dict(sorted(sizes.items())), single.total() / max(1, known))
