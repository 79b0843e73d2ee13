"""Records as a dataset plugin reads them, checked, and known again later."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

from medtext.corpus.check import checked
from medtext.corpus.conflicts import conflicts, describe_conflicts
from medtext.corpus.fold import fold_text
from medtext.corpus.record import Record, Task, with_ids
from medtext.errors import MedtextError, RecordError
from medtext.plugin.specs import DatasetSpec

_log = logging.getLogger("medtext")


def checked_records(dataset: DatasetSpec, source: Path, options: Any, task: Task) -> list[Record]:
    """Read and check all records of a source, and say nothing. Raises RecordError like ``read_records``."""
    records = list(checked(with_ids(dataset_records(dataset, source, options)), task))
    if not records:
        raise RecordError(f"{source}: no record in it: name another --source")
    return records


def read_records(dataset: DatasetSpec, source: Path, options: Any, task: Task) -> list[Record]:
    """Read and check all records of a source. Raises RecordError with file and line.

    Whatever else a plugin's ``read`` raises is named as the plugin's failure.
    Texts that stand under different labels are warned of.
    """
    records = checked_records(dataset, source, options, task)
    found = conflicts(records)
    if found:
        _log.warning("%s", describe_conflicts(found))
    return records


def known_records(records: Iterable[Record], task: Task) -> list[Record]:
    """Return the records that have what a task learns from: labels, or a target."""
    return [r for r in records if (r.target is not None if task is Task.GENERATE else r.labels is not None)]


def with_truth(records: Sequence[Record], task: Task) -> list[Record]:
    """Return the records that have what a task learns from; the others are counted in a warning."""
    known = known_records(records, task)
    if len(known) < len(records):
        what = "target" if task is Task.GENERATE else "label"
        _log.warning("%d of %d records have no %s and are left out", len(records) - len(known), len(records), what)
    if not known:
        raise RecordError(f"{records[0].place or 'source'}: no record is labelled: nothing can be learned or measured")
    return known


def refuse_unknown_labels(records: Iterable[Record], labels: Sequence[str]) -> None:
    """Raise RecordError at the first record with a label that a model does not know."""
    known = set(labels)
    for record in records:
        for label in record.labels or ():
            if label not in known:
                raise RecordError(
                    f"{record.place or record.id}: label '{label}' is not one the run knows ({', '.join(labels)}): "
                    "correct it, or train with records that have it"
                )


def labels_of(dataset: DatasetSpec, records: Iterable[Record], task: Task) -> tuple[str, ...]:
    """Return the labels in their order: the dataset's, where they cover the records, else those found, sorted.

    Raises RecordError where there is only one to choose from.
    """
    if task is Task.GENERATE:
        return ()
    found = {label for record in records for label in record.labels or ()}
    if task is Task.CLASSIFY and len(found) < 2:
        raise RecordError(f"all records have one label ('{min(found)}'): there is nothing to tell apart")
    labels = ordered_labels(dataset, found)
    if not labels:
        raise RecordError("no record has a label: there is nothing to learn")
    return labels


def ordered_labels(dataset: DatasetSpec, found: AbstractSet[str]) -> tuple[str, ...]:
    """Return labels in their order: the dataset's, where they cover those found, else these, sorted."""
    return dataset.labels if dataset.labels and found <= set(dataset.labels) else tuple(sorted(found, key=_natural))


def digest(records: Iterable[Record]) -> str:
    """Return the SHA-256 of ids, texts, labels and targets in order: what a run was trained on, without the texts."""
    total = sha256()
    for record in records:
        parts = (record.id, record.text, *(record.labels or ()), record.target or "", *map(str, record.images))
        total.update("\x1f".join(parts).encode("utf-8", "surrogatepass") + b"\x1e")
    return total.hexdigest()


def text_key(record: Record) -> str:
    """Return a short hash of a record's folded text, to see whether a model was trained on it.

    Without a text it is of its images' names and sizes.
    """
    text = fold_text(record.text)
    if not text and record.images:
        text = "\x1f".join(f"{path.name}:{path.stat().st_size if path.is_file() else 0}" for path in record.images)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def dataset_records(dataset: DatasetSpec, source: Path, options: Any) -> Iterator[Record]:
    """Yield what a dataset reads of a source. Whatever its ``read`` raises is named as the plugin's failure."""
    if not source.exists():
        raise RecordError(f"{source}: there is no such file or folder: correct the path")
    try:
        yield from map(_record, dataset.read(source, options))
    except MedtextError:
        raise
    except OSError as error:
        raise RecordError(
            f"{error.filename or source}: {error.strerror or error}: the source cannot be read"
        ) from error
    except Exception as error:
        raise RecordError(
            f"{source}: dataset '{dataset.name}' failed with {type(error).__name__}: {error}: "
            "tell its author, MEDTEXT_DEBUG=1 shows where"
        ) from error


def _record(read: object) -> Record:
    if isinstance(read, Record):
        return read
    raise TypeError(f"read must yield Records, not {read!r:.40}")


def _natural(label: str) -> list[tuple[int, int, str]]:
    """Sort numbers by value, before words, also where they stand in a label.

    >>> sorted(["b", "area-10", "area-9", "10", "9"], key=_natural)
    ['9', '10', 'area-9', 'area-10', 'b']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", label)
    return [(0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts]
