"""``medtext runs``: list, export, import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from medtext.cli.options import JsonOption, ReplaceOption
from medtext.cli.output import answers, as_json, cell, new_file, new_table, say
from medtext.cli.session import session_of
from medtext.corpus.record import Task
from medtext.runs.store import Run

app = typer.Typer(help="List runs; carry them from machine to machine.", invoke_without_command=True)


@app.callback()
def runs_command(context: typer.Context, json: JsonOption = False) -> None:
    """List runs, the newest last; carry them from machine to machine."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    rows = [_summary(session.store.open(name)) for name in session.store.names()]
    if json:
        for row in rows:
            typer.echo(as_json(row))
        return
    table = new_table("run", "task", "dataset", "model", ">records", "headline (val)", "created (UTC)")
    for row in rows:
        headline = f"{row['metric']} {row['value']:.4f}" if row["value"] is not None else ""
        values = (row["run"], row["task"], row["dataset"], row["model"], row["records"], headline, row["created"][:16])
        table.add_row(*map(cell, values))
    answers().print(table)
    for name in session.store.unfinished():
        say(f"cut off: {name} (go on by `medtext train --resume --run {name}`)")


@app.command("export")
def export_command(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="The run.")],
    file: Annotated[Path, typer.Argument(help="The file to write, such as run.zip.")],
    replace: ReplaceOption = False,
) -> None:
    """Pack a run into one file. It holds weights, figures and record ids, no text."""
    from medtext.runs.archive import pack

    found = session_of(context).store.open(run)
    with new_file(file, replace=replace) as beside:
        pack(found, beside)
    say(f"written: {file}")


@app.command("import")
def import_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `runs export` wrote.")],
    run: Annotated[
        str | None, typer.Option("--run", metavar="NAME", help="A name; the one it had, if not given.")
    ] = None,
    replace: ReplaceOption = False,
) -> None:
    """Unpack a run that was exported."""
    from medtext.runs.archive import unpack

    say(f"run: {unpack(session_of(context).store, file, name=run, replace=replace).name}")


def _summary(run: Run) -> dict[str, Any]:
    from medtext.errors import MedtextError

    try:
        info = run.info
        metrics = run.read("metrics.json")["val"]["model"]
        metric = {Task.GENERATE: "exact"}.get(Task(info["task"]), "macro_f1")
        return {
            "run": run.name,
            "task": info["task"],
            "dataset": info["dataset"],
            "model": info["model"],
            "records": len(run.read("splits.json")["train"]),
            "metric": metric,
            "value": metrics.get(metric),
            "created": info["created"],
        }
    except (MedtextError, KeyError, TypeError, ValueError) as error:
        # One damaged run must not hide the others.
        empty = {"task": "", "dataset": "", "model": "", "records": None, "metric": "", "value": None}
        return {"run": run.name, **empty, "created": f"damaged: {error}"[:60]}
