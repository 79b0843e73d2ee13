"""From a setup to a run on disk."""

from __future__ import annotations

import json
import logging
import platform
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch

from medtext.corpus.batch import Batcher
from medtext.corpus.split import Splits, shared_texts, split_records
from medtext.corpus.token import Tokenizer
from medtext.corpus.vectors import read_vectors
from medtext.errors import OptionError, PluginError, RunError
from medtext.learn.device import pick_device, set_seed
from medtext.learn.model import Tabled
from medtext.learn.train import Part, train
from medtext.learn.watch import Watcher
from medtext.plugin.registry import Registry
from medtext.runs.store import BASELINE, CHECKPOINT, FORMAT, PRETRAIN, SESSIONS, Run, RunStore, now
from medtext.runs.weights import save_weights
from medtext.workspace.calibration import UNINFORMED
from medtext.workspace.card import model_card
from medtext.workspace.evaluation import evaluate
from medtext.workspace.explaining import calibrated
from medtext.workspace.ready import (
    DECISION,
    Network,
    fit_tokenizer,
    in_windows,
    make_batcher,
    make_model,
    make_tokenizer,
    open_ready,
    read_setup,
    texts_of,
    whole,
)
from medtext.workspace.setup import Setup
from medtext.workspace.source import digest, labels_of, read_records, text_key, with_truth
from medtext.workspace.start import Start, find_start, fresh_weights

_log = logging.getLogger("medtext")

_FEW = 20
"""Records of val or test below which a figure is hardly one: one record is five hundredths."""


@dataclass(frozen=True)
class Corpus:
    """Records in their splits, and what is known of them before any training."""

    splits: Splits
    labels: tuple[str, ...]
    digest: str

    @classmethod
    def read(cls, registry: Registry, setup: Setup) -> Corpus:
        """Read, check and split the records of a setup."""
        dataset = registry.dataset(setup.dataset.name)
        records = read_records(dataset, setup.source, setup.dataset.options, setup.task)
        known = with_truth(records, setup.task)
        splits = split_records(known, setup.plan)
        labels = labels_of(dataset, known, setup.task)
        corpus = cls(splits, labels, digest(records))
        corpus.warn()
        return corpus

    def counts(self) -> list[int]:
        """Count the training records of each label."""
        counted = Counter(label for record in self.splits.train for label in record.labels or ())
        return [counted[label] for label in self.labels]

    def warn(self) -> None:
        """Say what makes the figures doubtful: labels never learned, texts in two splits."""
        for label, count in zip(self.labels, self.counts(), strict=True):
            if not count:
                _log.warning("label '%s' has no training record: it cannot be learned", label)
        everywhere = Counter(label for _, part in self.splits for record in part for label in record.labels or ())
        for label in (label for label in self.labels if everywhere[label] == 1):
            meant = get_close_matches(label, [other for other in self.labels if other != label], n=1)
            hint = f": is it '{meant[0]}' misspelt?" if meant else ""
            _log.warning("label '%s' has one record only%s", label, hint)
        for name in ("val", "test"):
            count = len(self.splits.of(name))
            if 0 < count < _FEW:
                _log.warning("%s has %d records: its figures say little: add records, or --stratify", name, count)
        for name, count in shared_texts(self.splits).items():
            if count:
                total = len(self.splits.of(name))
                _log.warning("%d of %d %s records have a text that also stands in train", count, total, name)

    def to_json(self) -> dict[str, Any]:
        """Return the content of ``splits.json``: ids and hashes, no text."""
        return {
            "source_sha256": self.digest,
            **{name: [record.id for record in part] for name, part in self.splits},
            "trained_texts": sorted({text_key(record) for record in self.splits.train if record.text or record.images}),
        }


def begin_model(
    registry: Registry, setup: Network, batcher: Batcher, start: Start | None, *, untrained: bool = True
) -> torch.nn.Module:
    """Build a network, with the weights of a start or the vectors of a file in it where the setup names one.

    Not ``untrained`` are networks whose weights a checkpoint brings: files are not needed again.
    """
    model = make_model(registry, setup, batcher)
    file = getattr(setup.model.options, "vectors", None)
    if start is not None and start.tokenizer is not None and file is not None:
        raise OptionError("-o vectors and --init both say what token vectors begin with: leave one out")
    if start is not None:
        start.enter(model, fresh_weights(registry, setup, batcher, start, model))
    if (start is None or start.tokenizer is None) and file is not None and untrained:
        fill_table(model, batcher.tokenizer, file)
    return model


