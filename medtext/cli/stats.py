"""``medtext stats``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.new_folder import new_folder, refuse_folder
from medtext.cli.options import DEFAULT_DATASET, DictionaryOption, JsonOption, PairsOption, ReplaceOption
from medtext.cli.output import as_json, say
from medtext.cli.progress import tracked
from medtext.cli.session import session_of
from medtext.corpus.record import Task
from medtext.corpus.split import Plan

if TYPE_CHECKING:
    from medtext.report.statistics import Statistics


def stats_command(
    context: typer.Context,
    dataset: Annotated[str, typer.Option("--dataset", help="The corpus; see `medtext plugins`.")] = DEFAULT_DATASET,
    source: Annotated[
        Path | None,
        typer.Option("--source", metavar="PATH", help="Its file or folder; the bundled sample, if not given."),
    ] = None,
    option: PairsOption = None,
    task: Annotated[Task | None, typer.Option("--task", help="One label, many labels, or a text.")] = None,
    tokenizer: Annotated[str | None, typer.Option("--tokenizer", help="How texts are cut.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the splits: those that a training with it makes.")] = 13,
    stratify: Annotated[bool, typer.Option("--stratify", help="Give every label its share of each split.")] = False,
    top: Annotated[int, typer.Option("--top", min=1, help="At most so many rows of each list.")] = 20,
    dictionary: DictionaryOption = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FOLDER", help="Write a page with charts and word clouds; it holds texts."),
    ] = None,
    replace: ReplaceOption = False,
    json: JsonOption = False,
) -> None:
    """Describe a corpus before training: lengths, labels, duplicates, leaks, words."""
    session = session_of(context)
    if report is not None:
        refuse_folder(report, replace=replace)
    from medtext.workspace.reading import Reading
    from medtext.workspace.statistics import describe

    reading = Reading.choose(
        session.registry,
        dataset=dataset,
        source=source,
        task=task,
        tokenizer=tokenizer,
        options=option or (),
        plan=Plan(seed=seed, stratify=stratify),
    )
    found = describe(
        session.registry,
        reading,
        top=top,
        dictionary=dictionary,
        watch=lambda texts: tracked(texts, len(texts), "cutting words", quiet=session.quiet),
    )
    if report is not None:
        _write(found, report, replace=replace)
    if json:
        typer.echo(as_json(found.to_json()))
        return
    from medtext.cli.statistics_tables import statistics_text

    typer.echo(statistics_text(found), nl=False)


def _write(found: Statistics, report: Path, *, replace: bool) -> None:
    from medtext.report.statistics_page import write_statistics

    with new_folder(report, replace=replace) as folder:
        write_statistics(folder, found)
    say(f"written: {report}")
