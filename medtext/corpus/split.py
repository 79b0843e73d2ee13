"""Which records a model learns from, is tuned on, and is judged by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import blake2b

from medtext.corpus.fold import fold_text
from medtext.corpus.record import Record
from medtext.errors import RecordError

NAMES = ("train", "val", "test")
_SHARE = 0.1  # of val, and of test; the rest is train


@dataclass(frozen=True, slots=True)
class Splits:
    """The three parts of a corpus, each in the order of the source."""

    train: tuple[Record, ...]
    val: tuple[Record, ...]
    test: tuple[Record, ...]

    def __iter__(self) -> Iterator[tuple[str, tuple[Record, ...]]]:
        for name in NAMES:
            yield name, self.of(name)

    def of(self, name: str) -> tuple[Record, ...]:
        """Return the part called ``name``: ``train``, ``val`` or ``test``."""
        parts: dict[str, tuple[Record, ...]] = {"train": self.train, "val": self.val, "test": self.test}
        return parts[name]


def group_of(record: Record) -> str:
    """Return what keeps records together: their group, else the folded text, else the images, else the id."""
    if record.group:
        return f"group:{record.group}"
    folded = fold_text(record.text)
    if folded:
        return f"text:{folded}"
    return "images:" + "\x1f".join(map(str, record.images)) if record.images else f"id:{record.id}"


def place(group: str, seed: int) -> float:
    """Return the fixed place of a group in [0, 1): a hash of seed and group, so that no other record moves it.

    >>> 0 <= place("group:a", 13) < 1
    True
    """
    content = f"{seed}\x1f{group}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big") / 2**64


def split_records(records: Sequence[Record], *, seed: int, stratify: bool = False) -> Splits:
    """Part records 8:1:1 into train, val and test; records of one group stay together.

    A split that a record was published with is kept. Where some records are
    published as ``train`` but none as ``val`` (or ``test``), that part is cut from
    the published training records in the same proportion. ``stratify`` places
    the groups of each label set by rank instead of by value: every label set of ten groups
    or more then has its share of each part, but adding a record may move others.
    Raises RecordError where a part would be empty.
    """
    splits = part_records(records, seed=seed, stratify=stratify)
    for name, part in splits:
        if not part:
            raise RecordError(
                f"no record falls into the {name} split ({len(records)} records in all): more records are needed"
            )
    return splits


def part_records(records: Sequence[Record], *, seed: int, stratify: bool = False) -> Splits:
    """Part records as ``split_records`` does, and take it where a part stays empty.

    Raises RecordError for a published split of another name.
    """
    published = {record.split for record in records} - {None}
    unknown = published - set(NAMES)
    if unknown:
        raise RecordError(f"split '{min(map(str, unknown))}' is not one of {', '.join(NAMES)}: rename it in the source")
    kept = published if published >= {"val", "test"} else published - {"train"}
    where = _by_rank([record for record in records if record.split not in kept], seed) if stratify else {}
    parts: dict[str, list[Record]] = {name: [] for name in NAMES}
    for record in records:
        name = record.split
        if name is None or name not in kept:
            group = group_of(record)
            name = _part(where[group] if stratify else place(group, seed), published)
        parts[name].append(record)
    return Splits(*(tuple(parts[name]) for name in NAMES))


def shared_texts(splits: Splits) -> dict[str, int]:
    """Count the records of ``val`` and ``test`` whose folded text also stands in ``train``."""
    trained = {fold_text(record.text) for record in splits.train if record.text}
    return {name: sum(fold_text(r.text) in trained for r in splits.of(name) if r.text) for name in ("val", "test")}


def _part(at: float, published: AbstractSet[str | None]) -> str:
    """Return the part at a place in [0, 1); parts that the source publishes get nothing more."""
    edge = 1.0
    for name in ("test", "val"):
        if name not in published:
            edge -= _SHARE
            if at >= edge:
                return name
    return "train"


def _by_rank(records: Sequence[Record], seed: int) -> dict[str, float]:
    strata: defaultdict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    stratum: dict[str, tuple[str, ...]] = {}
    for record in records:
        group = group_of(record)
        labels = stratum.setdefault(group, tuple(sorted(record.labels or ())))
        strata[labels][group] = place(group, seed)
    ranks: dict[str, float] = {}
    for labels, groups in strata.items():
        ordered = sorted(groups, key=lambda group: (groups[group], group))
        # An offset of its own for each stratum: else all small ones would leave out the same part.
        offset = place("\x1f".join(labels), seed)
        ranks |= {group: (rank + offset) / len(ordered) for rank, group in enumerate(ordered)}
    return ranks
