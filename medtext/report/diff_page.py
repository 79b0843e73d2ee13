"""A folder that shows what changed between two runs: answers, terms, ranked keywords."""

from __future__ import annotations

import logging
from pathlib import Path

from medtext.errors import OutputError
from medtext.explain.found_changes import FoundChanges
from medtext.report.change_chart import change_chart
from medtext.report.change_table import changes_as_csv, changes_as_json, changes_as_markdown, ranks_as_csv
from medtext.report.page import render_page

_log = logging.getLogger("medtext")

_EACH, _RANKED = 20, 50
"""Terms of each kind of change, and keywords, of the page, where no other number is wished; files hold all terms."""
_DRAWN = 8
"""Terms of each kind of change in the chart."""
_FIGURES = {"accuracy": "accuracy", "macro_f1": "macro F1", "log_loss": "log loss"}


def write_diff(folder: Path, found: FoundChanges, top: int | None = None) -> None:
    """Write ``changes.csv`` and ``.md``, ``ranks.csv``, ``diff.json``, a chart, and ``index.html``.

    ``top`` is the most rows of each table, of files too. A chart that no font can write is left out with a warning.
    """
    (folder / "changes.csv").write_text(changes_as_csv(found, top), encoding="utf-8")
    (folder / "changes.md").write_text(changes_as_markdown(found, top), encoding="utf-8")
    (folder / "ranks.csv").write_text(ranks_as_csv(found), encoding="utf-8")
    (folder / "diff.json").write_text(changes_as_json(found, top), encoding="utf-8")
    shown = found.first(_EACH) if top is None else found.discovered[:top]
    drawn = [each.row for each in found.first(_DRAWN)]
    try:
        if drawn:
            (folder / "changes.png").write_bytes(change_chart(drawn))
    except OutputError as error:
        _log.warning("the chart is left out: %s", error)
        drawn = []
    page = render_page(
        "diff.html",
        title=found.title,
        found=found,
        header=found.header,
        answers=found.answers,
        figures=[(key, head) for key, head in _FIGURES.items() if key in found.answers.before],
        shown=shown,
        drawn=len(drawn),
        ranks=found.moves.rows[: top or _RANKED],
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
