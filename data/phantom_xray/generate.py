"""Writes studies to a folder: ``python -m medtext_data.phantom_xray.generate FOLDER STUDIES SEED SIZE png|jpg``."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from .study import Study, study_of

Form = Literal["png", "jpg"]
STUDIES = "studies.jsonl"
_SMALLEST, _LARGEST = 32, 1024
_QUALITY = 85
"""Of JPEG pictures."""
_ALONE = 50
"""Studies that one process has made by the time that others have started."""
_TASK = 5
"""Studies that a process is given at a time."""


def make(
    folder: Path,
    *,
    count: int,
    seed: int,
    size: int = 256,
    form: Form = "png",
    progress: Callable[[], None] | None = None,
    processes: int | None = None,
) -> None:
    """Write ``count`` studies with pictures of ``size`` pixels: ``studies.jsonl`` and ``images``.

    The folder takes its place only when it is whole. ``progress`` is called after each study. Many studies are made by
    as many ``processes`` as there are cores, unless another number is given; the files are the same whatever it is.
    Raises FileExistsError where the folder exists, ValueError for numbers that cannot be, OSError where nothing can be
    written, ChildProcessError where a process was ended from outside: each with one line.
    """
    if count < 1 or seed < 0:
        raise ValueError(f"{count} studies of seed {seed}: give at least 1 study, and a seed of 0 or more")
    if not _SMALLEST <= size <= _LARGEST:
        raise ValueError(f"a size of {size} pixels: give one from {_SMALLEST} to {_LARGEST}")
    if folder.exists():
        raise FileExistsError(f"{folder} exists: name another folder")
    place = folder.resolve()
    beside = place.with_name(f".{place.name}.partial")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        (beside / "images").mkdir(parents=True)
        with (
            (beside / STUDIES).open("w", encoding="utf-8", newline="\n") as lines,
            # Closed before the folder goes, whatever happens: nobody draws into it any more.
            closing(_lines(partial(_line, seed, size, form, beside), count, processes)) as made,
        ):
            for line in made:
                lines.write(line)
                if progress:
                    progress()
        beside.rename(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _lines(line: Callable[[int], str], count: int, processes: int | None) -> Generator[str]:
    """Yield the line of each study in their order, made side by side where there are many."""
    if processes is None:
        processes = 1 if count <= _ALONE else _cores()
    if processes == 1:
        yield from map(line, range(count))
        return
    # Not forked: whoever calls may hold locks of threads.
    # An interrupt is answered by the one that gives the work.
    with ProcessPoolExecutor(processes, get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        try:
            yield from pool.map(line, range(count), chunksize=_TASK)
        except BrokenProcessPool as error:
            raise ChildProcessError(
                "a process that drew pictures was ended from outside, perhaps for want of memory"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _cores() -> int:
    """Return how many cores this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, 61)  # Windows waits for no more


def _line(seed: int, size: int, form: Form, folder: Path, number: int) -> str:
    """Write the pictures of a study; returns its line."""
    study = study_of(seed, number)
    line = study.truth() | {"images": _draw(study, size, form, folder)}
    return json.dumps(line, ensure_ascii=False) + "\n"


def _draw(study: Study, size: int, form: Form, folder: Path) -> dict[str, str]:
    """Write the pictures of a study; returns their paths in the folder by view."""
    from PIL.Image import fromarray

    paths: dict[str, str] = {}
    for view in study.views:
        paths[view] = f"images/{study.number:05}-{view}.{form}"
        settings: dict[str, Any] = {"quality": _QUALITY} if form == "jpg" else {"optimize": True}
        fromarray(study.picture(view, size)).save(folder / paths[view], **settings)
    return paths


if __name__ == "__main__":
    target, studies, start, pixels, ending = sys.argv[1:]
    make(Path(target), count=int(studies), seed=int(start), size=int(pixels), form="jpg" if ending == "jpg" else "png")
