"""A folder of files that belong together: whole or not there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from medtext.errors import OutputError

_CONTENTS = ("metrics.json", "keywords.json", "statistics.json")
"""What a report has beside its index.html, and other people's pages have not."""


def refuse_folder(folder: Path, *, replace: bool) -> None:
    """Raise OutputError, before any work is done, for what is there and may not be replaced, or is no report."""
    if not folder.exists():
        return
    if not replace:
        raise OutputError(f"{folder} exists: add --replace to overwrite it, or name another --report")
    if not folder.is_dir():
        raise OutputError(f"{folder} is a file: name another --report")
    names = {path.name for path in folder.iterdir()}
    if names and not ("index.html" in names and names.intersection(_CONTENTS)):
        raise OutputError(f"{folder} holds something else than a report: name another --report")


@contextmanager
def report_folder(folder: Path, *, replace: bool) -> Iterator[Path]:
    """Give a folder beside, which takes its place only when the block ends well.

    Raises OutputError like ``refuse_folder``, and where the folder cannot be written.
    """
    refuse_folder(folder, replace=replace)
    place = folder.resolve()
    beside = place.with_name(f".{place.name}.partial")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir(parents=True)
        yield beside
        if place.exists():
            shutil.rmtree(place)
        beside.replace(place)
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror or error}: name another --report") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
