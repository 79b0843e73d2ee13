"""The first batches of a training, as a person reads them."""

from __future__ import annotations

from medtext.corpus.batch import by_length
from medtext.plugin.registry import Registry
from medtext.workspace.setup import Setup
from medtext.workspace.start import Start
from medtext.workspace.training import Corpus, Workbench

_BATCHES, _ROWS = 2, 4


def preview(registry: Registry, setup: Setup, start: Start | None = None) -> str:
    """Describe splits, labels, network and the first batches of a setup; nothing is trained or written."""
    corpus = Corpus.read(registry, setup)
    bench = Workbench.prepare(registry, setup, corpus, start)
    part, _ = bench.parts()
    weights = sum(parameter.numel() for parameter in bench.model.parameters())
    lines = [
        "splits: " + ", ".join(f"{len(records)} {name}" for name, records in corpus.splits),
        "labels: " + ", ".join(f"{n} ({c})" for n, c in zip(corpus.labels, corpus.counts(), strict=True)),
        f"model: {setup.model.name}, {weights:,} weights; vocabulary of {len(bench.batcher.tokenizer.vocabulary):,}",
    ]
    vocabulary = bench.batcher.tokenizer.vocabulary
    for number, rows in enumerate(by_length(part.lengths, setup.training.batch_size), start=1):
        if number > _BATCHES:
            break
        batch = part.batch(rows)
        lines.append(f"batch {number}: inputs {list(batch.inputs.shape)}, {int(batch.mask.sum())} real")
        for row in range(min(_ROWS, len(batch))):
            record = batch.records[row]
            truth = record.target if record.target is not None else " ".join(record.labels or ()) or "(none)"
            lines.append(f"  {record.id} [{truth}] {record.text!r}")
            if batch.encodings:
                owners = range(len(batch)) if batch.owners is None else batch.owners.tolist()
                for window in (at for at, owner in enumerate(owners) if owner == row):
                    tokens = batch.inputs[window][batch.mask[window]].tolist()
                    lines.append("    " + " ".join(map(vocabulary.token, tokens)))
    return "\n".join(lines)
