"""Tables as Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from medtext.corpus.row import Row, cell_text, column_names
from medtext.corpus.source import open_seekable
from medtext.errors import RecordError

_ROWS = 1024
"""Rows in memory at a time, beside the row group they are read from."""


def read_parquet(path: Path) -> Iterator[Row]:
    """Yield the rows of a Parquet file, the column names first, a row group in memory at a time.

    Rows are counted like those of a sheet: the column names are row 1.
    Raises RecordError where the file is no whole Parquet file.
    """
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    with open_seekable(path) as stream:
        try:
            with ParquetFile(stream) as file:
                names = column_names(file.schema_arrow.names, str(path))
                yield Row(str(path), {name: name for name in names})
                number = 1
                for batch in file.iter_batches(batch_size=_ROWS):
                    for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                        number += 1
                        place = f"{path}: row {number}"
                        cells = {name: cell_text(value, place) for name, value in zip(names, values, strict=True)}
                        yield Row(place, cells)
        except (ArrowException, OSError) as error:
            fault = " ".join(str(error).split())[:200]
            raise RecordError(f"{path}: broken Parquet ({fault}): export it again") from error
