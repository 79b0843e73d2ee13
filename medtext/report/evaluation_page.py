"""A folder that shows how good a model is, and where it errs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from medtext.report.metric_heads import HEADS
from medtext.report.page import render_page
from medtext.report.trust import trust_chart


def write_evaluation(
    folder: Path,
    title: str,
    measured: dict[str, Any],
    labels: Sequence[str],
    wrong: str,
    evidence: Sequence[dict[str, Any]] = (),
) -> None:
    """Write ``metrics.json``, ``trust.png``, ``index.html``, and wrong answers with their evidence as ``wrong.html``.

    ``evidence`` is what was measured of the scores of some methods; it goes into both.
    """
    (folder / "metrics.json").write_text(
        json.dumps(
            measured | ({"evidence": list(evidence)} if evidence else {}), ensure_ascii=False, indent=2, allow_nan=False
        )
        + "\n",
        encoding="utf-8",
    )
    (folder / "wrong.html").write_text(wrong, encoding="utf-8")
    trusted = "reliability" in measured["model"]
    if trusted:
        (folder / "trust.png").write_bytes(trust_chart(measured["model"]))
    rows = [(name, row) for name, row in measured.items() if name != "unseen"]
    rows += [(f"{name}, unseen texts", row) for name, row in measured.get("unseen", {}).items()]
    heads = {key: head for key, head in HEADS.items() if any(key in row for _, row in rows)}
    page = render_page(
        "evaluation.html",
        title=title,
        rows=rows,
        heads=heads,
        model=rows[0][1],
        labels=labels,
        evidence=evidence,
        trusted=trusted,
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
