"""Sentences beside tables, and the figures in both."""

from __future__ import annotations

import sys

from rich.text import Text

from medtext.cli.output import answers, cell


def prose(line: str | Text) -> str:
    """Return a line, broken between words on a terminal."""
    if not str(line):
        return ""
    console = answers()
    with console.capture() as capture:
        console.print(line, soft_wrap=not sys.stdout.isatty())
    return "".join(f"{each.rstrip()}\n" for each in capture.get().splitlines())


def short(text: str, columns: int) -> Text:
    """Return a cell of at most so many columns; a Chinese character takes two."""
    made = cell(text)
    made.truncate(columns, overflow="ellipsis")
    return made


def number(count: int) -> str:
    """Return a count with separators of thousands.

    >>> number(1234)
    '1,234'
    """
    return f"{count:,}"


def percent(share: float) -> str:
    """Return a share of one in percent, with one decimal.

    >>> percent(0.125)
    '12.5%'
    """
    return f"{share:.1%}"
