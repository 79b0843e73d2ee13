"""``medtext sweep``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from medtext.cli.options import (
    DEFAULT_DATASET,
    Device,
    DeviceOption,
    InitOption,
    JsonOption,
    ReplaceOption,
)
from medtext.cli.output import as_json, cell, command_line, new_table, say, table_text
from medtext.cli.progress import SweepBar
from medtext.cli.session import session_of
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
from medtext.errors import OptionError
from medtext.plugin.options import option_fields
from medtext.report.metric_heads import HEADS

if TYPE_CHECKING:
    from medtext.plugin.registry import Registry
    from medtext.workspace.setup import Setup
    from medtext.workspace.sweeping import Member, Spread

_SHOWN = ("accuracy", "macro_f1", "micro_f1", "log_loss", "mlogloss", "s", "macro_auc", "micro_auc")


def sweep_command(
    context: typer.Context,
    model: Annotated[list[str], typer.Option("--model", help="A network; repeat it for several.")],
    dataset: DatasetOption = DEFAULT_DATASET,
    source: CorpusOption = None,
    task: TaskOption = None,
    seeds: Annotated[
        str, typer.Option("--seeds", metavar="A,B,...", help="Of weights and order: a training for each.")
    ] = "13",
    folds: Annotated[
        int, typer.Option("--folds", min=0, help="Train and judge on each of so many folds; 0: on the usual splits.")
    ] = 0,
    init: InitOption = None,
    tokenizer: TokenizerOption = None,
    run: Annotated[
        str | None, typer.Option("--run", metavar="NAME", help="The runs are called NAME-MODEL-seedS-foldK.")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("-o", metavar="KEY=VALUE", help="An option of the dataset, tokenizer or the models that have it."),
    ] = None,
    epochs: EpochsOption = None,
    batch_size: BatchSizeOption = None,
    lr: RateOption = None,
    patience: PatienceOption = None,
    class_weight: ClassWeightOption = None,
    adversarial: AdversarialOption = None,
    gradient_penalty: PenaltyOption = None,
    average: AverageOption = None,
    schedule: ScheduleOption = None,
    long: LongOption = Long.WINDOWS,
    stratify: StratifyOption = False,
    shares: SharesOption = None,
    split_seed: SplitSeedOption = None,
    precision: TrainPrecisionOption = None,
    device: DeviceOption = Device.AUTO,
    resume: Annotated[
        bool, typer.Option("--resume", help="Take the runs that are there, go on with the one that was cut off.")
    ] = False,
    replace: ReplaceOption = False,
    json: JsonOption = False,
) -> None:
    """Train several models, seeds and folds in one call; every one is a run of its own.

    All models and seeds share their splits, so they can be compared and put together by `medtext ensemble`.
    """
    if resume and replace:
        raise OptionError("--resume and --replace exclude each other: go on, or start over")
    session = session_of(context)
    from medtext.workspace.setup import Setup
    from medtext.workspace.sweeping import plan_members, spreads, sweep_runs

    training = read_training(
        epochs=epochs,
        batch_size=batch_size,
        lr=lr,
        patience=patience,
        precision=precision,
        class_weight=class_weight,
        adversarial=adversarial,
        gradient_penalty=gradient_penalty,
        average=average,
        schedule=schedule,
    )
    plan = read_plan(stratify, shares, None, split_seed)

    def choose(name: str) -> Setup:
        return Setup.choose(
            session.registry,
            dataset=dataset,
            source=source,
            task=task,
            model=name,
            tokenizer=tokenizer,
            options=own_pairs(session.registry, option or [], dataset, tokenizer, model, name),
            training=training,
            plan=plan,
            start=session.start(init, name) if init else None,
            long=long.value,
        )

    name = run or dataset
    members = plan_members(name, choose, model, _seeds(seeds), folds)
    done: list[tuple[Member, dict[str, Any]]] = []
    with SweepBar(len(members), quiet=session.quiet) as bar:
        for member, metrics in sweep_runs(
            session.registry,
            session.store,
            name,
            members,
            device=device,
            resume=resume,
            replace_runs=replace,
            command=command_line(context),
            watch=bar.next,
        ):
            done.append((member, metrics))
            say(f"done: {member.name} ({len(done)} of {len(members)})")
    if json:
        for member, metrics in done:
            own: dict[str, Any] = {"run": member.name, "model": member.setup.model.name}
            own |= {"seed": member.setup.training.seed, "fold": member.setup.plan.fold or None}
            typer.echo(as_json(own | {"metrics": metrics}))
        return
    part = "test" if folds else "val"
    trainings = len(members) // len(model)
    over = f": mean and standard deviation over {trainings} trainings each" if trainings > 1 else ""
    title = f"{name}, {part}{over}"
    typer.echo(table_text(_table(spreads(done, part)), title), nl=False)


def own_pairs(
    registry: Registry, pairs: list[str], dataset: str, tokenizer: str | None, models: list[str], model: str
) -> list[str]:
    """Return the options that are for a model, its tokenizer or the dataset: others of the sweep are passed over.

    What none of the models has is left in, so that it is refused.
    """
    known = {each: _known(registry, dataset, tokenizer, each) for each in models}
    every = frozenset().union(*known.values())
    return [
        pair
        for pair in pairs
        for key in (pair.partition("=")[0].replace("-", "_").rpartition(".")[2],)
        if key in known[model] or key not in every
    ]


def _known(registry: Registry, dataset: str, tokenizer: str | None, model: str) -> frozenset[str]:
    corpus, network = registry.dataset(dataset), registry.model(model)
    cutter = registry.tokenizer(network.tokenizer or tokenizer or corpus.tokenizer)
    return frozenset(field.name for spec in (corpus, network, cutter) for field in option_fields(spec.options))


def _seeds(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise OptionError(f"--seeds {text}: expected whole numbers, such as 1,2,3") from None


def _table(rows: dict[str, dict[str, Spread]]) -> Any:
    heads = [key for key in _SHOWN if any(key in row for row in rows.values())]
    table = new_table("=model", *(f">{HEADS[key]}" for key in heads))
    for name, row in rows.items():
        table.add_row(cell(name), *(cell(_spread(row.get(key))) for key in heads))
    return table


def _spread(found: Spread | None) -> str:
    if found is None:
        return ""
    return f"{found.mean:.4f}" + ("" if found.deviation is None else f" ±{found.deviation:.4f}")
