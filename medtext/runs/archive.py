"""A run as one file, to carry it to another machine."""

from __future__ import annotations

import json
import lzma
import shutil
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from medtext.errors import RunError
from medtext.runs.store import CHECKPOINT, FORMAT, SESSIONS, Run, RunStore

_MANIFEST = "medtext-run.json"
_LEFT_BEHIND = (CHECKPOINT, SESSIONS, "train.log")
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, KeyError, ValueError, AttributeError, EOFError, RuntimeError)
"""What zipfile and json raise for what is cut, encrypted, packed by another method, or no zip file at all."""

_GREATEST = 16 * 2**30
"""Bytes that an archive may unpack to: more is no run, but an attack on the disk."""


def pack(run: Run, file: Path) -> None:
    """Write a complete run to a zip file. The resumable training state and the log stay behind."""
    run.info  # noqa: B018  # refuses what is no whole run of this format
    # Files without a date (in a container made to be reproducible, say) are no reason to fail.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        archive.writestr(_MANIFEST, json.dumps({"format": FORMAT, "name": run.name}))
        for path in sorted(run.path.rglob("*")):
            if path.is_file() and path.name not in _LEFT_BEHIND:
                archive.write(path, path.relative_to(run.path).as_posix())


def unpack(
    store: RunStore,
    file: Path,
    *,
    name: str | None = None,
    replace: bool = False,
    needed: Callable[[dict[str, Any]], Sequence[str]] = lambda _: (),
) -> Run:
    """Unpack a run into a store.

    Raises RunError for what is no such file, holds strange paths, is cut, or lacks one of
    the files that are ``needed`` by what its run.json says.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            if manifest.get("format") != FORMAT:
                raise RunError(f"{file} has format {manifest.get('format')}, this medtext reads {FORMAT}")
            chosen = str(name or manifest["name"])
            _refuse_strange(archive, file)
            with store.draft(chosen, replace=replace) as draft:
                for entry in archive.infolist():
                    if entry.filename != _MANIFEST and not entry.is_dir():
                        target = draft.path / entry.filename
                        target.parent.mkdir(parents=True, exist_ok=True)
                        with archive.open(entry) as source, target.open("wb") as copy:
                            shutil.copyfileobj(source, copy)
                # A run that lacks its run.json must not get a name.
                lacking = [part for part in needed(draft.info) if not (draft.path / part).is_file()]
                if lacking:
                    raise RunError(f"{file} lacks {', '.join(lacking)}: export the run again")
    except FileNotFoundError:
        raise RunError(f"{file}: there is no such file") from None
    except (*_BROKEN, OSError) as error:
        raise RunError(
            f"{file} is no run that `medtext runs export` wrote, or it is cut ({error}): export it again"
        ) from error
    return store.open(chosen)


def _refuse_strange(archive: zipfile.ZipFile, file: Path) -> None:
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename)
        # A colon is a drive on Windows: such a path would lead out of the folder.
        strange = path.is_absolute() or ".." in path.parts or set(entry.filename) & {"\\", ":"}
        if strange or path.name in _LEFT_BEHIND:
            raise RunError(f"{file} holds the path {entry.filename!r}, which no run has: do not trust it")
    if sum(entry.file_size for entry in archive.infolist()) > _GREATEST:
        raise RunError(f"{file} would unpack to more than {_GREATEST >> 30} GiB: do not trust it")
