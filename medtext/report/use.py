"""Use against association as files of a report: CSV and a chart."""

from __future__ import annotations

import logging
from dataclasses import astuple, fields
from pathlib import Path

from medtext.errors import OutputError
from medtext.explain.association import TermAssociation
from medtext.explain.use import FoundUse
from medtext.report.rows import rows_as_csv
from medtext.report.use_chart import use_chart

_log = logging.getLogger("medtext")


def write_use(folder: Path, found: FoundUse) -> bool:
    """Write ``association.csv`` and ``association.png``; return whether there is a chart.

    Without a pair that is tested there is none, nor where no font has the letters, of which a warning tells.
    """
    (folder / "association.csv").write_text(use_as_csv(found), encoding="utf-8")
    try:
        chart = use_chart(found)
    except OutputError as error:
        _log.warning("the chart of use against association is left out: %s", error)
        return False
    if chart is not None:
        (folder / "association.png").write_bytes(chart)
    return chart is not None


def use_as_csv(found: FoundUse) -> str:
    """Return associations, with the use of the same terms, as CSV that Excel opens right; unknown is empty."""
    columns = [*(field.name for field in fields(TermAssociation)), "use_percent", "use", "pair"]
    rows = ([*astuple(row.association), row.effect.percent, row.effect.verdict, row.pair] for row in found.rows)
    return rows_as_csv(columns, (["" if value is None else str(value) for value in row] for row in rows))
