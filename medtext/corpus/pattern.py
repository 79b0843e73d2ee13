"""A tokenizer made of one function that cuts a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

from medtext.corpus.fold import fold_width
from medtext.corpus.token import Encoding
from medtext.corpus.vocabulary import SPECIAL, Vocabulary


class PatternTokenizer:
    """Numbers whatever ``cut`` returns: a list of ``(start, end)`` in reading order.

    Tokens are looked up folded to half width and lower case, so that ``ＣＴ`` and ``ct``
    are one word; offsets stay those of the text as it is. ``join`` puts tokens
    together when numbers are written as text again.
    """

    def __init__(
        self,
        cut: Callable[[str], list[tuple[int, int]]],
        *,
        min_records: int = 2,
        size: int | None = None,
        max_length: int = 512,
        pieces: bool = False,
        join: Callable[[Sequence[str]], str] = " ".join,
    ) -> None:
        self.vocabulary = Vocabulary()
        self.max_length = max_length
        self.pieces = pieces
        self._cut = cut
        self._min_records = min_records
        self._size = size
        self._join = join

    def fit(self, texts: Iterable[str]) -> Self:
        """Collect the vocabulary from texts; returns itself."""
        tokens = ([_form(text[start:end]) for start, end in self._cut(text)] for text in texts)
        self.vocabulary = Vocabulary.collect(tokens, min_records=self._min_records, size=self._size)
        return self

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Cut and number texts; offsets point into each text as it is."""
        encodings = []
        for text in texts:
            spans = self._cut(text)
            ids = self.vocabulary.numbers([_form(text[start:end]) for start, end in spans])
            encodings.append(Encoding.plain(ids, [start for start, _ in spans], [end for _, end in spans]))
        return encodings

    def decode(self, ids: Sequence[int]) -> str:
        """Write numbers as text again, special ones left out."""
        return self._join([self.vocabulary.token(number) for number in ids if number >= len(SPECIAL)])

    def state(self) -> dict[str, Any]:
        """Return the vocabulary, as JSON can hold it."""
        return {"tokens": list(self.vocabulary.tokens)}

    def load(self, state: dict[str, Any]) -> Self:
        """Take over what ``state`` returned; returns itself."""
        self.vocabulary = Vocabulary(state["tokens"])
        return self


def _form(token: str) -> str:
    return fold_width(token).lower()
