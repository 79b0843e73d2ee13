"""Two streams: stdout is the answer and only the answer; all else is said on stderr."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from medtext.errors import OutputError

_log = logging.getLogger("medtext")
_WIDE = 200
"""How wide a table gets that goes to no terminal."""
_BETWEEN = 2
"""Blanks between two columns of a table."""
_NARROW = 12
"""The least width to which a column is broken."""


def use_utf8() -> None:
    """Write UTF-8, whatever the locale says; a stream that was closed before we began swallows what is written."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # open to the end
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def listen(*, quiet: bool) -> None:
    """Send what the engine logs to stderr, a line each; ``quiet`` leaves warnings and errors."""
    for handler in list(_log.handlers):
        if isinstance(handler, _Lines):
            _log.removeHandler(handler)
    lines = _Lines()
    lines.setLevel(logging.WARNING if quiet else logging.INFO)
    _log.addHandler(lines)
    _log.setLevel(logging.INFO)  # a run's train.log holds all, also where nothing is said
    _log.propagate = False


class _Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        level = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        sys.stderr.write(f"{level}{visible(record.getMessage())}\n")


def say(message: str) -> None:
    """Say something by the way; ``--quiet`` silences it."""
    _log.info("%s", message)


def warn(message: str) -> None:
    """Say something that ``--quiet`` does not silence."""
    _log.warning("%s", message)


def say_error(message: str) -> None:
    """Say what failed, in one line."""
    sys.stderr.write(f"error: {visible(message)}\n")


def visible(text: str) -> str:
    r"""Show control characters instead of obeying them: record texts are untrusted.

    >>> visible("a\x1b[31m\nb")
    'a\\x1b[31m\\nb'
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


class Paper(Console):
    """A console that leaves a closed pipe to whoever called, instead of ending the process."""

    def on_broken_pipe(self) -> None:
        """Raise the BrokenPipeError again that is being handled."""
        raise  # noqa: PLE0704  # rich calls this where it caught the error


def answers() -> Console:
    """Return a console on stdout: styles on a terminal only, and not with NO_COLOR; wide enough elsewhere."""
    return _paper(sys.stdout)


def _paper(file: IO[str]) -> Console:
    return Paper(
        file=file,
        width=None if file.isatty() else _WIDE,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        highlight=False,
        emoji=False,
        markup=False,
    )


def new_table(*columns: str) -> Table:
    """Return an empty table; columns that begin with ``>`` are set right and, like those with ``=``, never broken."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(
            column.lstrip(">="),
            justify="right" if column.startswith(">") else "left",
            overflow="fold",
            no_wrap=column.startswith((">", "=")),
        )
    return table


def fits(table: Table) -> bool:
    """Say whether a table can be shown on stdout without breaking a cell."""
    return sum(_widths(table)) + _BETWEEN * (len(table.columns) - 1) <= answers().width


def table_text(table: Table, title: str = "", file: IO[str] | None = None) -> str:
    """Return a table as it looks on stdout, or in a file, below its title: no blanks at the ends of lines.

    A table of figures may stick out of a narrow terminal, as rich would cut their last digits off without a sign.
    """
    console = _paper(file or sys.stdout)
    widths = zip(_widths(table), table.columns, strict=True)
    least = sum(width if column.no_wrap else min(width, _NARROW) for width, column in widths)
    console.width = max(console.width, least + _BETWEEN * (len(table.columns) - 1))
    with console.capture() as capture:
        if title:
            console.print(visible(title), soft_wrap=True)
        console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


def _widths(table: Table) -> list[int]:
    return [max(cell_len(str(each)) for each in (column.header, *column.cells)) for column in table.columns]


def cell(value: object) -> Text:
    """Return a cell with its text as it is: no markup, nothing obeyed."""
    if isinstance(value, float):
        return Text(f"{value:.4f}")
    return Text("" if value is None else visible(str(value)))


def write_answer(content: str | bytes, output: Path | None, *, replace: bool) -> None:
    """Write an answer to a file, whole or not at all, or to stdout. Raises OutputError where the file exists."""
    if output is None:
        if isinstance(content, bytes):
            if sys.stdout.isatty():
                raise OutputError("a picture cannot be shown here: name a file by --output")
            sys.stdout.buffer.write(content)
        else:
            sys.stdout.write(content)
        return
    with new_file(output, replace=replace) as beside:
        beside.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace"))
    say(f"written: {output}")


@contextmanager
def new_file(path: Path, *, replace: bool) -> Iterator[Path]:
    """Give a path to write beside ``path``, which gets its name only when the block ends well."""
    refuse_existing(path, replace=replace)
    beside = path.with_name(f".{path.name}.partial")
    try:
        yield beside
        beside.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}: name another --output") from error
    finally:
        beside.unlink(missing_ok=True)


def refuse_existing(path: Path, *, replace: bool) -> None:
    """Raise OutputError for a file that exists or a folder that does not, before any work is done."""
    if path.is_dir():
        raise OutputError(f"{path} is a folder: name a file")
    if path.exists() and not replace:
        raise OutputError(f"{path} exists: add --replace to overwrite it")
    if not path.absolute().parent.is_dir():
        raise OutputError(f"{path.parent} is no folder: make it first")


def stdin_is_terminal() -> bool:
    """Whether a person is typing."""
    return sys.stdin.isatty() and not os.environ.get("CI")


def command_line(context: typer.Context) -> list[str]:
    """Return the command as it was typed, for run.json."""
    del context
    return ["medtext", *sys.argv[1:]]


def as_json(document: Any) -> str:
    """Return a document as one line of JSON, Chinese as Chinese."""
    import json

    return json.dumps(document, ensure_ascii=False, allow_nan=False)
