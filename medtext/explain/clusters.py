"""What records hang together, so that many of one kind do not pass for much evidence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from hashlib import blake2b

from medtext.corpus.fold import fold_text
from medtext.corpus.record import Record
from medtext.corpus.split import group_of

_GROUP, _TEMPLATE = "group", "template"
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


def cluster_of(record: Record) -> str:
    """Return the name of a record's cluster: its ``group`` (patient, study), else its template.

    Where the text has no template either (it is empty, or all signs, or all numbers, as where words are numbered), what
    keeps the record in its split (``group_of``) takes its place. The name is a kind and a hash, so that a table of
    clusters holds no text.

    >>> first, second = (Record(id=size, text=f"息肉大小约{size}cm。") for size in ("0.5", "12"))
    >>> cluster_of(first) == cluster_of(second), cluster_of(Record(id="3", group="p")).partition(":")[0]
    (True, 'group')
    """
    if record.group:
        return f"{_GROUP}:{patient_hash(record):016x}"
    return f"{_TEMPLATE}:{template_hash(record):016x}"


def patient_hash(record: Record) -> int | None:
    """Return 64 bits that stand for a record's ``group``; None where it names none."""
    return _hashed(record.group) if record.group else None


def template_hash(record: Record) -> int:
    """Return 64 bits that stand for a record's template, or, where its text has none, for what keeps it in its split.

    >>> first, second = (Record(id=size, text=f"息肉{size}cm。") for size in ("0.5", "12"))
    >>> template_hash(first) == template_hash(second)
    True
    """
    template = template_of(record.text)
    return _hashed(template if template.strip("#") else group_of(record))


def _hashed(content: str) -> int:
    return int.from_bytes(blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def template_of(text: str) -> str:
    """Return what is left of a text when width, case, blanks, signs and the values of numbers do not count.

    A number is one ``#``, however many digits and decimals it has.

    >>> template_of("Ｈｐ（＋），大小约 ０．５×12cm。")
    'hp大小约##cm'
    """
    numbers_alike = _NUMBER.sub("0", fold_text(text).lower())
    kinds = ((unicodedata.category(character)[0], character) for character in numbers_alike)
    return "".join("#" if kind == "N" else character for kind, character in kinds if kind in "LN")


class Patients(StrEnum):
    """Whether it is known which records are of one patient."""

    KNOWN = "known"
    PARTLY = "partly known"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, clusters: Iterable[str]) -> Patients:
        """Say it of the clusters of some records, by their names.

        >>> Patients.of(cluster_of(Record(id=text, text=text)) for text in "ab").value
        'unknown'
        """
        kinds = {cluster.partition(":")[0] for cluster in clusters}
        if kinds == {_GROUP}:
            return cls.KNOWN
        return cls.PARTLY if _GROUP in kinds else cls.UNKNOWN

    @property
    def caveat(self) -> str:
        """What a page says of it beside its intervals; nothing where patients are known."""
        return "" if self is Patients.KNOWN else f"Patients are {self.value}: intervals may be too narrow."
