"""A folder that shows how good a writer is: figures, and its best, middle and worst reports with their images."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.image import read_image
from medtext.learn.overlap import LABELS
from medtext.learn.predict import Prediction
from medtext.learn.writing import Writing
from medtext.report.page import render_page
from medtext.report.plots import as_png
from medtext.report.trust import risk_chart

_EACH = 5
_SIZE = 320


@dataclass(frozen=True)
class _Study:
    prediction: Prediction
    score: float
    lengths: tuple[int, int]
    repeated: int
    left_out: tuple[str, ...]
    added: tuple[str, ...]


def write_writing(
    folder: Path,
    title: str,
    measured: dict[str, dict[str, Any]],
    predictions: Sequence[Prediction],
    notes: Sequence[str],
) -> None:
    """Write ``metrics.json``, ``scores.png``, ``index.html`` and the images that it shows.

    Where the writer says how sure it is, and true reports state findings, ``coverage.png`` too.

    Studies are ordered by the ROUGE-L of their reports. ``notes`` are lines for people.
    """
    content = json.dumps(measured, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / "metrics.json").write_text(content + "\n", encoding="utf-8")
    writing = Writing(predictions)
    scores, overlap = writing.overlap.rouge_l, writing.overlap
    counts = Counter(writing.written)
    order = np.argsort(-scores, kind="stable")
    middle = max(0, len(order) // 2 - _EACH // 2)
    picked = {"Best": order[:_EACH], "Middle": order[middle : middle + _EACH], "Worst": order[::-1][:_EACH]}

    def study(row: int) -> _Study:
        lengths = int(overlap.written_lengths[row]), int(overlap.reference_lengths[row])
        found = writing.findings
        said, true = found.written["present"][row], found.references["present"][row]
        left_out, added = (
            tuple(name for name, here in zip(found.names, part, strict=True) if here)
            for part in (true & ~said, said & ~true)
        )
        return _Study(predictions[row], float(scores[row]), lengths, counts[writing.written[row]], left_out, added)

    groups = [
        (name, [_shown(folder, study(row), f"{name.lower()}-{rank}") for rank, row in enumerate(rows.tolist(), 1)])
        for name, rows in picked.items()
    ]
    (folder / "scores.png").write_bytes(_scatter(scores, overlap.reference_lengths, predictions))
    by_finding = measured["model"]["by_finding"]
    covered = "coverage" in measured["model"] and any(each["support"] for each in by_finding.values())
    if covered:
        (folder / "coverage.png").write_bytes(risk_chart(measured["model"]))
    page = render_page(
        "writing.html",
        title=title,
        rows=[*measured.items(), *((f"model, {name}", row) for name, row in measured["model"]["by_kind"].items())],
        columns=[
            (name, LABELS.get(name, name.replace("_", " ")))
            for name in measured["model"]
            if any(isinstance(row.get(name), (int, float)) for row in measured.values())
        ],
        names=LABELS,
        over=measured["model"]["over"],
        coverage=covered,
        by_finding=by_finding,
        notes=notes,
        groups=groups,
        records=len(predictions),
    )
    (folder / "index.html").write_text(page, encoding="utf-8")


def _shown(folder: Path, study: _Study, name: str) -> dict[str, Any]:
    """Write a study's images, and return what the page shows of it."""
    from PIL import Image

    record, files = study.prediction.record, []
    for number, path in enumerate(record.images, start=1):
        file = f"{name}-{number}.png"
        Image.fromarray(read_image(path, _SIZE)).save(folder / file)
        files.append(file)
    return {
        "id": record.id,
        "images": files,
        "truth": record.target or "",
        "written": study.prediction.text or "",
        "read": record.text,
        "score": study.score,
        "lengths": study.lengths,
        "repeated": study.repeated,
        "left_out": ", ".join(study.left_out),
        "added": ", ".join(study.added),
    }


def _scatter(scores: NDArray[np.float64], lengths: NDArray[np.int64], predictions: Sequence[Prediction]) -> bytes:
    """Draw the score of each report against the length of the true one, and against how bright its images are."""
    from matplotlib.figure import Figure

    panels: list[tuple[str, NDArray[Any]]] = [("tokens of the true report", lengths)]
    if all(each.record.images for each in predictions):
        bright = [np.mean([read_image(path, 32).mean() for path in each.record.images]) for each in predictions]
        panels.append(("mean grey level of the images", np.array(bright)))
    figure = Figure(figsize=(4.4 * len(panels), 3.4), layout="constrained")
    for axes, (name, values) in zip(np.atleast_1d(figure.subplots(1, len(panels), sharey=True)), panels, strict=True):
        axes.scatter(values, scores, s=9, color="#0072b2", alpha=0.45, linewidths=0)
        axes.set_xlabel(name, fontsize=9)
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        known = len(values) > 2 and np.std(values) > 0 and np.std(scores) > 0
        if known:
            axes.set_title(f"correlation {np.corrcoef(values, scores)[0, 1]:.2f}", fontsize=9)
    figure.supylabel("ROUGE-L of the report", fontsize=9)
    return as_png(figure)
