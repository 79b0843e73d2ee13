"""From texts without labels to a run that trainings start from."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch

from medtext.corpus.batch import Batcher, by_length
from medtext.corpus.record import Input, Record, Task
from medtext.corpus.split import group_of, place
from medtext.corpus.token import Encoding
from medtext.errors import OptionError, RecordError, RunError
from medtext.explain.words import Cutter, jieba_cutter
from medtext.learn.device import pick_device, set_seed
from medtext.learn.masked import MaskedLanguageModel, MaskedPart, word_numbers
from medtext.learn.model import Contextual
from medtext.learn.train import TrainOptions, learn
from medtext.learn.watch import Watcher
from medtext.plugin.registry import Registry
from medtext.plugin.specs import Spec
from medtext.runs.store import CHECKPOINT, PRETRAIN, SESSIONS, Run, RunStore, now
from medtext.runs.weights import write_weights
from medtext.workspace.ready import fit_tokenizer, make_batcher, make_tokenizer, whole
from medtext.workspace.setup import Chosen, choose_options, source_of, suited, training_options
from medtext.workspace.start import Start, find_start, label_sized
from medtext.workspace.text_rows import text_rows
from medtext.workspace.training import begin_model, describe_run, logged

_log = logging.getLogger("medtext")

VAL_SHARE = 0.05
"""Of the texts, held back to see whether what was learned holds."""

_LABELS = ("a", "b")
"""A network has a head, though none is trained here: its weights are not kept."""


@dataclass(frozen=True)
class Pretraining:
    """Every choice of a pretraining: the content of ``config.json``.

    ``columns`` are those of tables that hold texts; ``dataset`` reads the files, where they are of a corpus;
    ``share`` is that of the words to guess; ``whole_words`` hides words as jieba cuts them, with ``dictionary`` where
    there is one.
    """

    files: tuple[Path, ...]
    model: Chosen
    tokenizer: Chosen
    training: TrainOptions
    columns: tuple[str, ...] = ()
    share: float = 0.15
    whole_words: bool = True
    dictionary: Path | None = None
    init: str | None = None
    dataset: Chosen | None = None

    task = Task.CLASSIFY

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise OptionError(f"--mask-share must be between 0 and 1, not {self.share}")
        if not self.files:
            raise OptionError("no text to learn from: name a file")

    @classmethod
    def choose(
        cls,
        registry: Registry,
        files: Sequence[Path],
        *,
        model: str,
        tokenizer: str | None = None,
        options: Sequence[str] = (),
        training: Mapping[str, Any] | None = None,
        start: Start | None = None,
        dataset: str | None = None,
        **choices: Any,
    ) -> Pretraining:
        """Fill in what was not named from ``start``, else from the model's defaults.

        Raises UnknownNameError or OptionError.
        """
        spec = registry.model(model)
        if spec.reads is not Input.TEXT:
            raise OptionError(f"model '{spec.name}' reads images: choose another --model")
        needed = start.tokenizer if start else spec.tokenizer
        if needed is not None and tokenizer not in (None, needed):
            raise OptionError(f"--tokenizer {tokenizer}: model '{spec.name}' needs '{needed}' here: leave it out")
        corpus = None if dataset is None else registry.dataset(dataset)
        cutter = registry.tokenizer(needed or tokenizer or (corpus.tokenizer if corpus else "characters"))
        specs: dict[str, Spec] = {"tokenizer": cutter, "model": spec} | ({"dataset": corpus} if corpus else {})
        chosen = choose_options(specs, options, start)
        if corpus is not None and not files:
            files = [source_of(corpus, None)]
        given = {name: value for name, value in (training or {}).items() if value is not None}
        return cls(
            files=tuple(file.resolve() for file in files),
            model=chosen["model"],
            tokenizer=chosen["tokenizer"],
            training=TrainOptions(**{**suited(spec, start), **given}),
            init=start.origin if start else None,
            dataset=chosen.get("dataset"),
            **choices,
        )

    def to_json(self) -> dict[str, Any]:
        """Return every choice as JSON can hold it."""
        return {
            "files": [str(file) for file in self.files],
            "model": self.model.to_json(),
            "tokenizer": self.tokenizer.to_json(),
            "training": asdict(self.training),
            "columns": list(self.columns),
            "share": self.share,
            "whole_words": self.whole_words,
            "dictionary": None if self.dictionary is None else str(self.dictionary),
            "init": self.init,
            "dataset": None if self.dataset is None else self.dataset.to_json(),
        }

    @classmethod
    def from_json(cls, registry: Registry, content: Mapping[str, Any]) -> Pretraining:
        """Read back what ``to_json`` returned."""
        return cls(
            files=tuple(map(Path, content["files"])),
            model=Chosen.from_json(registry, "model", content),
            tokenizer=Chosen.from_json(registry, "tokenizer", content),
            training=training_options(content["training"]),
            columns=tuple(content["columns"]),
            share=content["share"],
            whole_words=content["whole_words"],
            dictionary=None if content["dictionary"] is None else Path(content["dictionary"]),
            init=content["init"],
            dataset=Chosen.from_json(registry, "dataset", content) if content.get("dataset") else None,
        )


def pretrain_run(
    registry: Registry,
    store: RunStore,
    setup: Pretraining,
    *,
    name: str | None = None,
    device: str = "auto",
    replace_run: bool = False,
    resume: bool = False,
    command: Sequence[str] = (),
    watcher: Watcher | None = None,
) -> Run:
    """Train a model to guess hidden words of texts, and leave a run that ``--init`` starts from.

    The run holds the network without its head for labels, and the tokenizer. It
    appears when it is whole; one that was cut off is gone on with by ``resume``.
    Raises OptionError for a model that cannot be pretrained.
    """
    chosen = pick_device(device)
    name = name or store.free_name(f"{setup.model.name}-pretrained")
    with store.draft(name, replace=replace_run, resume=resume) as run, logged(run):
        texts = different_texts(text_rows(registry, setup.files, setup.columns, setup.dataset))
        seen = _digest(texts)
        if resume and run.read("texts.json")["sha256"] != seen:
            raise RunError(f"the texts have changed since '{name}' was begun: start over with --replace")
        bench = _Bench.prepare(registry, store, setup, texts, run if resume else None)
        batcher, lesson, parts = bench.batcher, bench.lesson, bench.parts
        run.write("config.json", setup.to_json())
        if not resume:
            run.write("texts.json", {"sha256": seen, "texts": len(texts)})
            names = {"model": setup.model.name, "tokenizer": setup.tokenizer.name}
            describe_run(run, registry, PRETRAIN, names, setup.training.seed, command, chosen)
        sessions = run.read(SESSIONS) if resume else []
        run.write(SESSIONS, [*sessions, {"at": now(), "command": list(command)}])
        run.write("tokenizer.json", batcher.tokenizer.state())
        history = learn(
            lesson, *parts, setup.training, device=chosen, checkpoint=run.path / CHECKPOINT, watcher=watcher
        )
        run.write_text("history.jsonl", "".join(json.dumps(line) + "\n" for line in history))
        run.write("metrics.json", {"val": {"model": measure_guesses(lesson, parts[1], chosen)}})
        network = lesson.model.state_dict()
        write_weights({key: value for key, value in network.items() if key not in bench.fresh}, run.path)
        run.write_text("README.md", _card(run, setup, len(texts)))
    return store.open(name)


def different_texts(rows: Iterable[tuple[Record, str | None]]) -> list[str]:
    """Return texts, each once. What has a fault is left out and counted in a warning."""
    texts: dict[str, str] = {}
    read = faulty = 0
    for record, fault in rows:
        read += 1
        if fault is None:
            texts.setdefault(group_of(replace(record, group=None)), record.text)
        else:
            faulty += 1
    if faulty:
        _log.warning("%d of %d texts are left out: empty, or broken", faulty, read)
    _log.info("texts: %d, %d of them different", read, len(texts))
    if not texts:
        raise RecordError("no text to learn from: name files that hold some")
    return list(texts.values())


def measure_guesses(lesson: MaskedLanguageModel, part: MaskedPart, device: torch.device) -> dict[str, float | int]:
    """Return how well hidden tokens of a part are guessed, beside always guessing the most frequent one.

    ``perplexity`` is the exponential of the mean loss; ``accuracy`` the share guessed right.
    """
    lesson.to(device).eval()
    right = loss = count = 0.0
    truth: list[int] = []
    with torch.no_grad():
        for rows in by_length(part.lengths, 64):
            batch = part.batch(rows).to(device)
            assert batch.targets is not None  # noqa: S101
            targets = batch.targets[batch.target_mask]
            logits = lesson.guess(batch)
            loss += float(torch.nn.functional.cross_entropy(logits, targets, reduction="sum"))
            right += float((logits.argmax(-1) == targets).sum())
            count += len(targets)
            truth += targets.tolist()
    lesson.cpu()
    most = int(np.bincount(truth).max()) if truth else 0
    count = max(count, 1.0)
    return {
        "records": len(part.records),
        "guesses": int(count),
        "loss": loss / count,
        "perplexity": float(np.exp(loss / count)),
        "accuracy": right / count,
        "most_frequent_accuracy": most / count,
    }


def resumed_pretraining(registry: Registry, store: RunStore, name: str, epochs: int | None) -> Pretraining:
    """Return the choices of a pretraining that was cut off, or of a finished one; ``epochs`` may be raised."""
    path = store.root / f".{name}.partial"
    run = Run(path, name) if (path / SESSIONS).exists() else store.open(name)
    if run.info["task"] != PRETRAIN:
        raise RunError(f"run '{name}' is a training, no pretraining: go on by `medtext train --resume --run {name}`")
    with whole(run):
        setup = Pretraining.from_json(registry, run.read("config.json"))
    if epochs is None:
        return setup
    if epochs < setup.training.epochs:
        raise RunError(f"run '{name}' was planned for {setup.training.epochs} epochs: --epochs can only raise that")
    return replace(setup, training=replace(setup.training, epochs=epochs))


@dataclass(frozen=True)
class _Bench:
    """All that stands before the first step; ``fresh`` names the weights of the head, which nothing teaches."""

    batcher: Batcher
    lesson: MaskedLanguageModel
    fresh: set[str]
    parts: tuple[MaskedPart, MaskedPart]

    @classmethod
    def prepare(
        cls, registry: Registry, store: RunStore, setup: Pretraining, texts: Sequence[str], begun: Run | None
    ) -> _Bench:
        """Hold some texts back, fit the tokenizer on the others, and build the network.

        ``begun`` is the draft that is gone on with: its tokenizer and its checkpoint hold all that a start gave.
        """
        set_seed(setup.training.seed)
        held = [place(group_of(Record(id="", text=text)), setup.training.seed) < VAL_SHARE for text in texts]
        kept = [text for text, out in zip(texts, held, strict=True) if not out]
        back = [text for text, out in zip(texts, held, strict=True) if out]
        if not kept or not back:
            raise RecordError(f"{setup.files[0]}: {len(texts)} texts are too few to hold some back: add more")
        start = None
        if begun is not None:
            with whole(begun):
                tokenizer = make_tokenizer(registry, setup.tokenizer).load(begun.read("tokenizer.json"))
        elif setup.init:
            start = find_start(registry, store, setup.init, setup.model.name)
            tokenizer = make_tokenizer(registry, setup.tokenizer).load(start.pretrained.tokenizer)
        else:
            tokenizer = fit_tokenizer(registry, setup.tokenizer, kept)
        batcher = make_batcher(registry, setup, _LABELS, tokenizer)
        model = begin_model(registry, setup, batcher, start, untrained=begun is None)
        if not isinstance(model, Contextual):
            raise _cannot(setup.model.name)
        segment = jieba_cutter(setup.dictionary) if setup.whole_words else None
        parts = _part(setup, batcher, kept, segment), _part(setup, batcher, back, segment)
        if not all(part.encodings for part in parts):
            raise RecordError(f"{setup.files[0]}: too few tokens that are known: add texts, or lower -o min-records")
        tokens = sum(parts[0].lengths)
        _log.info("%d windows, %d tokens, to learn from; %d to judge by", len(parts[0].encodings), tokens, len(back))
        fresh = label_sized(registry, setup, batcher, model)
        # Validation always hides the same words.
        parts = parts[0], replace(parts[1], seed=setup.training.seed)
        return cls(batcher, MaskedLanguageModel(model), fresh, parts)


def _part(setup: Pretraining, batcher: Batcher, texts: Sequence[str], segment: Cutter | None) -> MaskedPart:
    """Cut texts into windows, and number the words of each."""
    length = batcher.tokenizer.max_length
    encodings: list[Encoding] = []
    words = []
    for text, encoding in zip(texts, batcher.tokenizer.encode(texts), strict=True):
        numbers = word_numbers(encoding, segment(text) if segment else None)
        for rows, window in zip(encoding.window_rows(length), encoding.windows(length), strict=True):
            if (numbers[rows] >= 0).any():
                encodings.append(window)
                words.append(numbers[rows])
    return MaskedPart(encodings, words, batcher, share=setup.share)


def _digest(texts: Sequence[str]) -> str:
    total = sha256()
    for text in texts:
        total.update(text.encode("utf-8", "surrogatepass") + b"\x1e")
    return total.hexdigest()


def _cannot(model: str) -> OptionError:
    return OptionError(f"model '{model}' cannot be pretrained (no contexts and table): choose another --model")


def _card(run: Run, setup: Pretraining, texts: int) -> str:
    measured = run.read("metrics.json")["val"]["model"]
    info = run.info
    return "\n".join(
        [
            f"# {run.name}",
            "",
            f"{setup.model.name} pretrained to guess hidden {'words' if setup.whole_words else 'tokens'} of {texts:,} "
            f"texts (tokenizer {setup.tokenizer.name}), {info['created'][:10]}, medtext {info['versions']['medtext']}.",
            "",
            f"- Of {measured['guesses']:,} hidden tokens held back, {measured['accuracy']:.1%} guessed right "
            f"(the most frequent token: {measured['most_frequent_accuracy']:.1%}); "
            f"perplexity {measured['perplexity']:.1f}.",
            f"- Seed {info['seed']}, device {info['device']}. It knows no labels: `medtext train --init {run.name}`.",
            "",
        ]
    )
