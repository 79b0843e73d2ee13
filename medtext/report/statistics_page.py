"""A folder that shows a corpus: figures, charts, word clouds."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from medtext.corpus.duplicates import LEAKS
from medtext.corpus.record import Record
from medtext.errors import OutputError, RecordError
from medtext.report.clouds import word_cloud
from medtext.report.page import render_page
from medtext.report.statistics import Statistics
from medtext.report.statistics_plots import cooccurrence_chart, label_chart, length_chart

_SHOWN = 256
"""Pixels a side of an image on the page."""

_log = logging.getLogger("medtext")


def write_statistics(folder: Path, found: Statistics) -> None:
    """Write ``statistics.json``, charts and word clouds, and ``index.html``. They hold words, sentences and texts.

    A picture that no font here can write is left out with a warning; the page needs none.
    """
    content = json.dumps(found.to_json(), ensure_ascii=False, indent=2, allow_nan=False)
    (folder / "statistics.json").write_text(f"{content}\n", encoding="utf-8")
    drawn: dict[str, str] = {}
    clouds: list[tuple[str, str]] = []
    left_out: dict[str, OutputError] = {}
    for name, file, draw in _pictures(found):
        try:
            (folder / file).write_bytes(draw())
        except OutputError as error:
            left_out[file] = error
            continue
        if file.startswith("cloud-"):
            clouds.append((name, file))
        else:
            drawn[name] = file
    if left_out:
        _log.warning("%s left out: %s", ", ".join(left_out), next(iter(left_out.values())))
    examples = [_example(folder, number, record) for number, record in enumerate(found.examples, start=1)]
    page = render_page(
        "statistics.html",
        title=f"Corpus: {found.title}",
        found=found,
        pictures=drawn,
        clouds=clouds,
        titles={"text": "what is read", "target": "what is to be written"},
        examples=examples,
        leaks=[f"{one} in {other}" for one, other in LEAKS],
        parts=[name for name in found.parts if name != "all"],
        most=max((row.records for row in found.labels), default=1) or 1,
    )
    (folder / "index.html").write_text(page, encoding="utf-8")


def _example(folder: Path, number: int, record: Record) -> dict[str, Any]:
    """Write the images of a record, those that can be read, and return what the page shows of it."""
    from PIL import Image

    from medtext.corpus.image import read_image

    files = []
    for view, path in enumerate(record.images, start=1):
        with suppress(RecordError):  # the figures name it
            Image.fromarray(read_image(path, _SHOWN)).save(folder / f"example-{number}-{view}.png")
            files.append(f"example-{number}-{view}.png")
    return {
        "id": record.id,
        "images": files,
        "text": record.text,
        "target": record.target or "",
        "labels": ", ".join(record.labels or ()),
    }


def _pictures(found: Statistics) -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """Yield every picture of a corpus: its name, or its label, its file, and what draws it."""
    if found.lengths.tokens is not None:
        yield "lengths", "lengths.png", lambda: length_chart(found.lengths.histogram, found.lengths.cut)
    if any(row.records for row in found.labels):
        yield "labels", "labels.png", lambda: label_chart(found.labels)
    together = found.cooccurrence
    if together is not None and together.pairs:
        yield "cooccurrence", "cooccurrence.png", lambda: cooccurrence_chart(together, found.labels)
    for name, section in found.sections.items():
        if section.cloud:
            yield name, f"section-{name}.png", lambda cloud=section.cloud: word_cloud(cloud)  # type: ignore[misc]
    for number, (label, weights) in enumerate(found.clouds.items()):
        if weights:
            yield label, f"cloud-{number}.png", lambda weights=weights: word_cloud(weights)  # type: ignore[misc]
