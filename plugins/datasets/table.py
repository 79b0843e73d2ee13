"""Tables that people bring: a column of texts, and, where there are any, labels, ids, groups, images and targets."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Literal

from medtext.plugin import DatasetSpec, OptionError, Rationale, Record, RecordError, Task, blank_controls, hookimpl

if TYPE_CHECKING:
    from medtext.plugin import Row, TableColumns

_LOG = logging.getLogger("medtext")
_SPLITS = {
    **dict.fromkeys(("train", "training", "训练", "训练集"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "验证", "验证集"), "val"),
    **dict.fromkeys(("test", "testing", "测试", "测试集"), "test"),
}
_SHOWN = 10  # labels that a message lists


@dataclass(frozen=True)
class Options:
    """Which columns are read, and how."""

    text: Annotated[tuple[str, ...], "columns of the text, joined by line ends; guessed if not named"] = ()
    label: Annotated[str | None, "column of the label; guessed if not named, - for none"] = None
    id: Annotated[str | None, "column of the id; guessed if not named, - for none"] = None
    group: Annotated[str | None, "column of the patient or study; guessed if not named, - for none"] = None
    image: Annotated[tuple[str, ...], "columns of image files, as paths from the table's folder"] = ()
    target: Annotated[str | None, "column of the text to write; guessed if not named, - for none"] = None
    split: Annotated[str | None, "column that says train, val or test; guessed if not named, - for none"] = None
    rationales: Annotated[str | None, "column of marked evidence: a JSON list of [start, end] in characters"] = None
    meta: Annotated[tuple[str, ...], "columns to keep beside the text, such as the site, for --stratum"] = ()
    label_separator: Annotated[str | None, "what stands between many labels of one cell; for --task tag"] = None
    blank: Annotated[
        Literal["none", "unlabelled"], "what an empty label cell says where a separator allows many: [] is always none"
    ] = "none"
    label_names: Annotated[dict[str, str], "names for the codes of labels, such as 0=其他,1=胃"] = field(
        default_factory=dict
    )
    keep: Annotated[tuple[str, ...], "the labels to keep; records without any of them are left out"] = ()
    encoding: Annotated[str | None, "encoding of the file; UTF-8 or GB18030 if not named"] = None
    sheet: Annotated[str | None, "sheet of an XLSX file; the first if not named"] = None
    header: Annotated[int | None, "row that the column names stand in; 0 for none"] = None
    delimiter: Annotated[str | None, "what ends a cell: one sign, or comma, tab, semicolon, pipe"] = None
    clean: Annotated[bool, "read control characters of texts as blanks"] = False
    quotes: Annotated[bool, "whether quotes keep delimiters and line ends inside a cell"] = True

    def __post_init__(self) -> None:
        if self.label_separator == "":
            raise ValueError("-o label-separator= is empty: name a sign, such as ';'")

    @property
    def task(self) -> Task | None:
        """Many labels, where a separator says so; None leaves it to ``--task``."""
        return Task.TAG if self.label_separator else None


def read(path: Path, options: Options) -> Iterator[Record]:
    """Yield the records of a table in its order, one at a time.

    Records without a label have ``labels=None``, and ``()`` where ``label_separator``
    says that there may be any number. Raises RecordError (``file:line``) for
    what is no table and for a label or split that is not known, OptionError for a column that is not there.
    """
    from medtext.plugin import TableColumns, find_columns, open_table

    table = open_table(
        path,
        encoding=options.encoding,
        sheet=options.sheet,
        delimiter=options.delimiter,
        quotes=options.quotes,
        header=options.header,
    )
    named = TableColumns(
        text=options.text,
        label=options.label,
        id=options.id,
        group=options.group,
        image=options.image,
        target=options.target,
        split=options.split,
        rationales=options.rationales,
        meta=options.meta,
    )
    columns = find_columns(table.columns, str(path), named)
    if columns.rationales and len(columns.text) != 1:
        raise OptionError(f"-o rationales={columns.rationales}: its offsets need one text column: name it by -o text=")
    _LOG.info("columns: %s", columns)
    rows = _noting_rules(path, table.rows, columns.label) if "label_source" in table.columns else table.rows
    records = (_record(path.parent, row, columns, options) for row in rows)
    if options.clean:
        records = (replace(record, text=blank_controls(record.text)) for record in records)
    return _kept(path, records, options.keep) if options.keep else records


@hookimpl
def medtext_datasets() -> Iterable[DatasetSpec]:
    """Offer ``table``."""
    yield DatasetSpec(
        name="table",
        summary="your own CSV, TSV, JSON, Parquet or XLSX file, a record a row",
        options=Options,
        read=read,
        tasks=(Task.CLASSIFY, Task.TAG, Task.GENERATE),
        tokenizer="characters",
        model="text-cnn",
    )


def _record(folder: Path, row: Row, columns: TableColumns, options: Options) -> Record:
    from medtext.plugin import view_of

    cells = row.cells
    images = [(file, view_of(Path(name))) for name in columns.image for file in _items(cells[name])]
    text = "\n".join(filter(None, (cells[name] for name in columns.text)))
    if columns.image and not columns.text and not images:
        raise RecordError(f"{row.place}: no image is named in {', '.join(columns.image)}: fill it in or remove the row")
    # A study is known by its first image, as the table names it: a folder that moves must not part records otherwise.
    named = None if text.strip() or not images else str(PurePath(images[0][0]))
    return Record(
        id=_cell(row, columns.id) or "",
        text=text,
        images=tuple(folder / file for file, _ in images),
        views=tuple(view for _, view in images) if any(view for _, view in images) else (),
        labels=_labels(row, columns.label, options),
        target=_cell(row, columns.target),
        group=_cell(row, columns.group) or named,
        split=_split(row, columns.split),
        place=row.place,
        rationales=_rationales(row, columns, options.label_names),
        meta={name: cells[name] or "" for name in columns.meta},
    )


def _noting_rules(path: Path, rows: Iterable[Row], label: str | None) -> Iterator[Row]:
    """Pass on the rows of a sheet that ``medtext prepare`` wrote, and warn of labels that no person has looked at."""
    labelled = by_rule = 0
    for row in rows:
        if label is not None and row.cells[label]:
            labelled += 1
            by_rule += row.cells["label_source"] == "rule"
        yield row
    if by_rule:
        _LOG.warning(
            "%s: %d of %d labels are by rule and unchecked: figures on them say how well the rules are copied",
            path.name,
            by_rule,
            labelled,
        )


def _cell(row: Row, column: str | None) -> str | None:
    return row.cells[column] if column else None


def _items(cell: str | None, separator: str | None = None) -> list[str]:
    """Return the items of a cell: of a JSON list, of a text cut at the separator, or the one there is."""
    if cell and cell.startswith("[") and cell.endswith("]"):
        try:
            return [item for item in map(str.strip, json.loads(cell, parse_int=str, parse_float=str)) if item]
        except (ValueError, TypeError):
            pass  # no list of texts: a label that happens to stand in brackets
    parts = (cell or "").split(separator) if separator else [cell or ""]
    return [part for part in map(str.strip, parts) if part]


def _labels(row: Row, column: str | None, options: Options) -> tuple[str, ...] | None:
    if column is None:
        return None
    cell = row.cells[column]
    found = _items(cell, options.label_separator)
    if not found and cell != "[]" and (not options.label_separator or options.blank == "unlabelled"):
        return None
    if not options.label_names:
        return tuple(found)
    unknown = next((label for label in found if label not in options.label_names), None)
    if unknown is not None:
        known = ", ".join(options.label_names)
        raise RecordError(
            f"{row.place}: label '{unknown}' is not among those named ({known}): add it to -o label-names"
        )
    return tuple(options.label_names[label] for label in found)


def _rationales(row: Row, columns: TableColumns, names: Mapping[str, str]) -> tuple[Rationale, ...] | None:
    from medtext.plugin import read_rationales

    cell = (_cell(row, columns.rationales) or "").strip()
    if not cell:
        return None
    try:
        marks = json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"{row.place}: the marks {cell!r:.40} are no JSON list such as [[0, 2]]: {error}") from error
    found = read_rationales(marks, row.cells[columns.text[0]] or "", row.place)
    return tuple(replace(mark, label=names.get(mark.label, mark.label)) if mark.label else mark for mark in found)


def _split(row: Row, column: str | None) -> str | None:
    cell = (_cell(row, column) or "").strip()
    if cell and cell.lower() not in _SPLITS:
        raise RecordError(
            f"{row.place}: split '{cell}' is not train, val or test: correct it, or read no such column by -o split=-"
        )
    return _SPLITS[cell.lower()] if cell else None


def _kept(path: Path, records: Iterable[Record], keep: tuple[str, ...]) -> Iterator[Record]:
    """Pass on the records that have one of the labels to keep, without their other labels."""
    kept: Counter[str] = Counter()
    other: Counter[str] = Counter()
    total = left = 0
    for record in records:
        total += 1
        labels = tuple(label for label in record.labels or () if label in keep)
        other.update(label for label in record.labels or () if label not in keep)
        if labels:
            kept.update(labels)
            left += 1
            yield replace(record, labels=labels)
    shown = ", ".join(label for label, _ in other.most_common(_SHOWN)) or "none"
    for label in keep:
        if label not in kept:
            raise RecordError(f"{path}: no record has the label '{label}' of -o keep: the labels left out are {shown}")
    _LOG.info("%s: %d of %d records kept, those with %s", path, left, total, ", ".join(keep))