def fill_table(model: torch.nn.Module, tokenizer: Tokenizer, file: Path) -> None:
    """Begin a model's token vectors with those of a file; the others get their standard deviation.

    Raises PluginError for a model without a table, OptionError where nothing in the file is known.
    """
    if not isinstance(model, Tabled):
        raise PluginError(f"{type(model).__name__} has an option vectors, but no table")
    known = tokenizer.vocabulary.by_token()
    table = model.table()
    found = read_vectors(file, known, table.shape[1])
    if not found:
        raise OptionError(f"-o vectors={file}: it has none of the {len(known):,} tokens: choose another --tokenizer")
    vectors = torch.from_numpy(np.stack(list(found.values())))
    scale = vectors.std() / table.detach().std()
    with torch.no_grad():
        if scale.isfinite() and scale > 0:  # too few vectors have no spread
            table *= scale
        table[list(found)] = vectors.to(table)
    _log.info("vectors: %d of %d tokens are in %s", len(found), len(known), file.name)


@dataclass(frozen=True)
class Workbench:
    """All that stands before the first step: the seed is set before any of it is built."""

    corpus: Corpus
    batcher: Batcher
    model: torch.nn.Module

    @classmethod
    def prepare(
        cls, registry: Registry, setup: Setup, corpus: Corpus, start: Start | None = None, begun: Run | None = None
    ) -> Workbench:
        """Fit the tokenizer on the training texts and build the untrained network, or begin both where ``start`` is.

        ``begun`` is a draft whose checkpoint will be gone on from: its tokenizer is taken as it is.
        """
        set_seed(setup.training.seed)
        if begun is not None:
            with whole(begun):
                tokenizer = make_tokenizer(registry, setup.tokenizer).load(begun.read("tokenizer.json"))
        elif start is not None and start.tokenizer is not None:
            tokenizer = make_tokenizer(registry, setup.tokenizer).load(start.pretrained.tokenizer)
        else:
            tokenizer = fit_tokenizer(registry, setup.tokenizer, texts_of(corpus.splits.train))
        batcher = make_batcher(registry, setup, corpus.labels, tokenizer)
        model = begin_model(registry, setup, batcher, start, untrained=begun is None)
        return cls(corpus, in_windows(batcher, model, setup), model)

    def parts(self) -> tuple[Part, Part]:
        """Return train and val, cut into tokens; texts that are cut short, or read in windows, are counted."""
        parts = Part.of(self.corpus.splits.train, self.batcher), Part.of(self.corpus.splits.val, self.batcher)
        limit = self.batcher.tokenizer.max_length
        encodings = [encoding for part in parts for encoding in part.encodings]
        cut = sum(encoding.truncated for encoding in encodings)
        if cut:
            _log.warning("%d texts are longer than %d tokens and are cut: raise it by -o max-length=N", cut, limit)
        long = sum(len(encoding) > limit for encoding in encodings)
        if long:
            _log.info("%d texts are longer than %d tokens and are read in windows", long, limit)
        most = self.batcher.max_steps
        unlearned = sum(length > most for part in parts for length in part.written)
        if unlearned:
            _log.warning("%d reports are longer than %d tokens: how they go on is not learned", unlearned, most)
        return parts


def train_run(
    registry: Registry,
    store: RunStore,
    setup: Setup,
    *,
    name: str | None = None,
    device: str = "auto",
    replace_run: bool = False,
    resume: bool = False,
    command: Sequence[str] = (),
    watcher: Watcher | None = None,
    sweep: str | None = None,
) -> Run:
    """Train a setup, its baseline beside it, measure both, and leave a run.

    The run appears when it is whole. A training that was cut off is gone on with by
    ``resume``; see ``resumed_setup`` for what it was. ``sweep`` names the sweep that it is part of.
    """
    chosen = pick_device(device)
    name = name or store.free_name(f"{setup.dataset.name}-{setup.model.name}")
    with store.draft(name, replace=replace_run, resume=resume) as run, logged(run):
        corpus = Corpus.read(registry, setup)
        # What a checkpoint holds is not asked of the start again, which may have changed or gone.
        begun = resume and (run.path / CHECKPOINT).exists()
        start = find_start(registry, store, setup.init, setup.model.name) if setup.init and not begun else None
        if resume:
            _refuse_changed(run, setup, corpus)
            (run.path / DECISION).unlink(missing_ok=True)  # it was tuned for other weights
            run.write("config.json", setup.to_json())
        else:
            _begin(run, registry, setup, corpus, command, chosen, start)
            if sweep is not None:
                run.write("run.json", {**run.info, "sweep": sweep})
        # Written last: from here on the training can be resumed.
        sessions = run.read(SESSIONS) if resume else []
        run.write(SESSIONS, [*sessions, {"at": now(), "command": list(command)}])
        _learn(registry, setup, corpus, run, chosen, start=start, watcher=watcher, checkpoint=run.path / CHECKPOINT)
        beside = setup.with_baseline(registry)
        if beside is not None:
            nested = Run(run.path / BASELINE, f"{name}/{BASELINE}")
            nested.path.mkdir(exist_ok=True)
            _learn(registry, beside, corpus, nested, chosen)
            _begin(nested, registry, beside, corpus, command, chosen)
        ready = open_ready(registry, run, chosen)
        calibration = calibrated(ready, list(corpus.splits.of("val")))
        if calibration is not None:
            calibration.write(run)
            if not calibration.informed:
                _log.warning("%s", UNINFORMED.format(run=name))
        parts = {name: list(part) for name, part in corpus.splits if name != "train" and part}
        run.write("metrics.json", {name: evaluate(ready, part) for name, part in parts.items()})
        run.write_text("README.md", model_card(ready))
    return store.open(name)


