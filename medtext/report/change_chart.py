"""What two runs use terms for, as a PNG: every term a line from the one effect to the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medtext.explain.difference import POINTS, TermChange
from medtext.report.fonts import find_faces
from medtext.report.plots import as_png
from medtext.report.statistics_plots import short_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from medtext.explain.verdicts import TermEffect

_A, _B = "#8c959f", "#2166ac"
_UP, _DOWN = "#92c5de", "#f4a582"
_APART = 0.17
"""A stands so far above the middle of its row, and B below: their intervals do not hide each other."""


def change_chart(rows: Sequence[TermChange]) -> bytes:
    """Draw the effects of terms in both runs with their intervals, and a line between: a PNG.

    The ground is shaded where an effect counts as none. Raises OutputError where no font has the characters.
    """
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    names = [f"{short_label(row.term)}  ·  {short_label(row.label)}" for row in rows]
    font = FontProperties(fname=find_faces("".join(names)).faces[0].path, size=9)
    figure = Figure(figsize=(8.5, 1.4 + 0.3 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    axes.axvspan(-POINTS.delta, POINTS.delta, color="#eef1f4", linewidth=0)
    axes.axvline(0, color="#57606a", linewidth=0.8)
    for place, row in enumerate(rows):
        _draw(axes, place, row)
    axes.set_yticks(range(len(rows)), names, fontproperties=font, parse_math=False)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel("effect on the label, % of the run's median margin; bars are 95 % intervals", fontsize=9)
    axes.tick_params(axis="x", labelsize=8)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#e3e6ea", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    right = axes.secondary_yaxis("right")
    right.set_yticks(range(len(rows)), [row.said for row in rows], fontsize=8, color="#57606a")
    right.tick_params(axis="y", length=0)
    right.spines[:].set_visible(False)
    dots = [
        axes.plot([], [], "o", color=_A, markerfacecolor="white", label="A")[0],
        axes.plot([], [], "o", color=_B, label="B")[0],
    ]
    figure.legend(handles=dots, loc="outside upper right", ncols=2, fontsize=9, frameon=False)
    return as_png(figure)


def _draw(axes: Axes, place: int, row: TermChange) -> None:
    heights = place - _APART, place + _APART
    ends = [each.percent or 0.0 for each in (row.before, row.after)]
    color = _UP if ends[1] > ends[0] else _DOWN
    axes.plot(ends, heights, color=color, linewidth=3, solid_capstyle="round", zorder=2)
    looks = ((row.before, heights[0], _A, "white"), (row.after, heights[1], _B, _B))
    for effect, height, edge, face in looks:
        axes.hlines(height, *_interval(effect), color=edge, linewidth=1, zorder=3)
        axes.plot(effect.percent or 0.0, height, "o", color=edge, markerfacecolor=face, markersize=5, zorder=4)


def _interval(effect: TermEffect) -> tuple[float, float]:
    return effect.percent_low or 0.0, effect.percent_high or 0.0
