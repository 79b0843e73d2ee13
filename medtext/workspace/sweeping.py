"""Several trainings in one call: models, seeds, folds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean, stdev
from typing import Any

from medtext.errors import OptionError, RunError
from medtext.learn.watch import Watcher
from medtext.plugin.registry import Registry
from medtext.runs.store import Run, RunStore
from medtext.workspace.ready import read_setup
from medtext.workspace.setup import Setup
from medtext.workspace.source import checked_records, digest
from medtext.workspace.training import resumed_setup, train_run


@dataclass(frozen=True, slots=True)
class Member:
    """One training of a sweep."""

    name: str
    setup: Setup


def plan_members(
    name: str, choose: Callable[[str], Setup], models: Sequence[str], seeds: Sequence[int], folds: int
) -> list[Member]:
    """Return the trainings of every model with every seed on every fold, each with a name of its own.

    ``choose`` makes the setup of a model. All share their splits, or those of their fold: a seed is that of weights
    and order alone.
    """
    if len(set(models)) < len(models) or len(set(seeds)) < len(seeds):
        raise OptionError("a model or a seed is named twice: keep one")
    members = []
    for model in models:
        setup = choose(model)
        for seed in seeds:
            seeded = replace(setup, training=replace(setup.training, seed=seed))
            own = f"{name}-{model}-seed{seed}"
            folded = [replace(setup.plan, folds=folds, fold=fold) for fold in range(1, folds + 1)]
            members += [Member(f"{own}-fold{plan.fold}", replace(seeded, plan=plan)) for plan in folded]
            if not folds:
                members.append(Member(own, seeded))
    return members


def sweep_runs(
    registry: Registry,
    store: RunStore,
    name: str,
    members: Sequence[Member],
    *,
    device: str = "auto",
    resume: bool = False,
    replace_runs: bool = False,
    command: Sequence[str] = (),
    watch: Callable[[int, str], Watcher] | None = None,
) -> Iterator[tuple[Member, dict[str, Any]]]:
    """Train members one after the other, and yield each with the content of its ``metrics.json``.

    With ``resume`` those that are whole are taken as they are, though another of the name may have been cut off while
    it replaced them; else the one that was cut off is gone on with.
    Raises RunError, before the first is trained, for a name that is taken (unless ``replace_runs``), and for a run of
    that name that was made with other choices.
    """
    whole, begun = set(store.names()), set(store.unfinished("train"))
    corpora = _Corpora(registry)
    for member in members:
        if member.name in whole and resume:
            _refuse_other(read_setup(registry, store.open(member.name)), member)
            corpora.refuse_changed(store.open(member.name), member.setup)
        elif member.name in begun and resume:
            _refuse_other(resumed_setup(registry, store, member.name, None), member)
        elif member.name in whole | begun and not replace_runs:
            raise RunError(f"run '{member.name}' exists: go on with the sweep by --resume, or start over by --replace")
    for number, member in enumerate(members):
        if member.name not in whole or not resume:
            train_run(
                registry,
                store,
                member.setup,
                name=member.name,
                device=device,
                replace_run=replace_runs,
                resume=resume and member.name in begun,
                command=command,
                watcher=watch(number, member.name) if watch else None,
                sweep=name,
            )
        yield member, store.open(member.name).read("metrics.json")


class _Corpora:
    """Knows whether finished members were trained on the records that are there now; a source is read once."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._digests: dict[str, str] = {}

    def refuse_changed(self, run: Run, setup: Setup) -> None:
        """Raise RunError where the source is another than the run was trained on."""
        key = str(setup.source)
        if key not in self._digests:
            dataset = self._registry.dataset(setup.dataset.name)
            self._digests[key] = digest(checked_records(dataset, setup.source, setup.dataset.options, setup.task))
        if run.read("splits.json")["source_sha256"] != self._digests[key]:
            raise RunError(f"{setup.source} has changed since '{run.name}' was trained: start over by --replace")


def _refuse_other(setup: Setup, member: Member) -> None:
    if setup.to_json() != member.setup.to_json():
        raise RunError(
            f"run '{member.name}' was made with other choices: name another --run, or start over by --replace"
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over several trainings: its mean, and its standard deviation where there are two or more."""

    mean: float
    deviation: float | None

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Take values together."""
        return cls(mean(values), stdev(values) if len(values) > 1 else None)


def spreads(done: Sequence[tuple[Member, dict[str, Any]]], part: str) -> dict[str, dict[str, Spread]]:
    """Return every metric of a part (``val``, ``test``) over the trainings of each model.

    Baselines that were trained beside have rows of their own, each seed and fold once, unless the sweep has that model.
    """
    swept = {member.setup.model.name for member, _ in done}
    found: dict[str, dict[tuple[int, int], dict[str, Any]]] = {}
    for member, metrics in done:
        for name, row in metrics.get(part, {}).items():
            if name == "model":
                title = member.setup.model.name
            elif name in ("unseen", "majority", "sure") or name in swept:
                continue
            else:
                title = f"{name} (baseline)"
            found.setdefault(title, {})[member.setup.training.seed, member.setup.plan.fold] = row
    return {title: _over(list(rows.values())) for title, rows in found.items()}


def _over(rows: Sequence[dict[str, Any]]) -> dict[str, Spread]:
    """Take every figure of some rows together."""
    keys = [key for key, value in rows[0].items() if isinstance(value, float)]
    return {key: Spread.of([row[key] for row in rows]) for key in keys if all(row.get(key) is not None for row in rows)}