def resumed_setup(registry: Registry, store: RunStore, name: str, epochs: int | None) -> Setup:
    """Return the setup of a training that was cut off, or of a finished run; ``epochs`` may be raised."""
    path = store.root / f".{name}.partial"
    run = Run(path, name) if (path / SESSIONS).exists() else store.open(name)
    if run.info.get("task") == PRETRAIN:
        raise RunError(f"run '{name}' is a pretraining: go on by `medtext pretrain --resume --run {name}`")
    setup = read_setup(registry, run)
    if epochs is None:
        return setup
    if epochs < setup.training.epochs:
        raise RunError(f"run '{name}' was planned for {setup.training.epochs} epochs: --epochs can only raise that")
    return replace(setup, training=replace(setup.training, epochs=epochs))


def _refuse_changed(run: Run, setup: Setup, corpus: Corpus) -> None:
    """Raise RunError where the records, their groups or their splits are not those the training began with."""
    known = {name: value for name, value in run.read("splits.json").items() if name != "inherited_texts"}
    if known != json.loads(json.dumps(corpus.to_json())):
        raise RunError(
            f"{setup.source} has changed since the training of '{run.name}' began: start over with --replace"
        )


def _begin(
    run: Run,
    registry: Registry,
    setup: Setup,
    corpus: Corpus,
    command: Sequence[str],
    device: torch.device,
    start: Start | None = None,
) -> None:
    """Write what is known before the training: enough to resume it from its first checkpoint."""
    names = {"dataset": setup.dataset.name, "model": setup.model.name, "tokenizer": setup.tokenizer.name}
    run.write("config.json", setup.to_json())
    inherited = start.trained_texts if start else ()
    for name in ("val", "test"):
        known = sum(text_key(record) in inherited for record in corpus.splits.of(name) if record.text)
        if known:
            total = len(corpus.splits.of(name))
            _log.warning("%d of %d %s records have texts that --init was trained on", known, total, name)
    run.write("splits.json", {**corpus.to_json(), "inherited_texts": sorted(inherited)})
    run.write("labels.json", {"labels": corpus.labels, "train_counts": corpus.counts()})
    describe_run(run, registry, str(setup.task), names, setup.training.seed, command, device)


def describe_run(
    run: Run,
    registry: Registry,
    task: str,
    names: Mapping[str, str],
    seed: int,
    command: Sequence[str],
    device: torch.device,
) -> None:
    """Write ``run.json``: what a run was made with; ``names`` maps kinds of plugins to those that were used."""
    packages = ("medtext", "torch", "captum", "accelerate", "jieba", "transformers")
    run.write(
        "run.json",
        {
            "format": FORMAT,
            "created": now(),
            "task": task,
            **names,
            "plugins": {kind: _origin(registry, kind, each) for kind, each in names.items()},
            "seed": seed,
            "device": device.type,
            "command": list(command),
            "versions": {"python": platform.python_version(), **{each: version(each) for each in packages}},
        },
    )


def _learn(
    registry: Registry,
    setup: Setup,
    corpus: Corpus,
    run: Run,
    device: torch.device,
    *,
    start: Start | None = None,
    watcher: Watcher | None = None,
    checkpoint: Path | None = None,
) -> None:
    begun = run if checkpoint is not None and checkpoint.exists() else None
    bench = Workbench.prepare(registry, setup, corpus, start, begun)
    run.write("tokenizer.json", bench.batcher.tokenizer.state())
    history = train(bench.model, *bench.parts(), setup.training, device=device, checkpoint=checkpoint, watcher=watcher)
    save_weights(bench.model.cpu(), run.path)
    run.write_text("history.jsonl", "".join(json.dumps(line) + "\n" for line in history))


def _origin(registry: Registry, kind: str, name: str) -> dict[str, Any]:
    plugin = registry.offer(kind, name).plugin
    return {"name": name, "plugin": plugin.name, "version": plugin.version, "file": plugin.file}


@contextmanager
def logged(run: Run) -> Iterator[None]:
    """Keep what is said in the run's ``train.log`` too."""
    handler = logging.FileHandler(run.path / "train.log", encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _log.addHandler(handler)
    try:
        yield
    finally:
        _log.removeHandler(handler)
        handler.close()
