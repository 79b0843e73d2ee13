"""Studies out of image files: which images are of one examination, and what each shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from medtext.corpus.dicom import DICOM_ENDINGS, dicom_study, dicom_view
from medtext.corpus.record import Record
from medtext.errors import RecordError

VIEWS = ("frontal", "lateral")
"""What an image can be said to show."""
ENDINGS = (".png", ".jpg", ".jpeg", ".dcm", ".dicom", ".tif", ".tiff", ".bmp", ".webp")
"""Files of a folder that are taken for images."""
_NAMES = {"frontal": "frontal", "pa": "frontal", "ap": "frontal", "lateral": "lateral", "lat": "lateral"}
_PARTS = re.compile(r"[A-Za-z]+")
_VIEW = re.compile(rf"[-_. ]*(?<![A-Za-z0-9])({'|'.join(_NAMES)})(?![A-Za-z0-9])[-_. ]*", re.IGNORECASE)


def study_of(images: Sequence[Path], views: Sequence[str] = (), *, key: str = "") -> Record:
    """Return images as one study; what they show is taken from them where ``views`` does not say.

    Frontal views come first, as in training. The id is ``key``, else the first image's name without its view.
    """
    shown = list(views) or [view_of(image) for image in images]
    order = sorted(range(len(images)), key=lambda number: VIEWS.index(shown[number]) if shown[number] else len(VIEWS))
    return Record(
        id=key or study_name(images[0]),
        images=tuple(images[number] for number in order),
        views=tuple(shown[number] for number in order) if any(shown) else (),
        place=str(images[0]),
    )


def studies_in(folder: Path) -> Iterator[Record]:
    """Yield the studies of a folder and of all folders in it; what begins with a point is left out.

    DICOM files are of one study where their headers say so. Other images are where their names differ in their view
    alone, and those of a folder in the folder are of one study, unless two of them show the same view.
    Raises RecordError where there is no image.
    """
    files = [
        path
        for path in sorted(folder.rglob("*"), key=lambda path: (path.parent, path))
        if path.suffix.lower() in ENDINGS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    ]
    if not files:
        raise RecordError(f"{folder}: no image in it or in its subfolders ({', '.join(ENDINGS)}): name another folder")
    studies: dict[tuple[Path, str] | str, list[Path]] = {}
    for place, beside in groupby(files, key=lambda path: path.parent):
        plain = []
        for path in beside:
            study = _dicom_study(path)
            if study:
                studies.setdefault(study, []).append(path)
            else:
                plain.append(path)
        shown = Counter(view_of(path) for path in plain)
        whole = place != folder and all(shown[view] < 2 for view in VIEWS)
        for path in plain:
            studies.setdefault((place, "" if whole else study_name(path)), []).append(path)
    for key, images in studies.items():
        inner = images[0].parent.relative_to(folder).as_posix()
        alone = isinstance(key, str) or not key[1]  # the folder has one name for all that is in it
        yield study_of(images, key=inner if alone and inner != "." else study_name(images[0]))


def doubt_of(study: Record) -> str:
    """Return what speaks against all images being of one study; nothing where nothing does."""
    for view in VIEWS:
        if study.views.count(view) > 1:
            return f"{study.views.count(view)} of its images are {view}"
    names = {study_name(image) for image in study.images if study_name(image) != image.stem}
    return f"its images are called after {' and '.join(sorted(names)[:2])}" if len(names) > 1 else ""


def studies_of_lines(lines: Iterable[str]) -> Iterator[Record]:
    """Yield a study for each line: its images, with tabs between. Empty lines and byte order marks are none."""
    for line in lines:
        images = [Path(part.strip()) for part in line.lstrip("\ufeff").rstrip("\r\n").split("\t") if part.strip()]
        if images:
            yield study_of(images)


def distinct(studies: Iterable[Record]) -> Iterator[Record]:
    """Give studies of one name numbers: what is written of them must not be taken for another's."""
    taken: set[str] = set()
    for study in studies:
        key, number = study.id, 2
        while key in taken:
            key, number = f"{study.id}-{number}", number + 1
        taken.add(key)
        yield replace(study, id=key)


def view_of(image: Path) -> str:
    """Return what an image shows, by its DICOM header or its name; nothing where neither says.

    >>> view_of(Path("12_PA.png")), view_of(Path("12-lateral.jpg")), view_of(Path("12.png"))
    ('frontal', 'lateral', '')
    """
    if image.suffix.lower() in DICOM_ENDINGS and image.is_file():
        with suppress(RecordError):  # what is wrong with it is said when it is read
            return dicom_view(image)
        return ""
    said = {_NAMES[part.lower()] for part in _PARTS.findall(image.stem) if part.lower() in _NAMES}
    return said.pop() if len(said) == 1 else ""


def study_name(image: Path) -> str:
    """Return an image's name without what says its view.

    >>> study_name(Path("x/12-lateral.png")), study_name(Path("p_1_PA_2.png")), study_name(Path("lateral.png"))
    ('12', 'p_1_2', 'lateral')
    """

    def between(found: re.Match[str]) -> str:
        """Leave one sign between what stands on either side."""
        return found.group()[0] if found.start() and found.end() < len(found.string) else ""

    return _VIEW.sub(between, image.stem).strip("-_. ") or image.stem


def _dicom_study(image: Path) -> str:
    """Return the study that a DICOM file says it is of; nothing for other files, and where none is said."""
    if image.suffix.lower() not in DICOM_ENDINGS:
        return ""
    with suppress(RecordError):  # what is wrong with it is said when it is read
        return dicom_study(image)
    return ""
