"""Tables and sections of a page of figures in Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_LEAST = 1e-5
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    r"""Write a table; a head that begins with ``>`` stands over figures, which are set to the right.

    >>> print(table(["way", ">texts/s"], [["a|b", "1.5"]]))
    | way | texts/s |
    |---|--:|
    | a\|b | 1.5 |
    """
    lines = [
        _line([name.removeprefix(">") for name in head]),
        "|" + "|".join("--:" if name.startswith(">") else "---" for name in head) + "|",
        *map(_line, rows),
    ]
    return "\n".join(lines)


def percent(share: float) -> str:
    """Write a share with two digits that count.

    >>> percent(0.00123), percent(0.5), percent(1e-9), percent(12.0)
    ('0.12 %', '50 %', '< 0.001 %', '1200 %')
    """
    if share < _LEAST:
        return f"< {_LEAST:.3%}".replace("%", " %")
    return f"{float(f'{share * 100:.2g}'):g} %" if share < 1 else f"{share * 100:.0f} %"


def put_section(file: Path, title: str, heading: str, body: str) -> None:
    """Write a section of a page in the place of the one of that heading, or behind the others."""
    text = file.read_text(encoding="utf-8") if file.exists() else f"# {title}\n"
    beside = file.with_name(f"{file.name}.partial")
    beside.write_text(with_section(text, heading, body), encoding="utf-8")
    beside.replace(file)


def with_section(text: str, heading: str, body: str) -> str:
    r"""Return a page with one section changed or added.

    >>> with_section("# Page\n\n## a\n\nold\n\n## b\n\nkept\n", "a", "new").split()
    ['#', 'Page', '##', 'a', 'new', '##', 'b', 'kept']
    """
    starts = [found.start() for found in _HEADING.finditer(text)]
    parts = [text[start:end] for start, end in zip([0, *starts], [*starts, len(text)], strict=True)]
    section = f"## {heading}\n\n{body.strip()}\n"
    for number, part in enumerate(parts):
        if part.startswith(f"## {heading}\n"):
            parts[number] = section
            break
    else:
        parts.append(section)
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(each.replace("|", "\\|") for each in cells) + " |"
