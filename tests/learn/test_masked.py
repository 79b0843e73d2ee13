"""Words are hidden whole, in the shares that BERT hides them, and a network learns to guess them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from medtext.corpus.batch import Batcher
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.record import Input, Task
from medtext.corpus.token import Encoding
from medtext.corpus.vocabulary import MASK, SPECIAL, UNKNOWN
from medtext.learn.device import set_seed
from medtext.learn.masked import MaskedLanguageModel, MaskedPart, hide_words, word_numbers
from medtext.learn.train import TrainOptions, learn
from medtext.plugin import ModelShape
from medtext.plugin.registry import Registry
from medtext.workspace.pretraining import measure_guesses

CPU = torch.device("cpu")


@settings(deadline=None)
@given(
    rows=st.lists(st.lists(st.integers(-1, 5), min_size=1, max_size=12), min_size=1, max_size=5),
    seed=st.integers(0, 99),
)
def test_a_word_is_hidden_as_a_whole_and_every_text_has_one_to_guess(rows: list[list[int]], seed: int) -> None:
    length = max(map(len, rows))
    words = torch.tensor([row + [-1] * (length - len(row)) for row in rows])
    ids = torch.arange(words.numel()).reshape(words.shape) + len(SPECIAL)
    hidden, guessed = hide_words(ids, words, 100, share=0.2, chance=torch.Generator().manual_seed(seed))
    for row in range(len(rows)):
        for word in set(words[row].tolist()):
            part = guessed[row][words[row] == word]
            assert bool(part.all()) == bool(part.any()), "part of a word"
            assert word >= 0 or not part.any(), "what cannot be hidden"
        assert bool(guessed[row].any()) == any(word >= 0 for word in rows[row])
    assert torch.equal(hidden[~guessed], ids[~guessed])


def test_shares_are_those_of_bert() -> None:
    ids = torch.full((400, 50), 7)
    words = torch.arange(50).expand(400, -1)
    hidden, guessed = hide_words(ids, words, 1000, share=0.15, chance=torch.Generator().manual_seed(1))
    assert float(guessed.float().mean()) == pytest.approx(0.15, abs=0.01)
    chosen = hidden[guessed]
    assert float((chosen == MASK).float().mean()) == pytest.approx(0.8, abs=0.02)
    assert float((chosen == 7).float().mean()) == pytest.approx(0.1, abs=0.02)
    assert int(chosen[(chosen != MASK)].min()) >= len(SPECIAL)


def test_tokens_are_numbered_by_the_word_they_start_in() -> None:
    special = np.array([True, False, False, False, False, False, True])
    starts = np.array([0, 0, 1, 2, 3, 5, 0])
    encoding = Encoding(np.array([2, 9, 8, 7, UNKNOWN, 6, 3]), starts, starts + 1, special)
    numbers = word_numbers(encoding, [(0, 2), (2, 3), (3, 6)])
    assert numbers[[0, 4, 6]].tolist() == [-1, -1, -1]
    assert numbers[1] == numbers[2] != numbers[3] != numbers[5]
    alone = word_numbers(encoding, None)
    assert len({*alone[[1, 2, 3, 5]].tolist()}) == 4


def material(count: int) -> tuple[MaskedPart, MaskedPart, Batcher]:
    # Every text repeats one pair of letters: what is hidden follows from what stands beside it.
    texts = [pair * 3 for pair in ("ab", "cd", "ef")] * count
    tokenizer = PatternTokenizer(lambda text: [(at, at + 1) for at in range(len(text))]).fit(texts)
    batcher = Batcher(Task.CLASSIFY, ("x", "y"), Input.TEXT, tokenizer)
    encodings = tokenizer.encode(texts)
    words = [word_numbers(encoding, None) for encoding in encodings]
    return MaskedPart(encodings, words, batcher), MaskedPart(encodings[:9], words[:9], batcher, seed=3), batcher


def test_validation_always_hides_the_same_words_and_training_others() -> None:
    train_part, val_part, _ = material(4)
    assert torch.equal(val_part.batch([1, 2]).inputs, val_part.batch([1, 2]).inputs)
    set_seed(1)
    assert any(not torch.equal(train_part.batch([1, 2]).inputs, train_part.batch([1, 2]).inputs) for _ in range(5)), (
        "the same words every time"
    )


def test_a_network_learns_to_guess(registry: Registry) -> None:
    train_part, val_part, batcher = material(20)
    spec = registry.model("text-cnn")
    set_seed(1)
    shape = ModelShape(Task.CLASSIFY, len(batcher.tokenizer.vocabulary), 2, 512)
    lesson = MaskedLanguageModel(spec.build(shape, spec.options(width=16, filters=16)))
    before = lesson.model.table().detach().clone()
    assert measure_guesses(lesson, val_part, CPU)["accuracy"] < 0.6
    learn(lesson, train_part, val_part, TrainOptions(epochs=12, lr=0.01, batch_size=8), device=CPU)
    measured = measure_guesses(lesson, val_part, CPU)
    assert measured["most_frequent_accuracy"] < 0.4
    assert measured["accuracy"] > 0.8
    assert measured["perplexity"] == pytest.approx(np.exp(measured["loss"]))
    assert not torch.equal(lesson.model.table(), before), "the table itself must learn"
