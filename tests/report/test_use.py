"""Use against association as files: a chart of what was tested, and all rows as CSV."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medtext.explain.association import Association, TermAssociation
from medtext.explain.use import FoundUse, TermUse
from medtext.explain.verdicts import TermEffect, Verdict
from medtext.report import use_chart
from medtext.report.use import write_use


def row(term: str, percent: float, log_odds: float, use: Verdict, association: Association) -> TermUse:
    effect = TermEffect(term=term, label="x", records=30, clusters=30, theta=percent, percent=percent, verdict=use)
    counts = {"both": 20, "having": 30, "labelled": 40, "records": 90, "clusters": 30}
    return TermUse(
        effect, TermAssociation(term=term, label="x", **counts, log_odds=log_odds, verdict=association, low=0.5)
    )


FOUND = FoundUse(
    (
        row("<b>", 40, 2.0, Verdict.FOR, Association.WITH),
        row("$x_1", -30, 1.5, Verdict.AGAINST, Association.WITH),
        row("few", 5, 1.0, Verdict.TOO_FEW, Association.TOO_FEW),
    )
)


def test_files_hold_every_row_and_a_chart_of_what_was_tested(tmp_path: Path) -> None:
    assert write_use(tmp_path, FOUND)
    assert (tmp_path / "association.png").read_bytes().startswith(b"\x89PNG")
    with (tmp_path / "association.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(each["term"], each["pair"]) for each in rows] == [
        ("<b>", "used and associated"),
        ("$x_1", "used against its association"),
        ("few", "too few"),
    ]
    assert (rows[0]["low"], rows[0]["high"], rows[0]["use_percent"]) == ("0.5", "", "40")


def test_without_a_tested_pair_there_is_no_chart(tmp_path: Path) -> None:
    assert not write_use(tmp_path, FoundUse(FOUND.rows[2:]))
    assert not (tmp_path / "association.png").exists()


def test_names_cover_neither_each_other_nor_other_points(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = []
    monkeypatch.setattr(use_chart, "as_png", lambda figure: figures.append(figure) or b"")
    crowd = [row(f"term{at}", 20 + at % 5, 1 + at / 10, Verdict.FOR, Association.WITH) for at in range(30)]
    use_chart.use_chart(FoundUse((*FOUND.rows, *crowd)))
    (axes,) = figures[0].axes
    boxes = [text.get_window_extent() for text in axes.texts]
    assert 3 <= len(boxes) <= 12
    assert not any(box.overlaps(other) for at, box in enumerate(boxes) for other in boxes[:at])
    points = [axes.transData.transform((1 + at / 10, 20 + at % 5)) for at in range(30)]
    assert not any(box.contains(*point) for box in boxes for point in points)
