"""A folder of files that belong together: whole or not there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from medtext.errors import OutputError

_CONTENTS = (
    "metrics.json",
    "comparison.json",
    "diff.json",
    "keywords.json",
    "stability.json",
    "statistics.json",
    "maps.json",
)
"""What a report has beside its index.html, and other people's pages have not."""


def refuse_folder(folder: Path, *, replace: bool, contents: Sequence[str] = ()) -> None:
    """Raise OutputError, before any work is done, for what may not be replaced, and where nothing can be written.

    Only a folder that holds just ``contents``, or else is a report, is ever replaced.
    """
    if not folder.exists():
        above = next(each for each in folder.absolute().parents if each.exists())
        if not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
            raise OutputError(f"{folder}: nothing can be written in {above}: name another folder")
        return
    if not replace:
        raise OutputError(f"{folder} exists: add --replace to overwrite it, or name another folder")
    if not folder.is_dir():
        raise OutputError(f"{folder} is a file: name another folder")
    names = {path.name for path in folder.iterdir()}
    ours = names == set(contents) if contents else "index.html" in names and names.intersection(_CONTENTS)
    if names and not ours:
        wanted = "what this command writes" if contents else "a report"
        raise OutputError(f"{folder} holds something else than {wanted}: name another folder")


@contextmanager
def new_folder(folder: Path, *, replace: bool, contents: Sequence[str] = ()) -> Iterator[Path]:
    """Give a folder beside, which takes its place only when the block ends well.

    Raises OutputError like ``refuse_folder``, and where the folder cannot be written.
    """
    refuse_folder(folder, replace=replace, contents=contents)
    place = folder.resolve()
    beside = place.with_name(f".{place.name}.partial")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir(parents=True)
        yield beside
        old = place.with_name(f".{place.name}.old")
        if place.exists():
            place.replace(old)  # until the new one has its place the old one is not lost
        beside.replace(place)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror or error}: name another folder") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
