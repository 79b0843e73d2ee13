"""Charts of a corpus as PNG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from medtext.corpus.cooccurrence import Cooccurrence
from medtext.corpus.lengths import Cut, Histogram
from medtext.corpus.part_counts import LabelCount
from medtext.report.fonts import find_faces
from medtext.report.plots import as_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

_BLUE, _RED = "#2166ac", "#b2182b"
_PARTS = {"train": "#2166ac", "val": "#92c5de", "test": "#f4a582"}
_LABELS = 40
_HEATED = 30
_DARK = 0.6
_WRITTEN = 20
"""Up to so many labels the heat map has figures in its cells."""
_LONGEST = 36
"""Half-width columns of a label; a Chinese character takes two."""


def length_chart(histogram: Histogram, cut: Cut) -> bytes:
    """Draw how long texts are in tokens, and how long a model reads at once: a PNG."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(8.0, 3.2), layout="constrained")
    axes = figure.add_subplot()
    starts, ends = histogram.edges[:-1], histogram.edges[1:]
    width = ends[0] - starts[0]
    colors = [_BLUE if start < cut.limit else _RED for start in starts]
    axes.bar(starts, histogram.counts, width=0.92 * width, align="edge", color=colors)
    if histogram.over:
        at = ends[-1] + width
        axes.bar([at], [histogram.over], width=0.92 * width, align="edge", color=_RED if at >= cut.limit else "#92c5de")
        axes.text(at + width / 2, histogram.over, f"longer: {histogram.over:,}", ha="center", va="bottom", fontsize=7)
    edge = axes.get_xlim()[1]
    if cut.limit <= edge:
        axes.axvline(cut.limit, color=_RED, linewidth=1.2, linestyle="--")
    where = "" if cut.limit <= edge else ", beyond this chart"
    axes.set_title(f"limit {cut.limit:,}{where}; {cut.texts:,} texts are longer", fontsize=9, color=_RED, loc="right")
    axes.set_xlim(left=0)
    axes.set_xlabel("tokens", fontsize=9)
    axes.set_ylabel("texts", fontsize=9)
    axes.tick_params(axis="y", labelsize=8)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.margins(y=0.1)
    _plain(axes)
    return as_png(figure)


def label_chart(labels: Sequence[LabelCount]) -> bytes:
    """Draw the records of each label by part, the commonest on top: a PNG. Raises OutputError without a font."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    shown = list(labels[:_LABELS])[::-1]
    font = _font("".join(row.label for row in shown))
    figure = Figure(figsize=(8.0, 1.0 + 0.26 * len(shown)), layout="constrained")
    axes = figure.add_subplot()
    left = [0] * len(shown)
    for name, color in _PARTS.items():
        counts = [row.parts.get(name, 0) for row in shown]
        bars = axes.barh(range(len(shown)), counts, left=left, color=color, height=0.72, label=name)
        left = [start + count for start, count in zip(left, counts, strict=True)]
    axes.bar_label(bars, [f"{count:,}" for count in left], padding=3, fontsize=7)
    axes.set_yticks(range(len(shown)), [short_label(row.label) for row in shown], fontproperties=font, parse_math=False)
    axes.set_xlabel("records", fontsize=9)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.margins(x=0.08, y=0.02)
    axes.legend(loc="lower right", fontsize=8, frameon=False)
    _plain(axes)
    return as_png(figure)


def cooccurrence_chart(together: Cooccurrence, labels: Sequence[LabelCount]) -> bytes:
    """Draw how often labels stand together as a heat map of Jaccard shares, with the records of each pair: a PNG.

    The commonest 30 labels are shown. Raises OutputError without a font.
    """
    import numpy as np
    from matplotlib.colors import PowerNorm
    from matplotlib.figure import Figure

    names = [row.label for row in labels if row.records][:_HEATED]
    place = {name: number for number, name in enumerate(names)}
    shares = np.full((len(names), len(names)), 0.0)
    counts = np.zeros((len(names), len(names)), dtype=np.int64)
    for pair in together.pairs:
        if pair.first in place and pair.second in place:
            for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
                shares[place[one], place[other]] = pair.jaccard
                counts[place[one], place[other]] = pair.records
    np.fill_diagonal(shares, np.nan)
    font = _font("".join(names))
    side = 2.2 + 0.36 * len(names)
    figure = Figure(figsize=(side + 0.6, side), layout="constrained")
    axes = figure.add_subplot()
    # Two labels that always stand together must not bleach all others: small shares get more of the scale.
    scale = PowerNorm(0.5, vmin=0, vmax=max(0.01, float(np.nan_to_num(shares).max())))
    image = axes.imshow(np.ma.masked_invalid(shares), cmap="Blues", norm=scale)
    axes.set_facecolor("#eeeeee")
    axes.set_xticks(
        range(len(names)),
        [short_label(name) for name in names],
        fontproperties=font,
        parse_math=False,
        rotation=60,
        ha="right",
    )
    axes.set_yticks(range(len(names)), [short_label(name) for name in names], fontproperties=font, parse_math=False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    if len(names) <= _WRITTEN:
        for row, column in zip(*np.nonzero(counts), strict=True):
            color = "white" if scale(shares[row, column]) > _DARK else "#1b1f24"
            axes.text(column, row, f"{counts[row, column]:,}", ha="center", va="center", fontsize=6, color=color)
    bar = figure.colorbar(image, ax=axes, shrink=0.6)
    bar.set_label("Jaccard: records with both / with either", fontsize=8)
    bar.ax.tick_params(labelsize=7)
    bar.outline.set_visible(False)
    return as_png(figure)


def _font(text: str) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=find_faces(text).faces[0].path, size=9)


def short_label(label: str) -> str:
    """Cut a label that is wider than a chart has room for."""
    columns = 0
    for place, character in enumerate(label):
        columns += 2 if east_asian_width(character) in "WF" else 1
        if columns > _LONGEST:
            return f"{label[: place - 1]}…"
    return label


def _plain(axes: Axes) -> None:
    axes.tick_params(axis="x", labelsize=8)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right"]].set_visible(False)
