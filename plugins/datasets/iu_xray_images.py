"""The image files of the chest X-ray corpus, found by name, whatever their ending and folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from .iu_xray_study import image_stem, study_number


class Images:
    """The images in a folder and those below it; ``views`` says what each shows, by study and image stem.

    A folder that is not there holds none.
    """

    def __init__(self, folder: Path, views: Mapping[str, Mapping[str, str]]) -> None:
        self._views = views
        self._by_stem: dict[str, Path] = {}
        self._by_place: dict[str, Path] = {}
        self._by_study: dict[str, list[str]] = {}
        for place, _, names in os.walk(folder):
            for name in sorted(names):  # of one image in two formats the first is taken, the same each time
                if not name.startswith("."):
                    self._add(Path(place, name))
        for stems in self._by_study.values():
            stems.sort()

    def named(self, number: str, names: tuple[str, ...]) -> list[tuple[Path | None, str]]:
        """Return file and view of a study's images; None for one that is not there.

        Without ``names`` they are those that the views name, else those that are there. A name such as
        ``CXR17_IM-0007/1.png`` is the file of that place, or the second of the study's images in the order of names.
        """
        views = self._views.get(number, {})
        known = list(views) or self._by_study.get(number, [])
        found = []
        for name in names or known:
            place, stem = _place(name), image_stem(name)
            if "/" in name and stem.isdecimal():
                stem = known[int(stem)] if int(stem) < len(known) else ""
            found.append((self._by_place.get(place) or self._by_stem.get(stem), views.get(stem, "")))
        return found

    def _add(self, path: Path) -> None:
        stem = image_stem(path.name)
        self._by_place.setdefault(_place(f"{path.parent.name}/{path.name}"), path)
        number = study_number(stem) if "_" in stem else None
        if stem not in self._by_stem and number is not None:
            self._by_stem[stem] = path
            self._by_study.setdefault(number, []).append(stem)


def _place(name: str) -> str:
    """Return the folder and the stem of a file.

    >>> _place("images/CXR17_IM-0007/1.png")
    'CXR17_IM-0007/1'
    """
    path = PurePosixPath(name)
    return f"{path.parent.name}/{path.name.partition('.')[0]}"
