"""The files that records come from: opened, and unpacked on the way."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from medtext.errors import RecordError


def is_packed(path: Path) -> bool:
    """Say whether a file is gzipped, going by its name."""
    return path.suffix.lower() == ".gz"


def suffix_of(path: Path) -> str:
    """Return the ending that tells what a file holds: in lower case, without dot, and without ``.gz``.

    >>> suffix_of(Path("records.CSV.gz"))
    'csv'
    """
    return (path.with_suffix("") if is_packed(path) else path).suffix.lower().removeprefix(".")


def check_file(path: Path) -> None:
    """Raise RecordError where a path is no file that can be read twice."""
    if path.is_dir():
        raise RecordError(f"{path}: a folder, where a file is expected: name a file in it")
    if not path.exists():
        raise RecordError(f"{path}: there is no such file: correct the path")
    if not path.is_file():
        # It is read twice: once to find the encoding.
        raise RecordError(f"{path}: a pipe or device, where a file is expected: save it to a file first")


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a file to read bytes; one that ends in ``.gz`` is unpacked on the way.

    Raises RecordError where there is no such file, where it is a folder or a
    pipe, where it cannot be read, and, also in mid-reading, where gzip is broken.
    """
    check_file(path)
    try:
        with gzip.open(path) if is_packed(path) else path.open("rb") as stream:
            yield cast("BinaryIO", stream)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise RecordError(f"{path}: broken gzip ({error}): copy or pack the file again") from error
    except OSError as error:
        raise RecordError(f"{path}: the file cannot be read ({error.strerror or error})") from error


@contextmanager
def open_seekable(path: Path) -> Iterator[BinaryIO]:
    """Open a file for formats that jump about in it; gzip is unpacked to a temporary file first.

    Raises RecordError like ``open_bytes``.
    """
    with open_bytes(path) as stream:
        if not is_packed(path):
            yield stream
            return
        with tempfile.TemporaryFile() as unpacked:
            shutil.copyfileobj(stream, unpacked)
            unpacked.seek(0)
            yield cast("BinaryIO", unpacked)
