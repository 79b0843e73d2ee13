"""Records side by side: what is padded is masked, and targets say what the task asks."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from medtext.corpus.batch import Batcher, by_length, shuffled_buckets
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.record import Input, Record, Task
from medtext.corpus.vocabulary import END, PAD, START, UNKNOWN
from medtext.errors import RecordError

LABELS = ("x", "y", "z")
lengths = st.lists(st.integers(0, 30), max_size=80)
quick = settings(deadline=None, max_examples=50, database=None)


def cut(text: str) -> list[tuple[int, int]]:
    """Cut a text into its characters, blanks left out."""
    return [(at, at + 1) for at, character in enumerate(text) if not character.isspace()]


def batcher(task: Task = Task.CLASSIFY, reads: Input = Input.TEXT, **fields: int) -> Batcher:
    """Return a batcher for texts of the letters a to e, which have the numbers 5 to 9."""
    tokenizer = PatternTokenizer(cut, min_records=1, max_length=6).fit(["abcde"])
    return Batcher(task, LABELS, reads, tokenizer, **fields)


def record(text: str = "a", **fields: object) -> Record:
    return Record(**{"id": text, "text": text, "place": f"file:{len(text)}", **fields})


def test_texts_are_padded_at_the_end_and_masked() -> None:
    batch = batcher().batch([record("abc"), record("e"), record("a?")])
    assert batch.inputs.tolist() == [[5, 6, 7], [9, PAD, PAD], [5, UNKNOWN, PAD]]
    assert batch.mask.tolist() == [[True, True, True], [True, False, False], [True, True, False]]
    assert (batch.inputs.dtype, batch.mask.dtype) == (torch.int64, torch.bool)
    assert len(batch) == len(batch.encodings) == 3
    assert batch.targets is None


def test_texts_cut_before_make_the_same_batch() -> None:
    made, records = batcher(), [record("abc"), record("e")]
    first, second = made.batch(records), made.batch(records, made.encode(records))
    assert torch.equal(first.inputs, second.inputs)
    assert torch.equal(first.mask, second.mask)


@pytest.mark.parametrize("texts", [["", "ab"], ["", " "], []])
def test_a_text_without_tokens_is_a_masked_row(texts: list[str]) -> None:
    batch = batcher().batch([record(text) for text in texts])
    assert batch.inputs.shape == batch.mask.shape == (len(texts), max([1, *map(len, map(str.strip, texts))]))
    assert batch.mask.sum(1).tolist() == [len(text.strip()) for text in texts]


def test_a_long_text_is_cut_and_marked() -> None:
    batch = batcher().batch([record("abcdeabc"), record("abcdea")])
    assert batch.inputs.shape == (2, 6)
    assert [encoding.truncated for encoding in batch.encodings] == [True, False]


def test_one_label_is_a_number() -> None:
    batch = batcher().batch([record(labels=("z",)), record(labels=("x",))], targets=True)
    assert batch.targets is not None
    assert (batch.targets.tolist(), batch.targets.dtype) == ([2, 0], torch.int64)
    assert batch.target_mask is None


def test_many_labels_are_a_row_of_noughts_and_ones() -> None:
    records = [record(labels=("z", "x")), record(labels=()), record(labels=("y",))]
    batch = batcher(Task.TAG).batch(records, targets=True)
    assert batch.targets is not None
    assert (batch.targets.tolist(), batch.targets.dtype) == ([[1, 0, 1], [0, 0, 0], [0, 1, 0]], torch.float32)


def test_a_text_to_write_stands_between_start_and_end() -> None:
    records = [record(target="ab"), record(target="eeee"), record(target=None)]
    batch = batcher(Task.GENERATE, max_steps=3).batch(records, targets=True)
    assert batch.targets is not None
    assert batch.target_mask is not None
    # What is cut has no end to learn.
    assert batch.targets.tolist() == [[START, 5, 6, END], [START, 9, 9, 9], [START, END, PAD, PAD]]
    assert batch.target_mask.sum(1).tolist() == [4, 4, 2]
    assert batch.target_mask[2].tolist() == [True, True, False, False]


@pytest.mark.parametrize("task", [Task.CLASSIFY, Task.TAG])
def test_a_label_that_the_model_does_not_know_is_named_with_its_place(task: Task) -> None:
    with pytest.raises(RecordError, match=r"^file:1: label 'w' is not one the model knows \(x, y, z\): correct it"):
        batcher(task).batch([record(labels=("w",))], targets=True)


def test_a_batch_moves_as_a_whole() -> None:
    batch = batcher(Task.GENERATE).batch([record(target="ab")], targets=True)
    moved = batch.to("meta")
    tensors = (moved.inputs, moved.mask, moved.targets, moved.target_mask)
    assert {tensor.device.type for tensor in tensors if tensor is not None} == {"meta"}
    assert (moved.records, moved.encodings) == (batch.records, batch.encodings)
    assert batch.inputs.device.type == "cpu"


def pictures(folder: Path, *levels: int) -> tuple[Path, ...]:
    """Draw a picture of one level for each."""
    paths = []
    for level in levels:
        paths.append(folder / f"{level}.png")
        Image.new("L", (20, 16), level).save(paths[-1])
    return tuple(paths)


def test_images_are_padded_to_the_most_views_and_masked(tmp_path: Path) -> None:
    records = [record(images=pictures(tmp_path, 255, 51)), record(images=pictures(tmp_path, 102))]
    batch = batcher(reads=Input.IMAGES, image_size=4).batch(records)
    assert (batch.inputs.shape, batch.inputs.dtype) == ((2, 2, 1, 4, 4), torch.float32)
    assert batch.inputs.amax((2, 3, 4)).tolist() == [pytest.approx([1.0, 0.2]), pytest.approx([0.4, 0.0])]
    assert batch.mask.tolist() == [[True, True], [True, False]]
    assert batch.encodings == ()


def test_images_have_nothing_to_cut(tmp_path: Path) -> None:
    assert batcher(reads=Input.IMAGES).encode([record(images=pictures(tmp_path, 1))]) == []


def test_a_record_without_an_image_is_named_with_its_place(tmp_path: Path) -> None:
    records = [record("ab", images=pictures(tmp_path, 1)), record("abc")]
    for some in (records, records[1:]):
        with pytest.raises(RecordError, match=r"^file:3: a record without an image, where the model reads images: "):
            batcher(reads=Input.IMAGES, image_size=4).batch(some)


def test_an_image_that_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(pictures(tmp_path, 1)[0].read_bytes()[:45])
    for path, says in ((tmp_path / "gone.png", "there is no such image"), (broken, "not an image that can be read")):
        with pytest.raises(RecordError, match=f"^{path}: {says}"):
            batcher(reads=Input.IMAGES, image_size=4).batch([record(images=(path,))])


@quick
@given(lengths, st.integers(1, 9))
def test_batches_by_length_hold_every_row_once_shortest_first(known: list[int], size: int) -> None:
    batches = list(by_length(known, size))
    rows = [row for batch in batches for row in batch]
    assert sorted(rows) == list(range(len(known)))
    assert [known[row] for row in rows] == sorted(known)
    assert all(len(batch) == size for batch in batches[:-1])


@quick
@given(lengths, st.integers(1, 9), st.integers(0, 3))
def test_shuffled_batches_hold_every_row_once(known: list[int], size: int, seed: int) -> None:
    batches = shuffled_buckets(known, size, np.random.default_rng(seed))
    assert sorted(row for batch in batches for row in batch) == list(range(len(known)))
    assert all(1 <= len(batch) <= size for batch in batches)
    assert batches == shuffled_buckets(known, size, np.random.default_rng(seed))


def test_shuffled_batches_differ_from_epoch_to_epoch_and_pad_little() -> None:
    known = np.random.default_rng(1).integers(1, 200, 3000).tolist()
    chance = np.random.default_rng(2)
    first, second = shuffled_buckets(known, 16, chance), shuffled_buckets(known, 16, chance)
    assert {frozenset(batch) for batch in first}.isdisjoint({frozenset(batch) for batch in second})
    padded = sum(len(batch) * max(known[row] for row in batch) for batch in first)
    assert padded < 1.1 * sum(known)
    longest = [max(known[row] for row in batch) for batch in first]
    rising = sum(one <= other for one, other in pairwise(longest))
    assert rising / len(longest) == pytest.approx(0.5, abs=0.2)
