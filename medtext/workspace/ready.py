"""A trained model with all it takes to use it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import torch

from medtext.corpus.batch import Batcher
from medtext.corpus.record import Record, Task
from medtext.corpus.split import NAMES
from medtext.corpus.token import Tokenizer
from medtext.errors import MedtextError, OptionError, PluginError, RecordError, RunError, UnknownNameError
from medtext.learn.decision import Decision
from medtext.learn.decoding import USUAL
from medtext.learn.ensemble import Ensemble
from medtext.learn.model import Answering, Classifier, Deciding, Fitted, Retrieving, Writer
from medtext.learn.predict import Predictor, frozen
from medtext.plugin.options import make_options, options_json, parse_pairs
from medtext.plugin.registry import Registry
from medtext.plugin.specs import ModelShape
from medtext.runs.store import ENSEMBLE, ENSEMBLE_FILE, PRETRAIN, RUN_NAME, Run
from medtext.runs.weights import load_weights
from medtext.workspace.setup import Chosen, Setup
from medtext.workspace.source import digest, read_records, text_key

_ROUNDED = 1e-6
MEMBERS = "members"
"""The folder of an ensemble's members."""
DECISION = "decision.json"
"""How a run's logits are answered, where it was tuned."""

_log = logging.getLogger("medtext")


