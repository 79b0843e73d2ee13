"""How far the ranks of keywords wander, as PNG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medtext.explain.stability import LabelStability, Stability
from medtext.report.fonts import find_faces
from medtext.report.plots import as_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

_ROWS = 15
"""So many keywords of each label are drawn."""
_ACROSS = 3
_FARTHEST = 5
"""Ranks are drawn up to so many times the top; what lies beyond, or has no rank, stands at the edge."""
_BLUE, _BAND, _ORANGE, _GREY, _INK = "#2166ac", "#92c5de", "#b35806", "#9aa4ae", "#1b1f24"
_LONGEST = 14
_BELOW = 0.25
"""How far a cross stands below its row, so that it hides no dot."""
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def rank_chart(found: Stability) -> bytes:
    """Draw the ranks of the first keywords of each label: a PNG.

    Of each: the interval over samples of clusters, the rank in every run and under shuffled weights, and the share of
    samples that have it in their top. Raises OutputError where no font has the characters.
    """
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    shown = {label.label: label.rows[:_ROWS] for label in found.labels}
    text = "".join(shown) + "".join(row.keyword for rows in shown.values() for row in rows) + "…"
    font = FontProperties(fname=find_faces(text).faces[0].path, size=9)
    across = min(_ACROSS, len(shown))
    down = -(-len(shown) // across)
    tallest = max(map(len, shown.values()))
    figure = Figure(figsize=(max(4.4 * across, 7.0), (0.9 + 0.22 * tallest) * down + 0.4), layout="constrained")
    for number, label in enumerate(found.labels, start=1):
        axes = figure.add_subplot(down, across, number)
        _draw(axes, label, found.top, font)
        axes.set_ylim(tallest + 0.5, 0.5)
    handles, names = axes.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=min(len(names), 3), fontsize=8, frameon=False)
    return as_png(figure)


def _draw(axes: Axes, label: LabelStability, top: int, font: FontProperties) -> None:
    rows, edge = label.rows[:_ROWS], _FARTHEST * top
    places = range(1, len(rows) + 1)
    first = [row.runs[0] for row in rows]

    def at(rank: int | None) -> int:
        return edge if rank is None else min(rank, edge)

    lows, highs = [at(each.low) for each in first], [at(each.high) for each in first]
    axes.axvline(top + 0.5, color=_GREY, linewidth=0.8, linestyle="--", label=f"end of the top {top}")
    axes.hlines(places, lows, highs, color=_BAND, linewidth=5, label="95 % of samples of clusters")
    axes.plot([row.rank for row in rows], places, "|", color=_BLUE, markersize=9, markeredgewidth=2, label="the run")
    dots = [(at(each.rank), place) for row, place in zip(rows, places, strict=True) for each in row.runs[1:]]
    _points(axes, dots, "o", _INK, "other runs")
    if label.shuffled.overlap is not None:
        crosses = [(at(each.shuffled), place + _BELOW) for each, place in zip(first, places, strict=True)]
        _points(axes, crosses, "x", _ORANGE, "the run, weights shuffled")
    for place, each in zip(places, first, strict=True):
        # Beside the axes: what is drawn in them may stand anywhere.
        axes.text(1.02, place, f"{each.selected:.0%}", transform=axes.get_yaxis_transform(), va="center", fontsize=7)
    axes.text(1.02, 0.35, "in top", transform=axes.get_yaxis_transform(), va="bottom", fontsize=7, color=_GREY)
    names = [row.keyword if len(row.keyword) <= _LONGEST else f"{row.keyword[: _LONGEST - 1]}…" for row in rows]
    axes.set_yticks(places, names, fontproperties=font, parse_math=False)
    axes.set_title(label.label, fontproperties=font, fontsize=11, parse_math=False)
    _scale(axes, edge)


def _points(axes: Axes, points: Sequence[tuple[int, float]], marker: str, color: str, name: str) -> None:
    if points:
        across, along = zip(*points, strict=True)
        axes.plot(across, along, marker, color=color, markersize=4, alpha=0.75, label=name, clip_on=False, zorder=3)


def _scale(axes: Axes, edge: int) -> None:
    from matplotlib.ticker import NullLocator

    axes.set_xscale("log")
    axes.set_xlim(0.85, edge * 1.1)
    ticks = [tick for tick in _TICKS if tick < edge / 1.5]
    axes.set_xticks([*ticks, edge], [*map(str, ticks), f"{edge}+"])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(f"rank; {edge}+: beyond, or none", fontsize=8)
    axes.tick_params(axis="x", labelsize=7)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right"]].set_visible(False)
