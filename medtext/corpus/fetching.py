"""Files of public corpora, fetched from where they are published: gone on with where cut off, checked at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from medtext.errors import RecordError

_log = logging.getLogger("medtext")
_CHUNK = 1 << 16
_PATIENCE = 30.0
"""Seconds without a byte after which a connection is given up."""

Told = Callable[[int, int | None], None]
"""Hears how many bytes are there, of how many (None: not known)."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A file that a dataset is published as.

    ``sha256`` is its checksum in hexadecimal; None where none is known, as of archives that are made anew
    for every request.
    """

    url: str
    sha256: str | None = None
    name: str = ""

    @property
    def file(self) -> str:
        """What the file is called here."""
        return self.name or self.url.rstrip("/").rpartition("/")[2]


def fetch(remote: Remote, folder: Path, told: Told = lambda _have, _all: None) -> Path:
    """Return the file in a folder; it is fetched where it is not there yet.

    Raises RecordError where it cannot be reached, is cut off (what is there is gone on with next time, where a
    checksum tells that the rest is of the same file), or is not the file that was published.
    """
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f".{remote.file}.lock", timeout=0)
    try:
        with lock:  # two at once would write into one file
            try:
                return _fetched(remote, folder, told)
            finally:
                Path(lock.lock_file).unlink(missing_ok=True)
    except Timeout:
        raise RecordError(f"{folder / remote.file} is being fetched by another command: wait for that") from None
    except RecordError:
        if new and not any(folder.iterdir()):
            folder.rmdir()
        raise


def _fetched(remote: Remote, folder: Path, told: Told) -> Path:
    import pooch  # type: ignore[import-untyped]

    target = folder / remote.file
    known = None if remote.sha256 is None else f"sha256:{remote.sha256}"
    if target.exists() and known is not None and pooch.file_hash(str(target)) != remote.sha256:
        raise RecordError(f"{target} is there, but is not the file of {remote.url}: move it away, or fetch into --to")
    partial = target.with_name(f".{target.name}.partial")
    try:
        got = pooch.retrieve(
            remote.url,
            known,
            fname=remote.file,
            path=folder,
            # Without a checksum nothing would tell that the rest is of another file.
            downloader=_Downloader(told, None if known is None else partial),
        )
    except ValueError as error:
        partial.unlink(missing_ok=True)
        raise RecordError(
            f"{remote.url}: what came is not the file that was published (its SHA-256 differs): try again, or tell us"
        ) from error
    partial.unlink(missing_ok=True)
    if remote.sha256 is None:
        _log.warning("%s: no checksum is known; its SHA-256 is %s", target, pooch.file_hash(str(target)))
    return Path(got)


class _Downloader:
    """A downloader for pooch; where ``partial`` is named it keeps what it has there, and asks for the rest."""

    def __init__(self, told: Told, partial: Path | None) -> None:
        self._told, self._partial = told, partial

    def __call__(self, url: str, output_file: str, _pooch: Any, check_only: bool = False) -> bool | None:
        import requests

        if check_only:
            return bool(requests.head(url, timeout=_PATIENCE, allow_redirects=True).ok)
        place = self._partial or Path(output_file)
        have = place.stat().st_size if place.exists() else 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        try:
            with requests.get(url, headers=headers, stream=True, timeout=_PATIENCE) as answer:
                self._take(answer, place, have)
        except requests.RequestException as error:
            kept = place.stat().st_size if self._partial and place.exists() else 0
            rest = f"; {kept:,} bytes are kept, and gone on with next time" if kept else ""
            raise RecordError(
                f"{url} cannot be fetched ({_reason(error)}){rest}: try again later, or where there is no network, "
                "bring the file yourself and name it by --source"
            ) from error
        place.replace(output_file)
        return None

    def _take(self, answer: Any, place: Path, have: int) -> None:
        if answer.status_code == 416:  # all of it is there
            return
        answer.raise_for_status()
        going_on = answer.status_code == 206
        length = answer.headers.get("Content-Length")
        total = None if length is None else int(length) + (have if going_on else 0)
        done = have if going_on else 0
        with place.open("ab" if going_on else "wb") as file:
            for chunk in answer.iter_content(_CHUNK):
                file.write(chunk)
                done += len(chunk)
                self._told(done, total)


def _reason(error: Exception) -> str:
    answer = getattr(error, "response", None)
    if answer is not None:
        return f"the server says {answer.status_code} {answer.reason}"
    return type(error).__name__
