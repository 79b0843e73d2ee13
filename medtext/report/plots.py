"""Charts as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from medtext.explain.cluster_means import Direction
from medtext.explain.keywords import KeywordTable
from medtext.report.fonts import find_faces

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROWS = 15
_COLORS = {Direction.FOR: "#2166ac", Direction.AGAINST: "#b2182b"}
_ACROSS = 3
_DPI = 150


def keyword_chart(table: KeywordTable, labels: Sequence[str]) -> bytes:
    """Draw the most frequent keywords of each label as bars, those that speak against it in red: a PNG.

    Raises OutputError where no font has the characters.
    """
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Patch
    from matplotlib.ticker import MaxNLocator

    rows = {label: table.rows(label)[:_ROWS] for label in labels}
    text = "".join(labels) + "".join(row.keyword for each in rows.values() for row in each)
    font = FontProperties(fname=find_faces(text).faces[0].path, size=9)
    across = min(_ACROSS, len(labels))
    down = -(-len(labels) // across)
    tallest = max(1, *(len(each) for each in rows.values()))
    figure = Figure(figsize=(4.0 * across, (0.7 + 0.22 * tallest) * down), layout="constrained")
    for number, label in enumerate(labels, start=1):
        axes = figure.add_subplot(down, across, number)
        shown = rows[label][::-1]
        bars = axes.barh(
            range(len(shown)), [row.count for row in shown], color=[_COLORS[row.direction] for row in shown], height=0.7
        )
        axes.bar_label(bars, padding=2, fontsize=7)
        names = [row.keyword if len(row.keyword) <= 18 else f"{row.keyword[:17]}…" for row in shown]
        axes.set_yticks(range(len(shown)), names, fontproperties=font)
        axes.set_title(label, fontproperties=font, fontsize=11)
        axes.set_xlabel("frequency", fontsize=8)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.tick_params(axis="x", labelsize=7)
        axes.spines[["top", "right"]].set_visible(False)
        axes.margins(x=0.12)
        axes.set_ylim(len(shown) - tallest - 0.5, len(shown) - 0.5)
    if len(table.directions) > 1:
        handles = [Patch(color=_COLORS[each], label=f"speaks {each} the label") for each in table.directions]
        figure.legend(handles=handles, loc="outside lower center", ncols=2, fontsize=8, frameon=False)
    return as_png(figure)


def as_png(figure: Figure) -> bytes:
    """Return a figure as the bytes of a PNG, the same for the same figure."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=_DPI, metadata={"Software": None})
    return stream.getvalue()
