"""Texts that stand in a source more than once."""

from __future__ import annotations

from hashlib import blake2b

from medtext.corpus.conflicts import Conflict
from medtext.corpus.fold import fold_text


def text_digest(text: str) -> bytes:
    """Return 16 bytes that are the same for texts that fold to the same (``fold_text``)."""
    return blake2b(fold_text(text).encode("utf-8", "surrogatepass"), digest_size=16).digest()


class KnownTexts:
    """Remembers texts by their digest, and where each first stood with which labels."""

    def __init__(self) -> None:
        self._first: dict[bytes, tuple[str, tuple[str, ...] | None]] = {}
        self._conflicts: dict[bytes, dict[tuple[str, ...], str]] = {}

    def is_known(self, text: str, labels: tuple[str, ...] | None, place: str) -> bool:
        """Say whether a text was there before, and remember it.

        The first whose labels are known counts as new even if the text stood there without: no label is lost.
        """
        key = text_digest(text)
        first = self._first.get(key)
        if first is None or (first[1] is None and labels is not None):
            self._first[key] = (place, labels)
            return False
        if labels is not None and first[1] is not None and set(labels) != set(first[1]):
            sides = self._conflicts.setdefault(key, {tuple(sorted(first[1])): first[0]})
            sides.setdefault(tuple(sorted(labels)), place)
        return True

    def conflicts(self) -> list[Conflict]:
        """Return the texts that stand under different labels, in the order in which that was found."""
        return [
            Conflict(tuple((place, labels) for labels, place in sides.items())) for sides in self._conflicts.values()
        ]
