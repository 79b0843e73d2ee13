"""``medtext train``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.options import DEFAULT_DATASET, Device, DeviceOption, InitOption, PairsOption, ReplaceOption
from medtext.cli.output import command_line, say, visible
from medtext.cli.progress import TrainingBar
from medtext.cli.session import Session, refuse_new_choices, session_of
from medtext.cli.training_options import (
    AdversarialOption,
    AverageOption,
    BatchSizeOption,
    ClassWeightOption,
    CorpusOption,
    DatasetOption,
    EpochsOption,
    Long,
    LongOption,
    PatienceOption,
    PenaltyOption,
    RateOption,
    ScheduleOption,
    SharesOption,
    SplitSeedOption,
    StratifyOption,
    TaskOption,
    TokenizerOption,
    TrainPrecisionOption,
    read_plan,
    read_training,
)
from medtext.errors import OptionError, RunError

if TYPE_CHECKING:
    from medtext.workspace.setup import Setup


def train_command(
    context: typer.Context,
    dataset: DatasetOption = DEFAULT_DATASET,
    source: CorpusOption = None,
    task: TaskOption = None,
    model: Annotated[
        str | None, typer.Option("--model", help="The network; the dataset's choice, if not given.")
    ] = None,
    init: InitOption = None,
    tokenizer: TokenizerOption = None,
    run: Annotated[str | None, typer.Option("--run", metavar="NAME", help="A name for the run.")] = None,
    option: PairsOption = None,
    epochs: EpochsOption = None,
    batch_size: BatchSizeOption = None,
    lr: RateOption = None,
    patience: PatienceOption = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Of the weights, the order, the splits. Default: 13.")
    ] = None,
    class_weight: ClassWeightOption = None,
    adversarial: AdversarialOption = None,
    gradient_penalty: PenaltyOption = None,
    average: AverageOption = None,
    schedule: ScheduleOption = None,
    long: LongOption = Long.WINDOWS,
    stratify: StratifyOption = False,
    shares: SharesOption = None,
    fold: Annotated[
        str | None,
        typer.Option("--fold", metavar="K/N", help="Judge by the K-th of N folds, whatever splits are published."),
    ] = None,
    split_seed: SplitSeedOption = None,
    precision: TrainPrecisionOption = None,
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

        training = read_training(
            epochs=epochs,
            batch_size=batch_size,
            lr=lr,
            patience=patience,
            seed=seed,
            precision=precision,
            class_weight=class_weight,
            adversarial=adversarial,
            gradient_penalty=gradient_penalty,
            average=average,
            schedule=schedule,
        )
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
            plan=read_plan(stratify, shares, fold, split_seed if split_seed is not None else seed),
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
    from medtext.cli.metric_tables import metrics_text

    run = session.store.open(name)
    typer.echo(metrics_text(run.read("metrics.json")["val"], f"{name}, val"), nl=False)
    say(f"written: {run.path}")
