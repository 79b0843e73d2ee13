"""Texts whose labels do not matter: those of files, or of a dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from medtext.corpus.check import text_fault
from medtext.corpus.record import Record
from medtext.corpus.texts import read_texts
from medtext.plugin.registry import Registry
from medtext.workspace.setup import Chosen
from medtext.workspace.source import dataset_records


def text_rows(
    registry: Registry, files: Sequence[Path], columns: Sequence[str], dataset: Chosen | None
) -> Iterator[tuple[Record, str | None]]:
    """Yield the texts of files, each with its fault, if it has one.

    Files hold one text a line, or are tables of which ``columns`` hold the text, guessed where none is named;
    ``dataset`` reads them, where there is one. Raises RecordError for what cannot be read.
    """
    for file in files:
        if dataset is None:
            yield from ((row.record, row.fault) for row in read_texts(file, columns, clean=True))
        else:
            spec = registry.dataset(dataset.name)
            yield from ((record, text_fault(record.text)) for record in dataset_records(spec, file, dataset.options))
