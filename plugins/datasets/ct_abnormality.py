"""Anonymised CT descriptions: ``id|,|numbered tokens|,|numbered labels``, any number of labels each, also none."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from medtext.plugin import DatasetSpec, Record, RecordError, Task, hookimpl

if TYPE_CHECKING:
    from medtext.plugin import Prediction

_BETWEEN = "|,|"
_LABELS = {"": 17, "area": 17, "type": 12}
"""Labels of the first round, and of both parts of the second round's: more, if the records have more."""
_SURE = 1e-7
"""Probabilities are written no nearer to 0 and 1: one sure error would cost the whole score."""
_ENDINGS = (".csv", ".txt", ".csv.gz", ".txt.gz")
_PARTS = {"train": "train", "val": "val", "dev": "val", "test": "test"}


@dataclass(frozen=True)
class Options:
    """How the files are read."""

    encoding: Annotated[str | None, "encoding of the files; UTF-8 or GB18030 if not named"] = None


def read(path: Path, options: Options) -> Iterator[Record]:
    """Yield the records of a file, or of the files ``train``, ``val`` (or ``dev``) and ``test`` of a folder.

    Labels are the numbers of the file, ``0`` to ``16`` and on; those of the second round, where a comma parts
    areas from types, are ``area-0`` and ``type-0``. A line without a part for labels has unknown ones; an empty
    part means none. Raises RecordError (``file:line``) for anything else, and for files that mix the rounds.
    """
    parts = 0
    for file, split in _files(path):
        parts = yield from _records(file, split, options.encoding, parts)


def answers(predictions: Iterable[Prediction], labels: tuple[str, ...]) -> Iterator[str]:
    """Yield a line of the competition's file for each prediction: ``id|,|p0 p1 ...``, one probability a label.

    A label that no training record had keeps its place, and has nothing.
    """
    order = _places(labels)
    for prediction in predictions:
        probabilities = [0.0] * len(order)
        if prediction.probabilities is not None:
            by_label = dict(zip(labels, prediction.probabilities.tolist(), strict=True))
            probabilities = [by_label.get(label, 0.0) for label in order]
        written = " ".join(f"{min(max(value, _SURE), 1 - _SURE):.7f}" for value in probabilities)
        yield f"{prediction.record.id}{_BETWEEN}{written}"


@hookimpl
def medtext_datasets() -> Iterable[DatasetSpec]:
    """Offer ``ct-abnormality``."""
    yield DatasetSpec(
        name="ct-abnormality",
        summary="anonymised CT descriptions: id, numbered tokens, numbered labels (any number each)",
        options=Options,
        read=read,
        answers=answers,
        tasks=(Task.TAG,),
        labels=tuple(map(str, range(_LABELS[""]))),
        tokenizer="spaces",
        model="attention-bilstm-cnn",
        sample=Path(str(files("medtext_data") / "ct_abnormality" / "sample.csv")),
        licence="MIT (the bundled sample is made by the project)",
        source="data/ct_abnormality/README.md",
    )


def _files(path: Path) -> Iterator[tuple[Path, str | None]]:
    if not path.is_dir():
        yield path, None
        return
    found = [
        (path / f"{part}{ending}", split)
        for part, split in _PARTS.items()
        for ending in _ENDINGS
        if (path / f"{part}{ending}").is_file()
    ]
    if not found:
        raise RecordError(
            f"{path}: neither train.csv nor val.csv or test.csv in this folder: name a folder or file that is"
        )
    splits = [split for _, split in found]
    twice = next((split for split in splits if splits.count(split) > 1), None)
    if twice is not None:
        raise RecordError(f"{path}: more than one file is the {twice} part: keep one")
    yield from found


def _records(path: Path, split: str | None, encoding: str | None, parts: int = 0) -> Generator[Record, None, int]:
    """Yield the records of a file whose labels have so many parts (0: not known yet); return how many they have."""
    from medtext.plugin import read_lines

    empty = True
    for number, line in enumerate(read_lines(path, encoding=encoding), start=1):
        place = f"{path}:{number}"
        if not line.strip():
            continue
        empty = False
        key, text, labels = _parted(line, place)
        groups = labels.split(",") if labels else []
        if len(groups) > 2 or (groups and parts not in (0, len(groups))):
            raise RecordError(
                f"{place}: the labels '{labels or ''}' have {len(groups)} part{'s' * (len(groups) > 1)}, "
                f"expected {parts or '1 or 2'}: keep the two rounds in files of their own"
            )
        parts = len(groups) or parts
        known = None if labels is None else tuple(_labels(groups, place))
        yield Record(id=key, text=text, labels=known, split=split, place=place)
    if empty:
        raise RecordError(f"{path}: the file is empty: expected {_FORM} on each line")
    return parts


_FORM = _BETWEEN.join(("id", "tokens", "labels"))


def _parted(line: str, place: str) -> tuple[str, str, str | None]:
    """Take a line apart: its id, its tokens, and its labels, if it has a part for them."""
    key, *parts = (part.strip() for part in line.split(_BETWEEN))
    if not 1 <= len(parts) <= 2:
        raise RecordError(f"{place}: expected {_FORM}, the last part left out where labels are not known: correct it")
    if not key:
        raise RecordError(f"{place}: the id before {_BETWEEN} is missing: fill it in")
    text = parts[0]
    if not text:
        raise RecordError(f"{place}: there are no tokens: fill them in or remove the line")
    wrong = next((token for token in text.split() if not token.isdecimal()), None)
    if wrong is not None:
        raise RecordError(f"{place}: token '{wrong[:20]}' is no number: correct it, or read words by --dataset table")
    return key, text, parts[1] if len(parts) > 1 else None


def _labels(groups: list[str], place: str) -> Iterator[str]:
    """Name the labels of a line: by their numbers, or by part and number where there are two parts."""
    parts = ("area-", "type-") if len(groups) > 1 else ("",) * len(groups)
    for part, group in zip(parts, groups, strict=True):
        seen = set()
        for label in group.split():
            if not label.isdecimal():
                raise RecordError(f"{place}: label '{label[:20]}' is no number: correct it")
            name = f"{part}{int(label)}"
            if name not in seen:  # twice said is once true
                seen.add(name)
                yield name


def _places(labels: tuple[str, ...]) -> list[str]:
    """Return the labels in the order of the competition's file, those that lie between included."""
    round_two = any(label.startswith(("area-", "type-")) for label in labels)
    counts = {part: _LABELS[part] for part in (("area", "type") if round_two else ("",))}
    for label in labels:
        part, _, number = label.rpartition("-")
        counts[part] = max(counts[part], int(number) + 1)
    return [f"{part}-{number}" if part else str(number) for part in counts for number in range(counts[part])]
