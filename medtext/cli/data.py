"""``medtext data``: corpora from where they are published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medtext.cli.output import say
from medtext.cli.progress import bytes_bar
from medtext.cli.session import session_of
from medtext.errors import OptionError

app = typer.Typer(help="Fetch public corpora from where they are published.")


@app.callback()
def data_command() -> None:
    """Fetch public corpora from where they are published."""


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
