"""A run made of runs."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from typing import Any

import numpy as np

from medtext.corpus.record import Record, Task
from medtext.corpus.split import NAMES
from medtext.errors import OptionError
from medtext.learn.device import pick_device
from medtext.learn.ensemble import fitted_weights
from medtext.learn.metrics import label_matrix
from medtext.learn.model import Classifier
from medtext.plugin.registry import Registry
from medtext.runs.store import BASELINE, CHECKPOINT, ENSEMBLE, ENSEMBLE_FILE, SESSIONS, Run, RunStore
from medtext.workspace.evaluation import evaluate
from medtext.workspace.explaining import calibrated
from medtext.workspace.ready import DECISION, MEMBERS, Ready, open_ready
from medtext.workspace.training import describe_run

_log = logging.getLogger("medtext")

FEW = 50
"""Val records below which weights are not fitted."""

_LEFT_BEHIND = (CHECKPOINT, SESSIONS, DECISION, "train.log", BASELINE)
"""What a member does not need to answer among others."""


def ensemble_run(
    registry: Registry,
    store: RunStore,
    names: Sequence[str],
    *,
    name: str | None = None,
    equal: bool = False,
    device: str = "auto",
    replace_run: bool = False,
    command: Sequence[str] = (),
) -> Run:
    """Make a run that answers by the weighted mean of the logits of other runs, which are copied into it.

    Weights are fitted on the val records that no member was trained on, unless they are to be ``equal`` or
    there is no such record. Raises OptionError for runs that do not go together.
    """
    if len(set(names)) < len(names) or len(names) < 2:
        raise OptionError("an ensemble takes two different runs or more: name them")
    if name in names:
        raise OptionError(f"--run {name} is one of the members: choose another name")
    chosen = pick_device(device)
    members = [open_ready(registry, store.open(each), chosen) for each in names]
    _refuse_unlike(members)
    setup, first = members[0].setup, members[0].run
    name = name or store.free_name(f"{setup.dataset.name}-ensemble")
    with store.draft(name, replace=replace_run) as run:
        for member in members:
            ignored = shutil.ignore_patterns(*_LEFT_BEHIND)
            shutil.copytree(member.run.path, run.path / MEMBERS / member.run.name, ignore=ignored)
        kinds = {"dataset": setup.dataset.name, "model": setup.model.name, "tokenizer": setup.tokenizer.name}
        describe_run(run, registry, str(setup.task), kinds, setup.training.seed, command, chosen)
        run.write("run.json", {**run.info, "model": ENSEMBLE})
        for file in ("config.json", "tokenizer.json"):
            run.write(file, first.read(file))
        _write_beside(run, members)
        splits = _joint_splits(members)
        run.write("splits.json", splits)
        _weigh(run, names, [1 / len(names)] * len(names), fitted=False)
        ready = open_ready(registry, run, chosen)
        parts = {part: ready.records(split=part) for part in ("val", "test") if splits[part]}
        if not parts.get("val"):
            _log.warning("no val record is new to all members: they weigh the same, and nothing is known of evidence")
        elif len(parts["val"]) < FEW:
            _log.warning(
                "%d val records are new to all members, too few to fit weights: they weigh the same", len(parts["val"])
            )
        elif not equal:
            _weigh(run, names, _fit(ready, parts["val"]), fitted=True)
            ready = open_ready(registry, run, chosen)
        if parts.get("val"):
            calibration = calibrated(ready, parts["val"])
            if calibration is not None:
                calibration.write(run)
        run.write("metrics.json", {part: evaluate(ready, records) for part, records in parts.items()})
        run.write_text("README.md", _card(run, members))
    return store.open(name)


def _refuse_unlike(members: Sequence[Ready]) -> None:
    """Raise OptionError for the first run that cannot answer together with the first of all."""
    first = members[0]
    for each in members:
        if each.members:
            raise OptionError(f"run '{each.run.name}' is an ensemble itself: name its members")
        if each.task is Task.GENERATE:
            raise OptionError(f"run '{each.run.name}' writes texts: an ensemble answers by labels")
        if isinstance(each.network.model, Classifier) is not isinstance(first.network.model, Classifier):
            raise OptionError(f"runs '{each.run.name}' and '{first.run.name}': one has gradients, the other has none")
        if (each.task, each.labels) != (first.task, first.labels):
            raise OptionError(
                f"run '{each.run.name}' has another task or other labels than '{first.run.name}': "
                "name runs of one corpus"
            )


def _write_beside(run: Run, members: Sequence[Ready]) -> None:
    """Write what an ensemble is measured beside: a member's baseline and label counts, where all learned from the same.

    Else neither is known.
    """
    splits = [member.run.read("splits.json") for member in members]
    alike = len({(each["source_sha256"], *each["train"]) for each in splits}) == 1
    counts = list(members[0].counts) if alike else [0] * len(members[0].labels)
    run.write("labels.json", {"labels": members[0].labels, "train_counts": counts})
    baselines = [found for member in members if (found := member.run.part_of)]
    if not alike:
        _log.warning("the members were trained on different records: neither baseline nor majority stands beside them")
    elif baselines:
        shutil.copytree(baselines[0].path, run.path / BASELINE)


def _joint_splits(members: Sequence[Ready]) -> dict[str, Any]:
    """Return what the members know of records together: what one was trained on is new to none.

    Val and test are what all of them have in it, where they were trained on the same source.
    """
    splits = [member.run.read("splits.json") for member in members]
    same = len({each["source_sha256"] for each in splits}) == 1
    parts = {part: [set(each[part]) for each in splits] for part in NAMES}
    trained = set.union(*parts["train"])
    shared = {part: set.intersection(*parts[part]) - trained if same else set() for part in ("val", "test")}
    first = splits[0]
    return {
        "source_sha256": first["source_sha256"],
        "train": sorted(trained),
        **{part: [key for key in first[part] if key in shared[part]] for part in ("val", "test")},
        "trained_texts": sorted({text for each in splits for text in each["trained_texts"]}),
        "inherited_texts": sorted({text for each in splits for text in each.get("inherited_texts", ())}),
    }


def _fit(ready: Ready, records: Sequence[Record]) -> Sequence[float]:
    logits = np.stack([network.read(records).logits for network in ready.networks])
    truth = label_matrix([record.labels or () for record in records], ready.labels)
    return fitted_weights(logits, truth, ready.task)


def _weigh(run: Run, names: Sequence[str], weights: Sequence[float], *, fitted: bool) -> None:
    listed = [{"name": name, "weight": weight} for name, weight in zip(names, weights, strict=True)]
    run.write(ENSEMBLE_FILE, {"members": listed, "fitted": fitted})


def _card(run: Run, members: Sequence[Ready]) -> str:
    """Return a README that names all members, those too that weigh nothing."""
    listed = run.read(ENSEMBLE_FILE)["members"]
    lines = [f"# {run.name}", "", "An ensemble: the weighted mean of the logits of its members.", ""]
    lines += ["| member | model | weight |", "|---|---|--:|"]
    lines += [
        f"| {each['name']} | {member.setup.model.name} | {each['weight']:.3f} |"
        for each, member in zip(listed, members, strict=True)
    ]
    return "\n".join([*lines, "", "For research; not a medical device.", ""])
