"""Records side by side, as a network takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from medtext.corpus.image import read_image
from medtext.corpus.record import Input, Record, Task
from medtext.corpus.token import Encoding, Tokenizer
from medtext.corpus.vocabulary import END, START
from medtext.errors import RecordError


@dataclass(frozen=True, slots=True)
class Batch:
    """Records as tensors.

    ``inputs`` is int64 [batch, length] for texts and float32 [batch, views,
    channels, height, width] for images; ``mask`` is bool [batch, length] or
    [batch, views], true for what is real. ``targets`` is int64 [batch] (one
    label), float32 [batch, labels] (many labels), int64 [batch, steps] (a text
    between <start> and <end>) or None; ``target_mask`` is bool [batch, steps] for texts.
    """

    records: tuple[Record, ...]
    inputs: Tensor
    mask: Tensor
    encodings: tuple[Encoding, ...] = ()
    targets: Tensor | None = None
    target_mask: Tensor | None = None

    def __len__(self) -> int:
        return len(self.records)

    def to(self, device: torch.device | str, **options: Any) -> Self:
        """Return the batch with its tensors on a device."""
        moved: dict[str, Any] = {
            field.name: value.to(device, **options)
            for field in fields(self)
            if isinstance(value := getattr(self, field.name), Tensor)
        }
        return replace(self, **moved)


@dataclass(frozen=True)
class Batcher:
    """Makes batches for one model: it knows what is read, what is asked, and how texts are cut."""

    task: Task
    labels: tuple[str, ...]
    reads: Input
    tokenizer: Tokenizer
    image_size: int = 0
    max_steps: int = 100

    def encode(self, records: Sequence[Record]) -> list[Encoding]:
        """Cut the texts of records into tokens, as many as the model reads; images have none."""
        if self.reads is Input.IMAGES:
            return []
        encodings = self.tokenizer.encode([record.text for record in records])
        return [encoding.cut(self.tokenizer.max_length) for encoding in encodings]

    def batch(
        self, records: Sequence[Record], encodings: Sequence[Encoding] | None = None, *, targets: bool = False
    ) -> Batch:
        """Put records side by side; ``encodings`` are theirs, where they were cut before."""
        if self.reads is Input.IMAGES:
            made = self._images(records)
        else:
            made = _texts(records, self.encode(records) if encodings is None else encodings)
        return self._with_targets(made) if targets else made

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {label: number for number, label in enumerate(self.labels)}

    def _images(self, records: Sequence[Record]) -> Batch:
        views = max((len(record.images) for record in records), default=0)
        if not views or not all(record.images for record in records):
            where = next((r.place or r.id for r in records if not r.images), "batch")
            raise RecordError(f"{where}: a record without an image, where the model reads images")
        size = self.image_size
        pixels = torch.zeros(len(records), views, 1, size, size)
        mask = torch.zeros(len(records), views, dtype=torch.bool)
        for row, record in enumerate(records):
            for view, path in enumerate(record.images):
                pixels[row, view] = torch.from_numpy(read_image(path, size))
                mask[row, view] = True
        return Batch(tuple(records), pixels, mask)

    def _with_targets(self, batch: Batch) -> Batch:
        if self.task is Task.GENERATE:
            encodings = self.tokenizer.encode([record.target or "" for record in batch.records])
            texts = [encoding.ids[~encoding.special] for encoding in encodings]
            rows = [[START, *text[: self.max_steps].tolist(), END] for text in texts]
            steps = max(map(len, rows))
            targets = torch.zeros(len(rows), steps, dtype=torch.int64)
            mask = torch.zeros(len(rows), steps, dtype=torch.bool)
            for number, row in enumerate(rows):
                targets[number, : len(row)] = torch.tensor(row)
                mask[number, : len(row)] = True
            return replace(batch, targets=targets, target_mask=mask)
        numbers = [[self._number(record, label) for label in record.labels or ()] for record in batch.records]
        if self.task is Task.CLASSIFY:
            return replace(batch, targets=torch.tensor([row[0] for row in numbers], dtype=torch.int64))
        many = torch.zeros(len(numbers), len(self.labels))
        for record_row, found in enumerate(numbers):
            many[record_row, found] = 1.0
        return replace(batch, targets=many)

    def _number(self, record: Record, label: str) -> int:
        try:
            return self._numbers[label]
        except KeyError:
            raise RecordError(
                f"{record.place or record.id}: label '{label}' is not one the model knows ({', '.join(self.labels)}): "
                "correct it, or train with records that have it"
            ) from None


def _texts(records: Sequence[Record], encodings: Sequence[Encoding]) -> Batch:
    # An empty text still gets one masked position: no network has to take a length of zero.
    length = max((len(encoding) for encoding in encodings), default=0) or 1
    ids = np.zeros((len(records), length), dtype=np.int64)
    mask = np.zeros((len(records), length), dtype=np.bool_)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding)] = encoding.ids
        mask[row, : len(encoding)] = True
    return Batch(tuple(records), torch.from_numpy(ids), torch.from_numpy(mask), tuple(encodings))


def by_length(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """Yield row numbers in batches of at most ``size``, shortest texts first: the least padding.

    >>> list(by_length([5, 1, 4, 2], 2))
    [[1, 3], [2, 0]]
    """
    order = sorted(range(len(lengths)), key=lambda row: lengths[row])
    for start in range(0, len(order), size):
        yield order[start : start + size]


def shuffled_buckets(lengths: Sequence[int], size: int, generator: np.random.Generator) -> list[list[int]]:
    """Return row numbers in shuffled batches whose texts are about equally long.

    Rows are shuffled, sorted by length within chunks of 50 batches, cut into
    batches, and the batches shuffled: little padding, and no batch twice the same.
    """
    order = generator.permutation(len(lengths)).tolist()
    chunk = size * 50
    batches: list[list[int]] = []
    for start in range(0, len(order), chunk):
        rows = sorted(order[start : start + chunk], key=lambda row: lengths[row])
        batches += [rows[at : at + size] for at in range(0, len(rows), size)]
    return [batches[number] for number in generator.permutation(len(batches)).tolist()]
