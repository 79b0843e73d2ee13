"""The texts of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from exported import folded
from lengths import CT_REPORTS, joined, sentences, spread
from medtext.corpus.record import Record
from medtext.plugin.options import make_options, parse_pairs
from medtext.workspace.ready import Ready
from medtext.workspace.source import read_records

HELD_OUT = ("val", "test")


def own_texts(ready: Ready, source: Path | None, dataset: str | None, options: Sequence[str]) -> list[str]:
    """Return different texts that a run was not trained on: of its splits val and test, or of a source.

    A dataset and options that are not named are those of the run.
    """
    if source is None and dataset is None:
        records = [record for part in HELD_OUT for record in ready.records(split=part)]
    else:
        chosen = ready.setup.dataset
        spec = ready.registry.dataset(dataset or chosen.name)
        values = make_options(spec.options, parse_pairs(list(options)), owner=f"dataset '{spec.name}'")
        asked = chosen.options if dataset is None and not options else values
        records = ready.unseen(read_records(spec, source or spec.sample or ready.setup.source, asked, ready.task))
    return list(dict.fromkeys(filter(None, (readable(ready, record.text) for record in records))))


def sample_sentences(ready: Ready) -> list[str]:
    """Return the different sentences of the validation and test texts of the bundled sample gi-records."""
    spec = ready.registry.dataset("gi-records")
    assert spec.sample is not None  # noqa: S101  # it is bundled
    records: list[Record] = read_records(spec, spec.sample, spec.options(), ready.task)
    texts = [readable(ready, record.text) for record in records if record.split in HELD_OUT]
    return list(dict.fromkeys(sentences(texts)))


def ct_texts(ready: Ready, count: int, *, seed: int = 13) -> Iterator[str]:
    """Yield made-up texts that are as long as the descriptions of CT findings, in a run's tokens."""
    return joined(sample_sentences(ready), spread(count, CT_REPORTS), token_ends(ready), seed=seed)


def picked(texts: Sequence[str], count: int, *, seed: int = 13) -> list[str]:
    """Return so many of the texts, in random order: the first few are like all of them."""
    order = np.random.default_rng(seed).permutation(len(texts))
    return [texts[number] for number in order[:count].tolist()]


def readable(ready: Ready, text: str) -> str:
    """Return a text as every way reads it alike: no longer than the network reads, folded for a text-cnn."""
    if ready.setup.model.name == "text-cnn":
        text = folded(text)
    (encoding,) = ready.predictor.batcher.tokenizer.encode([text])
    ends = encoding.cut(ready.predictor.batcher.tokenizer.max_length).ends
    return text[: int(ends.max(initial=0))]


def token_ends(ready: Ready) -> Callable[[str], list[int]]:
    """Return what says at which character each token of a text ends, [CLS] and [SEP] left out."""
    tokenizer = ready.predictor.batcher.tokenizer

    def ends(text: str) -> list[int]:
        (encoding,) = tokenizer.encode([text])
        found: list[int] = encoding.ends[~encoding.special].tolist()
        return found

    return ends
