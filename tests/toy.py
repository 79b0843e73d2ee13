"""Five small networks and four small corpora, as a plugin file: they keep the engine's types honest.

A linear classifier whose scores are known on paper, a many-label one, a writer that attends
to the grids of two views, a writer whose BiLSTM reads the prefix, and a model without
gradients. Each goes through train, predict and attribute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import torch
from torch import Tensor, nn

from medtext.plugin import (
    Batch,
    DatasetSpec,
    Embedded,
    Input,
    ModelShape,
    ModelSpec,
    Record,
    RecordError,
    Task,
    hookimpl,
    text_sites,
)


@dataclass(frozen=True)
class LinearOptions:
    """What can be set."""

    start: Annotated[float, "every weight at first"] = 0.0


class Linear(nn.Module):
    """Adds one weight for each token and label: its scores are those weights."""

    def __init__(self, shape: ModelShape, options: Any) -> None:
        super().__init__()
        self.weights = nn.Embedding(shape.vocabulary_size, shape.label_count)
        nn.init.constant_(self.weights.weight, getattr(options, "start", 0.0))

    def embed(self, batch: Batch) -> Embedded:
        sites, special = text_sites(batch)
        return Embedded(self.weights(batch.inputs), batch.mask, sites, special)

    def baseline(self, batch: Batch) -> Tensor:
        return torch.zeros(*batch.inputs.shape, self.weights.embedding_dim)

    def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
        return (vectors * mask[..., None]).sum(1)


class Curved(Linear):
    """Like Linear, but every label's sum goes through x + x * |x| / 4: no quadrature of one point is exact."""

    def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
        total = super().score(vectors, mask)
        return total + total * total.abs() / 4


@dataclass(frozen=True)
class GridState:
    """The grid that is looked at, and the recurrent state: float [batch, rows, width], [batch, width]."""

    vectors: Tensor
    mask: Tensor
    hidden: Tensor

    def select(self, rows: Tensor) -> GridState:
        return GridState(self.vectors[rows], self.mask[rows], self.hidden[rows])


@dataclass(frozen=True)
class GridOptions:
    """What can be set."""

    image_size: Annotated[int, "pixels a side"] = 8


class GridWriter(nn.Module):
    """A GRU that attends to the cells of each view's grid (additive attention)."""

    def __init__(self, shape: ModelShape, options: Any) -> None:
        super().__init__()
        width = 16
        self.encoder = nn.Conv2d(1, width, kernel_size=4, stride=4)
        self.tokens = nn.Embedding(shape.vocabulary_size, width)
        self.cell = nn.GRUCell(2 * width, width)
        self.query = nn.Linear(width, width)
        self.energy = nn.Linear(width, 1)
        self.output = nn.Linear(2 * width, shape.vocabulary_size)

    def embed(self, batch: Batch) -> Embedded:
        count, views = batch.inputs.shape[:2]
        grid = self.encoder(batch.inputs.flatten(0, 1))
        rows, columns = grid.shape[2:]
        vectors = grid.flatten(2).transpose(1, 2).reshape(count, views * rows * columns, -1)
        places = torch.cartesian_prod(torch.arange(views), torch.arange(rows), torch.arange(columns))
        mask = batch.mask.repeat_interleave(rows * columns, dim=1)
        return Embedded(vectors, mask, places.expand(count, -1, -1), torch.zeros_like(mask))

    def baseline(self, batch: Batch) -> Tensor:
        return torch.zeros_like(self.embed(batch).vectors)

    def start(self, vectors: Tensor, mask: Tensor) -> GridState:
        return GridState(vectors, mask, torch.zeros(len(vectors), self.cell.hidden_size))

    def step(self, state: GridState, tokens: Tensor) -> tuple[Tensor, GridState, Tensor | None]:
        energy = self.energy(torch.tanh(state.vectors + self.query(state.hidden)[:, None])).squeeze(-1)
        attention = energy.masked_fill(~state.mask, -torch.inf).softmax(-1)
        seen = (attention[..., None] * state.vectors).sum(1)
        hidden = self.cell(torch.cat([self.tokens(tokens), seen], dim=-1), state.hidden)
        return self.output(torch.cat([hidden, seen], dim=-1)), GridState(state.vectors, state.mask, hidden), attention


@dataclass(frozen=True)
class PrefixState:
    """The text's mean vector and the tokens written so far: float [batch, width], int64 [batch, steps]."""

    text: Tensor
    prefix: Tensor

    def select(self, rows: Tensor) -> PrefixState:
        return PrefixState(self.text[rows], self.prefix[rows])


