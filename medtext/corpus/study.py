"""Studies out of image files: which images are of one examination, and what each shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from medtext.corpus.dicom import dicom_view
from medtext.corpus.record import Record
from medtext.errors import RecordError

VIEWS = ("frontal", "lateral")
"""What an image can be said to show."""
ENDINGS = (".png", ".jpg", ".jpeg", ".dcm", ".dicom", ".tif", ".tiff", ".bmp", ".webp")
"""Files of a folder that are taken for images."""
_NAMES = {"frontal": "frontal", "pa": "frontal", "ap": "frontal", "lateral": "lateral", "lat": "lateral"}
_PARTS = re.compile(r"[A-Za-z]+")


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
    """Yield the studies of a folder: images whose names differ in their view alone, and each subfolder's images.

    Raises RecordError where there is no image.
    """
    empty = True
    for each in sorted([folder, *(path for path in folder.iterdir() if path.is_dir())]):
        files = [path for path in sorted(each.iterdir()) if path.is_file() and path.suffix.lower() in ENDINGS]
        by_name: dict[str, list[Path]] = {}
        for path in files:
            by_name.setdefault(each.name if each != folder else study_name(path), []).append(path)
        for name, images in by_name.items():
            empty = False
            yield study_of(images, key=name)
    if empty:
        raise RecordError(f"{folder}: no image in it or in its subfolders ({', '.join(ENDINGS)}): name another folder")


def studies_of_lines(lines: Iterable[str]) -> Iterator[Record]:
    """Yield a study for each line: its images, with tabs between. Empty lines are none."""
    for line in lines:
        images = [Path(part.strip()) for part in line.rstrip("\r\n").split("\t") if part.strip()]
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
    if image.suffix.lower() in (".dcm", ".dicom") and image.is_file():
        with suppress(RecordError):  # what is wrong with it is said when it is read
            return dicom_view(image)
        return ""
    said = {_NAMES[part.lower()] for part in _PARTS.findall(image.stem) if part.lower() in _NAMES}
    return said.pop() if len(said) == 1 else ""


def study_name(image: Path) -> str:
    """Return an image's name without what says its view.

    >>> study_name(Path("x/12-lateral.png")), study_name(Path("lateral.png"))
    ('12', 'lateral')
    """
    kept = re.sub(rf"[-_. ]*\b({'|'.join(_NAMES)})\b[-_. ]*", "-", image.stem.replace("_", "-"), flags=re.IGNORECASE)
    return kept.strip("-. ") or image.stem
