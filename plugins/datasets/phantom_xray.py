"""Synthetic chest X-ray studies whose findings have a known place, from a folder that their generator wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from medtext_data.phantom_xray.names import FINDINGS, VARIANTS, VIEWS

from medtext.plugin import DatasetSpec, OutputError, Record, RecordError, Region, Task, hookimpl

_FILE = "studies.jsonl"
_KINDS: Mapping[type, str] = {str: "a text", list: "a list", dict: "an object"}
_WANTED: Mapping[str, frozenset[str]] = {"frontal": frozenset(VIEWS[:1]), "lateral": frozenset(VIEWS[1:])}


@dataclass(frozen=True)
class Options:
    """What is read of a study."""

    target: Annotated[Literal["findings", "impression", "both"], "the section to be written, or both"] = "findings"
    views: Annotated[
        Literal["frontal", "lateral", "pair", "all"],
        "one view, both of the studies that have both, or those that each study has",
    ] = "pair"
    text: Annotated[Literal["none", "findings"], "the section that is given beside the images"] = "none"

    def __post_init__(self) -> None:
        if self.text == "findings" and self.target != "impression":
            raise ValueError("text=findings gives away what is to be written: choose target=impression beside it")


def read(path: Path, options: Options) -> Iterator[Record]:
    """Yield the studies of a folder that have the views asked for.

    ``labels`` are the findings and variants of a study; ``regions`` their boxes in the images.
    Raises RecordError (``studies.jsonl:line``) for whatever such a folder does not hold.
    """
    from medtext.plugin import parse_object, read_lines

    file = path / _FILE if path.is_dir() else path
    if not file.is_file():
        raise RecordError(
            f"{file}: there are no studies: name a folder that `medtext data make phantom-xray --to FOLDER` has written"
        )
    empty = True
    for number, line in enumerate(read_lines(file), start=1):
        if line.strip():
            empty = False
            study = _Study(parse_object(line, str(file), number), f"{file}:{number}")
            views = study.views(options.views)
            if views:
                yield study.record(views, options, file.parent)
    if empty:
        raise RecordError(f"{file}: the file is empty: make the studies again")


def make(folder: Path, count: int, seed: int, told: Callable[[], None]) -> None:
    """Write a folder of ``count`` studies that ``read`` reads, whole or not at all; ``told`` is called after each.

    Raises OutputError where it exists or cannot be written.
    """
    from medtext_data.phantom_xray.generate import make as write

    try:
        write(folder, count=count, seed=seed, progress=told)
    except FileExistsError as error:
        raise OutputError(str(error)) from error
    except ChildProcessError as error:
        raise OutputError(f"{folder}: {error}: make them where more memory is free") from error
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror or error}: name another folder") from error


@hookimpl
def medtext_datasets() -> Iterable[DatasetSpec]:
    """Offer ``phantom-xray``."""
    yield DatasetSpec(
        name="phantom-xray",
        summary="synthetic chest X-rays with reports: what is found has a known place in every view",
        options=Options,
        read=read,
        make=make,
        tasks=(Task.GENERATE, Task.TAG),
        labels=(*FINDINGS, *VARIANTS),
        tokenizer="english",
        model="cnn-transformer",
        sample=Path(str(files("medtext_data") / "phantom_xray" / "sample")),
        licence="MIT (made by the project)",
        source="data/phantom_xray/README.md",
    )


@dataclass(frozen=True)
class _Study:
    """A line of the file: ``fields`` is its object, ``place`` where it stands."""

    fields: dict[str, Any]
    place: str

    def views(self, asked: str) -> tuple[str, ...]:
        """Return the views to be read; none where the study has not what is asked for."""
        images = self._get(self.fields, "images", dict)
        there = tuple(view for view in VIEWS if view in images)
        if not there or len(there) < len(images):
            raise RecordError(
                f"{self.place}: images of {sorted(images)!r:.60}: expected those of {' and '.join(VIEWS)}"
            )
        if asked == "all":
            return there
        wanted = _WANTED.get(asked, frozenset(VIEWS))
        return tuple(view for view in there if view in wanted) if wanted <= set(there) else ()

    def record(self, views: tuple[str, ...], options: Options, folder: Path) -> Record:
        """Make a record of some views."""
        name = self._get(self.fields, "id", str)
        report = self._get(self.fields, "report", dict)
        sections = {section: self._get(report, section, str) for section in ("findings", "impression")}
        found = [*self._found("findings", FINDINGS), *self._found("variants", VARIANTS)]
        return Record(
            id=name,
            text="" if options.text == "none" else sections["findings"],
            images=tuple(self._image(view, folder) for view in views),
            views=views,
            labels=tuple(dict.fromkeys(finding["name"] for finding in found)),
            target=_target(sections, options.target),
            group=name,
            place=self.place,
            regions=tuple(region for finding in found for region in self._regions(finding, views)),
        )

    def _found(self, key: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
        found: list[Any] = self._get(self.fields, key, list)
        for each in found:
            if not isinstance(each, dict) or each.get("name") not in names:
                raise RecordError(
                    f"{self.place}: {each!r:.60} among the {key}: expected an object with the name of one"
                )
        return found

    def _image(self, view: str, folder: Path) -> Path:
        path: Path = folder / self._get(self.fields["images"], view, str)
        if not path.is_file():
            raise RecordError(f"{self.place}: there is no image {path}: make the studies again")
        return path

    def _regions(self, finding: dict[str, Any], views: tuple[str, ...]) -> Iterator[Region]:
        regions = self._get(finding, "regions", dict)
        for number, view in enumerate(views):
            for box in regions.get(view, ()):
                sides = box if isinstance(box, list) else []
                if len(sides) != 4 or not all(isinstance(side, int | float) for side in sides):
                    raise RecordError(f"{self.place}: the region {box!r:.60}: expected left, top, right and bottom")
                left, top, right, bottom = map(float, sides)
                if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
                    raise RecordError(
                        f"{self.place}: the region {box!r:.60} leaves the image: expected shares from 0 to 1"
                    )
                yield Region(number, left, top, right, bottom, finding["name"])

    def _get(self, fields: dict[str, Any], key: str, kind: type) -> Any:
        value = fields.get(key)
        if not isinstance(value, kind):
            what = _KINDS[kind]
            raise RecordError(f"{self.place}: {key} is {value!r:.40}, where {what} is expected: make the studies again")
        return value


def _target(sections: dict[str, str], target: str) -> str:
    if target == "both":
        return f"{sections['findings']} {sections['impression']}"
    return sections[target]
