"""Where a writer looked for each word of a report, drawn over the images."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medtext.report.fonts import Faces, find_faces
from medtext.report.plots import as_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties
    from matplotlib.image import AxesImage

_COLUMNS = 6
_GAP = 0.02
_FULL = 4
"""So many times the attention that a cell has of an even look is painted in full, or more where a word has more."""
NOTE = "Attention of the network, which is no proof of what moved it. Research, not for clinical use."
"""What stands under every picture."""


@dataclass(frozen=True)
class StudyMaps:
    """The images of a study and the attention to each for every word.

    ``text`` is the report, ``words`` its tokens. ``images`` are uint8 [height, width], ``views`` what they show;
    ``grids`` one for each image, float32 [words, rows, columns]: a word's weights add up to one over all images. A cell
    covers the stretch of the image that its row and column say, whatever the resolution.
    """

    study: str
    text: str
    words: tuple[str, ...]
    images: tuple[NDArray[np.uint8], ...]
    views: tuple[str, ...]
    grids: tuple[NDArray[np.float32], ...]

    def __post_init__(self) -> None:
        if not len(self.images) == len(self.views) == len(self.grids):
            raise ValueError("images, views and grids of a study are of the same number")
        if any(len(grid) != len(self.words) for grid in self.grids):
            raise ValueError("every grid has a map for each word")

    def sheet(self) -> bytes:
        """Draw the images, and the maps of all words after them in reading order: a PNG."""
        from matplotlib.figure import Figure

        count = len(self.words) + 1
        rows = -(-count // _COLUMNS)
        aspect = max(self._aspect, 0.4)
        wide = 2.1 * max(1.0, aspect / 1.6)
        figure = Figure(figsize=(wide * _COLUMNS, (wide / aspect + 0.35) * rows + 0.4), layout="constrained")
        panels = figure.subplots(rows, _COLUMNS, squeeze=False).flatten()
        for axes in panels:
            axes.set_axis_off()
        self._images(panels[0])
        panels[0].set_title(", ".join(filter(None, self.views)) or "images", fontsize=9, color="#57606a")
        for number, (axes, word) in enumerate(zip(panels[1:], self.words, strict=False)):
            self._word(axes, number)
            axes.set_title(self._spelled(word), font=self._font(10), parse_math=False)
        figure.suptitle(self._spelled(self.study), font=self._font(10), parse_math=False)
        figure.supxlabel(NOTE, fontsize=8, color="#57606a")
        return as_png(figure)

    def word(self, number: int) -> bytes:
        """Draw the map of one word with the scale of its colours: a PNG."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(3.6 * max(1.0, self._aspect) + 0.6, 4.2), layout="constrained")
        axes = figure.subplots()
        axes.set_axis_off()
        drawn = self._word(axes, number)
        share = ", ".join(
            f"{view or 'image'} {grid[number].sum():.0%}" for view, grid in zip(self.views, self.grids, strict=True)
        )
        title = f"{number + 1}. {self._spelled(self.words[number])}  ({share})"
        axes.set_title(title, font=self._font(11), parse_math=False)
        figure.colorbar(drawn, ax=axes, fraction=0.04, label="attention of a cell")
        figure.supxlabel(NOTE, fontsize=7, color="#57606a", wrap=True)
        return as_png(figure)

    def _font(self, size: int) -> FontProperties:
        from matplotlib.font_manager import FontProperties

        return FontProperties(fname=self._faces.faces[0].path, size=size)

    def _spelled(self, text: str) -> str:
        return self._faces.spell(text)

    @cached_property
    def _faces(self) -> Faces:
        """The fonts that the study is written in. Raises OutputError where there is none."""
        return find_faces("".join((self.study, *self.words)))

    @property
    def _aspect(self) -> float:
        return sum((image.shape[1] / image.shape[0] for image in self.images), _GAP * (len(self.images) - 1))

    def _images(self, axes: Axes) -> list[tuple[float, float, float, float]]:
        """Draw the images side by side, each one high, and return where they are."""
        extents, left = [], 0.0
        for image in self.images:
            right = left + image.shape[1] / image.shape[0]
            extents.append((left, right, 1.0, 0.0))
            axes.imshow(image, cmap="gray", vmin=0, vmax=255, extent=extents[-1])
            left = right + _GAP
        axes.set_xlim(0, left - _GAP)
        axes.set_ylim(1, 0)
        return extents

    def _word(self, axes: Axes, number: int) -> AxesImage:
        """Draw the map of one word over the images, and return that of the last, whose colours all share."""
        cells = sum(grid[number].size for grid in self.grids)
        # An even look is faint everywhere: its cells, all of them the greatest, would shine.
        most = max(_FULL / cells, *(float(grid[number].max()) for grid in self.grids))
        extents, drawn = self._images(axes), []
        for grid, extent in zip(self.grids, extents, strict=True):
            weights = grid[number]
            # Faint cells let the image through: colour alone would paint all of it.
            drawn.append(
                axes.imshow(
                    weights,
                    cmap="inferno",
                    vmin=0,
                    vmax=most,
                    alpha=np.clip(weights / most, 0, 1) * 0.65,
                    extent=extent,
                    interpolation="nearest",
                )
            )
        axes.set_xlim(0, extents[-1][1])
        axes.set_ylim(1, 0)
        return drawn[-1]
