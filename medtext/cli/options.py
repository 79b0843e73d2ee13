"""Options that several commands share, so that they read and mean the same everywhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from medtext.corpus.record import Task
from medtext.errors import OptionError

DEFAULT_DATASET = "gi-records"


class Split(StrEnum):
    """The parts of a corpus."""

    TRAIN = "train"
    VAL = "val"
    TEST = "test"


class Precision(StrEnum):
    """Numbers in training, and of gradients in explanations; answers are always float32."""

    FULL = "32"
    BF16 = "bf16"


class Device(StrEnum):
    """Where the work runs."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


class Unit(StrEnum):
    """What scores are summed over."""

    TOKEN = "token"  # noqa: S105  # no password
    WORD = "word"
    SENTENCE = "sentence"


class Explain(StrEnum):
    """Which labels of a labelled record are explained."""

    PREDICTED = "predicted"
    GOLD = "gold"
    ALL = "all"


class ExplainText(StrEnum):
    """Which labels of a text are explained: nobody knows the true one."""

    PREDICTED = "predicted"
    ALL = "all"


class MethodName(StrEnum):
    """How tokens are scored."""

    INTEGRATED_GRADIENTS = "integrated-gradients"
    GRADIENT_X_INPUT = "gradient-x-input"
    OCCLUSION = "occlusion"
    GRADIENT_SHAP = "gradient-shap"
    ATTENTION = "attention"
    RANDOM = "random"


class ScoreKind(StrEnum):
    """Signed integrated gradients, or the digestive-tract project's magnitudes."""

    SIGNED = "signed"
    MAGNITUDE = "magnitude"


RunOption = Annotated[
    str | None, typer.Option("--run", metavar="RUN", help="The run to use; the newest that fits, if not given.")
]
DeviceOption = Annotated[Device, typer.Option("--device", help="Where to run; auto takes CUDA where there is one.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document a line.")]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Overwrite what exists.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write to a file instead of stdout.")
]
SourceOption = Annotated[
    Path | None,
    typer.Option("--source", metavar="PATH", help="Records from here instead of where the run had them from."),
]
PairsOption = Annotated[
    list[str] | None,
    typer.Option("-o", metavar="KEY=VALUE", help="An option of the dataset, tokenizer or model; may be repeated."),
]
SourcePairsOption = Annotated[
    list[str] | None,
    typer.Option("-o", metavar="KEY=VALUE", help="How --source is read, where not as in training; may be repeated."),
]
InitOption = Annotated[
    str | None,
    typer.Option(
        "--init",
        metavar="RUN|PATH|HUB-ID",
        help="Start from a run, or from a model of transformers: a folder, or a name on the Hugging Face hub. Models "
        "that read images start from an encoder of timm as well: a folder, or timm:NAME.",
    ),
]
UnitOption = Annotated[
    Unit | None,
    typer.Option(
        "--unit", help="Sum scores over tokens, words or sentences; words, if tokens are characters or word pieces."
    ),
]
DictionaryOption = Annotated[
    Path | None,
    typer.Option(
        "--dictionary",
        metavar="NAME|FILE",
        help="A jieba user dictionary: a word a line, then a frequency and a tag if wished; or gi-terms, medtext's own "
        "for digestive endoscopy.",
    ),
]
ScoresOption = Annotated[
    ScoreKind, typer.Option("--scores", help="Signed integrated gradients, or unsigned magnitudes.")
]
MethodOption = Annotated[
    MethodName, typer.Option("--method", help="How to score tokens; README tells what each costs and when to use it.")
]
PrecisionOption = Annotated[
    Precision,
    typer.Option("--precision", help="Numbers that gradients are taken in; bf16 is faster where the device knows it."),
]
ThresholdOption = Annotated[
    float, typer.Option("--threshold", help="Words from this share of the highest score of their text, 0 to 1.")
]
AssertionsOption = Annotated[
    bool, typer.Option("--assertions", help="Rows of their own for what texts deny, doubt or tell of the past.")
]
RulesOption = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="FILE", help="Rules for --assertions, in place of those of their script."),
]
ToleranceOption = Annotated[
    float, typer.Option("--tolerance", help="Gap allowed, as a share of the margin; what exceeds it is marked.")
]


AbstainOption = Annotated[
    float | None,
    typer.Option(
        "--abstain",
        help="Give no answer whose confidence is below, 0 to 1; of many labels none is below 0.5. "
        "evaluate tells what that gains.",
    ),
]


def typed(context: typer.Context, name: str) -> bool:
    """Return whether a parameter was named on the command line."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def check_source_pairs(pairs: list[str] | None, source: Path | None) -> list[str]:
    """Return options for reading --source. Raises OptionError where there is none."""
    if pairs and source is None:
        raise OptionError("-o says how --source is read: name one")
    return pairs or []


def check_share(name: str, value: float) -> float:
    """Return a value that must be in [0, 1]. Raises OptionError."""
    if not 0 <= value <= 1:
        raise OptionError(f"{name} must be from 0 to 1, not {value}")
    return value


def check_abstain(value: float | None, task: Task | None = None) -> None:
    """Raise OptionError for a confidence that cannot be one, and for a run that writes."""
    if value is not None:
        check_share("--abstain", value)
        if task is Task.GENERATE:
            raise OptionError("--abstain: of runs that write, what it gains is told without it: leave it out")


def check_tolerance(value: float) -> float:
    """Return a tolerance that must be over 0. Raises OptionError."""
    if not 0 < value < float("inf"):
        raise OptionError(f"--tolerance must be over 0, not {value}")
    return value
