"""``medtext pretrain``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medtext.cli.options import Device, DeviceOption, InitOption, PairsOption, Precision, ReplaceOption
from medtext.cli.output import cell, command_line, new_table, say, table_text, warn
from medtext.cli.progress import TrainingBar
from medtext.cli.session import Session, refuse_new_choices, session_of
from medtext.errors import OptionError, RunError

if TYPE_CHECKING:
    from medtext.workspace.pretraining import Pretraining

DEFAULT_MODEL = "albert"


def pretrain_command(
    context: typer.Context,
    file: Annotated[
        list[Path] | None, typer.Argument(help="Texts, one a line, or tables with a text column; any number of files.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option("--columns", metavar="A,B", help="The columns of tables that hold texts; guessed.")
    ] = None,
    dataset: Annotated[
        str | None, typer.Option("--dataset", help="Read the files as this corpus is read; see `medtext plugins`.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", help=f"The network; {DEFAULT_MODEL}, or that of --init, if not given.")
    ] = None,
    init: InitOption = None,
    tokenizer: Annotated[str | None, typer.Option("--tokenizer", help="How texts are cut.")] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="NAME", help="A name for the run.")] = None,
    option: PairsOption = None,
    mask_share: Annotated[float, typer.Option("--mask-share", help="The share of words to guess.")] = 0.15,
    whole_words: Annotated[
        bool, typer.Option("--whole-words/--tokens", help="Hide words as jieba cuts them, or single tokens.")
    ] = True,
    dictionary: Annotated[
        Path | None,
        typer.Option(
            "--dictionary", metavar="NAME|FILE", help="A jieba user dictionary, or gi-terms, for whole words."
        ),
    ] = None,
    epochs: Annotated[int | None, typer.Option("--epochs", help="At most so many; the model's choice.")] = None,
    batch_size: Annotated[int | None, typer.Option("--batch-size", help="Texts a step; the model's choice.")] = None,
    lr: Annotated[float | None, typer.Option("--lr", help="The highest learning rate; the model's choice.")] = None,
    patience: Annotated[
        int | None, typer.Option("--patience", help="Stop after so many epochs without gain. Default: 3.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Of all chance. Default: 13.")] = None,
    precision: Annotated[
        Precision | None, typer.Option("--precision", help="Numbers in training. Default: 32.")
    ] = None,
    device: DeviceOption = Device.AUTO,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a pretraining that was cut off, or add epochs.")
    ] = False,
    replace: ReplaceOption = False,
) -> None:
    """Teach a model the language of texts without labels: it guesses hidden words.

    The run it leaves is where `medtext train --init RUN` starts from.
    """
    session = session_of(context)
    if resume:
        refuse_new_choices(context)
        if replace:
            raise OptionError("--resume and --replace exclude each other: go on, or start over")
        name, setup = _resumed(session, run, epochs)
    else:
        from medtext.explain.dictionary import lasting
        from medtext.workspace.pretraining import Pretraining

        if columns is not None and dataset is not None:
            raise OptionError("--columns is for tables without a --dataset: leave one out")
        start = session.start(init, model) if init else None
        training = {"epochs": epochs, "batch_size": batch_size, "lr": lr, "patience": patience, "seed": seed}
        setup = Pretraining.choose(
            session.registry,
            file or (),
            model=model or (start.model if start else DEFAULT_MODEL),
            tokenizer=tokenizer,
            options=option or (),
            training={**training, "precision": precision and str(precision)},
            start=start,
            dataset=dataset,
            columns=tuple(part.strip() for part in (columns or "").split(",") if part.strip()),
            share=mask_share,
            whole_words=whole_words,
            dictionary=None if dictionary is None else lasting(dictionary),
        )
        name = run or session.store.free_name(f"{setup.model.name}-pretrained")
    _pretrain(session, setup, name, device, command_line(context), resume=resume, replace=replace)


def _resumed(session: Session, name: str | None, epochs: int | None) -> tuple[str, Pretraining]:
    from medtext.workspace.pretraining import resumed_pretraining

    if name is None:
        unfinished = session.store.unfinished("pretrain")
        if not unfinished:
            raise RunError("nothing was cut off: to add epochs to a finished run, name it by --run")
        name = unfinished[-1]
        say(f"run: {name}")
    return name, resumed_pretraining(session.registry, session.store, name, epochs)


def _pretrain(
    session: Session, setup: Pretraining, name: str, device: Device, command: list[str], **choices: Any
) -> None:
    from medtext.workspace.pretraining import pretrain_run

    try:
        with TrainingBar(quiet=session.quiet) as bar:
            run = pretrain_run(
                session.registry,
                session.store,
                setup,
                name=name,
                device=device,
                replace_run=choices["replace"],
                resume=choices["resume"],
                command=command,
                watcher=bar,
            )
    except KeyboardInterrupt:
        if name in session.store.unfinished():
            say(f"cut off: {name} (go on by `medtext pretrain --resume --run {name}`)")
        raise
    measured = run.read("metrics.json")["val"]["model"]
    table = new_table("=", ">guessed right", ">perplexity")
    table.add_row(cell(setup.model.name), cell(measured["accuracy"]), cell(measured["perplexity"]))
    table.add_row(cell("most frequent token"), cell(measured["most_frequent_accuracy"]), cell(""))
    typer.echo(table_text(table, f"{name}: {measured['guesses']:,} hidden tokens of texts held back"), nl=False)
    if measured["accuracy"] <= measured["most_frequent_accuracy"]:
        warn("it guesses no better than the most frequent token would: more --epochs, or more texts")
    say(f"written: {run.path}")
