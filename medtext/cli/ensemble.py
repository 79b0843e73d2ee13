"""``medtext ensemble``."""

from __future__ import annotations

from typing import Annotated

import typer

from medtext.cli.options import Device, DeviceOption, ReplaceOption
from medtext.cli.output import cell, command_line, new_table, say, table_text
from medtext.cli.session import session_of
from medtext.runs.store import ENSEMBLE_FILE


def ensemble_command(
    context: typer.Context,
    runs: Annotated[list[str], typer.Argument(help="The runs that answer together; * and ? stand for others.")],
    run: Annotated[str | None, typer.Option("--run", metavar="NAME", help="A name for the run.")] = None,
    equal: Annotated[
        bool, typer.Option("--equal", help="Let all weigh the same, instead of fitting weights on val.")
    ] = False,
    replace: ReplaceOption = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Make a run of runs: it answers by the weighted mean of their logits, and is used like any other.

    Its members are copied into it. Attributions are the weighted sum of theirs, gaps added.
    """
    session = session_of(context)
    from medtext.cli.metric_tables import metrics_text
    from medtext.workspace.ensembling import ensemble_run

    made = ensemble_run(
        session.registry,
        session.store,
        session.store.matching(runs),
        name=run,
        equal=equal,
        device=device,
        replace_run=replace,
        command=command_line(context),
    )
    table = new_table("member", ">weight")
    kept = made.read(ENSEMBLE_FILE)
    for each in kept["members"]:
        table.add_row(cell(each["name"]), cell(each["weight"]))
    parts = [table_text(table, made.name)]
    measured = made.read("metrics.json")
    if "val" in measured:
        fitted = ", on which its weights were fitted" if kept["fitted"] else ""
        parts.append(metrics_text(measured["val"], f"{made.name}, val{fitted}"))
    typer.echo("\n".join(parts), nl=False)
    say(f"written: {made.path}")
