"""Options of commands that train, so that they read and mean the same in each."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from medtext.cli.options import Precision
from medtext.corpus.record import Task
from medtext.corpus.split import Plan
from medtext.errors import OptionError


class Long(StrEnum):
    """How a text is read that is longer than the model can."""

    WINDOWS = "windows"
    CUT = "cut"


class ClassWeight(StrEnum):
    """Whether rare labels weigh more."""

    NONE = "none"
    BALANCED = "balanced"


DatasetOption = Annotated[str, typer.Option("--dataset", help="The corpus; see `medtext plugins`.")]
CorpusOption = Annotated[
    Path | None,
    typer.Option("--source", metavar="PATH", help="Its file or folder; the bundled sample, if not given."),
]
TaskOption = Annotated[Task | None, typer.Option("--task", help="One label, many labels, or a text.")]
TokenizerOption = Annotated[str | None, typer.Option("--tokenizer", help="How texts are cut.")]
EpochsOption = Annotated[int | None, typer.Option("--epochs", help="At most so many; the model's choice.")]
BatchSizeOption = Annotated[int | None, typer.Option("--batch-size", help="Records a step; the model's choice.")]
RateOption = Annotated[float | None, typer.Option("--lr", help="The highest learning rate; the model's choice.")]
PatienceOption = Annotated[
    int | None, typer.Option("--patience", help="Stop after so many epochs without gain. Default: 3.")
]
ClassWeightOption = Annotated[
    ClassWeight | None, typer.Option("--class-weight", help="Balanced: rare labels count as much. Default: none.")
]
AdversarialOption = Annotated[
    float | None,
    typer.Option("--adversarial", help="Also learn at vectors moved so far against the answer. Default: 0."),
]
PenaltyOption = Annotated[
    float | None, typer.Option("--gradient-penalty", help="Weight of the squared gradient in vectors. Default: 0.")
]
AverageOption = Annotated[
    float | None,
    typer.Option("--average", help="Keep a moving average of the weights, such as 0.99 a step. Default: 0, none."),
]
ScheduleOption = Annotated[
    str | None,
    typer.Option(
        "--schedule",
        metavar="STEP:SHARE,...",
        help="Corners of the learning rate, in shares of --lr. Default: up over a tenth of all steps, down to 0.",
    ),
]
LongOption = Annotated[
    Long, typer.Option("--long", help="Texts longer than the model reads: all of them in windows, or cut.")
]
StratifyOption = Annotated[bool, typer.Option("--stratify", help="Give every label its share of each split.")]
SharesOption = Annotated[
    str | None,
    typer.Option("--shares", metavar="TRAIN:VAL:TEST", help="Of the splits; 9:1:0 leaves no test. Default: 8:1:1."),
]
SplitSeedOption = Annotated[
    int | None, typer.Option("--split-seed", help="Of the splits alone. Default: that of --seed; of a sweep 13.")
]
TrainPrecisionOption = Annotated[
    Precision | None, typer.Option("--precision", help="Numbers in training. Default: 32.")
]


def read_training(**choices: Any) -> dict[str, Any]:
    """Return the fields of TrainOptions that were typed; None where nothing was. Raises OptionError."""
    for name in ("precision", "class_weight"):
        choices[name] = choices[name] and str(choices[name])
    choices["schedule"] = None if choices["schedule"] is None else read_schedule(choices["schedule"])
    return choices


def read_plan(stratify: bool, shares: str | None, fold: str | None, seed: int | None) -> Plan:
    """Return how records are parted, as it was typed. Raises OptionError.

    >>> read_plan(False, "9:1:0", "2/5", None)
    Plan(seed=13, stratify=False, shares=(9, 1, 0), folds=5, fold=2)
    """
    known: dict[str, Any] = {} if seed is None else {"seed": seed}
    try:
        if shares is not None:
            known["shares"] = tuple(map(int, shares.split(":")))
        if fold is not None:
            known["fold"], known["folds"] = map(int, fold.split("/"))
    except ValueError:
        raise OptionError("--shares takes three whole numbers, such as 9:1:0, and --fold two, such as 1/5") from None
    return Plan(stratify=stratify, **known)


def read_schedule(text: str) -> tuple[tuple[int, float], ...]:
    """Return the corners of a learning rate. Raises OptionError.

    >>> read_schedule("1000:1,2000:0.1")
    ((1000, 1.0), (2000, 0.1))
    """
    try:
        pairs = [part.split(":") for part in text.split(",")]
        return tuple((int(step), float(share)) for step, share in pairs)
    except ValueError:
        raise OptionError(f"--schedule {text}: expected STEP:SHARE,..., such as 1000:1,2000:0.1") from None
