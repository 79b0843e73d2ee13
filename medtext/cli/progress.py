"""Progress on stderr, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self, TypeVar

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from medtext.cli.output import Paper, say

T = TypeVar("T")


def _bars(*, quiet: bool) -> Progress:
    shown = sys.stderr.isatty() and not quiet
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[loss]}"),
        TimeRemainingColumn(),
        console=Paper(file=sys.stderr),
        disable=not shown,
        transient=True,
        redirect_stdout=False,  # answers go where they are sent, not to where the bars are
    )


def tracked(items: Iterable[T], total: int | None, what: str, *, quiet: bool) -> Iterator[T]:
    """Pass items on, showing how many have gone by."""
    with _bars(quiet=quiet) as bars:
        task = bars.add_task(what, total=total, loss="")
        for item in items:
            yield item
            bars.advance(task)


@contextmanager
def counted(total: int, what: str, *, quiet: bool) -> Iterator[Callable[[], None]]:
    """Show how many of ``total`` are done; gives what is called after each."""
    with _bars(quiet=quiet) as bars:
        task = bars.add_task(what, total=total, loss="")
        yield lambda: bars.advance(task)


@contextmanager
def bytes_bar(what: str, *, quiet: bool) -> Iterator[Callable[[int, int | None], None]]:
    """Show how much of a file has come; gives what is told the bytes that are there, and of how many."""
    shown = sys.stderr.isatty() and not quiet
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Paper(file=sys.stderr), disable=not shown, transient=True) as bars:
        task = bars.add_task(what, total=None)
        yield lambda have, every: bars.update(task, completed=have, total=every)


class TrainingBar:
    """Shows a training: steps, loss and time left in a bar, and a line for each epoch."""

    def __init__(self, bars: Progress | None = None, *, quiet: bool = False) -> None:
        self._bars = bars or _bars(quiet=quiet)
        self._task: TaskID | None = None
        self._epochs = 0

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def begin(self, epochs: int, steps: int) -> None:
        """Hear how many epochs there are at most, and the steps of each."""
        self._epochs = epochs
        self._task = self._bars.add_task("training", total=epochs * steps, loss="")

    def step(self, epoch: int, loss: float) -> None:
        """Hear the loss of one step."""
        if self._task is not None:
            self._bars.update(
                self._task, advance=1, description=f"epoch {epoch}/{self._epochs}", loss=f"loss {loss:.4f}"
            )

    def epoch(self, line: dict[str, Any]) -> None:
        """Hear what an epoch came to."""
        figures = [
            f"{name} {value:.4f}" for name, value in line.items() if isinstance(value, float) and name != "seconds"
        ]
        say(f"epoch {line['epoch']}/{self._epochs}: {', '.join(figures)}, {line['seconds']:.1f} s")


class SweepBar:
    """Shows a sweep: how many trainings are done, and the one that goes on."""

    def __init__(self, members: int, *, quiet: bool) -> None:
        self._bars = _bars(quiet=quiet)
        self._members = members
        self._all: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        self._all = self._bars.add_task("sweep", total=self._members, loss="")
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def next(self, number: int, name: str) -> TrainingBar:
        """Return what shows the training that begins; ``number`` are done."""
        for task in self._bars.task_ids:
            if task != self._all:
                self._bars.remove_task(task)
        if self._all is not None:
            self._bars.update(self._all, completed=number)
        say(f"training: {name} ({number + 1} of {self._members})")
        return TrainingBar(self._bars)
