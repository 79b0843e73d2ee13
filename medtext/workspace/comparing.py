"""Runs side by side on the same records."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from medtext.corpus.record import Record, Task
from medtext.errors import OptionError
from medtext.learn.device import pick_device
from medtext.learn.metrics import measure
from medtext.learn.paired import Difference, paired_differences
from medtext.learn.predict import Prediction
from medtext.plugin.registry import Registry
from medtext.runs.store import ENSEMBLE_FILE, Run, RunStore
from medtext.workspace.ready import DECISION, Ready, open_ready
from medtext.workspace.source import refuse_unknown_labels, with_truth

_log = logging.getLogger("medtext")

_ROUNDS = 3
"""How often answering is timed; the median counts."""


@dataclass(frozen=True)
class Compared:
    """A run beside others.

    ``metrics`` are those of ``measure``; ``differences`` are to the first run, none for itself.
    ``texts_per_second`` is by the clock, of all records (the median of three times); ``weights`` counts numbers,
    ``size`` bytes of files of weights; ``seconds`` is how long its epochs took, ``history`` what each came to (an
    ensemble has neither).
    """

    run: str
    model: str
    metrics: dict[str, Any]
    differences: dict[str, Difference] | None
    texts_per_second: float
    weights: int
    size: int
    seconds: float | None
    history: list[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """Return all figures; keys are stable."""
        return asdict(self)


def compare_runs(
    registry: Registry,
    store: RunStore,
    names: Sequence[str],
    *,
    split: str | None = "val",
    source: Path | None = None,
    pairs: Sequence[str] = (),
    device: str = "auto",
) -> list[Compared]:
    """Measure runs on the records that they share. Raises OptionError for runs that cannot be compared."""
    if len(set(names)) < 2:
        raise OptionError("a comparison takes two different runs or more: name them")
    chosen = pick_device(device)
    opened = [open_ready(registry, store.open(name), chosen) for name in names]
    records = _shared_records(opened, split, source, pairs)
    first: list[Prediction] = []
    found = []
    for ready in opened:
        answers = list(ready.predictor.predict(records))  # the first time is slower: it does not count
        seconds = median(_seconds(ready, records) for _ in range(_ROUNDS))
        differences = paired_differences(answers, first, ready.labels, ready.task) if first else None
        first = first or answers
        found.append(_compared(ready, answers, differences, len(records) / seconds))
    return found


def tuned(run: Run) -> bool:
    """Whether something of a run was fitted on val besides the epoch that was kept."""
    return any((run.path / file).exists() for file in (DECISION, ENSEMBLE_FILE))


def _shared_records(
    opened: Sequence[Ready], split: str | None, source: Path | None, pairs: Sequence[str]
) -> list[Record]:
    refuse_unlike(opened)
    first = opened[0]
    if source is None and split is not None:
        refuse_other_parts(opened, [split])
    records = with_truth(first.records(split=split, source=source, pairs=pairs), first.task)
    for ready in opened:
        refuse_unknown_labels(records, ready.labels)
        seen = len(records) - len(ready.unseen(records))
        if seen:
            _log.warning("%d of %d records have texts that run '%s' was trained on", seen, len(records), ready.run.name)
    return records


def refuse_unlike(opened: Sequence[Ready]) -> None:
    """Raise OptionError for the first run that writes, or that has another task or labels than the first of all."""
    first = opened[0]
    for ready in opened:
        if ready.task is Task.GENERATE:
            raise OptionError(f"run '{ready.run.name}' writes texts: only runs that give labels are compared")
        if (ready.task, ready.labels) != (first.task, first.labels):
            raise OptionError(
                f"run '{ready.run.name}' has another task than '{first.run.name}', or other labels or another order: "
                "name runs of one corpus"
            )


def refuse_other_parts(opened: Sequence[Ready], splits: Sequence[str]) -> None:
    """Raise OptionError where some part of the corpus has other records in one run than in the first."""
    first = opened[0]
    for split in splits:
        parts = {ready.run.name: _part(ready, split) for ready in opened}
        other = next((name for name, part in parts.items() if part != parts[first.run.name]), None)
        if other is not None:
            raise OptionError(
                f"runs '{first.run.name}' and '{other}' have other {split} records: train with the same --split-seed "
                "and --fold, or name records by --source"
            )


def _seconds(ready: Ready, records: Sequence[Record]) -> float:
    began = perf_counter()
    for _ in ready.predictor.predict(records):
        pass
    return perf_counter() - began


def _part(ready: Ready, split: str) -> tuple[str, set[str]]:
    """Return what tells a part of one source from that of another."""
    splits = ready.run.read("splits.json")
    return splits["source_sha256"], set(splits[split])


def _compared(
    ready: Ready, answers: list[Prediction], differences: dict[str, Difference] | None, speed: float
) -> Compared:
    history = [] if ready.members else ready.run.lines("history.jsonl")
    folders = [member.run.path for member in ready.members] or [ready.run.path]
    return Compared(
        run=ready.run.name,
        model=ready.model_name,
        metrics=measure(answers, ready.labels, ready.task),
        differences=differences,
        texts_per_second=speed,
        weights=sum(each.numel() for network in ready.networks for each in network.model.parameters()),
        size=sum((folder / "model.safetensors").stat().st_size for folder in folders),
        seconds=sum(line["seconds"] for line in history) if history else None,
        history=history,
    )
