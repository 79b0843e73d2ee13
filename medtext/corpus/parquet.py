"""Tables as Parquet files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from medtext.corpus.row import Row, cell_text, column_names, row_cells
from medtext.corpus.source import open_seekable
from medtext.errors import RecordError

_ROWS = 1024  # that are in memory at a time, beside the row group they are read from
_GROUP = 4096  # rows of a group that is written


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


class ParquetSheet:
    """Writes rows to a Parquet file, a row group at a time; the schema goes by ``types``."""

    def __init__(self, path: Path, types: Mapping[str, type]) -> None:
        from pyarrow import bool_, float64, int64, schema, string
        from pyarrow.parquet import ParquetWriter

        known = {str: string(), int: int64(), float: float64(), bool: bool_()}
        self._types = types
        self._schema = schema([(name, known[kind]) for name, kind in types.items()])
        self._file = ParquetWriter(path, self._schema)
        self._rows: list[list[Any]] = []

    def write(self, row: Mapping[str, object]) -> None:
        """Add a row."""
        cells = zip(row_cells(row, list(self._types)), self._types.values(), strict=True)
        self._rows.append([cell_text(cell, "") if kind is str else cell for cell, kind in cells])
        if len(self._rows) == _GROUP:
            self._flush()

    def close(self, *, whole: bool) -> None:
        """Write what is left if the table is ``whole``, and let go of the file."""
        with self._file:
            if whole:
                self._flush()

    def _flush(self) -> None:
        from pyarrow import Table, array

        if self._rows:
            columns = [
                array(cells, field.type)
                for cells, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
            ]
            self._rows = []
            self._file.write_table(Table.from_arrays(columns, schema=self._schema))
