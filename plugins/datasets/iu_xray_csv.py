"""The chest X-ray corpus as two tables: reports, and what each image shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from medtext.plugin import RecordError

from .iu_xray_study import Study, coded_problems, image_stem, study_number

_REPORTS = ("uid", "Problems", "indication", "findings", "impression")
_PROJECTIONS = ("uid", "filename", "projection")
_VIEWS = {"frontal": "frontal", "lateral": "lateral", "": ""}


def read_reports(path: Path) -> Iterator[Study]:
    """Yield the studies of ``indiana_reports.csv``.

    Raises RecordError (``file:line``) for a missing column, a uid that is no number, and one that stands twice.
    """
    seen: dict[str, str] = {}
    for place, cells in _rows(path, _REPORTS):
        number = _number(cells, place)
        if number in seen:
            raise RecordError(f"{place}: study {number} stands at {seen[number]} already: keep one")
        seen[number] = place
        yield Study(
            number=number,
            id=f"CXR{number}",
            place=place,
            indication=cells["indication"],
            findings=cells["findings"],
            impression=cells["impression"],
            problems=coded_problems(cells["Problems"].split(";")),
        )


def read_projections(path: Path) -> dict[str, dict[str, str]]:
    """Return what the images of every study show: ``frontal``, ``lateral`` or nothing, by number and image stem.

    The images of a study are in the order of their names. Raises RecordError (``file:line``) for a missing column, a
    uid that is no number, a file that has no name or stands twice, and another projection.
    """
    views: dict[str, dict[str, str]] = {}
    for place, cells in _rows(path, _PROJECTIONS):
        images = views.setdefault(_number(cells, place), {})
        stem = image_stem(cells["filename"].strip())
        if not stem or stem in images:
            raise RecordError(f"{place}: the filename {cells['filename']!r:.80} is missing or stands twice: correct it")
        view = _VIEWS.get(cells["projection"].strip().lower())
        if view is None:
            raise RecordError(
                f"{place}: the projection {cells['projection']!r:.40} is neither Frontal nor Lateral: "
                "correct it, or leave it empty"
            )
        images[stem] = view
    return {number: dict(sorted(images.items())) for number, images in views.items()}


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the place and the cells of every row; a cell that is empty is an empty text."""
    from medtext.plugin import open_table

    table = open_table(path)
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise RecordError(f"{path}:1: no column {', '.join(missing)}: download the file again")
    for row in table.rows:
        yield row.place, {column: row.cells[column] or "" for column in columns}


def _number(cells: dict[str, str], place: str) -> str:
    number = study_number(cells["uid"])
    if number is None:
        raise RecordError(f"{place}: the uid {cells['uid']!r:.40} is no number of a study: correct it")
    return number
