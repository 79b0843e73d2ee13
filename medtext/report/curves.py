"""How trainings went: losses by epoch, all runs in one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

from medtext.report.plots import as_png

_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
"""Okabe and Ito's colours, which the colour-blind tell apart; yellow, which is faint on white, left out."""
_STYLES = ("-", "--", ":", "-.")


def loss_curves(histories: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """Draw the training and the validation loss of runs, by name, over their epochs: a PNG.

    A point marks the best epoch, whose weights were kept.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    rows = -(-len(histories) // 3)
    figure = Figure(figsize=(9.0, 3.6 + 0.22 * rows), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    looks = [(color, style) for style in _STYLES for color in _COLORS]
    lines = []
    for (name, history), (color, style) in zip(histories.items(), cycle(looks), strict=False):
        epochs = [line["epoch"] for line in history]
        for axes, key in zip(panels, ("train_loss", "val_loss"), strict=True):
            values = [line[key] for line in history]
            (drawn,) = axes.plot(
                epochs,
                values,
                color=color,
                linestyle=style,
                linewidth=1.5,
                label=name,
                marker="." if len(epochs) == 1 else None,
            )
            if key == "val_loss":
                best = min(range(len(values)), key=values.__getitem__)
                axes.plot(epochs[best], values[best], "o", color=color, markersize=5)
                lines.append(drawn)
    for axes, title in zip(panels, ("training loss", "validation loss"), strict=True):
        axes.set_title(title, fontsize=11)
        axes.set_xlabel("epoch", fontsize=9)
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color="#e3e6ea", linewidth=0.6)
    figure.legend(handles=lines, loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    return as_png(figure)
