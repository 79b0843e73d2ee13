"""A sheet to draw on, measured in points from the top left corner, which grows downwards as it is filled."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Literal

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

if TYPE_CHECKING:
    from medtext.plugin import Faces

POINTS = 72
"""An inch has as many."""


class Canvas:
    """A figure of a given width; its height is settled when it is saved."""

    def __init__(self, width: float, faces: Faces) -> None:
        self.width = width
        self._faces = faces
        self._figure = Figure(figsize=(width / POINTS, 1), facecolor="white")
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)

    def measure(self, text: str, size: float) -> float:
        """Return the width of a line of text."""
        return sum(map(self._faces.width, text)) * size

    def write(self, x: float, baseline: float, text: str, size: float, color: str) -> float:
        """Write a line of text and return where it ends; ``$`` is a dollar, not mathematics."""
        for face, run in self._faces.runs(text):
            font = FontProperties(fname=face.path, size=size)
            self._axes.text(x, baseline, run, fontproperties=font, color=color, va="baseline", parse_math=False)
            x += self.measure(run, size)
        return x

    def box(self, x: float, top: float, width: float, height: float, color: str) -> None:
        """Fill a rectangle."""
        self._axes.add_artist(Rectangle((x, top), width, height, facecolor=color, linewidth=0))

    def line(self, left: float, right: float, y: float, width: float, color: str, *, dashed: bool = False) -> None:
        """Draw a level line."""
        style: tuple[float, tuple[float, ...]] | Literal["solid"] = (0, (2.2, 1.4)) if dashed else "solid"
        line = Line2D((left, right), (y, y), linewidth=width, color=color, linestyle=style, solid_capstyle="butt")
        self._axes.add_artist(line)

    def save(self, height: float, kind: Literal["png", "svg"], dpi: int) -> bytes:
        """Return the picture down to ``height`` as a file; nothing in it tells when or by what it was made."""
        self._axes.set_ylim(height, 0)
        pixels = [max(round(side / POINTS * dpi), 1) for side in (self.width, height)]
        self._figure.set_size_inches(pixels[0] / dpi, pixels[1] / dpi)
        content = BytesIO()
        self._figure.savefig(content, format=kind, dpi=dpi, metadata=_ANONYMOUS[kind])
        return content.getvalue()


_ANONYMOUS = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}
