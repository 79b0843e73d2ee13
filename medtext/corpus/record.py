"""One report, as a dataset plugin hands it over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from types import NoneType


class Task(StrEnum):
    """What is asked of a record."""

    CLASSIFY = "classify"
    """Exactly one label."""
    TAG = "tag"
    """Any number of labels, also none."""
    GENERATE = "generate"
    """A text is written."""


class Input(StrEnum):
    """What a model reads of a record."""

    TEXT = "text"
    IMAGES = "images"


@dataclass(frozen=True, slots=True)
class Rationale:
    """A stretch of a text that someone marked as evidence: characters ``start`` to ``end``.

    ``label`` is what it speaks for; None where it speaks for whatever the record's labels are.
    """

    start: int
    end: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A box in the image of number ``view`` of a record, where something is known to be to see.

    Its sides are shares of the image, from 0 (left, top) to 1 (right, bottom). ``label`` names what is there.
    """

    view: int
    left: float
    top: float
    right: float
    bottom: float
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One report: a text, images, or both, and what is known about it.

    ``labels`` is ``None`` where the labels are not known and ``()`` where the
    record is known to have none. ``target`` is the text a writer should write.
    Records of one ``group`` (a patient, a study) always share a split; ``split``
    is the part a corpus was published with (``train``, ``val`` or ``test``).
    ``place`` says where the record stands (``file:line``), for messages. ``rationales`` are the
    stretches that people, or the generator of a synthetic text, marked as evidence: ``None`` where
    nobody did, ``()`` where there is none to mark; ``regions`` are the same of images. ``views`` names what each
    image shows (``frontal``, ``lateral``, or nothing where that is not known), or is empty.
    Raises TypeError where texts and tuples are mixed up: ``labels="ab"`` would be the labels a and b.
    """

    id: str
    text: str = ""
    images: tuple[Path, ...] = ()
    views: tuple[str, ...] = ()
    labels: tuple[str, ...] | None = None
    target: str | None = None
    group: str | None = None
    split: str | None = None
    place: str = ""
    rationales: tuple[Rationale, ...] | None = None
    regions: tuple[Region, ...] | None = None
    meta: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not isinstance(self.labels, (tuple, NoneType)) or not isinstance(self.images, tuple):
            raise TypeError(
                f"labels and images of a record are tuples, not {self.labels!r:.40} and {self.images!r:.40}"
            )
        if self.views and len(self.views) != len(self.images):
            raise TypeError(f"views of a record name its images: {len(self.views)} for {len(self.images)} of them")
        texts = (self.id, self.text, *(self.labels or ()), self.target or "", self.group or "", self.split or "")
        for text in texts:
            if not isinstance(text, str):
                raise TypeError(f"id, text, labels, target, group and split of a record are texts, not {text!r:.40}")


def with_ids(records: Iterable[Record]) -> Iterator[Record]:
    """Give an id to every record whose source has none (an empty ``id``).

    The id is a hash of text, labels, images' names and how often all that was seen
    before, so that moving a line changes no id.

    >>> first, second = with_ids([Record(id="", text="a"), Record(id="", text="a")])
    >>> first.id == second.id, len(first.id)
    (False, 16)
    """
    seen: Counter[str] = Counter()
    for record in records:
        if record.id:
            yield record
            continue
        # Known to have none is not the same as not known: an empty part stands for the former.
        labels = ("",) if record.labels == () else record.labels or ()
        key = "\x1f".join((record.text, *labels, *(f"image:{path.name}" for path in record.images)))
        content = f"{key}\x1f{seen[key]}"
        seen[key] += 1
        yield replace(record, id=blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest())
