"""A corpus of many files: a folder, or the archive that it was downloaded as."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from medtext.corpus.source import check_file
from medtext.errors import RecordError

ARCHIVES = (".tar.gz", ".tgz", ".tar", ".zip")
"""The archives that are read, by the ending of the file's name."""
_MOST = 2**30
"""Bytes that an archive may unpack to: it is held in memory."""
_BROKEN = (
    *(tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError),
    *(EOFError, RuntimeError, ValueError, OSError),
)
"""What is raised for archives that are cut, damaged, encrypted, or packed by another method."""


@dataclass(frozen=True)
class Bundle:
    """The files of a corpus by their path inside it, such as ``docs/a.txt``.

    ``joint`` is what stands between ``path`` and the name of a file in messages. Nothing
    outside is ever opened: what is asked for must be among the files that were found.
    """

    path: Path
    files: Mapping[str, Callable[[], IO[bytes]]]
    joint: str

    def __contains__(self, name: str) -> bool:
        return name in self.files

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in a folder, sorted."""
        start = f"{folder}/"
        return sorted(name.removeprefix(start) for name in self.files if name.startswith(start))

    def place(self, name: str, line: int | None = None) -> str:
        """Say where a file or one of its lines is, for messages."""
        return f"{self.path}{self.joint}{name}{'' if line is None else f':{line}'}"

    def lines(self, name: str) -> Iterator[str]:
        """Yield the lines of a file, without their ends and without a byte order mark.

        Raises RecordError where there is no such file, and at a line that is not UTF-8 or holds NUL.
        """
        if name not in self.files:
            raise RecordError(f"{self.place(name)}: there is no such file: download the corpus again")
        with self.files[name]() as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    raise RecordError(
                        f"{self.place(name, number)}: byte 0x{error.object[error.start]:02X} is not UTF-8: "
                        "save the file as UTF-8"
                    ) from error
                if "\0" in text:
                    raise RecordError(f"{self.place(name, number)}: a NUL character: this is no text file")
                yield text.rstrip("\r\n")


def open_bundle(path: Path, folders: Sequence[str] = ()) -> Bundle:
    """Find the files of a corpus: those of a folder, or of an archive, and those in its ``folders``.

    An archive is read into memory, never onto the disk; if all its files lie in one folder
    more, that is the corpus. Raises RecordError for another file, for an archive that is damaged, holds
    paths that lead out of it, or unpacks to more than 1 GiB.
    """
    if path.is_dir():
        return Bundle(path, dict(_in_folder(path, folders)), "/")
    check_file(path)
    if not path.name.lower().endswith(ARCHIVES):
        raise RecordError(f"{path}: neither a folder nor an archive ({', '.join(ARCHIVES)}): name what was downloaded")
    try:
        contents = dict(_unpacked(path))
    except _BROKEN as error:
        reason = str(error) or type(error).__name__
        raise RecordError(f"{path}: a broken archive ({reason}): download it again") from error
    kept = {name: content for name, content in _rooted(contents).items() if _among(name, folders)}
    return Bundle(path, {name: partial(io.BytesIO, content) for name, content in kept.items()}, ": ")


def _in_folder(path: Path, folders: Sequence[str]) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    for folder in ("", *folders):
        if (path / folder).is_dir():
            for file in (path / folder).iterdir():
                if file.is_file():
                    yield f"{folder}/{file.name}".lstrip("/"), partial(_open, file)


def _open(file: Path) -> IO[bytes]:
    return file.open("rb")


def _among(name: str, folders: Sequence[str]) -> bool:
    folder, _, _ = name.rpartition("/")
    return not folder or folder in folders


def _unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    seen = set()
    for name, content in (_zipped if path.name.lower().endswith(".zip") else _tarred)(path):
        parts = PurePosixPath(name).parts
        # A colon is a drive on Windows. Nothing is written, but whoever packs such paths means harm.
        if PurePosixPath(name).is_absolute() or ".." in parts or set(name) & {"\\", ":"}:
            raise RecordError(f"{path}: holds the path {name!r}, which leads out of it: do not trust it")
        if any(part.startswith((".", "__MACOSX")) for part in parts):
            continue  # what file managers add
        plain = "/".join(parts)
        if plain in seen:
            raise RecordError(f"{path}: holds {plain!r} twice: pack it again")
        seen.add(plain)
        yield plain, content


def _zipped(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if sum(entry.file_size for entry in entries) > _MOST:  # no more than that is read of any entry
            raise _too_big(path)
        for entry in entries:
            yield entry.filename, archive.read(entry)


def _tarred(path: Path) -> Iterator[tuple[str, bytes]]:
    with _decompressed(path) as stream:
        limited = _Limited(stream, path, _MOST)
        with tarfile.open(fileobj=cast("BinaryIO", limited), mode="r|") as archive:
            while (member := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined]  # else every header stays in memory
                if member.isreg() and (content := archive.extractfile(member)) is not None:
                    yield member.name, content.read()
        while limited.read(1 << 20):
            pass  # the check sum stands at the end


def _decompressed(path: Path) -> IO[bytes]:
    return path.open("rb") if path.suffix.lower() == ".tar" else cast("IO[bytes]", gzip.open(path))


@dataclass
class _Limited:
    """A stream that ends with an error once more was read than an archive may hold, headers included."""

    stream: IO[bytes]
    path: Path
    left: int

    def read(self, size: int) -> bytes:
        data = self.stream.read(min(size, self.left + 1))
        self.left -= len(data)
        if self.left < 0:
            raise _too_big(self.path)
        return data


def _too_big(path: Path) -> RecordError:
    return RecordError(
        f"{path}: unpacks to more than {_MOST >> 30} GiB: if you trust it, unpack it and name the folder"
    )


def _rooted(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Cut off the folders that all files lie in.

    >>> _rooted({"a/b/c.txt": b"", "a/b/d/e.txt": b""})
    {'c.txt': b'', 'd/e.txt': b''}
    """
    split = {name: name.split("/") for name in contents}
    depth = 0
    folders = [parts[:-1] for parts in split.values()]
    while folders and all(len(parts) > depth and parts[depth] == folders[0][depth] for parts in folders):
        depth += 1
    return {"/".join(split[name][depth:]): content for name, content in contents.items()}
