"""Records in, answers out, in order and in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from medtext.corpus.batch import Batch, Batcher, by_length
from medtext.corpus.record import Record, Task
from medtext.corpus.vocabulary import SPECIAL, UNKNOWN
from medtext.errors import PluginError
from medtext.learn.decision import Decision
from medtext.learn.decoding import Decoding
from medtext.learn.model import Answering, Classifier, Retrieving, Writer
from medtext.learn.write import write_texts


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of a record.

    One label: ``label`` and ``labels`` hold it, ``probabilities`` float64 [labels] add up
    to one. Many: ``labels`` are those at or over the cutoff. ``confidence`` in [0, 1] is how sure that is: the
    probability of the one label; of many, that of the least sure yes or no; of a text, how far all that the
    search found agree with it. A writer: ``text``, its ``tokens``,
    and the natural ``log_probability`` of all of it; it is
    ``finished`` unless it was cut at the greatest length. ``truncated`` says that the model did not read to the end;
    ``unknown`` is the share of tokens that it does not know.
    """

    record: Record
    labels: tuple[str, ...] = ()
    probabilities: NDArray[np.float64] | None = None
    confidence: float | None = None
    text: str | None = None
    tokens: tuple[int, ...] = ()
    log_probability: float | None = None
    finished: bool | None = None
    truncated: bool = False
    unknown: float = 0.0

    @property
    def label(self) -> str | None:
        """The one label, or the most probable of those given; None where none is."""
        return self.labels[0] if self.labels else None

    def to_json(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the prediction as one JSON document; ``names`` are the model's labels in order."""
        document: dict[str, Any] = {"id": self.record.id, "text": self.record.text}
        if self.probabilities is not None:
            document["labels"] = list(self.labels)
            document["probabilities"] = dict(zip(names, self.probabilities.tolist(), strict=True))
            document["confidence"] = self.confidence
        if self.text is not None:
            document["written"] = self.text
            document["log_probability"] = self.log_probability
            document["confidence"] = self.confidence
        document["truncated"] = self.truncated
        return document


@dataclass(frozen=True, slots=True)
class Read:
    """The logits of records, float64 [records, labels], and how much of each record was read.

    ``truncated`` is bool [records], ``unknown`` float64 [records], as a ``Prediction`` has them.
    """

    logits: NDArray[np.float64]
    truncated: NDArray[np.bool_]
    unknown: NDArray[np.float64]

    def answers(self, records: Sequence[Record], decision: Decision, batcher: Batcher) -> list[Prediction]:
        """Answer the records."""
        names, task = batcher.labels, batcher.task
        return [
            Prediction(
                record,
                decision.labels(row, names, task),
                row,
                decision.confidence(row, names, task),
                truncated=truncated,
                unknown=unknown,
            )
            for record, row, truncated, unknown in zip(
                records,
                decision.probabilities(self.logits, task),
                self.truncated.tolist(),
                self.unknown.tolist(),
                strict=True,
            )
        ]


_TEXTS = 2048
"""Texts that are written side by side, unless one record alone has more."""


@dataclass(frozen=True)
class Predictor:
    """A network and all it takes to ask it; see ``frozen`` for one that learns no more.

    ``library`` gives the texts of the training records in their order, for a network that is ``Retrieving``.
    """

    model: nn.Module
    batcher: Batcher
    device: torch.device
    decision: Decision = field(default_factory=Decision)
    batch_size: int = 64
    decoding: Decoding = field(default_factory=Decoding)
    library: Callable[[], Sequence[str]] | None = None

    def predict(self, records: Iterable[Record], *, window: int = 2048) -> Iterator[Prediction]:
        """Answer records in their order, holding no more than ``window`` of them at once.

        Within a window texts of like length go through the network together.
        """
        source = iter(records)
        while chunk := list(islice(source, window)):
            yield from self._window(chunk)

    def _window(self, records: list[Record]) -> list[Prediction]:
        answers: list[Prediction | None] = [None] * len(records)
        for rows, batch in self._batches(records):
            for row, answer in zip(rows, self.answer(batch), strict=True):
                answers[row] = answer
        return [answer for answer in answers if answer is not None]

    def _batches(self, records: Sequence[Record]) -> Iterator[tuple[list[int], Batch]]:
        """Yield batches of like length, each with the rows that its records have."""
        encodings = self.batcher.encode(records)
        lengths = [len(encoding) for encoding in encodings] or [0] * len(records)
        # Beams and samples are rows as well.
        most = self.batch_size if self.batcher.task is not Task.GENERATE else _TEXTS // self.decoding.texts
        for rows in by_length(lengths, max(1, min(self.batch_size, most))):
            picked = [encodings[row] for row in rows] if encodings else None
            yield rows, self.batcher.batch([records[row] for row in rows], picked).to(self.device)

    def read(self, records: Sequence[Record]) -> Read:
        """Return the logits of records, all held at once. Raises PluginError for models that give no logits."""
        count = len(records)
        found = Read(np.zeros((count, len(self.batcher.labels))), np.zeros(count, dtype=np.bool_), np.zeros(count))
        for rows, batch in self._batches(records):
            part = _read(batch, self.row_logits(batch))
            found.logits[rows], found.truncated[rows], found.unknown[rows] = part.logits, part.truncated, part.unknown
        return found

    @torch.no_grad()  # not inference_mode: what a model caches here may be met by gradients later
    def logits(self, batch: Batch) -> Tensor:
        """Return the logits of a batch, float32 [batch, labels]. Raises PluginError for models that give none."""
        return batch.pooled(self.row_logits(batch))

    @torch.no_grad()
    def row_logits(self, batch: Batch) -> Tensor:
        """Return the logits of a batch's rows, float32 [rows, labels]: long texts have a row for each window."""
        if isinstance(self.model, Answering):
            return self.model.answer(batch).float()
        if isinstance(self.model, Classifier):
            embedded = self.model.embed(batch)
            return self.model.score(embedded.vectors, embedded.mask).float()
        raise PluginError(f"{type(self.model).__name__} gives no logits: it offers neither score nor answer")

    def answer(self, batch: Batch) -> list[Prediction]:
        """Answer the records of one batch."""
        if self.batcher.task is Task.GENERATE:
            return self._written(batch)
        return self.answers(batch, self.row_logits(batch))

    def answers(self, batch: Batch, rows: Tensor) -> list[Prediction]:
        """Answer the records of a batch whose rows' logits are known, float [rows, labels]."""
        return _read(batch, rows).answers(batch.records, self.decision, self.batcher)

    def _written(self, batch: Batch) -> list[Prediction]:
        model = self.model
        if isinstance(model, Retrieving):
            assert self.library is not None  # noqa: S101  # given when the run was opened
            texts = self.library()
            return [
                Prediction(record, text=texts[number])
                for record, number in zip(batch.records, model.nearest(batch).tolist(), strict=True)
            ]
        if isinstance(model, Answering):
            rows = [tuple(number for number in row if number >= len(SPECIAL)) for row in model.answer(batch).tolist()]
            return [
                Prediction(record, text=self.batcher.tokenizer.decode(row), tokens=row)
                for record, row in zip(batch.records, rows, strict=True)
            ]
        assert isinstance(model, Writer)  # noqa: S101
        written = write_texts(model, batch, self.decoding, self.batcher.tokenizer.decode)
        return [
            Prediction(
                record,
                text=self.batcher.tokenizer.decode(each.tokens),
                tokens=each.tokens,
                log_probability=each.log_probability,
                finished=each.finished,
                confidence=each.agreement,
                truncated=_truncated(batch, number),
            )
            for number, (record, each) in enumerate(zip(batch.records, written, strict=True))
        ]


def frozen(model: nn.Module, device: torch.device) -> nn.Module:
    """Put a model on a device, out of training mode, its weights wanting no gradient."""
    return model.to(device).eval().requires_grad_(requires_grad=False)


def _read(batch: Batch, rows: Tensor) -> Read:
    """Return what is known of a batch's records once the logits of its rows are, float [rows, labels]."""
    numbers = range(len(batch.records))
    return Read(
        batch.pooled(rows).double().cpu().numpy(),
        np.array([_truncated(batch, number) for number in numbers], dtype=np.bool_),
        np.array([_unknown(batch, number) for number in numbers], dtype=np.float64),
    )


def _unknown(batch: Batch, row: int) -> float:
    """Return the share of a record's tokens that are unknown; of a long text, that of its first window."""
    if not batch.encodings:
        return 0.0
    first = row if batch.owners is None else int((batch.owners == row).nonzero()[0, 0])
    real = batch.encodings[first].ids[~batch.encodings[first].special]
    return float((real == UNKNOWN).mean()) if len(real) else 0.0


def _truncated(batch: Batch, row: int) -> bool:
    return bool(batch.encodings) and batch.owners is None and batch.encodings[row].truncated