class PrefixWriter(nn.Module):
    """A BiLSTM reads the whole prefix anew at every step, so it never looks ahead."""

    def __init__(self, shape: ModelShape, options: Any) -> None:
        super().__init__()
        width = 16
        self.words = nn.Embedding(shape.vocabulary_size, width)
        self.tokens = nn.Embedding(shape.vocabulary_size, width)
        self.reader = nn.LSTM(width, width // 2, bidirectional=True, batch_first=True)
        self.output = nn.Linear(2 * width, shape.vocabulary_size)

    def embed(self, batch: Batch) -> Embedded:
        sites, special = text_sites(batch)
        return Embedded(self.words(batch.inputs), batch.mask, sites, special)

    def baseline(self, batch: Batch) -> Tensor:
        return torch.zeros(*batch.inputs.shape, self.words.embedding_dim)

    def start(self, vectors: Tensor, mask: Tensor) -> PrefixState:
        mean = (vectors * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
        return PrefixState(mean, torch.zeros(len(vectors), 0, dtype=torch.int64))

    def step(self, state: PrefixState, tokens: Tensor) -> tuple[Tensor, PrefixState, Tensor | None]:
        prefix = torch.cat([state.prefix, tokens[:, None]], dim=1)
        _, (hidden, _) = self.reader(self.tokens(prefix))
        features = torch.cat([hidden[0], hidden[1], state.text], dim=-1)
        return self.output(torch.tanh(features)), PrefixState(state.text, prefix), None


class Centroids(nn.Module):
    """Answers by the nearest mean bag of tokens: it learns without gradients and offers none."""

    def __init__(self, shape: ModelShape, options: Any) -> None:
        super().__init__()
        self.size = shape.vocabulary_size
        self.register_buffer("means", torch.zeros(shape.label_count, shape.vocabulary_size))

    def fit(self, batches: Iterable[Batch]) -> None:
        counts = torch.zeros(len(self.means))
        for batch in batches:
            assert batch.targets is not None
            self.means.index_add_(0, batch.targets, self._bags(batch))
            counts.index_add_(0, batch.targets, torch.ones(len(batch)))
        self.means /= counts.clamp(min=1)[:, None]

    def answer(self, batch: Batch) -> Tensor:
        return -4 * torch.cdist(self._bags(batch), self.means)

    def _bags(self, batch: Batch) -> Tensor:
        bags = torch.zeros(len(batch), self.size)
        bags.scatter_add_(1, batch.inputs, batch.mask.float())
        return bags / bags.sum(1, keepdim=True).clamp(min=1)


class Retrieval(nn.Module):
    """Writes what was written of the nearest training text: what it keeps grows with the records."""

    def __init__(self, shape: ModelShape, options: Any) -> None:
        super().__init__()
        self.size = shape.vocabulary_size
        self.register_buffer("bags", torch.zeros(0, self.size))
        self.register_buffer("written", torch.zeros(0, 0, dtype=torch.int64))

    def fit(self, batches: Iterable[Batch]) -> None:
        bags, written = [], []
        for batch in batches:
            assert batch.targets is not None
            bags.append(self._bags(batch))
            written += list(batch.targets)
        self.bags = torch.cat(bags)
        self.written = nn.utils.rnn.pad_sequence(written, batch_first=True)

    def answer(self, batch: Batch) -> Tensor:
        return self.written[torch.cdist(self._bags(batch), self.bags).argmin(1)]

    def _bags(self, batch: Batch) -> Tensor:
        return torch.zeros(len(batch), self.size).scatter_add_(1, batch.inputs, batch.mask.float())


WORDS = {"up": ("stomach", "ulcer"), "down": ("colon", "polyp"), "none": ("heart", "lung")}


def read_words(path: Path, options: Any) -> Iterator[Record]:
    """Read ``text;label|label`` lines; images of a line stand beside as ``<line>-0.png`` and ``-1.png``."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text, semicolon, label = line.rpartition(";")
        if not semicolon:
            raise RecordError(f"{path}:{number}: expected text;label")
        images = tuple(path.parent / f"{number}-{view}.png" for view in range(2))
        yield Record(
            id=f"r{number}",
            text=text,
            labels=tuple(filter(None, label.split("|"))),
            target=" ".join(label.split("|")),
            images=images if images[0].exists() else (),
            place=f"{path}:{number}",
        )


@hookimpl
def medtext_datasets() -> Iterable[DatasetSpec]:
    yield DatasetSpec(
        name="toy",
        summary="text;label|label lines",
        read=read_words,
        tasks=(Task.CLASSIFY, Task.TAG, Task.GENERATE),
        tokenizer="spaces",
        model="toy-linear",
    )


@hookimpl
def medtext_models() -> Iterable[ModelSpec]:
    texts = frozenset({Task.CLASSIFY, Task.TAG})
    yield ModelSpec(
        name="toy-linear",
        summary="one weight a token and label",
        options=LinearOptions,
        build=Linear,
        tasks=texts,
        lr=0.1,
    )
    yield ModelSpec(name="toy-curved", summary="linear, then bent", build=Curved, tasks=texts, lr=0.1)
    yield ModelSpec(
        name="toy-grid-writer",
        summary="attends to two views",
        options=GridOptions,
        build=GridWriter,
        tasks=frozenset({Task.GENERATE}),
        reads=Input.IMAGES,
        lr=0.02,
        epochs=60,
    )
    yield ModelSpec(
        name="toy-prefix-writer",
        summary="BiLSTM over the prefix",
        build=PrefixWriter,
        tasks=frozenset({Task.GENERATE}),
        lr=0.02,
    )
    yield ModelSpec(
        name="toy-retrieval", summary="nearest training text", build=Retrieval, tasks=frozenset({Task.GENERATE})
    )
    yield ModelSpec(name="toy-centroids", summary="no gradients", build=Centroids, tasks=frozenset({Task.CLASSIFY}))
