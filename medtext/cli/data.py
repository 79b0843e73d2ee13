"""``medtext data``: corpora from where they are published, or from a generator."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medtext.cli.output import say
from medtext.cli.progress import bytes_bar, counted
from medtext.cli.session import session_of
from medtext.errors import OptionError

app = typer.Typer(help="Fetch public corpora, or make synthetic ones.")


@app.callback()
def data_command() -> None:
    """Fetch public corpora, or make synthetic ones."""


@app.command("fetch")
def fetch_command(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="A dataset that names a source; see `medtext plugins`.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="Where the files go; corpora/DATASET, if not given.")
    ] = None,
) -> None:
    """Fetch a dataset's files: checked, and gone on with where a fetch was cut off.

    Prints the path of each. No other command asks the network, but for `--init` with a name on a hub.
    """
    session = session_of(context)
    spec = session.registry.dataset(dataset)
    if not spec.remotes:
        where = f": see {spec.source}" if spec.source else ""
        raise OptionError(f"dataset '{spec.name}' names no file to fetch{where}")
    from medtext.corpus.fetching import fetch

    folder = to or Path("corpora") / spec.name
    if folder.exists() and not folder.is_dir():
        raise OptionError(f"--to {folder} is a file: name a folder")
    if spec.licence:
        say(f"licence: {spec.licence}")
    for remote in spec.remotes:
        say(f"fetching: {remote.url}")
        with bytes_bar(remote.file, quiet=session.quiet) as told:
            path = fetch(remote, folder, told)
        typer.echo(path)


@app.command("make")
def make_command(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="A dataset that has a generator; see `medtext plugins`.")],
    records: Annotated[int, typer.Option("--records", min=1, help="How many to make.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed makes others.")] = 13,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="A new folder; corpora/DATASET, if not given.")
    ] = None,
) -> None:
    """Make synthetic records, whose truth is known; `--source FOLDER` reads them.

    Prints the folder. The same seed makes the same records, however many.
    """
    session = session_of(context)
    spec = session.registry.dataset(dataset)
    if spec.make is None:
        able = [
            each.spec.name
            for each in session.registry.offers("dataset")
            if session.registry.dataset(each.spec.name).make
        ]
        raise OptionError(f"dataset '{spec.name}' has no generator: choose {' or '.join(able) or 'another'}")
    folder = to or Path("corpora") / spec.name
    if folder.exists():
        raise OptionError(f"--to {folder} exists: name a new folder")
    with counted(records, "making", quiet=session.quiet) as told:
        spec.make(folder, records, seed, told)
    typer.echo(folder)
