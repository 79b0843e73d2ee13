"""The images of a corpus: how many a record has, what they show, how large and how bright they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from medtext.corpus.image import image_size, read_image
from medtext.corpus.lengths import Lengths
from medtext.corpus.record import Record
from medtext.errors import RecordError

_THUMBNAIL = 32
_SIZES, _FAULTS = 8, 20


@dataclass(frozen=True, kw_only=True)
class ImageCounts:
    """Counts over the images of all records, each file once.

    ``per_record`` counts records by their number of images, ``views`` images by what they show ("" where nobody
    says), ``sizes`` the commonest sizes in pixels, width x height; ``brightness`` is of the mean grey level of an image
    (0 to 255, rounded). ``faults`` name images that cannot be read, at most 20 of ``unreadable``.
    """

    images: int
    per_record: dict[int, int]
    views: dict[str, int]
    sizes: dict[str, int]
    brightness: Lengths | None
    unreadable: int
    faults: tuple[str, ...]

    @classmethod
    def of(cls, records: Sequence[Record]) -> ImageCounts | None:
        """Look at every image; None where there is none."""
        shown = {
            path: view
            for record in records
            for path, view in zip(record.images, record.views or ("",) * len(record.images), strict=True)
        }
        if not shown:
            return None
        sizes: Counter[str] = Counter()
        levels, faults = [], []
        for path in shown:
            try:
                levels.append(round(float(read_image(path, _THUMBNAIL).mean())))
                width, height = image_size(path)
                sizes[f"{width} x {height}"] += 1
            except RecordError as error:
                faults.append(str(error))
        return cls(
            images=len(shown),
            per_record=dict(sorted(Counter(len(record.images) for record in records).items())),
            views=dict(Counter(shown.values()).most_common()),
            sizes=dict(sizes.most_common(_SIZES)),
            brightness=Lengths.of(levels),
            unreadable=len(faults),
            faults=tuple(faults[:_FAULTS]),
        )
