"""A folder that shows what drives a model's answers: table, chart, heat maps."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from medtext.errors import OutputError
from medtext.explain.attribution import Attribution
from medtext.explain.inference import FoundEffects
from medtext.explain.keywords import BLIND, UNBOUNDED, KeywordTable
from medtext.explain.rank_stability import TOP
from medtext.report.effects import effects_as_csv
from medtext.report.examples import Examples
from medtext.report.page import render_page
from medtext.report.plots import keyword_chart
from medtext.report.table import Bounds, as_csv, as_json, as_markdown
from medtext.report.use import write_use

_log = logging.getLogger("medtext")

Draw = Callable[[list[Attribution]], str | bytes]

_TOP = 50
"""Rows of the page, where no other number is wished; the files hold all of them."""


def write_keywords(
    folder: Path,
    table: KeywordTable,
    title: str,
    examples: Examples | None,
    draw: Mapping[str, Draw],
    effects: FoundEffects | None = None,
    *,
    label: str | None = None,
    top: int | None = None,
    bounds: Bounds | None = None,
) -> None:
    """Write ``keywords.csv``, ``.json`` and ``.md``, a chart, heat maps of example records, and ``index.html``.

    ``draw`` maps ``page`` and ``image`` to what draws attributions; without ``examples`` there are no heat maps.
    Pictures that no font here can write are left out with a warning; the pages need none. ``label`` leaves only its
    rows and pictures, ``top`` so many rows; ``bounds`` order them. With ``effects``, ``effects.csv`` too, and a section
    of the page; with their association, ``association.csv``, a chart and a section more.
    """
    csv, markdown = (form(table, label=label, top=top, bounds=bounds) for form in (as_csv, as_markdown))
    (folder / "keywords.csv").write_text(csv, encoding="utf-8")
    (folder / "keywords.md").write_text(markdown, encoding="utf-8")
    document = as_json(table, label=label, top=top, effects=effects, bounds=bounds)
    (folder / "keywords.json").write_text(document, encoding="utf-8")
    by_label = {each: table.rows(each, bounds) for each in table.labels if label in (None, each)}
    by_label = {each: rows for each, rows in by_label.items() if rows}
    shown = {} if examples is None else {each: examples.of(each) for each in by_label}
    if examples is not None:
        maps = draw["page"]([attribution for each in shown.values() for attribution in each])
        (folder / "heatmaps.html").write_text(maps if isinstance(maps, str) else maps.decode(), encoding="utf-8")
    pictures = _pictures(folder, table, list(by_label), shown, draw)
    if effects is not None:
        (folder / "effects.csv").write_text(effects_as_csv(effects), encoding="utf-8")
    use = None if effects is None else effects.use
    discovered = [] if effects is None else effects.discovered[: top or _TOP]
    ends = [end or 0.0 for row in discovered for end in (row.percent_low, row.percent_high)]
    reach = max(map(abs, ends), default=0.0)
    rows = table.rows(label, bounds)
    page = render_page(
        "keywords.html",
        title=title,
        header=table.header(),
        adds_up=table.adds_up,
        how=table.how,
        written="All" if top is None else f"The first {min(top, len(rows))}",
        rows=rows[: top or _TOP],
        total=len(rows),
        by_label=[(each, own[: min(top or 20, 20)], len(own)) for each, own in by_label.items()],
        most=max((row.count for row in rows), default=1),
        mapped=examples is not None,
        bounded=bounds is not None,
        unbounded=UNBOUNDED,
        stability=table.stability(label),
        first=TOP,
        pictures=pictures,
        blind=BLIND,
        effects=effects,
        discovered=discovered,
        reach=reach or 1,
        use=use,
        strata=None if effects is None else effects.strata,
        use_chart=use is not None and write_use(folder, use),
        most_use=top or _TOP,
    )
    (folder / "index.html").write_text(page, encoding="utf-8")


def _pictures(
    folder: Path,
    table: KeywordTable,
    labels: Sequence[str],
    shown: Mapping[str, list[Attribution]],
    draw: Mapping[str, Draw],
) -> list[tuple[str, str]]:
    """Write the chart and the heat maps of each label, as far as fonts go; return their names and captions."""
    pictures = []
    try:
        if labels:
            (folder / "keywords.png").write_bytes(keyword_chart(table, labels))
            pictures.append(("keywords.png", "The most frequent keywords of each label"))
        for number, (label, examples) in enumerate(shown.items(), start=1):
            picture = draw["image"](examples)
            (folder / f"heatmap-{number}.png").write_bytes(picture if isinstance(picture, bytes) else picture.encode())
            pictures.append((f"heatmap-{number}.png", f"Heat maps of {label}: records picked by the hash of their id"))
    except OutputError as error:
        _log.warning("pictures are left out: %s", error)
    return pictures
