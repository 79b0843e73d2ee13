"""What a training is made of, as resolved: the content of ``config.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from medtext.corpus.record import Task
from medtext.corpus.split import USUAL, Plan
from medtext.errors import OptionError
from medtext.plugin.options import make_options, options_json, parse_pairs, share_options
from medtext.plugin.registry import Registry
from medtext.plugin.specs import DatasetSpec, ModelSpec, Spec

if TYPE_CHECKING:
    from medtext.learn.train import TrainOptions
    from medtext.workspace.start import Start


Long = Literal["windows", "cut"]
"""How a text is read that is longer than the model can: all of it in windows, or its beginning."""


@dataclass(frozen=True)
class Chosen:
    """An offer by name, and its options."""

    name: str
    options: Any

    def to_json(self) -> dict[str, Any]:
        """Return name and options as JSON can hold them."""
        return {"name": self.name, "options": options_json(self.options)}

    @classmethod
    def from_json(cls, registry: Registry, kind: str, content: Mapping[str, Any]) -> Chosen:
        """Read back one kind of a run's choices; options that its plugin no longer has are passed over."""
        name = content[kind]["name"]
        options = registry.offer(kind, name).spec.options
        known = {field.name for field in fields(options)}
        values = {key: value for key, value in content[kind]["options"].items() if key in known}
        return cls(name, make_options(options, values, owner=f"{kind} '{name}'"))


@dataclass(frozen=True)
class Setup:
    """Every choice of a training."""

    dataset: Chosen
    source: Path
    task: Task
    model: Chosen
    tokenizer: Chosen
    training: TrainOptions
    plan: Plan = USUAL
    init: str | None = None
    long: Long = "windows"

    @classmethod
    def choose(
        cls,
        registry: Registry,
        *,
        dataset: str,
        source: Path | None = None,
        task: Task | None = None,
        model: str | None = None,
        tokenizer: str | None = None,
        options: Sequence[str] = (),
        training: Mapping[str, Any] | None = None,
        plan: Plan | None = None,
        start: Start | None = None,
        long: Long = "windows",
    ) -> Setup:
        """Fill in what was not named from ``start``, else from the dataset's and the model's defaults.

        ``options`` are ``key=value`` texts, each for whichever of dataset, tokenizer and model
        has it; ``training`` holds fields of TrainOptions, None where not given.
        Raises UnknownNameError or OptionError.
        """
        from medtext.learn.train import TrainOptions

        dataset_spec = registry.dataset(dataset)
        model_spec = registry.model(model or (start.model if start else dataset_spec.model))
        begun = start.tokenizer if start else None
        tokenizer_spec = registry.tokenizer(
            _started_tokenizer(begun, tokenizer) if begun else _tokenizer_name(model_spec, dataset_spec, tokenizer)
        )
        specs: dict[str, Spec] = {"dataset": dataset_spec, "tokenizer": tokenizer_spec, "model": model_spec}
        chosen = choose_options(specs, options, start)
        given = {name: value for name, value in (training or {}).items() if value is not None}
        trained = TrainOptions(**{**suited(model_spec, start), **given})
        return cls(
            dataset=chosen["dataset"],
            source=source_of(dataset_spec, source),
            task=_task(dataset_spec, model_spec, task, chosen["dataset"].options),
            model=chosen["model"],
            tokenizer=chosen["tokenizer"],
            training=trained,
            plan=plan or Plan(seed=trained.seed),
            init=start.origin if start else None,
            long=long,
        )

    def to_json(self) -> dict[str, Any]:
        """Return every choice as JSON can hold it; ``from_json`` reads it back."""
        return {
            "dataset": self.dataset.to_json(),
            "source": str(self.source),
            "task": str(self.task),
            "model": self.model.to_json(),
            "tokenizer": self.tokenizer.to_json(),
            "training": asdict(self.training),
            "plan": asdict(self.plan),
            "init": self.init,
            "long": self.long,
        }

    @classmethod
    def from_json(cls, registry: Registry, content: Mapping[str, Any]) -> Setup:
        """Read back what ``to_json`` returned."""
        return cls(
            dataset=Chosen.from_json(registry, "dataset", content),
            source=Path(content["source"]),
            task=Task(content["task"]),
            model=Chosen.from_json(registry, "model", content),
            tokenizer=Chosen.from_json(registry, "tokenizer", content),
            training=training_options(content["training"]),
            plan=_plan(content),
            init=content.get("init"),
            long=content.get("long", "cut"),
        )

    def with_baseline(self, registry: Registry) -> Setup | None:
        """Return the same training of the baseline model; None if this is it, or if there is none."""
        spec = registry.baseline(self.task, registry.model(self.model.name).reads)
        if spec is None or spec.name == self.model.name:
            return None
        training = replace(
            self.training,
            **suited(spec),
            precision="32",
            schedule=(),
            adversarial=0.0,
            gradient_penalty=0.0,
            average=0.0,
        )
        tokenizer = self.tokenizer
        if registry.model(self.model.name).tokenizer is not None:  # one that only this model asks for
            usual = registry.tokenizer(registry.dataset(self.dataset.name).tokenizer)
            tokenizer = Chosen(usual.name, usual.options())
        return replace(self, model=Chosen(spec.name, spec.options()), tokenizer=tokenizer, training=training, init=None)


