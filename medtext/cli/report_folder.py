"""A folder of files that belong together: whole or not there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from medtext.errors import OutputError


@contextmanager
def report_folder(folder: Path, *, replace: bool) -> Iterator[Path]:
    """Give a folder beside, which takes its place only when the block ends well.

    Raises OutputError where the folder exists and ``replace`` was not asked for, or holds
    anything but a report.
    """
    if folder.exists() and not replace:
        raise OutputError(f"{folder} exists: add --replace to overwrite it")
    if folder.exists() and not (folder / "index.html").exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder} is no report: name another --report")
    beside = folder.absolute().with_name(f".{folder.name}.partial")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir(parents=True)
        yield beside
        if folder.exists():
            shutil.rmtree(folder)
        beside.replace(folder)
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror or error}: name another --report") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
