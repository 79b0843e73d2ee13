"""The marks of digestive-tract records: ``evidence.jsonl`` beside their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from medtext.plugin import Record, RecordError

EVIDENCE = "evidence.jsonl"


@dataclass(frozen=True)
class Evidence:
    """The lines of the file, by the split and the line of the record each speaks of; ``mark`` takes them out."""

    path: Path
    lines: dict[tuple[str | None, int], tuple[int, dict[str, Any]]]

    @classmethod
    def read(cls, path: Path) -> Evidence:
        """Read the file. Raises RecordError for a line that names no record, or one that was named before."""
        from medtext.plugin import parse_object, read_lines

        lines: dict[tuple[str | None, int], tuple[int, dict[str, Any]]] = {}
        for number, line in enumerate(read_lines(path), start=1):
            if not line.strip():
                continue
            fields = parse_object(line, str(path), number)
            split, at = fields.get("split"), fields.get("line")
            if not isinstance(split, str) or not isinstance(at, int):
                raise RecordError(f"{path}:{number}: expected the split and the line of a record")
            if (split, at) in lines:
                raise RecordError(f"{path}:{number}: line {at} of {split} stands at line {lines[split, at][0]} already")
            lines[split, at] = number, fields
        return cls(path, lines)

    def mark(self, record: Record, names: Mapping[str, str]) -> Record:
        """Return a record with its marks; ``names`` are those of labels. Raises RecordError where they do not fit."""
        from medtext.plugin import read_rationales

        number, fields = self.lines.pop((record.split, int(record.place.rpartition(":")[2])), (0, None))
        if fields is None:
            return record
        place = f"{self.path}:{number}"
        label = fields.get("label")
        if not isinstance(label, str) or (names.get(label),) != record.labels:
            raise RecordError(
                f"{place}: marked for the label {label!r:.40}, where {record.place} has "
                f"{', '.join(record.labels or ())}: mark it again, or move {EVIDENCE} away"
            )
        return replace(record, rationales=read_rationales(fields.get("evidence"), record.text, place))

    def refuse_rest(self) -> None:
        """Raise RecordError at the first line whose record did not come."""
        for (split, at), (number, _) in self.lines.items():
            raise RecordError(f"{self.path}:{number}: there is no record at line {at} of {split}")
