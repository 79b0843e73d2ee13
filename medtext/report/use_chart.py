"""A chart of what a run uses terms for against what they go with in the truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medtext.explain.association import MARGIN
from medtext.explain.effects import MATERIAL
from medtext.explain.use import FoundUse, Pair, TermUse
from medtext.report.fonts import find_faces
from medtext.report.plots import as_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.transforms import Bbox


@dataclass(frozen=True, slots=True)
class _Look:
    """How the terms of a kind are drawn: shape and colour, each of which tells it alone."""

    marker: str
    color: str
    size: float = 34.0


# Colours of Okabe and Ito (2008), which are told apart whatever colours a reader sees.
_LOOKS = {
    Pair.OPEN: _Look(".", "#b4bbc2", 18),
    Pair.USED: _Look("^", "#8b949e", 20),
    Pair.ASSOCIATED: _Look("s", "#8b949e", 16),
    Pair.NEITHER: _Look("+", "#57606a"),
    Pair.BOTH: _Look("o", "#0072b2"),
    Pair.UNUSED: _Look("s", "#009e73"),
    Pair.ALONE: _Look("^", "#d55e00", 44),
    Pair.CONTRARY: _Look("X", "#cc79a7", 48),
}
_GREY = {Pair.OPEN, Pair.USED, Pair.ASSOCIATED}
_EACH = 10
"""At most so many terms of a kind get their name."""
_LONGEST = 14
_CLEAR = 6
"""Dots between a name and points of others: at 100 dots an inch."""
_BAND = "#e9edf1"
_PLACES = ((5, 0, "left"), (-5, 0, "right"), (5, 8, "left"), (-5, 8, "right"), (5, -8, "left"), (-5, -8, "right"))
"""Where a name may stand by its point: points to the right, points up, and the side that is set flush."""


def use_chart(found: FoundUse) -> bytes | None:
    """Draw log-odds of association against use in percent of the median margin: a PNG; None where nothing is tested.

    Raises OutputError where no font has the characters.
    """
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    rows = [row for row in found.rows if row.pair in _LOOKS and row.effect.percent is not None]
    if not rows:
        return None
    named = list(_named(rows))
    labels = {row.effect.label for row in rows}
    names = [_name(row, labels) for row in named]
    figure = Figure(figsize=(8.4, 6.4), layout="constrained")
    axes = figure.add_subplot()
    axes.axvspan(-MARGIN, MARGIN, color=_BAND, zorder=0)
    axes.axhspan(-100 * MATERIAL, 100 * MATERIAL, color=_BAND, zorder=0)
    axes.axvline(0, color="white", linewidth=0.8, zorder=1)
    axes.axhline(0, color="white", linewidth=0.8, zorder=1)
    for zorder, (kind, look) in enumerate(_LOOKS.items(), start=2):
        there = [row for row in rows if row.pair is kind]
        if there:
            across, up = zip(*map(_place, there), strict=True)
            axes.scatter(
                across,
                up,
                marker=look.marker,
                color=look.color,
                s=look.size,
                linewidths=0.8 if look.marker == "+" else 0,
                alpha=0.9,
                zorder=zorder,
                label=f"{kind} ({len(there):,})",
            )
    _frame(axes)
    font = FontProperties(fname=find_faces("".join(names)).faces[0].path, size=8.5)
    _write_names(figure, named, names, [_place(row) for row in rows if row.pair not in _GREY], font)
    return as_png(figure)


def _place(row: TermUse) -> tuple[float, float]:
    return row.association.log_odds or 0.0, row.effect.percent or 0.0


def _named(rows: Sequence[TermUse]) -> Iterator[TermUse]:
    """Yield the terms that get a name: the rarer the kind the earlier, in it those farthest out first."""
    reach = [max((abs(_place(row)[axis]) for row in rows), default=0) or 1 for axis in (0, 1)]
    for kind in sorted(_LOOKS.keys() - _GREY, key=lambda kind: sum(row.pair is kind for row in rows)):
        far = sorted(
            (row for row in rows if row.pair is kind and kind is not Pair.NEITHER),
            key=lambda row: -sum((value / most) ** 2 for value, most in zip(_place(row), reach, strict=True)),
        )
        yield from far[:_EACH]


def _name(row: TermUse, labels: set[str]) -> str:
    parts = [row.effect.term, row.effect.label] if len(labels) > 1 else [row.effect.term]
    return " · ".join(part if len(part) <= _LONGEST else f"{part[: _LONGEST - 1]}…" for part in parts)


def _frame(axes: Axes) -> None:
    axes.set_xlabel("association: log-odds ratio of the true label with and without the term", fontsize=9)
    axes.set_ylabel("use: effect on the label's answer, % of the median margin", fontsize=9)
    axes.tick_params(labelsize=8)
    axes.margins(0.12, 0.08)
    axes.spines[["top", "right"]].set_visible(False)
    handles, kinds = axes.get_legend_handles_labels()
    axes.legend(
        handles[::-1],
        kinds[::-1],
        loc="upper center",
        bbox_to_anchor=(0.5, -0.1),
        ncols=2,
        fontsize=8,
        frameon=False,
    )


def _write_names(
    figure: Figure,
    rows: Sequence[TermUse],
    names: Sequence[str],
    kept_free: Sequence[tuple[float, float]],
    font: FontProperties,
) -> None:
    """Write names beside their points, where they cover no other name and no point that is to be kept free."""
    from matplotlib.patheffects import withStroke

    (axes,) = figure.axes
    figure.draw_without_rendering()  # settles where the axes lie
    points = [axes.transData.transform(place) for place in kept_free]
    taken: list[Bbox] = []
    for row, name in zip(rows, names, strict=True):
        for right, up, side in _PLACES:
            text = axes.annotate(
                name,
                _place(row),
                (right, up),
                textcoords="offset points",
                ha=side,
                va="center",
                fontproperties=font,
                color="#1b1f24",
                parse_math=False,
                path_effects=[withStroke(linewidth=2, foreground="white")],
                zorder=20,
            )
            box = text.get_window_extent()
            inside = axes.bbox.contains(*box.p0) and axes.bbox.contains(*box.p1)
            free = not any(map(box.overlaps, taken)) and not any(box.padded(_CLEAR).contains(*each) for each in points)
            if inside and free:
                taken.append(box)
                break
            text.remove()
