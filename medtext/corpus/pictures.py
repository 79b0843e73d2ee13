"""Images that are read once, and kept for as long as there is room."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.image import read_image

_ROOM = 1 << 30


@dataclass
class Pictures:
    """Reads images in squares of ``size`` pixels a side, and keeps the first ``room`` bytes of them.

    A training reads every image once an epoch, and decoding costs more than the rest of making a batch.
    """

    size: int
    room: int = _ROOM
    _kept: dict[Path, NDArray[np.uint8]] = field(default_factory=dict, repr=False)

    def read(self, path: Path) -> NDArray[np.uint8]:
        """Return grey levels, uint8 [size, size]. Raises RecordError as ``read_image`` does."""
        found = self._kept.get(path)
        if found is None:
            found = read_image(path, self.size)
            if (len(self._kept) + 1) * found.nbytes <= self.room:
                self._kept[path] = found
        return found
