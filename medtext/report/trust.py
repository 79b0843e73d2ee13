"""Charts of whether probabilities mean what they say, and of what answering only the surest gains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from medtext.report.plots import as_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BLUE, _GREY = "#2166ac", "#9aa4ae"


def trust_chart(measured: Mapping[str, Any]) -> bytes:
    """Draw ``reliability`` and ``coverage`` of what was measured of a model, as ``evaluate`` gives them: a PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.4, 3.8), layout="constrained")
    said, risk = figure.subplots(1, 2)
    bins = measured["reliability"]
    said.plot([0, 1], [0, 1], color=_GREY, linewidth=1, linestyle="--")
    sizes = [each["count"] for each in bins]
    most = max(sizes)
    said.plot([each["said"] for each in bins], [each["right"] for each in bins], color=_BLUE, linewidth=1.2)
    said.scatter(
        [each["said"] for each in bins],
        [each["right"] for each in bins],
        s=[12 + 36 * size / most for size in sizes],
        color=_BLUE,
        zorder=3,
    )
    said.set_title(f"what it says and what is right (ECE {measured['ece']:.4f})", fontsize=10)
    said.set_xlabel("mean probability of a tenth of the answers", fontsize=9)
    said.set_ylabel("share that is right", fontsize=9)
    _draw_risk(risk, measured["coverage"], measured["aurc"])
    for axes in (said, risk):
        _frame(axes)
    return as_png(figure)


def risk_chart(measured: Mapping[str, Any]) -> bytes:
    """Draw ``coverage`` of what was measured of a writer: a PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.4, 3.4), layout="constrained")
    axes = figure.subplots()
    _draw_risk(axes, measured["coverage"], measured["aurc"])
    _frame(axes)
    return as_png(figure)


def _draw_risk(axes: Axes, coverage: Mapping[str, Any], area: float) -> None:
    axes.plot(coverage["coverages"], coverage["risks"], color=_BLUE, linewidth=1.5)
    axes.set_title(f"answering only the surest (area {area:.4f})", fontsize=10)
    axes.set_xlabel("share of records that is answered", fontsize=9)
    axes.set_ylabel("share of these that is wrong", fontsize=9)
    axes.set_ylim(bottom=0)


def _frame(axes: Axes) -> None:
    from matplotlib.ticker import PercentFormatter

    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e3e6ea", linewidth=0.6)
    axes.set_axisbelow(True)
