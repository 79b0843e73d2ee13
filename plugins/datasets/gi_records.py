"""Digestive-tract records: a text, a tab and a label on each line."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from medtext.plugin import DatasetSpec, Record, RecordError, Task, blank_controls, hookimpl

from .gi_evidence import EVIDENCE, Evidence

_LOG = logging.getLogger("medtext")
_NAMES = {"0": "其他", "1": "上消化道", "2": "下消化道"}
_PARTS = {"train": "train", "val": "val", "dev": "val", "test": "test"}
_ENDINGS = (".tsv", ".txt", ".tsv.gz", ".txt.gz")


@dataclass(frozen=True)
class Options:
    """What the labels of the file mean, and how it is read."""

    label_names: Annotated[dict[str, str], "names for the codes of labels; the file may hold either"] = field(
        default_factory=_NAMES.copy
    )
    clean: Annotated[bool, "read control characters of texts as blanks"] = False
    encoding: Annotated[str | None, "encoding of the files; UTF-8 or GB18030 if not named"] = None


def read(path: Path, options: Options) -> Iterator[Record]:
    """Yield the records of a file, or of the files ``train``, ``val`` (or ``dev``) and ``test`` of a folder.

    The last tab of a line ends the text; blank lines are skipped. Where the folder has an
    ``evidence.jsonl``, records carry the stretches it marks. Raises RecordError (``file:line``) for a line without
    a text, a tab or a known label, for marks that do not fit their record, and for a folder without such files.
    """
    names = {name: name for name in options.label_names.values()} | options.label_names
    evidence = Evidence.read(path / EVIDENCE) if (path / EVIDENCE).is_file() else None
    for file, split in _files(path):
        for record in _records(file, split, names, options.encoding):
            marked = evidence.mark(record, names) if evidence else record
            yield replace(marked, text=blank_controls(marked.text)) if options.clean else marked
    if evidence:
        evidence.refuse_rest()


@hookimpl
def medtext_datasets() -> Iterable[DatasetSpec]:
    """Offer ``gi-records``."""
    yield DatasetSpec(
        name="gi-records",
        summary="digestive-tract records: text, tab, label (upper, lower, other)",
        options=Options,
        read=read,
        tasks=(Task.CLASSIFY,),
        labels=tuple(_NAMES.values()),
        tokenizer="characters",
        model="text-cnn",
        sample=Path(str(files("medtext_data") / "gi_records")),
        licence="MIT (the bundled sample is made by the project)",
        source="data/gi_records/README.md",
    )


def _files(path: Path) -> Iterator[tuple[Path, str | None]]:
    if not path.is_dir():
        yield path, None
        return
    found: dict[str, Path] = {}
    for part, split in _PARTS.items():
        for file in (path / f"{part}{ending}" for ending in _ENDINGS):
            if file.is_file():
                if split in found:
                    raise RecordError(f"{path}: both {found[split].name} and {file.name}: keep one as the {split} part")
                found[split] = file
    if not found:
        raise RecordError(
            f"{path}: neither train.tsv nor val.tsv or test.tsv in this folder: name a folder or file that is"
        )
    yield from ((file, split) for split, file in found.items())


def _records(path: Path, split: str | None, names: Mapping[str, str], encoding: str | None) -> Iterator[Record]:
    from medtext.plugin import read_lines

    blank = skipped = 0
    empty = True
    for number, line in enumerate(read_lines(path, encoding=encoding), start=1):
        if not line.strip():
            blank += 1
            continue
        # Blank lines at the end do not count: they become known only when a line follows.
        skipped, blank, empty = skipped + blank, 0, False
        text, label = _parted(line, f"{path}:{number}", names)
        yield Record(id="", text=text, labels=(label,), split=split, place=f"{path}:{number}")
    if empty:
        raise RecordError(f"{path}: the file is empty: expected a text, a tab and a label on each line")
    if skipped:
        _LOG.warning("%s: %d blank lines between records were skipped", path, skipped)


def _parted(line: str, place: str, names: Mapping[str, str]) -> tuple[str, str]:
    text, tab, label = line.rstrip("\r\n").rpartition("\t")
    label = label.strip()
    if not tab or not label:
        raise RecordError(
            f"{place}: expected text, a tab and a label: add the label, "
            "or read unlabelled texts by medtext batch-predict or --dataset table"
        )
    if not text.strip():
        raise RecordError(f"{place}: the text is empty: fill it in or remove the line")
    if label not in names:
        raise RecordError(
            f"{place}: label '{label[:20]}' is not one of {', '.join(names)}: "
            "correct it, or name it by -o label-names=CODE=NAME"
        )
    return text, names[label]
