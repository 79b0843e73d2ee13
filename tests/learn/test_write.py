"""Search finds what enumeration finds."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
import torch
import toy
from torch import Tensor

from medtext.corpus.batch import Batch
from medtext.corpus.record import Record, Task
from medtext.corpus.vocabulary import END, MASK, PAD, START, UNKNOWN
from medtext.learn.model import Embedded
from medtext.learn.write import taught, write_texts
from medtext.plugin import ModelShape

SIZE = 8  # five special tokens and three words
LONGEST = 3


@dataclass(frozen=True)
class Place:
    """The token before and the step, for each row."""

    before: Tensor
    step: Tensor
    row: Tensor

    def select(self, rows: Tensor) -> Place:
        return Place(self.before[rows], self.step[rows], self.row[rows])


class Table:
    """A writer whose logits are looked up: by record, step and the token before."""

    def __init__(self, seed: int, records: int) -> None:
        chance = torch.Generator().manual_seed(seed)
        self.logits = 2 * torch.randn(records, LONGEST + 1, SIZE, SIZE, generator=chance)
        self.logits[:, LONGEST, :, :] = -1e4
        self.logits[:, LONGEST, :, END] = 0.0

    def embed(self, batch: Batch) -> Embedded:
        rows = torch.arange(len(batch))[:, None, None].float()
        mask = torch.ones(len(batch), 1, dtype=torch.bool)
        return Embedded(rows, mask, torch.zeros(len(batch), 1, 2, dtype=torch.int64), ~mask)

    def baseline(self, batch: Batch) -> Tensor:
        return torch.zeros(len(batch), 1, 1)

    def start(self, vectors: Tensor, mask: Tensor) -> Place:
        rows = vectors[:, 0, 0].long()
        return Place(torch.zeros_like(rows), torch.zeros_like(rows), rows)

    def step(self, state: Place, tokens: Tensor) -> tuple[Tensor, Place, Tensor | None]:
        logits = self.logits[state.row, state.step, tokens]
        return logits.clone(), Place(tokens, state.step + 1, state.row), None

    def log_probability(self, row: int, text: tuple[int, ...]) -> float:
        total, before = 0.0, START
        for step, token in enumerate((*text, END)):
            total += float(self.logits[row, step, before].log_softmax(-1)[token])
            before = token
        return total


def batch_of(count: int) -> Batch:
    records = tuple(Record(id=str(number), text="x") for number in range(count))
    return Batch(records, torch.zeros(count, 1, dtype=torch.int64), torch.ones(count, 1, dtype=torch.bool))


def every_text() -> list[tuple[int, ...]]:
    words = [token for token in range(SIZE) if token not in (PAD, START, UNKNOWN, END, MASK)]
    return [text for length in range(LONGEST + 1) for text in itertools.product(words, repeat=length)]


@pytest.mark.parametrize("seed", range(5))
def test_a_beam_as_wide_as_all_texts_is_exhaustive_for_every_record_of_a_batch(seed: int) -> None:
    model, texts = Table(seed, 3), every_text()
    found = write_texts(model, batch_of(3), beams=len(texts), max_steps=LONGEST)
    for row, written in enumerate(found):
        best = max(texts, key=lambda text: model.log_probability(row, text))
        assert written.tokens == best
        assert written.log_probability == pytest.approx(model.log_probability(row, best), abs=1e-4)
        assert written.finished


@pytest.mark.parametrize("seed", range(5))
def test_one_beam_is_greedy_search(seed: int) -> None:
    model = Table(seed, 2)
    for row, written in enumerate(write_texts(model, batch_of(2), max_steps=LONGEST)):
        text: list[int] = []
        before = START
        while True:
            logits = model.logits[row, len(text), before].clone()
            logits[[PAD, START, UNKNOWN, MASK]] = -torch.inf
            before = int(logits.argmax())
            if before == END:
                break
            text.append(before)
        assert written.tokens == tuple(text)


def test_a_text_that_finds_no_end_is_cut_and_says_so() -> None:
    model = Table(0, 1)
    model.logits[..., END] = -1e4
    (written,) = write_texts(model, batch_of(1), max_steps=2)
    assert len(written.tokens) == 2
    steps = [
        float(model.logits[0, step, before].log_softmax(-1)[token])
        for step, before, token in ((0, START, written.tokens[0]), (1, written.tokens[0], written.tokens[1]))
    ]
    assert written.log_probability == pytest.approx(sum(steps), abs=1e-4)
    assert not written.finished


def test_later_tokens_move_no_earlier_logit_of_the_prefix_writer() -> None:
    torch.manual_seed(0)
    model = toy.PrefixWriter(ModelShape(Task.GENERATE, SIZE, 0, 512), None)
    targets = torch.tensor([[START, 5, 6, 7, END], [START, 5, 6, 5, END]])
    batch = Batch(
        (Record(id="1", text="x"), Record(id="2", text="x")),
        torch.full((2, 2), 6),
        torch.ones(2, 2, dtype=torch.bool),
        targets=targets,
        target_mask=torch.ones_like(targets, dtype=torch.bool),
    )
    logits = taught(model, batch)
    assert torch.allclose(logits[0, :3], logits[1, :3])
    assert not torch.allclose(logits[0, 3], logits[1, 3])
