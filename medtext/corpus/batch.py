"""Records side by side, as a network takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from medtext.corpus.pictures import Pictures
from medtext.corpus.record import Input, Record, Task
from medtext.corpus.token import Encoding, Tokenizer
from medtext.corpus.vocabulary import END, START
from medtext.errors import RecordError


@dataclass(frozen=True, slots=True)
class Batch:
    """Records as tensors.

    ``inputs`` is int64 [batch, length] for texts and float32 [batch, views,
    channels, height, width], grey levels from 0 to 1, for images; ``mask`` is bool [batch, length] or
    [batch, views], true for what is real. ``targets`` is int64 [batch] (one
    label), float32 [batch, labels] (many labels), int64 [batch, steps] (a text
    between <start> and <end>) or None; ``target_mask`` is bool [batch, steps] for texts.

    Where a text is longer than the model reads, it stands in several rows, its windows, and
    ``owners`` int64 [rows] says which record each row is of; else it is None, a row a record.
    """

    records: tuple[Record, ...]
    inputs: Tensor
    mask: Tensor
    encodings: tuple[Encoding, ...] = ()
    targets: Tensor | None = None
    target_mask: Tensor | None = None
    owners: Tensor | None = None

    def pooled(self, logits: Tensor) -> Tensor:
        """Return the logits of records, float [records, labels]: the mean over the windows of each.

        A mean, so that the scores of a record are the mean of its windows' scores, and still add up.
        """
        if self.owners is None:
            return logits
        total = logits.new_zeros(len(self.records), logits.shape[1]).index_add_(0, self.owners, logits)
        return total / torch.bincount(self.owners, minlength=len(self.records))[:, None]

    def summed(self, values: Tensor) -> Tensor:
        """Add values of rows, [rows], up by record, [records]."""
        if self.owners is None:
            return values
        return values.new_zeros(len(self.records)).index_add_(0, self.owners, values)

    def by_row(self, values: Tensor) -> Tensor:
        """Give every row, [rows], the value of its record, [records]."""
        return values if self.owners is None else values[self.owners]

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
    """Makes batches for one model: it knows what is read, what is asked, and how texts are cut.

    Texts longer than the tokenizer's ``max_length`` are read in windows that share
    ``overlap`` tokens, or cut where that is None.
    """

    task: Task
    labels: tuple[str, ...]
    reads: Input
    tokenizer: Tokenizer
    image_size: int = 0
    max_steps: int = 100
    overlap: int | None = None

    def encode(self, records: Sequence[Record]) -> list[Encoding]:
        """Cut the texts of records into tokens, no more than the model reads unless in windows; images have none."""
        if self.reads is Input.IMAGES:
            return []
        for record in records:
            if record.images and not record.text.strip():
                where = record.place or record.id
                raise RecordError(
                    f"{where}: a record without a text, where the model reads texts: choose another --model or --run"
                )
        encodings = self.tokenizer.encode([record.text for record in records])
        return encodings if self.overlap is not None else [each.cut(self.tokenizer.max_length) for each in encodings]

    def windows(self, encoding: Encoding) -> list[Encoding]:
        """Return an encoding in pieces that the model can read: itself where it is short enough."""
        if self.overlap is None:
            return [encoding]
        return encoding.windows(self.tokenizer.max_length, self.overlap)

    def batch(
        self, records: Sequence[Record], encodings: Sequence[Encoding] | None = None, *, targets: bool = False
    ) -> Batch:
        """Put records side by side; ``encodings`` are theirs, where they were cut before."""
        if self.reads is Input.IMAGES:
            made = self._images(records)
        else:
            cut = [self.windows(each) for each in (self.encode(records) if encodings is None else encodings)]
            made = _texts(records, [window for windows in cut for window in windows])
            if len(made.encodings) > len(cut):
                counts = torch.tensor([len(windows) for windows in cut])
                made = replace(made, owners=torch.arange(len(cut)).repeat_interleave(counts))
        return self._with_targets(made) if targets else made

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {label: number for number, label in enumerate(self.labels)}

    @cached_property
    def pictures(self) -> Pictures:
        """Read images as the model takes them, each once."""
        return Pictures(self.image_size)

    def _images(self, records: Sequence[Record]) -> Batch:
        views = max((len(record.images) for record in records), default=0)
        if not views or not all(record.images for record in records):
            where = next((r.place or r.id for r in records if not r.images), "batch")
            raise RecordError(
                f"{where}: a record without an image, where the model reads images: choose another --model or --run"
            )
        size = self.image_size
        levels = np.zeros((len(records), views, 1, size, size), dtype=np.uint8)
        mask = np.zeros((len(records), views), dtype=np.bool_)
        for row, record in enumerate(records):
            for view, path in enumerate(record.images):
                levels[row, view, 0] = self.pictures.read(path)
                mask[row, view] = True
        return Batch(tuple(records), torch.from_numpy(levels).float() / 255, torch.from_numpy(mask))

    def _with_targets(self, batch: Batch) -> Batch:
        if self.task is Task.GENERATE:
            encodings = self.tokenizer.encode([record.target or "" for record in batch.records])
            texts = [encoding.ids[~encoding.special] for encoding in encodings]
            # A text that is cut has no end that could be learned.
            rows = [
                [START, *text[: self.max_steps].tolist(), *([END] if len(text) <= self.max_steps else [])]
                for text in texts
            ]
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
    ids = np.zeros((len(encodings), length), dtype=np.int64)
    mask = np.zeros((len(encodings), length), dtype=np.bool_)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding)] = encoding.ids
        mask[row, : len(encoding)] = True
    return Batch(tuple(records), torch.from_numpy(ids), torch.from_numpy(mask), tuple(encodings))


def by_length(lengths: Sequence[int], size: int, *, tokens: int = 1 << 16) -> Iterator[list[int]]:
    """Yield row numbers in batches, shortest texts first: the least padding.

    A batch has at most ``size`` rows, and, padded, at most ``tokens`` tokens, unless one row alone has more.

    >>> list(by_length([5, 1, 4, 2], 2)), list(by_length([5, 1, 4, 2], 9, tokens=6))
    ([[1, 3], [2, 0]], [[1, 3], [2], [0]])
    """
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row]):
        if batch and (len(batch) == size or (len(batch) + 1) * lengths[row] > tokens):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


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
