"""Search finds what enumeration finds."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import pytest
import torch
import toy
from torch import Tensor

from medtext.corpus.batch import Batch
from medtext.corpus.record import Record, Task
from medtext.corpus.vocabulary import END, MASK, PAD, START, UNKNOWN
from medtext.errors import OptionError
from medtext.learn.choosing import agreed_on, best_of
from medtext.learn.decoding import Decoding
from medtext.learn.model import Embedded
from medtext.learn.write import looked_at, taught, write_texts
from medtext.learn.written import Written
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
    found = write_texts(model, batch_of(3), Decoding(beams=len(texts), max_steps=LONGEST))
    for row, written in enumerate(found):
        best = max(texts, key=lambda text: model.log_probability(row, text))
        assert written.tokens == best
        assert written.log_probability == pytest.approx(model.log_probability(row, best), abs=1e-4)
        assert written.finished


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("penalty", [0.0, 1.0])
def test_one_beam_is_greedy_search_whatever_the_length_penalty(seed: int, penalty: float) -> None:
    model = Table(seed, 20)
    asked = Decoding(max_steps=LONGEST, length_penalty=penalty)
    for row, written in enumerate(write_texts(model, batch_of(20), asked)):
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
    (written,) = write_texts(model, batch_of(1), Decoding(max_steps=2))
    assert len(written.tokens) == 2
    steps = [
        float(model.logits[0, step, before].log_softmax(-1)[token])
        for step, before, token in ((0, START, written.tokens[0]), (1, written.tokens[0], written.tokens[1]))
    ]
    assert written.log_probability == pytest.approx(sum(steps), abs=1e-4)
    assert not written.finished


@pytest.mark.parametrize("penalty", [0.5, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_a_length_penalty_ranks_by_the_probability_over_a_power_of_the_length(seed: int, penalty: float) -> None:
    model, texts = Table(seed, 2), every_text()
    found = write_texts(model, batch_of(2), Decoding(beams=len(texts), max_steps=LONGEST, length_penalty=penalty))
    for row, written in enumerate(found):
        best = max(texts, key=lambda text: model.log_probability(row, text) / (len(text) + 1) ** penalty)
        assert written.tokens == best
        assert written.log_probability == pytest.approx(model.log_probability(row, best), abs=1e-4)


def test_no_stretch_is_written_twice_and_the_best_of_the_others_is_found() -> None:
    model, texts = Table(4, 3), every_text()

    def repeats(text: tuple[int, ...]) -> bool:
        return len(set(text)) < len(text)

    found = write_texts(model, batch_of(3), Decoding(beams=len(texts), max_steps=LONGEST, no_repeat=1))
    for row, written in enumerate(found):
        best = max((t for t in texts if not repeats(t)), key=lambda text: model.log_probability(row, text))
        assert written.tokens == best


def test_samples_are_as_frequent_as_they_are_probable_and_a_seed_gives_the_same_ones() -> None:
    model = Table(1, 1)
    model.logits[..., [PAD, START, UNKNOWN, MASK]] = -1e4  # never written, so they have no probability to lose
    model.logits = model.logits.expand(4000, -1, -1, -1)
    asked = Decoding(temperature=1.0, max_steps=LONGEST)
    drawn = write_texts(model, batch_of(4000), asked)
    assert drawn == write_texts(model, batch_of(4000), asked)
    assert drawn != write_texts(model, batch_of(4000), Decoding(temperature=1.0, max_steps=LONGEST, seed=14))
    probable = sorted(every_text(), key=lambda text: -model.log_probability(0, text))[:3]
    for text in probable:
        share = sum(each.tokens == text for each in drawn) / len(drawn)
        assert share == pytest.approx(math.exp(model.log_probability(0, text)), abs=0.03)
    for each in drawn[:20]:
        assert each.finished
        assert each.log_probability == pytest.approx(model.log_probability(0, each.tokens), abs=1e-4)


def test_the_consensus_of_samples_is_the_one_that_agrees_best_with_the_others() -> None:
    model = Table(0, 1)
    model.logits[:] = -1e4
    # Three ways to begin; two of them go on alike, and the likeliest text of all is none of these.
    model.logits[0, 0, START, [5, 6, 7]] = torch.tensor([0.30, 0.30, 0.40]).log()
    model.logits[0, 1, [5, 6], 5] = 0.0
    model.logits[0, 1, 7, 7] = 0.0
    model.logits[0, 2, :, END] = 0.0
    (written,) = write_texts(model, batch_of(1), Decoding(consensus=200, max_steps=LONGEST))
    assert write_texts(model, batch_of(1), Decoding(max_steps=LONGEST))[0].tokens == (7, 7)
    assert written.tokens in {(5, 5), (6, 5)}
    assert written.agreement is not None
    assert 0.3 < written.agreement < 0.6


def test_samples_that_were_not_finished_agree_with_nothing() -> None:
    cut, ended = Written((5, 6), -1.0, finished=False), Written((7,), -1.0, finished=True)
    found = agreed_on([cut, cut, cut, ended, ended], [0] * 5)
    assert (found.tokens, found.agreement) == ((7,), pytest.approx(1 / 4))
    assert agreed_on([cut, cut], [0, 0]) == cut
    assert cut.agreement is None


def test_next_to_no_temperature_is_greedy_search() -> None:
    model = Table(2, 3)
    greedy = write_texts(model, batch_of(3), Decoding(max_steps=LONGEST))
    drawn = write_texts(model, batch_of(3), Decoding(temperature=1e-39, max_steps=LONGEST))
    assert [each.tokens for each in drawn] == [each.tokens for each in greedy]


def test_a_consensus_says_what_many_samples_say_rather_than_less() -> None:
    model = Table(0, 1)
    model.logits[:] = -1e4
    model.logits[0, 0, START, 5] = 0.0
    model.logits[0, 1, 5, [6, END]] = torch.tensor(
        [0.45, 0.55]
    ).log()  # nearly half go on; all that the others say is in it
    model.logits[0, 2, 6, END] = 0.0
    (written,) = write_texts(model, batch_of(1), Decoding(consensus=400, max_steps=LONGEST))
    assert written.tokens == (5, 6)
    # How far they agree is told without that weight: one token of one, of two, and of their pair.
    assert written.agreement == pytest.approx(0.45 + 0.55 / 2, abs=0.05)


def test_a_nucleus_of_the_most_probable_token_alone_is_greedy_search() -> None:
    model = Table(2, 3)
    greedy = write_texts(model, batch_of(3), Decoding(max_steps=LONGEST))
    drawn = write_texts(model, batch_of(3), Decoding(temperature=0.7, top_p=1e-6, max_steps=LONGEST))
    assert [each.tokens for each in drawn] == [each.tokens for each in greedy]


def test_agreement_is_how_far_the_other_texts_of_the_search_say_the_same() -> None:
    model = Table(0, 1)
    model.logits[:] = -1e4
    model.logits[0, 0, START, 5] = model.logits[0, 0, START, 6] = 0.0  # the one, or the other, as probable
    model.logits[0, 1, 5, 7] = model.logits[0, 1, 6, 7] = 0.0
    model.logits[0, 2, 7, END] = 0.0
    (written,) = write_texts(model, batch_of(1), Decoding(beams=2, max_steps=LONGEST))
    assert written.tokens in {(5, 7), (6, 7)}
    assert written.agreement == pytest.approx((1 + 1 / 3) / 2)  # itself, and one of two tokens of the other
    (alone,) = write_texts(model, batch_of(1), Decoding(max_steps=LONGEST))
    assert alone.agreement is None  # nobody is there to agree with


def test_confidence_does_not_hang_on_the_other_records_of_a_batch() -> None:
    model = Table(3, 6)
    model.logits[1:] *= 0.05  # the others search on for long
    asked = Decoding(beams=3, max_steps=LONGEST, length_penalty=1.0)
    together = write_texts(model, batch_of(6), asked)[0]
    (alone,) = write_texts(model, batch_of(1), asked)
    assert (together.tokens, together.agreement) == (alone.tokens, pytest.approx(alone.agreement))


def test_a_text_that_is_far_less_probable_than_a_short_one_is_no_overflow() -> None:
    found = [Written((), -1.0, finished=True), Written((5, 6, 7), -1000.0, finished=True)]
    best = best_of(found, Decoding(beams=2, length_penalty=9.0), [0, 0])
    assert best.tokens == (5, 6, 7)
    assert best.agreement == pytest.approx(0.0)  # nearly all of the probability says nothing


def test_texts_that_break_the_fewest_decisions_are_preferred() -> None:
    found = [
        Written((5,), -1.0, finished=True),
        Written((5, 6), -2.0, finished=True),
        Written((7,), -3.0, finished=True),
    ]
    asked = Decoding(beams=3)
    assert best_of(found, asked, [0, 0, 0]).tokens == (5,)
    assert best_of(found, asked, [2, 1, 1]).tokens == (5, 6)
    (cut,) = (Written((5,), -1.0, finished=False),)
    assert best_of([cut], asked, [3]) is cut
    # Among samples a decision weighs little beside what most of them say.
    samples = [Written((5, 6), -1.0, finished=True)] * 2 + [Written((5, 7), -1.0, finished=True)] * 2
    assert agreed_on(samples, [0, 0, 0, 0]).tokens == agreed_on(samples, [0, 0, 1, 1]).tokens == (5, 6)
    assert agreed_on(samples, [1, 1, 0, 0]).tokens == (5, 7)
    assert agreed_on([*samples, Written((8, 9), -1.0, finished=True)], [2, 2, 2, 2, 0]).tokens == (5, 6)


def test_where_a_writer_looked_is_told_for_every_token_it_wrote() -> None:
    torch.manual_seed(0)
    model = toy.GridWriter(ModelShape(Task.GENERATE, SIZE, 0, 512, 8), None)
    pixels, mask = torch.rand(2, 2, 1, 8, 8), torch.tensor([[True, True], [True, False]])
    batch = Batch((Record(id="1"), Record(id="2")), pixels, mask)
    maps = looked_at(model, model.embed(batch), [(5, 6, 7), (6,)])
    assert maps is not None
    assert [each.shape for each in maps] == [(3, 8), (1, 8)]
    assert all(each.sum(1) == pytest.approx(1.0) for each in maps)
    assert maps[1][0, 4:].max() == 0  # the second view is not there
    state = model.start(*(getattr(model.embed(batch), name) for name in ("vectors", "mask")))
    for step, token in enumerate((START, 5, 6)):
        _, state, attention = model.step(state, torch.tensor([token, token]))
        assert maps[0][step] == pytest.approx(attention[0].detach().numpy(), abs=1e-6)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"beams": 0}, "--beams must be at least 1"),
        ({"max_steps": 0}, "--max-length must be at least 1"),
        ({"length_penalty": -1.0}, "--length-penalty must be at least 0"),
        ({"temperature": float("nan")}, "--temperature must be at least 0"),
        ({"top_p": 0.0, "temperature": 1.0}, "--top-p must be over 0"),
        ({"top_p": 0.9}, "add --temperature"),
        ({"temperature": 1.0, "beams": 3}, "leave --beams out"),
        ({"consensus": 4, "beams": 3}, "leave --beams out"),
        ({"consensus": 1}, "nobody to agree with"),
        ({"cutoff": 1.5}, "--cutoff must be at most 1"),
        ({"cutoff": -0.1}, "--cutoff must be at least 0"),
        ({"length_penalty": 200.0}, "at most 10"),
        ({"consensus": -1}, "--consensus must be at least 0"),
    ],
)
def test_what_no_search_can_do_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        Decoding(**wrong)


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
