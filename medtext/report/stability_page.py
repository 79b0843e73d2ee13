"""A folder that shows whether the order of keywords holds: tables, chart, warnings."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from medtext.errors import OutputError
from medtext.explain.stability import Stability
from medtext.report.page import render_page
from medtext.report.stability_plots import rank_chart
from medtext.report.stability_table import as_csv, as_json, as_markdown

_log = logging.getLogger("medtext")


def write_stability(
    folder: Path, found: Stability, title: str, header: Mapping[str, Any], warnings: Sequence[str]
) -> None:
    """Write ``stability.csv``, ``.json`` and ``.md``, a chart of ranks, and ``index.html``.

    A chart that no font here can write is left out with a warning; the page needs none.
    """
    (folder / "stability.csv").write_text(as_csv(found), encoding="utf-8")
    (folder / "stability.json").write_text(as_json(found, header, warnings), encoding="utf-8")
    (folder / "stability.md").write_text(as_markdown(found, header, warnings), encoding="utf-8")
    drawn = False
    if found.labels:
        try:
            (folder / "ranks.png").write_bytes(rank_chart(found))
            drawn = True
        except OutputError as error:
            _log.warning("the chart is left out: %s", error)
    page = render_page(
        "stability.html",
        title=title,
        header=header,
        found=found,
        warnings=warnings,
        drawn=drawn,
        several=len(found.runs) > 1,
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
