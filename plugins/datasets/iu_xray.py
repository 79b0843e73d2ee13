"""Indiana University's chest X-rays (Open-i): reports with the images they are of, in their three published forms."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from medtext.plugin import DatasetSpec, Record, RecordError, Remote, Task, hookimpl

from .iu_xray_files import OPENI, PROJECTIONS, REPORTS, Files, Form

if TYPE_CHECKING:
    from .iu_xray_images import Images
    from .iu_xray_study import Study

_LOG = logging.getLogger("medtext")
_SECTIONS = {
    "findings": ("findings",),
    "impression": ("impression",),
    "indication": ("indication",),
    "both": ("findings", "impression"),
    "none": (),
}
_VIEWS = ("frontal", "lateral")


@dataclass(frozen=True)
class Options:
    """What is read of the studies, and what is asked of them."""

    form: Annotated[Form | None, "the form that is read; without it the first there is of annotation, csv, openi"] = (
        None
    )
    images: Annotated[Path | None, "folder of the images; without it images/ beside the reports"] = None
    target: Annotated[
        Literal["findings", "impression", "both", "none"], "what is to be written; none where labels are asked for"
    ] = "findings"
    text: Annotated[Literal["none", "findings", "impression", "indication", "both"], "what a model of texts reads"] = (
        "none"
    )
    views: Annotated[
        Literal["frontal", "lateral", "pair", "all"],
        "the images of a record; pair is the first frontal and the first lateral one",
    ] = "pair"
    min_label: Annotated[int, "a problem coded in fewer studies is no label"] = 10
    clean: Annotated[
        bool, "leave out XXXX, enumeration, HTML and signs that stand alone, and put a report on one line"
    ] = True

    def __post_init__(self) -> None:
        if self.min_label < 1:
            raise ValueError(f"-o min-label={self.min_label}: a label is coded in one study or more")
        told = set(_SECTIONS[self.text]) & set(_SECTIONS[self.target])
        if told:
            raise ValueError(
                f"-o text={self.text} holds the {' and '.join(sorted(told))} that -o target={self.target} asks for: "
                "choose another, or target=none for labels"
            )

    @property
    def task(self) -> Task | None:
        """Labels, where nothing is to be written; None leaves it to ``--task``."""
        return Task.TAG if self.target == "none" else None


def read(path: Path, options: Options) -> Iterator[Record]:
    """Yield the studies of a folder, or of one of its files: ``annotation.json``, the table of reports, or the XML.

    Labels are the coded problems, ``()`` where a study was found normal, None where it was not coded. Images are in
    the order of their names, for ``pair`` the frontal one first; what each shows is known where
    ``indiana_projections.csv`` stands beside, else each may be of any view. A record without a target, without
    the text that was asked for, or, where no text was, without an image, is left out; a warning at the end counts
    these, and images that are named but not there.
    Raises RecordError, which says where, for files that are damaged or lack what is asked for.
    """
    from .iu_xray_images import Images

    files = Files.find(path)
    form = files.form(options.form)
    folder = options.images or files.folder / "images"
    if not folder.is_dir() and (options.images is not None or options.text == "none"):
        raise RecordError(f"{folder}: no folder of images: unpack them there, or name theirs by -o images=FOLDER")
    coded = files.coded(form)
    studies = files.annotated(coded) if form == "annotation" else list(coded.values())
    beyond = {*_SECTIONS[options.target], *_SECTIONS[options.text]} - {"findings"}
    if beyond and not coded:
        raise RecordError(
            f"{files.annotation}: holds findings only, no {' and '.join(sorted(beyond))}: "
            f"put {REPORTS} or {OPENI} beside it"
        )
    reading = _Reading(options, Images(folder, files.views()), _frequent(coded.values(), options.min_label))
    yield from filter(None, map(reading.record, studies))
    reading.warn(path)


@hookimpl
def medtext_datasets() -> Iterable[DatasetSpec]:
    """Offer ``iu-xray``."""
    yield DatasetSpec(
        name="iu-xray",
        summary="Indiana University chest X-rays: frontal and lateral images, English reports, coded problems",
        options=Options,
        read=read,
        tasks=(Task.GENERATE, Task.TAG),
        tokenizer="english",
        model="cnn-transformer",
        # The images are over a gigabyte, and have to be unpacked: data/iu_xray/README.md says how to get them.
        remotes=(Remote(f"https://openi.nlm.nih.gov/imgs/collections/{OPENI}"),),
        licence="CC BY-NC-ND 4.0",
        source="https://openi.nlm.nih.gov; see data/iu_xray/README.md",
    )


class _Reading:
    """Makes records of studies, and counts what is left out."""

    def __init__(self, options: Options, images: Images, labels: frozenset[str]) -> None:
        self._options = options
        self._images = images
        self._labels = labels
        self._odd: Counter[str] = Counter()

    def record(self, study: Study) -> Record | None:
        """Return the record of a study, or None where it lacks what the options ask for."""
        text, target = self._section(study, self._options.text), self._section(study, self._options.target)
        images, views = self._pictures(study)
        lacking = self._lacking(text, target, images)
        if lacking:
            self._odd[f"records left out (no {lacking})"] += 1
            return None
        if self._options.views in _VIEWS and images and not any(views):
            self._odd[f"records whose images may not be {self._options.views} (no {PROJECTIONS})"] += 1
        return Record(
            id=study.id,
            text=text,
            images=images,
            views=views,
            labels=study.problems and tuple(problem for problem in study.problems if problem in self._labels),
            target=target or None,
            group=f"CXR{study.number}",
            split=study.split,
            place=study.place,
        )

    def warn(self, path: Path) -> None:
        """Say in one line what was left out, and what was not there."""
        told = "; ".join(f"{count} {what}" for what, count in self._odd.items() if count)
        if told:
            _LOG.warning("%s: %s", path, told)

    def _lacking(self, text: str, target: str, images: tuple[Path, ...]) -> str | None:
        """Return what a record lacks to be of use, if anything."""
        if not target and self._options.target != "none":
            return f"{' or '.join(_SECTIONS[self._options.target])} to write"
        if not text and self._options.text != "none":
            return f"{' or '.join(_SECTIONS[self._options.text])} to read"
        return "image" if not images and self._options.text == "none" else None

    def _section(self, study: Study, chosen: str) -> str:
        """Return the sections of a report that are chosen, those that it has; an empty text where it has none."""
        from .iu_xray_cleaning import clean_report

        parts = [getattr(study, name) for name in _SECTIONS[chosen]]
        cleaned = [clean_report(part) for part in parts] if self._options.clean else parts
        return " ".join(part for part in cleaned if part.strip())

    def _pictures(self, study: Study) -> tuple[tuple[Path, ...], tuple[str, ...]]:
        """Return the images that are chosen, and what each shows."""
        found = self._images.named(study.number, study.images)
        there = [(path, view) for path, view in found if path is not None]
        self._odd["images named but missing"] += len(found) - len(there)
        chosen = _chosen(there, self._options.views)
        return tuple(path for path, _ in chosen), tuple(view for _, view in chosen)


_Image = tuple[Path, str]


def _chosen(images: list[_Image], views: str) -> list[_Image]:
    """Return the images of the views that are asked for; where not one is known, each may be of them."""
    if views == "all" or not any(view for _, view in images):
        return images[:2] if views == "pair" else images
    if views != "pair":
        return [image for image in images if image[1] == views]
    first = (next((image for image in images if image[1] == view), None) for view in _VIEWS)
    return [image for image in first if image is not None]


def _frequent(studies: Iterable[Study], least: int) -> frozenset[str]:
    """Return the problems that so many studies have, also those left out: what is read of them changes no label."""
    counts = Counter(problem for study in studies for problem in study.problems or ())
    return frozenset(problem for problem, count in counts.items() if count >= least)
