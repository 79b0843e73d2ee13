"""The documents of a corpus in the ERASER layout."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from medtext.plugin import RecordError

if TYPE_CHECKING:
    from medtext.plugin import Bundle

_FILE = "docs.jsonl"
_ENDS = re.compile(r"[\r\n]+")
_TOKEN = re.compile(r"[^ \n]+")
_CUT = 256  # documents that are kept cut: many questions of one document stand together


@dataclass(frozen=True)
class Document:
    """A text, a sentence a line, and where its tokens stand, int (start, end), in characters.

    >>> Document.of(["The ulcer  is flat ."]).tokens
    ((0, 3), (4, 9), (11, 13), (14, 18), (19, 20))
    """

    text: str
    tokens: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Document:
        """Cut lines at blanks, and at nothing else, as ERASER's own code does: a no-break space is part of a token."""
        text = "\n".join(line for line in map(str.strip, _ENDS.split("\n".join(lines))) if line)
        return cls(text, tuple(match.span() for match in _TOKEN.finditer(text)))


class Documents:
    """Finds documents by their id: files of the folder ``docs``, or lines of ``docs.jsonl``.

    Raises RecordError for a corpus that has both or neither.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._files = set(bundle.names("docs"))
        if bool(self._files) == (_FILE in bundle):
            both = "both" if self._files else "neither"
            raise RecordError(f"{bundle.path}: {both} a folder docs and docs.jsonl in it: one of them is needed")
        self._lines = {} if self._files else _from_lines(bundle)
        self._cut = lru_cache(maxsize=_CUT)(self._read)

    def __contains__(self, name: str) -> bool:
        return name in self._files or name in self._lines

    def of(self, name: str, place: str) -> Document:
        """Return a document. Raises RecordError at ``place`` where there is none of that name."""
        if name not in self:
            where = "the folder docs" if self._files else _FILE
            raise RecordError(f"{place}: there is no document '{name:.80}' in {where}: download the corpus again")
        return self._cut(name)

    def _read(self, name: str) -> Document:
        return Document.of([self._lines[name]] if name in self._lines else self._bundle.lines(f"docs/{name}"))


def _from_lines(bundle: Bundle) -> dict[str, str]:
    from medtext.plugin import parse_object

    found: dict[str, str] = {}
    for number, line in enumerate(bundle.lines(_FILE), start=1):
        if line.strip():
            fields = parse_object(line, bundle.place(_FILE), number)
            name, text = fields.get("docid"), fields.get("document")
            if not isinstance(name, str) or not isinstance(text, str) or name in found:
                raise RecordError(
                    f"{bundle.place(_FILE, number)}: expected a docid that stands nowhere else, and its document"
                )
            found[name] = text
    return found
