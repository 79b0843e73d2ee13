"""A folder that shows where a writer looked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from medtext.report.attention_maps import NOTE, StudyMaps
from medtext.report.page import render_page

_UNSAFE, _SIGNS = re.compile(r"[^\w.-]+"), re.compile(r"[\W_]+")
_LONGEST = 60
"""Characters of a name; a file system takes some 80 Chinese ones."""


def write_maps(folder: Path, studies: Iterable[StudyMaps]) -> None:
    """Write a sheet for each study, a folder of one picture a word, ``maps.json`` with the weights, ``index.html``.

    The weights of ``maps.json`` are by study, word, view, row and column.
    """
    rows, weights, taken = [], [], set[str]()
    for study in studies:
        name = _free(_UNSAFE.sub("-", study.study).strip(".-")[:_LONGEST] or "study", taken)
        (folder / f"{name}.png").write_bytes(study.sheet())
        (folder / name).mkdir()
        for number, word in enumerate(study.words):
            file = f"{number + 1:03}-{_SIGNS.sub('', word)[:_LONGEST] or 'sign'}.png"
            (folder / name / file).write_bytes(study.word(number))
        rows.append({"study": study.study, "sheet": f"{name}.png", "text": study.text})
        weights.append(
            {
                "study": study.study,
                "words": study.words,
                "views": study.views,
                "attention": [
                    [grid[word].round(6).tolist() for grid in study.grids] for word in range(len(study.words))
                ],
            }
        )
    content = json.dumps(weights, ensure_ascii=False, allow_nan=False)
    (folder / "maps.json").write_text(content + "\n", encoding="utf-8")
    page = render_page("maps.html", title="Where the writer looked", rows=rows, note=NOTE)
    (folder / "index.html").write_text(page, encoding="utf-8")


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no study before has."""
    found, number = name, 2
    while found.lower() in taken:
        found, number = f"{name}-{number}", number + 1
    taken.add(found.lower())
    return found
