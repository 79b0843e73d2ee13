"""Word vectors that were made elsewhere: the text forms of word2vec and GloVe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.encoding import open_text
from medtext.corpus.fold import fold_width
from medtext.errors import OptionError, RecordError


def read_vectors(path: Path, numbers: Mapping[str, int], width: int) -> dict[int, NDArray[np.float32]]:
    """Return the vectors of known tokens by their number, each float32 [width].

    A line is a word and its numbers, parted by blanks; the first may give their count
    (word2vec) or not (GloVe). Words are compared as tokenizers fold them (half width,
    lower case); of several that fold alike the first counts, as files begin with the
    most frequent. ``.gz`` is unpacked. Raises OptionError for vectors of another width,
    RecordError (``file:line``) for what is no vector.
    """
    found: dict[int, NDArray[np.float32]] = {}
    for number, word, values in _lines(path):
        if len(values) != width:
            raise OptionError(f"-o vectors={path}: its vectors have {len(values)} numbers: add -o width={len(values)}")
        row = numbers.get(fold_width(word).lower())
        if row is None or row in found:
            continue
        try:
            vector = np.array(values, dtype=np.float32)
        except ValueError:
            raise RecordError(f"{path}:{number}: a vector holds what is no number: make the file again") from None
        if not np.isfinite(vector).all():
            raise RecordError(f"{path}:{number}: a vector holds what is no finite number: make the file again")
        found[row] = vector
    return found


def _lines(path: Path) -> Iterator[tuple[int, str, list[str]]]:
    width = 0
    with open_text(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            parts = line.rstrip().split(" ")
            if number == 1 and len(parts) == 2 and all(part.isdigit() for part in parts):
                width = int(parts[1])
                continue
            width = width or len(parts) - 1
            if len(parts) <= width or not width:
                raise RecordError(f"{path}:{number}: expected a word and {width or 'its'} numbers: make the file again")
            # Some files have words with blanks in them.
            yield number, " ".join(parts[: len(parts) - width]), parts[len(parts) - width :]
