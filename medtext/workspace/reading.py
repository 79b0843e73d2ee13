"""How a corpus is read, cut and split: what statistics share with a training, which also has a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medtext.corpus.record import Task
from medtext.corpus.split import USUAL, Plan
from medtext.plugin.registry import Registry
from medtext.plugin.specs import Spec
from medtext.workspace.setup import Chosen, choose_options, source_of, task_of


@dataclass(frozen=True)
class Reading:
    """Every choice that says which records are read, how they are split, and how texts are cut."""

    dataset: Chosen
    source: Path
    task: Task
    tokenizer: Chosen
    plan: Plan

    @classmethod
    def choose(
        cls,
        registry: Registry,
        *,
        dataset: str,
        source: Path | None = None,
        task: Task | None = None,
        tokenizer: str | None = None,
        options: Sequence[str] = (),
        plan: Plan = USUAL,
    ) -> Reading:
        """Fill in what was not named as ``Setup.choose`` does for a training of the dataset's own model.

        An option of that model may be named, so that the options of a training can be
        copied; it changes nothing. Raises UnknownNameError or OptionError.
        """
        spec = registry.dataset(dataset)
        model = registry.model(spec.model)
        cut = registry.tokenizer(tokenizer or model.tokenizer or spec.tokenizer)
        specs: dict[str, Spec] = {"dataset": spec, "tokenizer": cut, "model": model}
        chosen = choose_options(specs, options)
        return cls(
            dataset=chosen["dataset"],
            source=source_of(spec, source),
            task=task_of(spec, task, chosen["dataset"].options),
            tokenizer=chosen["tokenizer"],
            plan=plan,
        )