@dataclass(frozen=True)
class Ready:
    """A run opened: its choices, its labels, and a predictor whose weights are frozen.

    An ensemble has ``members``, those that weigh anything, in the order of its weights; its choices are those of the
    first.
    """

    run: Run
    setup: Setup
    registry: Registry
    predictor: Predictor | Ensemble
    counts: tuple[int, ...]
    members: tuple[Ready, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the logits."""
        return self.predictor.batcher.labels

    @property
    def task(self) -> Task:
        """What the model was trained for."""
        return self.setup.task

    @property
    def model_name(self) -> str:
        """What the run answers by."""
        return ENSEMBLE if self.members else self.setup.model.name

    @property
    def network(self) -> Predictor:
        """The one network that answers. Raises OptionError for an ensemble."""
        if isinstance(self.predictor, Ensemble):
            names = ", ".join(member.run.path.name for member in self.members)
            raise OptionError(
                f"run '{self.run.name}' is an ensemble, and this needs one network: name a member ({names})"
            )
        return self.predictor

    @property
    def searches(self) -> bool:
        """Whether the run writes texts word by word, so that it matters how they are searched for."""
        return self.task is Task.GENERATE and not isinstance(self.network.model, Fitted)

    @property
    def decides(self) -> bool:
        """Whether the run guesses what its texts are to state, so that it can be held to it."""
        model = self.network.model
        return isinstance(model, Deciding) and model.decides

    @property
    def max_length(self) -> int:
        """How many tokens of a text are read by whichever network reads the fewest; windows are read all."""
        batchers = [network.batcher for network in self.networks]
        cutting = [batcher for batcher in batchers if batcher.overlap is None]
        return min(batcher.tokenizer.max_length for batcher in cutting or batchers)

    @property
    def networks(self) -> tuple[Predictor, ...]:
        """The networks that answer together."""
        return self.predictor.members if isinstance(self.predictor, Ensemble) else (self.predictor,)

    def label_number(self, label: str) -> int:
        """Return a label's place among the logits. Raises UnknownNameError."""
        if label not in self.labels:
            raise UnknownNameError.among("label", label, self.labels)
        return self.labels.index(label)

    def records(
        self, *, split: str | None = None, source: Path | None = None, pairs: Sequence[str] = ()
    ) -> list[Record]:
        """Read records again: of a split as it was in training, of another source, or of a split found in that.

        ``pairs`` are options of the dataset, ``key=value``, that differ from those of the training.

        Raises RunError where the run's own source is missing or has changed, and says
        how many records of the split are gone.
        """
        where = source.resolve() if source else self.setup.source
        known = self._splits()
        if (
            split == "train"
            and source is None
            and len({each.run.read("splits.json")["source_sha256"] for each in self.members}) > 1
        ):
            raise RunError(
                f"the members of run '{self.run.name}' were trained on different sources: name records by --source"
            )
        if source is None and not any(known[name] for name in NAMES):
            raise RunError(f"run '{self.run.name}' was not trained here and has no records: name some by --source")
        if source is not None and not where.exists():
            raise RecordError(f"{where}: there is no such file or folder: correct --source")
        if not where.exists():
            count = len(known[split]) if split else sum(len(known[name]) for name in NAMES)
            raise RunError(
                f"{where} is gone, and with it the {count} {split or 'records'} records: "
                "put it back, or name its new place by --source, where the command has that"
            )
        if split is not None and not known[split]:
            why = f"has no {split} record that is new to all its members" if self.members else f"has no {split} part"
            raise RunError(f"run '{self.run.name}' {why}: choose another --split, or name records by --source")
        dataset = self.registry.dataset(self.setup.dataset.name)
        options = self.setup.dataset.options
        if pairs:
            values = options_json(options) | parse_pairs(pairs)
            options = make_options(dataset.options, values, owner=f"dataset '{dataset.name}'")
        records = read_records(dataset, where, options, self.task)
        if split is None:
            self._warn_of_trained(records)
            return records
        wanted = set(known[split])
        found = [record for record in records if record.id in wanted]
        if len(found) < len(wanted) or (source is None and digest(records) != known["source_sha256"]):
            raise RunError(
                f"{where} has changed since the training: {len(wanted) - len(found)} of {len(wanted)} {split} records "
                "are missing; name the records as they were by --source, or take all of a file by --source alone"
            )
        return found

    def trained_targets(self) -> list[str]:
        """Read the texts that the training records were to have, in the order of the training."""
        found = {record.id: record.target or "" for record in self.records(split="train")}
        return [found[key] for key in self._splits()["train"]]

    def _splits(self) -> dict[str, Any]:
        """Read ``splits.json``. Raises RunError where it does not hold what a training writes."""
        splits = self.run.read("splits.json")
        with whole(self.run):
            if not all(isinstance(splits[name], list) for name in (*NAMES, "trained_texts")):
                raise TypeError("splits.json holds no lists of ids")
            return {**splits, "source_sha256": str(splits["source_sha256"])}

    def unseen(self, records: Sequence[Record]) -> list[Record]:
        """Return the records whose text the model was not trained on."""
        trained = self.trained_texts
        return [record for record in records if text_key(record) not in trained]

    @property
    def trained_texts(self) -> frozenset[str]:
        """The ``text_key`` of every text that the model was trained on."""
        splits = self._splits()
        return frozenset({*splits["trained_texts"], *splits.get("inherited_texts", ())})

    def _warn_of_trained(self, records: Sequence[Record]) -> None:
        seen = len(records) - len(self.unseen(records))
        if seen:
            _log.warning("%d of %d records have texts that run '%s' was trained on", seen, len(records), self.run.name)

    def baseline(self) -> Ready | None:
        """Open the baseline that was trained beside."""
        run = self.run.part_of
        return open_ready(self.registry, run, self.predictor.device) if run else None


def open_ready(registry: Registry, run: Run, device: torch.device) -> Ready:
    """Open a run for use. Raises RunError for what is missing or broken, naming a plugin that has to be given."""
    if run.info.get("task") == PRETRAIN:
        raise RunError(f"run '{run.name}' knows no labels yet: train it by `medtext train --init {run.name}`")
    if (run.path / ENSEMBLE_FILE).exists():
        return _open_ensemble(registry, run, device)
    setup = read_setup(registry, run)
    with whole(run):
        labels, state = run.read("labels.json"), run.read("tokenizer.json")
        names, counts = tuple(labels["labels"]), tuple(labels["train_counts"])
        tokenizer = make_tokenizer(registry, setup.tokenizer).load(state)
    batcher = make_batcher(registry, setup, names, tokenizer)
    model = make_model(registry, setup, batcher)
    batcher = in_windows(batcher, model, setup)
    load_weights(model, run.path, resize=isinstance(model, Fitted))
    predictor = Predictor(frozen(model, device), batcher, device, decision=_decision(run), decoding=USUAL)
    ready = Ready(run, setup, registry, predictor, counts)
    if isinstance(model, Retrieving):
        ready = replace(ready, predictor=replace(predictor, library=cache(ready.trained_targets)))
    return ready


def _open_ensemble(registry: Registry, run: Run, device: torch.device) -> Ready:
    with whole(run):
        listed = run.read(ENSEMBLE_FILE)["members"]
        names, weights = [str(each["name"]) for each in listed], tuple(float(each["weight"]) for each in listed)
        counts = tuple(run.read("labels.json")["train_counts"])
        if not names or not all(map(RUN_NAME.fullmatch, names)):
            raise ValueError(f"{ENSEMBLE_FILE} names {names!r:.100}")
        if not (min(weights) >= 0 and abs(sum(weights) - 1) <= _ROUNDED):  # no number is in no order
            raise ValueError(f"{ENSEMBLE_FILE} has weights {weights!r:.100}")
    counted = [(name, weight) for name, weight in zip(names, weights, strict=True) if weight]
    runs = [Run(run.path / MEMBERS / name, f"{run.name}/{name}") for name, _ in counted]
    members = tuple(open_ready(registry, each, device) for each in runs)
    networks = tuple(member.network for member in members)
    predictor = Ensemble(networks, tuple(weight for _, weight in counted), _decision(run))
    return Ready(run, members[0].setup, registry, predictor, counts, members)


def _decision(run: Run) -> Decision:
    if not (run.path / DECISION).exists():
        return Decision()
    with whole(run):
        return Decision.from_json(run.read(DECISION))


def read_setup(registry: Registry, run: Run) -> Setup:
    """Read a run's choices. Raises RunError for what is broken, naming a plugin that has to be given."""
    require_plugins(registry, run, run.info)
    with whole(run):
        return Setup.from_json(registry, run.read("config.json"))


@contextmanager
def whole(run: Run) -> Iterator[None]:
    """Say of a run that lacks something, in one line."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(
            f"run '{run.name}' is not whole ({type(error).__name__}: {error}): train or import it again"
        ) from error


class Network(Protocol):
    """The choices that make a network: what trainings and pretrainings share."""

    @property
    def task(self) -> Task:
        """What is asked of it."""
        ...

    @property
    def model(self) -> Chosen:
        """Its name and options."""
        ...


def make_tokenizer(registry: Registry, chosen: Chosen) -> Tokenizer:
    """Make a tokenizer, not fitted yet. Raises PluginError where that fails."""
    spec = registry.tokenizer(chosen.name)
    try:
        return spec.build(chosen.options)
    except MedtextError:
        raise
    except Exception as error:
        raise PluginError(f"tokenizer '{spec.name}' could not be built ({type(error).__name__}: {error})") from error


def fit_tokenizer(registry: Registry, chosen: Chosen, texts: Sequence[str]) -> Tokenizer:
    """Make a tokenizer and fit it on texts. Raises PluginError where that fails."""
    try:
        return make_tokenizer(registry, chosen).fit(texts)
    except MedtextError:
        raise
    except Exception as error:
        raise PluginError(f"tokenizer '{chosen.name}' failed with {type(error).__name__}: {error}") from error


def texts_of(records: Iterable[Record]) -> list[str]:
    """Return the texts and targets of records: what a tokenizer is fitted on."""
    return [text for record in records for text in (record.text, record.target or "") if text]


def make_batcher(registry: Registry, setup: Network, labels: tuple[str, ...], tokenizer: Tokenizer) -> Batcher:
    """Make what turns records into batches for a setup's model."""
    spec = registry.model(setup.model.name)
    size = getattr(setup.model.options, "image_size", 0)
    return Batcher(setup.task, labels, spec.reads, tokenizer, image_size=size)


def in_windows(batcher: Batcher, model: torch.nn.Module, setup: Setup) -> Batcher:
    """Let a batcher read long texts in windows, where the setup says so and the model scores labels by gradients.

    Neighbouring windows share a quarter of their length, at most 64 tokens: no finding is
    seen only in halves.
    """
    if setup.long == "cut" or setup.task is Task.GENERATE or isinstance(model, Fitted):
        return batcher
    return replace(batcher, overlap=min(64, batcher.tokenizer.max_length // 4))


def make_model(registry: Registry, setup: Network, batcher: Batcher) -> torch.nn.Module:
    """Build the untrained network of a setup. Raises PluginError where it fails or does not keep to the contract."""
    spec = registry.model(setup.model.name)
    shape = ModelShape(
        task=setup.task,
        vocabulary_size=len(batcher.tokenizer.vocabulary),
        label_count=len(batcher.labels),
        max_length=batcher.tokenizer.max_length,
        image_size=batcher.image_size or None,
        labels=batcher.labels,
    )
    try:
        model = spec.build(shape, setup.model.options)
    except MedtextError:
        raise
    except Exception as error:
        raise PluginError(
            f"model '{spec.name}' could not be built ({type(error).__name__}: {' '.join(str(error).split())[:200]}): "
            "check its -o options, or tell its author; MEDTEXT_DEBUG=1 shows where"
        ) from error
    needed = Writer if setup.task is Task.GENERATE else Classifier
    if not isinstance(model, torch.nn.Module) or not isinstance(model, (needed, Answering, Retrieving)):
        methods = "embed, baseline, " + ("start and step" if needed is Writer else "score")
        raise PluginError(f"model '{spec.name}' is no nn.Module with {methods} (or fit and answer, or fit and nearest)")
    return model


def require_plugins(registry: Registry, run: Run, info: dict[str, Any]) -> None:
    """Raise RunError where a plugin that a run was made with is missing; warn where its file has changed."""
    for kind, origin in info.get("plugins", {}).items():
        try:
            offer = registry.offer(kind, origin["name"])
        except UnknownNameError as error:
            remedy = (
                f"give its file by --plugin {origin['plugin']}"
                if origin.get("file")
                else f"install {origin['plugin'].split('/')[0]} {origin['version']}"
            )
            raise RunError(f"run '{run.name}' needs the {kind} '{origin['name']}': {remedy}") from error
        if origin.get("file") and offer.plugin.version != origin["version"]:
            _log.warning(
                "%s is not the file that run '%s' was trained with (SHA-256 %.12s, not %.12s)",
                offer.plugin.name,
                run.name,
                offer.plugin.version,
                origin["version"],
            )