def choose_options(specs: Mapping[str, Spec], pairs: Sequence[str], start: Start | None = None) -> dict[str, Chosen]:
    """Return each of ``specs`` with its share of ``key=value`` texts, over what ``start`` was made with.

    Raises OptionError or UnknownNameError for a text that none of them has.
    """
    shared = share_options(parse_pairs(pairs), {prefix: spec.options for prefix, spec in specs.items()})
    begun = {"model": start.pretrained.options, "tokenizer": start.pretrained.tokenizer_options} if start else {}
    return {
        prefix: Chosen(
            spec.name,
            make_options(spec.options, {**begun.get(prefix, {}), **shared[prefix]}, owner=f"{prefix} '{spec.name}'"),
        )
        for prefix, spec in specs.items()
    }


def training_options(content: Mapping[str, Any]) -> TrainOptions:
    """Read back training options from JSON, which knows no tuples."""
    from medtext.learn.train import TrainOptions

    corners = tuple((int(at), float(share)) for at, share in content.get("schedule", ()))
    return TrainOptions(**{**content, "schedule": corners})


def _plan(content: Mapping[str, Any]) -> Plan:
    """Read back how records were parted; runs of before have a seed and say whether label sets were kept."""
    if "plan" not in content:
        return Plan(seed=content["training"]["seed"], stratify=content["stratify"])
    first, second, third = content["plan"]["shares"]
    return Plan(**{**content["plan"], "shares": (first, second, third)})


def suited(spec: ModelSpec, start: Start | None = None) -> dict[str, Any]:
    """Return the training settings that a model suggests, or what it starts from."""
    begun = start.pretrained.lr if start else None
    return {
        "epochs": spec.epochs,
        "batch_size": spec.batch_size,
        "lr": spec.lr if begun is None else begun,
        "weight_decay": spec.weight_decay,
    }


def _tokenizer_name(model: ModelSpec, dataset: DatasetSpec, wished: str | None) -> str:
    if model.tokenizer is not None and wished not in (None, model.tokenizer):
        raise OptionError(f"--tokenizer {wished}: model '{model.name}' needs tokenizer '{model.tokenizer}'")
    return model.tokenizer or wished or dataset.tokenizer


def _started_tokenizer(begun: str, wished: str | None) -> str:
    if wished not in (None, begun):
        raise OptionError(f"--tokenizer {wished}: what --init names was made with '{begun}': leave it out")
    return begun


def source_of(dataset: DatasetSpec, source: Path | None) -> Path:
    """Return where records are read from: what is named, or the bundled sample. Raises OptionError where neither is."""
    if source is None and dataset.sample is None:
        raise OptionError(f"dataset '{dataset.name}' has no bundled sample: name your records by --source PATH")
    return (source or dataset.sample or Path()).resolve()


def task_of(dataset: DatasetSpec, wished: Task | None, options: Any) -> Task:
    """Return what is asked of records: what is wished, else what the dataset's options say, else its first task."""
    task = wished or getattr(options, "task", None) or dataset.tasks[0]
    if task not in dataset.tasks:
        raise OptionError(f"--task {task}: dataset '{dataset.name}' serves {', '.join(dataset.tasks)}")
    return task


def _task(dataset: DatasetSpec, model: ModelSpec, wished: Task | None, options: Any) -> Task:
    """Return what is asked of records and of a model: where nobody says, the first task that both serve."""
    if wished is None and getattr(options, "task", None) is None:
        wished = next((task for task in dataset.tasks if task in model.tasks), None)
    task = task_of(dataset, wished, options)
    if task not in model.tasks:
        raise OptionError(
            f"model '{model.name}' does {', '.join(sorted(model.tasks))}, not {task}: choose another --model or --task"
        )
    return task
