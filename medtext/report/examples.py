"""A few explained records of each label, chosen by no one."""

from __future__ import annotations

from hashlib import blake2b

from medtext.explain.attribution import Attribution
from medtext.explain.explainer import Explained


class Examples:
    """Keeps, of each label, the records whose ids hash lowest: a sample that flatters nobody, in constant memory."""

    def __init__(self, per_label: int = 5) -> None:
        self._per_label = per_label
        self._kept: dict[str, list[tuple[bytes, Attribution]]] = {}

    def add(self, explained: Explained) -> None:
        """Consider the attributions of one record."""
        for attribution in explained.attributions:
            key = blake2b(attribution.record.id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            kept = self._kept.setdefault(attribution.label, [])
            kept.append((key, attribution))
            kept.sort(key=lambda pair: pair[0])
            del kept[self._per_label :]

    def of(self, label: str) -> list[Attribution]:
        """Return the examples of a label."""
        return [attribution for _, attribution in self._kept.get(label, [])]
