"""Characters numbered by one look into a table, for a whole text at once."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from medtext.plugin import UNKNOWN, Encoding, Vocabulary, fold_width

_BLANK = -1


class CharacterTokenizer:
    """One token a character; blanks are left out, width and case folded one for one.

    ``İ`` and its like, whose lower case is longer, keep their case: offsets must hold.
    """

    pieces = True

    def __init__(self, *, min_records: int, max_length: int) -> None:
        self.vocabulary = Vocabulary()
        self.max_length = max_length
        self._min_records = min_records
        self._table: NDArray[np.int32] | None = None

    def fit(self, texts: Iterable[str]) -> Self:
        """Collect the vocabulary from texts; returns itself."""
        folded = ({_fold(character) for character in set(text) if not character.isspace()} for text in texts)
        self.vocabulary = Vocabulary.collect(folded, min_records=self._min_records)
        self._table = None
        return self

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Cut and number texts; offsets point into each text as it is."""
        if self._table is None:
            self._table = _number_table(self.vocabulary)
        encodings = []
        for text in texts:
            codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
            ids = self._table[codes]
            starts = np.flatnonzero(ids != _BLANK)
            encodings.append(Encoding.plain(ids[starts], starts, starts + 1))
        return encodings

    def decode(self, ids: Sequence[int]) -> str:
        """Write numbers as text again, special ones left out."""
        return "".join(token for number in ids if len(token := self.vocabulary.token(number)) == 1)

    def state(self) -> dict[str, Any]:
        """Return the vocabulary, as JSON can hold it."""
        return {"tokens": list(self.vocabulary.tokens)}

    def load(self, state: dict[str, Any]) -> Self:
        """Take over what ``state`` returned; returns itself."""
        self.vocabulary = Vocabulary(state["tokens"])
        self._table = None
        return self


def _fold(character: str) -> str:
    lower = fold_width(character).lower()
    return lower if len(lower) == 1 else character


def _number_table(vocabulary: Vocabulary) -> NDArray[np.int32]:
    """Return the number of every code point there is: int32 [1,114,112], 4 MiB."""
    table = np.full(sys.maxunicode + 1, UNKNOWN, dtype=np.int32)
    for code in range(0x10000):  # blanks, and characters that fold, all stand in the first plane but a few scripts
        character = chr(code)
        if character.isspace():
            table[code] = _BLANK
        else:
            folded = _fold(character)
            if folded != character:
                table[code] = vocabulary.number(folded)
    for token in vocabulary.tokens:
        for form in {token, token.upper()}:
            if len(form) == 1 and _fold(form) == token:  # capitals outside the first plane
                table[ord(form)] = vocabulary.number(token)
    return table
