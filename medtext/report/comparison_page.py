"""A folder that shows runs side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from medtext.report.curves import loss_curves
from medtext.report.page import render_page


def write_comparison(
    folder: Path, title: str, rows: Sequence[dict[str, Any]], columns: Sequence[tuple[str, str]]
) -> None:
    """Write ``comparison.json``, ``curves.png`` and ``index.html``.

    ``rows`` are those of ``Compared.to_json``; ``columns`` the keys of metrics to show, with their heads.
    """
    content = json.dumps(list(rows), ensure_ascii=False, indent=2, allow_nan=False)
    (folder / "comparison.json").write_text(content + "\n", encoding="utf-8")
    curves = {row["run"]: row["history"] for row in rows if all("val_loss" in line for line in row["history"])}
    curves = {name: history for name, history in curves.items() if history}
    if curves:
        (folder / "curves.png").write_bytes(loss_curves(curves))
    page = render_page(
        "comparison.html",
        title=title,
        rows=rows,
        columns=columns,
        records=rows[0]["metrics"]["records"],
        curves=bool(curves),
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
