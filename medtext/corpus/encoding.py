"""Files of text: which encoding they are in, and their lines."""

from __future__ import annotations

import codecs
import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from medtext.corpus.source import open_bytes
from medtext.errors import OptionError, RecordError

_LOG = logging.getLogger("medtext")
_CHUNK = 1 << 18
_BOM = "\ufeff"

# Bytes of GB18030 next to never read as three such characters of UTF-8, but UTF-8 with one broken byte may
# well read as GB18030: as other characters.
_WIDE = re.compile("[\u0800-\uffff]")
_SURE = 3


@dataclass(frozen=True, slots=True)
class _Fault:
    """The first byte that an encoding does not know, where it stands, and how many wide characters stand before."""

    offset: int
    line: int
    byte: int
    wide: int


@contextmanager
def open_text(path: Path, *, encoding: str | None = None, newline: str = "\n") -> Iterator[IO[str]]:
    """Open a file to read text, strictly, in the encoding ``find_encoding`` finds."""
    found = find_encoding(path, encoding)
    with open_bytes(path) as stream, io.TextIOWrapper(stream, encoding=found, newline=newline) as text:
        yield text


def read_lines(path: Path, *, encoding: str | None = None, newline: str = "\n") -> Iterator[str]:
    r"""Yield the lines of a file with their line ends, one at a time and without a byte order mark.

    ``newline`` is that of ``open``: ``"\n"`` cuts there only, ``""`` also at
    ``"\r"``. Raises RecordError like ``open_bytes`` and ``find_encoding``, and at a NUL character.
    """
    with open_text(path, encoding=encoding, newline=newline) as lines:
        for number, line in enumerate(lines, start=1):
            if "\0" in line:
                raise RecordError(
                    f"{path}:{number}: a NUL character: this is no text file, or it is UTF-16 "
                    "(then name it by -o encoding=utf-16-le)"
                )
            yield line.removeprefix(_BOM) if number == 1 else line


def find_encoding(path: Path, encoding: str | None = None) -> str:
    """Return the encoding that every byte of a file keeps to.

    That is ``encoding`` if it is named, UTF-16 where the file starts with its byte
    order mark, else UTF-8, else, where not even its first characters are UTF-8,
    GB18030 (with which GBK and GB2312 are read), which is noted in the log. The
    whole file is tried, a chunk at a time. Raises RecordError with the line of the
    first byte that fits none, OptionError for an unknown name.
    """
    faults: dict[str, _Fault] = {}
    for name in _candidates(path, encoding):
        fault = _first_fault(path, name)
        if fault is None:
            for first in faults.values():
                _LOG.info("%s: read as %s (line %d is not UTF-8)", path, name.upper(), first.line)
            return name
        faults[name] = fault
        if fault.wide >= _SURE:
            break
    # The encoding that got farthest is most likely the one meant, and its fault the one to look at.
    fault = max(faults.values(), key=lambda each: each.offset)
    tried = " nor ".join(map(str.upper, faults))
    raise RecordError(
        f"{path}:{fault.line}: byte 0x{fault.byte:02X} is {'neither' if len(faults) > 1 else 'not'} {tried}: "
        "name the encoding by -o encoding=NAME, or repair the line and save the file as UTF-8"
    )


def _candidates(path: Path, encoding: str | None) -> tuple[str, ...]:
    if encoding is not None:
        try:
            " ".encode(encoding)
        except (LookupError, ValueError) as error:
            raise OptionError(
                f"no encoding is called '{encoding}': name one that Python knows, such as utf-8, gb18030 or cp1252"
            ) from error
        return (encoding,)
    with open_bytes(path) as stream:
        start = stream.read(2)
    return ("utf-16",) if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else ("utf-8", "gb18030")


def _first_fault(path: Path, name: str) -> _Fault | None:
    decoder = codecs.getincrementaldecoder(name)()
    offset, line, wide = 0, 1, 0
    with open_bytes(path) as stream:
        while True:
            chunk = stream.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                # The decoder may have kept the first bytes of a character from the chunk before.
                at = offset - (len(error.object) - len(chunk)) + error.start
                before = error.object[: error.start]
                wide += _count_wide(before.decode(name, "ignore"))
                return _Fault(at, line + before.count(b"\n"), error.object[error.start], wide)
            if not chunk:
                return None
            offset += len(chunk)
            line += text.count("\n")
            wide += _count_wide(text) if wide < _SURE else 0


def _count_wide(text: str) -> int:
    return 0 if text.isascii() else sum(1 for _ in islice(_WIDE.finditer(text), _SURE))
