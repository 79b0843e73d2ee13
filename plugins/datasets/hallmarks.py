"""Hallmarks of Cancer: abstracts whose sentences people marked with the hallmarks they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from medtext.plugin import DatasetSpec, Rationale, Record, RecordError, Remote, Task, blank_controls, hookimpl

if TYPE_CHECKING:
    from medtext.plugin import Bundle

HALLMARKS = (
    "Sustaining proliferative signaling",
    "Evading growth suppressors",
    "Resisting cell death",
    "Enabling replicative immortality",
    "Inducing angiogenesis",
    "Activating invasion and metastasis",
    "Genomic instability and mutation",
    "Tumor promoting inflammation",
    "Cellular energetics",
    "Avoiding immune destruction",
)
_NONE = "NULL"
_AND = re.compile(r"\s+AND\s*")


@dataclass(frozen=True)
class Options:
    """How deep the labels go, and what a record is."""

    level: Annotated[int, "1 for the ten hallmarks, 2 or 3 for what stands below them too"] = 1
    unit: Annotated[Literal["abstract", "sentence"], "what a record is; abstracts carry their marked sentences"] = (
        "abstract"
    )
    clean: Annotated[bool, "read control characters of texts as blanks"] = False

    def __post_init__(self) -> None:
        if self.level < 1:
            raise ValueError(f"-o level={self.level}: the tree of labels begins at 1")


@dataclass(frozen=True)
class _Sentence:
    """A line of an abstract and its labels; ``start`` is where it begins in the record's text."""

    text: str
    start: int
    labels: tuple[str, ...]

    def rationales(self) -> Iterator[Rationale]:
        start = self.start + len(self.text) - len(self.text.lstrip())
        for label in self.labels:
            yield Rationale(start, start + len(self.text.strip()), label)


def read(path: Path, options: Options) -> Iterator[Record]:
    """Yield the abstracts of a folder or archive that holds ``text/ID.txt`` and ``labels/ID.txt``, by id.

    A record has the labels of all its sentences, and marks the sentences of each. Labels are cut to
    ``level`` steps of the tree; one that ends before stays as it is. With ``unit=sentence`` a record
    is a sentence, and sentences of an abstract are a group. Raises RecordError (``file:line``) for a
    text without labels or the other way round, another number of labels than of sentences, and a label of no hallmark.
    """
    from medtext.plugin import open_bundle

    bundle = open_bundle(path, ("text", "labels"))
    texts, labels = bundle.names("text"), bundle.names("labels")
    if not texts:
        raise RecordError(f"{path}: no folders text and labels in it: name the folder or archive that holds them")
    alone = min(set(texts) ^ set(labels), default=None)
    if alone is not None:
        there, lacking = ("text", "labels") if alone in texts else ("labels", "text")
        raise RecordError(f"{bundle.place(f'{there}/{alone}')}: there is no {lacking}/{alone}: download both again")
    for name in texts:
        yield from _records(bundle, name, options)


@hookimpl
def medtext_datasets() -> Iterable[DatasetSpec]:
    """Offer ``hallmarks``."""
    yield DatasetSpec(
        name="hallmarks",
        summary="Hallmarks of Cancer: English abstracts, ten labels, marked sentences",
        options=Options,
        read=read,
        tasks=(Task.TAG,),
        labels=HALLMARKS,
        tokenizer="words",
        model="text-cnn",
        remotes=(
            # GitHub packs archives anew, so none has a checksum that lasts.
            Remote(
                "https://github.com/sb895/Hallmarks-of-Cancer/archive/refs/heads/master.zip",
                name="hallmarks-of-cancer.zip",
            ),
        ),
        licence="GPL-3.0",
        source="https://github.com/sb895/Hallmarks-of-Cancer; see data/hallmarks/README.md",
    )


def _records(bundle: Bundle, name: str, options: Options) -> Iterator[Record]:
    sentences = _sentences(bundle, name, options)
    abstract = name.removesuffix(".txt")
    if options.unit == "sentence":
        for number, (line, each) in enumerate(sentences, start=1):
            yield Record(
                id=f"{abstract}:{number}",
                text=each.text,
                labels=each.labels,
                group=abstract,
                place=bundle.place(f"text/{name}", line),
            )
        return
    marks = [mark for _, sentence in sentences for mark in sentence.rationales()]
    yield Record(
        id=abstract,
        text="\n".join(sentence.text for _, sentence in sentences),
        labels=tuple(dict.fromkeys(mark.label for mark in marks if mark.label is not None)),
        group=abstract,
        place=bundle.place(f"text/{name}", 1),
        rationales=tuple(marks),
    )


def _sentences(bundle: Bundle, name: str, options: Options) -> list[tuple[int, _Sentence]]:
    """Return the sentences of an abstract, each with the number of its line."""
    lines = [(number, line) for number, line in enumerate(bundle.lines(f"text/{name}"), start=1) if line.strip()]
    place = bundle.place(f"labels/{name}", 1)
    labels = _labels(" ".join(bundle.lines(f"labels/{name}")), place, options.level)
    if len(labels) != len(lines):
        raise RecordError(
            f"{place}: labels of {len(labels)} sentences, where text/{name} has {len(lines)}: download both again"
        )
    made: list[tuple[int, _Sentence]] = []
    start = 0
    for (number, line), found in zip(lines, labels, strict=True):
        text = blank_controls(line) if options.clean else line
        made.append((number, _Sentence(text, start, found)))
        start += len(text) + 1
    return made


def _labels(content: str, place: str, level: int) -> list[tuple[str, ...]]:
    """Return the labels of each sentence: every one begins with ``<``, and ``AND`` stands between its labels.

    >>> _labels("< <Cellular energetics--Glycolysis/Warburg effect AND Resisting cell death--<NULL", "a.txt:1", 2)
    [(), ('Cellular energetics--Glycolysis/Warburg effect', 'Resisting cell death'), ()]
    """
    before, *parts = content.split("<")
    if before.strip():
        raise RecordError(f"{place}: {before.strip()!r:.40} before the first '<': download the file again")
    return [
        tuple(dict.fromkeys(_label(each, place, level) for each in _AND.split(part.strip()) if each not in ("", _NONE)))
        for part in parts
    ]


def _label(written: str, place: str, level: int) -> str:
    steps: Sequence[str] = [step.strip() for step in written.split("--") if step.strip()]
    if not steps or steps[0] not in HALLMARKS:
        raise RecordError(f"{place}: {written!r:.60} is none of the ten hallmarks: download the file again")
    return "--".join(steps[:level])
