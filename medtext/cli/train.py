"""``medtext train``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.options import DEFAULT_DATASET, Device, DeviceOption, InitOption, PairsOption, Precision, ReplaceOption
from medtext.cli.output import command_line, say, visible
from medtext.cli.progress import TrainingBar
from medtext.cli.session import Session, refuse_new_choices, session_of
from medtext.corpus.record import Task
from medtext.errors import OptionError, RunError

if TYPE_CHECKING:
    from medtext.workspace.setup import Setup


class Long(StrEnum):
    """How a text is read that is longer than the model can."""

    WINDOWS = "windows"
    CUT = "cut"


class ClassWeight(StrEnum):
    """Whether rare labels weigh more."""

    NONE = "none"
    BALANCED = "balanced"


def train_command(
    context: typer.Context,
    dataset: Annotated[str, typer.Option("--dataset", help="The corpus; see `medtext plugins`.")] = DEFAULT_DATASET,
    source: Annotated[
        Path | None,
        typer.Option("--source", metavar="PATH", help="Its file or folder; the bundled sample, if not given."),
    ] = None,
    task: Annotated[Task | None, typer.Option("--task", help="One label, many labels, or a text.")] = None,
    model: Annotated[
        str | None, typer.Option("--model", help="The network; the dataset's choice, if not given.")
    ] = None,
    init: InitOption = None,
    tokenizer: Annotated[str | None, typer.Option("--tokenizer", help="How texts are cut.")] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="NAME", help="A name for the run.")] = None,
    option: PairsOption = None,
    epochs: Annotated[int | None, typer.Option("--epochs", help="At most so many; the model's choice.")] = None,
    batch_size: Annotated[int | None, typer.Option("--batch-size", help="Records a step; the model's choice.")] = None,
    lr: Annotated[float | None, typer.Option("--lr", help="The highest learning rate; the model's choice.")] = None,
    patience: Annotated[
        int | None, typer.Option("--patience", help="Stop after so many epochs without gain. Default: 3.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Of the splits, the weights, the order. Default: 13.")
    ] = None,
    class_weight: Annotated[
        ClassWeight | None, typer.Option("--class-weight", help="Balanced: rare labels count as much. Default: none.")
    ] = None,
    adversarial: Annotated[
        float | None,
        typer.Option("--adversarial", help="Also learn at vectors moved so far against the answer. Default: 0."),
    ] = None,
    gradient_penalty: Annotated[
        float | None, typer.Option("--gradient-penalty", help="Weight of the squared gradient in vectors. Default: 0.")
    ] = None,
    schedule: Annotated[
        str | None,
        typer.Option(
            "--schedule",
            metavar="STEP:SHARE,...",
            help="Corners of the learning rate, in shares of --lr. Default: up over a tenth of all steps, down to 0.",
        ),
    ] = None,
    long: Annotated[
        Long, typer.Option("--long", help="Texts longer than the model reads: all of them in windows, or cut.")
    ] = Long.WINDOWS,
    stratify: Annotated[bool, typer.Option("--stratify", help="Give every label its share of each split.")] = False,
    precision: Annotated[
        Precision | None, typer.Option("--precision", help="Numbers in training. Default: 32.")
    ] = None,
    device: DeviceOption = Device.AUTO,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a training that was cut off, or add epochs.")
    ] = False,
    replace: ReplaceOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the first batches as the model reads them; train nothing.")
    ] = False,
) -> None:
    """Train a model on a corpus, and leave a run."""
    session = session_of(context)
    if resume:
        refuse_new_choices(context)
        if replace:
            raise OptionError("--resume and --replace exclude each other: go on, or start over")
        path = _resume(session, run, epochs, device, command_line(context))
    else:
        from medtext.workspace.setup import Setup

        training = {
            "epochs": epochs,
            "batch_size": batch_size,
            "lr": lr,
            "patience": patience,
            "seed": seed,
            "precision": precision and str(precision),
            "class_weight": class_weight and str(class_weight),
            "adversarial": adversarial,
            "gradient_penalty": gradient_penalty,
            "schedule": None if schedule is None else read_schedule(schedule),
        }
        start = session.start(init, model) if init else None
        setup = Setup.choose(
            session.registry,
            dataset=dataset,
            source=source,
            task=task,
            model=model,
            tokenizer=tokenizer,
            options=option or (),
            training=training,
            stratify=stratify,
            start=start,
            long=long.value,
        )
        if dry_run:
            from medtext.workspace.preview import preview

            for line in preview(session.registry, setup, start).split("\n"):
                typer.echo(visible(line))
            return
        name = run or session.store.free_name(f"{setup.dataset.name}-{setup.model.name}")
        path = _train(session, setup, name, device, command_line(context), replace=replace)
    _report(session, path.name)


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


def _resume(session: Session, name: str | None, epochs: int | None, device: Device, command: list[str]) -> Path:
    from medtext.workspace.training import resumed_setup

    if name is None:
        unfinished = session.store.unfinished("train")
        if not unfinished:
            raise RunError("no training was cut off: to add epochs to a finished run, name it by --run")
        name = unfinished[-1]
        say(f"run: {name}")
    setup = resumed_setup(session.registry, session.store, name, epochs)
    return _train(session, setup, name, device, command, resume=True)


def _train(
    session: Session,
    setup: Setup,
    name: str,
    device: Device,
    command: list[str],
    *,
    resume: bool = False,
    replace: bool = False,
) -> Path:
    from medtext.workspace.training import train_run

    try:
        with TrainingBar(quiet=session.quiet) as bar:
            return train_run(
                session.registry,
                session.store,
                setup,
                name=name,
                device=device,
                replace_run=replace,
                resume=resume,
                command=command,
                watcher=bar,
            ).path
    except KeyboardInterrupt:
        if name in session.store.unfinished():
            say(f"cut off: {name} (go on by `medtext train --resume --run {name}`)")
        raise


def _report(session: Session, name: str) -> None:
    from medtext.cli.evaluate import metrics_text

    run = session.store.open(name)
    typer.echo(metrics_text(run.read("metrics.json")["val"], f"{name}, val"), nl=False)
    say(f"written: {run.path}")
