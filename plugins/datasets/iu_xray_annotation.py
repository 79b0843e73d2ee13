"""The chest X-ray corpus as R2Gen's ``annotation.json``: findings and two images each, in published parts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from medtext.plugin import RecordError

from .iu_xray_study import Study, study_number

_PARTS = ("train", "val", "test")
_MOST = 1 << 27
"""Bytes of a file, which has to be in memory as a whole."""


def read_annotation(path: Path) -> Iterator[Study]:
    """Yield the studies of ``annotation.json``: an object of the parts, each a list of objects.

    Raises RecordError, which names the item, for one without id, report or image_path, and for an id without the
    number of a study; and for a file that is no such object, or of more than 128 MiB.
    """
    content = _content(path)
    for part, items in content.items():
        if part not in _PARTS or not isinstance(items, list):
            raise RecordError(f"{path}: {part!r:.40} is no list called {', '.join(_PARTS)}: download the file again")
        for row, item in enumerate(items, start=1):
            yield _study(item, part, f"{path}: {part} item {row}")


def _study(item: Any, part: str, place: str) -> Study:
    fields = item if isinstance(item, dict) else {}
    name, report, images = fields.get("id"), fields.get("report"), fields.get("image_path")
    if not isinstance(name, str) or not isinstance(report, str):
        raise RecordError(f"{place}: no id or no report that is a text: download the file again")
    if not isinstance(images, list) or not all(isinstance(image, str) for image in images):
        raise RecordError(f"{place}: image_path is no list of names: download the file again")
    number = study_number(name)
    if number is None:
        raise RecordError(f"{place}: the id {name!r:.80} holds no number of a study, such as CXR1_IM-0001: correct it")
    return Study(number=number, id=name, place=place, findings=report, images=tuple(images), split=part)


def _content(path: Path) -> dict[str, Any]:
    from medtext.plugin import read_lines

    size = path.stat().st_size
    if size > _MOST:
        raise RecordError(f"{path}: {size:,} bytes, more than {_MOST:,}: this is no annotation of the corpus")
    try:
        content = json.loads("".join(read_lines(path)))
    except json.JSONDecodeError as error:
        raise RecordError(f"{path}:{error.lineno}: broken JSON ({error.msg}): download it again") from error
    except (RecursionError, ValueError) as error:
        raise RecordError(f"{path}: JSON nested too deeply, or a number too long: download it again") from error
    if not isinstance(content, dict) or not content:
        raise RecordError(f"{path}: expected an object of the lists {', '.join(_PARTS)}: download it again")
    return content
