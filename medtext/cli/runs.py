"""``medtext runs``: list, export, import."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from medtext.cli.new_folder import new_folder, refuse_folder
from medtext.cli.options import JsonOption, ReplaceOption
from medtext.cli.output import as_json, cell, command_line, new_file, new_table, say, table_text, warn
from medtext.cli.session import session_of
from medtext.corpus.record import Task
from medtext.runs.store import ENSEMBLE, ENSEMBLE_FILE, PRETRAIN, Run

_NEEDED = ("config.json", "tokenizer.json", "metrics.json")
"""What every run holds, besides run.json."""

_WEIGHTS = "model.safetensors"
"""What a run of one network holds besides; an ensemble says who its members are instead."""

_LABELLED = ("labels.json", "splits.json")
"""What a run that was trained for labels holds besides."""

_NETWORK = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
"""What a folder holds that was exported for transformers: all of it, and nothing else."""


class Form(StrEnum):
    """What an export is for."""

    RUN = "run"
    TRANSFORMERS = "transformers"


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
    if rows:
        typer.echo(table_text(_listed(rows)), nl=False)
    else:
        say(f"there is no run in {session.store.root}: make one by `medtext train`")
    for row in rows:
        if row["damage"] is not None:
            warn(f"damaged: {row['damage']}")
    for name in session.store.unfinished():
        say(f"cut off: {name} (go on by `medtext {session.store.resumed_by(name)} --resume --run {name}`)")


def _listed(rows: list[dict[str, Any]]) -> Table:
    table = new_table("run", "=task", "dataset", "model", "=on val", "=created (UTC)")
    for row in rows:
        headline = "" if row["value"] is None else f"{row['metric'].replace('_', ' ')} {row['value']:.4f}"
        when = (row["created"] or "").replace("T", " ")
        values = (row["run"], row["task"], row["dataset"], row["model"], headline, when[:16])
        table.add_row(*map(cell, values))
    return table


@app.command("export")
def export_command(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="The run.")],
    file: Annotated[Path, typer.Argument(help="The file to write, such as run.zip; a folder for transformers.")],
    form: Annotated[
        Form, typer.Option("--form", help="A file for medtext, or a folder that Hugging Face transformers opens.")
    ] = Form.RUN,
    replace: ReplaceOption = False,
) -> None:
    """Pack a run into one file, or write its network for other tools.

    A packed run holds weights, figures and record ids, no text.
    """
    session = session_of(context)
    if form is Form.TRANSFORMERS:
        from medtext.workspace.exchange import export_network

        refuse_folder(file, replace=replace, contents=_NETWORK)
        ready = session.ready(run, "cpu")
        with new_folder(file, replace=replace, contents=_NETWORK) as beside:
            export_network(ready, beside)
    else:
        from medtext.runs.archive import pack

        found = session.store.open(run)
        with new_file(file, replace=replace) as beside:
            pack(found, beside)
    say(f"written: {file}")


@app.command("import")
def import_command(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="A file that `runs export` wrote, or a folder of transformers with a trained head.")
    ],
    run: Annotated[
        str | None, typer.Option("--run", metavar="NAME", help="A name; the one it had, if not given.")
    ] = None,
    dataset: Annotated[str, typer.Option("--dataset", help="For a folder: how its records will be read.")] = "table",
    replace: ReplaceOption = False,
) -> None:
    """Unpack a run that was exported, or make one of a network that transformers saved."""
    if file.is_dir():
        from medtext.workspace.exchange import import_network

        session = session_of(context)
        made = import_network(
            session.registry,
            session.store,
            file,
            dataset=dataset,
            name=run,
            replace=replace,
            command=command_line(context),
        )
        say(f"run: {made.name}")
        return
    from medtext.runs.archive import unpack

    say(f"run: {unpack(session_of(context).store, file, name=run, replace=replace, needed=_needed).name}")


def _needed(info: dict[str, Any]) -> tuple[str, ...]:
    if info.get("model") == ENSEMBLE:
        return (*_NEEDED, *_LABELLED, ENSEMBLE_FILE)
    return (*_NEEDED, _WEIGHTS) if info.get("task") == PRETRAIN else (*_NEEDED, _WEIGHTS, *_LABELLED)


def _summary(run: Run) -> dict[str, Any]:
    from medtext.errors import MedtextError

    keys = ("task", "dataset", "model", "records", "metric", "value", "created", "damage")
    summary: dict[str, Any] = {"run": run.name, **dict.fromkeys(keys)}
    try:
        info = run.info
        summary |= {key: info[key] for key in ("task", "model", "created")}
        if info["task"] == PRETRAIN:
            return summary | {"metric": "accuracy", "value": run.read("metrics.json")["val"]["model"]["accuracy"]}
        summary["dataset"] = info["dataset"]
        summary["records"] = len(run.read("splits.json")["train"])
        summary["metric"] = "bleu_4" if info["task"] == Task.GENERATE else "macro_f1"
        measured = run.read("metrics.json")
        if info["model"] != ENSEMBLE or "val" in measured:  # an ensemble may have no val of its own
            summary["value"] = measured["val"]["model"].get(summary["metric"])
    except (MedtextError, KeyError, TypeError, ValueError, AttributeError) as error:
        # One damaged run must not hide the others.
        known = isinstance(error, MedtextError)
        summary["damage"] = str(error) if known else f"run '{run.name}' is not whole: train or import it again"
    return summary
