"""Planted truth: generated reports in Chinese or English that say which of their words make the label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from medtext.plugin import DatasetSpec, Rationale, Record, RecordError, Task, hookimpl

if TYPE_CHECKING:
    from medtext_data.planted.generate import Plan, Sample
    from medtext_data.planted.recipe import Recipe


@dataclass(frozen=True)
class Options:
    """What is planted, and in how many texts."""

    kind: Annotated[
        Literal["single-cue", "conjunction", "negated-cue", "position", "decoy", "shortcut", "none"],
        "what makes the label",
    ] = "single-cue"
    language: Annotated[Literal["zh", "en"], "which recipe of a folder is read"] = "zh"
    size: Annotated[int, "texts"] = 3000
    seed: Annotated[int, "of the texts"] = 13
    richness: Annotated[float, "share of the recipe's filler words in use, 0 to 1"] = 1.0
    fillers: Annotated[int, "filler sentences of a text, on the average"] = 3
    strength: Annotated[float, "shortcut: share of training texts whose machine goes with the label"] = 0.8
    left_out: Annotated[float, "shortcut: share of training texts whose cue is left out"] = 0.2

    def __post_init__(self) -> None:
        plan_of(self)


def read(path: Path, options: Options) -> Iterator[Record]:
    """Generate records by a recipe: a TOML file, or ``zh.toml`` or ``en.toml`` of a folder.

    ``rationales`` mark what makes the label, and are empty where nothing does; ``meta`` has the template
    and, as ``start-end`` pairs, the decoys, shortcuts and cues that count for nothing where they stand.
    Raises RecordError for a recipe that cannot be used.
    """
    from medtext_data.planted.generate import generate

    recipe = read_recipe(path, options.language)
    for sample in generate(recipe, plan_of(options)):
        yield _record(sample, options)


def read_recipe(path: Path, language: str) -> Recipe:
    """Read the recipe that a source means. Raises RecordError."""
    from medtext_data.planted.recipe import Recipe

    file = path / f"{language}.toml" if path.is_dir() else path
    try:
        return Recipe.read(file)
    except ValueError as error:
        raise RecordError(f"{file}: {error}") from error
    except FileNotFoundError as error:
        raise RecordError(f"{file}: there is no such recipe: name a TOML file, or a folder that holds one") from error


def plan_of(options: Options) -> Plan:
    """Return what is to be written. Raises ValueError for sizes and shares that cannot be."""
    from medtext_data.planted.generate import Plan

    return Plan(**{name: value for name, value in asdict(options).items() if name != "language"})


@hookimpl
def medtext_datasets() -> Iterable[DatasetSpec]:
    """Offer ``planted``."""
    yield DatasetSpec(
        name="planted",
        summary="synthetic reports that say which of their words make the label",
        options=Options,
        read=read,
        tasks=(Task.CLASSIFY,),
        tokenizer="words",
        model="text-cnn",
        sample=Path(str(files("medtext_data") / "planted")),
        licence="MIT (made by the project)",
        source="data/planted/README.md",
    )


def _record(sample: Sample, options: Options) -> Record:
    return Record(
        id=f"{options.kind}-{options.language}-{options.seed}-{sample.number}",
        text=sample.text,
        labels=(sample.label,),
        group=f"patient {sample.patient}",
        split=sample.split,
        rationales=tuple(Rationale(mark.start, mark.end, sample.label) for mark in sample.marked()),
        meta={
            "template": str(sample.template),
            **{
                name: ",".join(f"{mark.start}-{mark.end}" for mark in sample.marked(name))
                for name in ("decoy", "shortcut", "idle")
            },
        },
    )
