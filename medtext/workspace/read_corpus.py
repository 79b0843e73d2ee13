"""Records in the parts that a training would make of them, also where it would refuse them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from medtext.corpus.record import Record, Task
from medtext.corpus.split import part_records
from medtext.plugin.registry import Registry
from medtext.report.statistics import UNLABELLED
from medtext.workspace.reading import Reading
from medtext.workspace.source import checked_records, known_records, ordered_labels


@dataclass(frozen=True)
class ReadCorpus:
    """Records and the rows of each part: ``train``, ``val``, ``test`` as a training would split them, and the rest.

    ``labels`` are all that occur, or that the dataset fixes, in their order.
    """

    task: Task
    records: Sequence[Record]
    rows: Mapping[str, Sequence[int]]
    labels: tuple[str, ...]

    @classmethod
    def read(cls, registry: Registry, reading: Reading) -> ReadCorpus:
        """Read, check and part the records. Where none is labelled, all are parted as if they were."""
        dataset = registry.dataset(reading.dataset.name)
        records = checked_records(dataset, reading.source, reading.dataset.options, reading.task)
        known = known_records(records, reading.task) or records
        splits = part_records(known, reading.plan)
        place = {record.id: row for row, record in enumerate(records)}
        rows = {name: [place[record.id] for record in part] for name, part in splits}
        if len(known) < len(records):
            split = {row for part in rows.values() for row in part}
            rows[UNLABELLED] = [row for row in range(len(records)) if row not in split]
        found = {label for record in records for label in record.labels or ()}
        return cls(reading.task, records, rows, ordered_labels(dataset, found))

    @cached_property
    def parts(self) -> dict[str, list[Record]]:
        """The records of each part."""
        return {name: [self.records[row] for row in rows] for name, rows in self.rows.items()}

    @cached_property
    def labelled(self) -> bool:
        """Whether any record has what the task learns from."""
        return bool(known_records(self.records, self.task))

    @cached_property
    def written(self) -> list[str]:
        """What is written in each record: its text, and its target where targets are to be written."""
        if self.task is not Task.GENERATE:
            return [record.text for record in self.records]
        return ["\n".join(filter(None, (record.text, record.target))) for record in self.records]
