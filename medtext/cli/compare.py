"""``medtext compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.new_folder import new_folder, refuse_folder
from medtext.cli.options import (
    Device,
    DeviceOption,
    JsonOption,
    SourceOption,
    SourcePairsOption,
    Split,
    check_source_pairs,
)
from medtext.cli.output import as_json, cell, new_table, say, table_text
from medtext.cli.session import session_of
from medtext.report.metric_heads import HEADS

if TYPE_CHECKING:
    from medtext.learn.paired import Difference
    from medtext.workspace.comparing import Compared

_LEFT_OUT = ("records", "macro_precision", "macro_recall", "exact")
"""Metrics that a comparison has no room for."""


def compare_command(
    context: typer.Context,
    runs: Annotated[list[str], typer.Argument(help="The runs, the first to compare with; * and ? stand for others.")],
    split: Annotated[
        Split | None, typer.Option("--split", help="Which part of the runs' records. Default: val.")
    ] = None,
    source: SourceOption = None,
    option: SourcePairsOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FOLDER", help="Write a page with the loss curves of all runs.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite an existing report.")] = False,
    json: JsonOption = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Measure runs side by side on the same records: figures, differences, speed, size, loss curves."""
    session = session_of(context)
    pairs = check_source_pairs(option, source)
    if report is not None:
        refuse_folder(report, replace=replace)
    from medtext.workspace.comparing import compare_runs, tuned

    chosen = split or (None if source else Split.VAL)
    names = session.store.matching(runs)
    found = compare_runs(
        session.registry, session.store, names, split=chosen, source=source, pairs=pairs, device=device
    )
    if chosen == Split.VAL and any(tuned(session.store.open(name)) for name in names):
        say("some of these were fitted or calibrated on val: on records that are new to all they may differ less")
    where = source or session.store.open(names[0]).read("config.json")["source"]
    title = f"{len(found)} runs on {chosen or 'all'} of {Path(where).name}"
    columns = [(key, head) for key, head in HEADS.items() if key in found[0].metrics and key not in _LEFT_OUT]
    if report is not None:
        from medtext.report.comparison_page import write_comparison

        with new_folder(report, replace=replace) as folder:
            write_comparison(folder, title, [each.to_json() for each in found], columns)
        say(f"written: {report}")
    if json:
        for each in found:
            typer.echo(as_json(each.to_json()))
        return
    typer.echo(
        _figures(found, columns, f"{title}, {found[0].metrics['records']} records") + "\n" + _costs(found), nl=False
    )


def _figures(found: list[Compared], columns: list[tuple[str, str]], title: str) -> str:
    table = new_table("run", "model", *(f">{head}" for _, head in columns))
    for each in found:
        table.add_row(*map(cell, (each.run, each.model, *(each.metrics.get(key) for key, _ in columns))))
    return table_text(table, title)


def _costs(found: list[Compared]) -> str:
    heads = (">log loss", ">95 %", ">macro F1", ">95 %", ">texts/s", ">weights", ">MB", ">epochs", ">seconds")
    table = new_table("run", *heads)
    for each in found:
        moved = each.differences or {}
        figures = [text for key in ("log_loss", "macro_f1") for text in _difference(moved.get(key))]
        seconds = "" if each.seconds is None else f"{each.seconds:.0f}"
        size = (
            f"{float(f'{each.texts_per_second:.2g}'):,.0f}",
            f"{each.weights:,}",
            f"{each.size / 1e6:.1f}",
            len(each.history) or "",
        )
        table.add_row(*map(cell, (each.run, *figures, *size, seconds)))
    return table_text(
        table, f"Differences to {found[0].run} with 95 % intervals (paired bootstrap); speed, size, training"
    )


def _difference(found: Difference | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    value, low, high = (f"{round(each, 4) + 0.0:+.4f}" for each in (found.value, found.low, found.high))
    return value, f"{low} to {high}"
