"""Labels that people gave in a sheet, carried over to the next one made from the same export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from medtext.corpus.columns import TableColumns, find_columns
from medtext.corpus.known_texts import text_digest
from medtext.corpus.table import open_table
from medtext.errors import RecordError

HAND, RULE, EXPORT = "hand", "rule", "export"
"""Who gave a label, as the column ``label_source`` says it."""


@dataclass(frozen=True, slots=True)
class HandLabel:
    """A label cell as a person left it, and the note beside it."""

    label: str
    note: str
    digest: bytes


class HandLabels:
    """The hand labels of a sheet, found again by the record's text, or by its id where the text has changed.

    A label counts as given by hand unless the sheet says that a rule or the export gave
    it and it still is what they gave; so does an empty cell where they gave one.
    """

    def __init__(self) -> None:
        self._by_text: dict[bytes, HandLabel] = {}
        self._by_id: dict[str, HandLabel] = {}
        self._left: set[bytes] = set()
        self.by_text = self.by_id = 0

    @classmethod
    def read(cls, path: Path) -> HandLabels:
        """Read the labels of a sheet that ``medtext prepare`` wrote and people filled in. Raises RecordError."""
        table = open_table(path)
        columns = find_columns(table.columns, str(path), TableColumns(group="-", target="-", split="-"))
        if columns.label is None:
            raise RecordError(f"{path}: no column is known as a label: name the sheet that people have labelled")
        labels = cls()
        for row in table.rows:
            cells = {name: cell or "" for name, cell in row.cells.items()}
            label = cells[columns.label].strip()
            source = cells.get("label_source", "")
            given = {RULE: cells.get("rule_label"), EXPORT: cells.get("export_label")}.get(source, "")
            text = "\n".join(filter(None, (cells[name] for name in columns.text)))
            if label != given or source == HAND:
                found = HandLabel(label, cells.get("note", ""), text_digest(text))
                labels._add(found, cells[columns.id] if columns.id else "")
        return labels

    def _add(self, label: HandLabel, id: str) -> None:  # noqa: A002  # what it is called
        self._by_text[label.digest] = label
        self._left.add(label.digest)
        if id:
            self._by_id[id] = label

    def __len__(self) -> int:
        return len(self._by_text)

    def find(self, id: str, text: str) -> HandLabel | None:  # noqa: A002
        """Return the label of a record, or None."""
        found = self._by_text.get(text_digest(text))
        if found is not None:
            self.by_text += found.digest in self._left
        else:
            found = self._by_id.get(id)
            self.by_id += found is not None and found.digest in self._left
        if found is not None:
            self._left.discard(found.digest)
        return found

    @property
    def left(self) -> int:
        """How many labels belong to no record that was asked for."""
        return len(self._left)
