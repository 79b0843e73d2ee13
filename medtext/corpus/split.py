"""Which records a model learns from, is tuned on, and is judged by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import blake2b

from medtext.corpus.fold import fold_text
from medtext.corpus.record import Record
from medtext.errors import OptionError, RecordError

NAMES = ("train", "val", "test")
SHARES = (8, 1, 1)
"""How records are parted into train, val and test, where nothing else is said."""


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


@dataclass(frozen=True, slots=True)
class Plan:
    """How records are parted.

    ``shares`` are those of train, val and test; a test part of none is left out. Of ``folds`` parts of
    equal size, the ``fold``-th (from 1) is the test part instead, and val is taken from the rest by its share beside
    train's; what the source publishes does not count then. ``stratify`` places the groups of each label set by rank
    instead of by value: every label set of ten groups or more then has its share of each part, but adding a record
    may move others. Raises OptionError.
    """

    seed: int = 13
    stratify: bool = False
    shares: tuple[int, int, int] = SHARES
    folds: int = 0
    fold: int = 0

    def __post_init__(self) -> None:
        if len(self.shares) != 3 or min(self.shares) < 0 or min(self.shares[:2]) == 0:
            raise OptionError("--shares: expected those of train, val and test, such as 8:1:1 or, without test, 9:1:0")
        if (self.folds or self.fold) and not 1 <= self.fold <= self.folds != 1:
            raise OptionError(f"--fold {self.fold}/{self.folds}: expected one of two or more, such as 1/5")


USUAL = Plan()
"""Eight parts to train, one to tune, one to judge by."""


def split_records(records: Sequence[Record], plan: Plan) -> Splits:
    """Part records into train, val and test; records of one group stay together.

    A split that a record was published with is kept. Where some records are
    published as ``train`` but none as ``val`` (or ``test``), that part is cut from
    the published training records in the same proportion.
    Raises RecordError where a part would be empty.
    """
    splits = part_records(records, plan)
    for name, part in splits:
        if not part and (name != "test" or plan.shares[2] or plan.folds):
            raise RecordError(
                f"no record falls into the {name} split ({len(records)} records in all): more records are needed"
            )
    return splits


def part_records(records: Sequence[Record], plan: Plan) -> Splits:
    """Part records as ``split_records`` does, and take it where a part stays empty.

    Raises RecordError for a published split of another name.
    """
    published = {record.split for record in records} - {None}
    unknown = published - set(NAMES)
    if unknown:
        raise RecordError(f"split '{min(map(str, unknown))}' is not one of {', '.join(NAMES)}: rename it in the source")
    parts = _fold(records, plan) if plan.folds else _shared(records, plan, published)
    return Splits(*(tuple(each for each, name in zip(records, parts, strict=True) if name == part) for part in NAMES))


def _shared(records: Sequence[Record], plan: Plan, published: AbstractSet[str | None]) -> list[str]:
    """Name each record's part, by what is published and by shares."""
    kept = published if published >= {"val", "test"} else published - {"train"}
    places = _places([record for record in records if record.split not in kept], plan.seed, stratify=plan.stratify)
    edges = dict(zip(("val", "test"), plan.shares[1:], strict=True))
    return [
        record.split
        if record.split is not None and record.split in kept
        else _part(places[group_of(record)], {name: edges[name] for name in edges if name not in published}, plan)
        for record in records
    ]


def _fold(records: Sequence[Record], plan: Plan) -> list[str]:
    """Name each record's part: a fold is the test part, and val comes from the others."""
    places = _places(records, plan.seed, stratify=plan.stratify)
    tested = [int(places[group_of(record)] * plan.folds) + 1 == plan.fold for record in records]
    rest = [record for record, out in zip(records, tested, strict=True) if not out]
    again = _places(rest, plan.seed + 1, stratify=plan.stratify)  # a seed of its own, as these have one side only
    edge = plan.shares[0] / sum(plan.shares[:2])
    return [
        "test" if out else "val" if again[group_of(record)] >= edge else "train"
        for record, out in zip(records, tested, strict=True)
    ]


def shared_texts(splits: Splits) -> dict[str, int]:
    """Count the records of ``val`` and ``test`` whose folded text also stands in ``train``."""
    trained = {fold_text(record.text) for record in splits.train if record.text}
    return {name: sum(fold_text(r.text) in trained for r in splits.of(name) if r.text) for name in ("val", "test")}


def _part(at: float, open_parts: Mapping[str, int], plan: Plan) -> str:
    """Return the part at a place in [0, 1); parts that the source publishes are not open."""
    edge = 1.0
    for name in ("test", "val"):
        edge -= open_parts.get(name, 0) / sum(plan.shares)
        if name in open_parts and at >= edge:
            return name
    return "train"


def _places(records: Sequence[Record], seed: int, *, stratify: bool) -> dict[str, float]:
    """Return the place of every group in [0, 1): by its hash, or by rank within its label set."""
    return _by_rank(records, seed) if stratify else {group: place(group, seed) for group in map(group_of, records)}


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
