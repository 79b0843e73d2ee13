"""A tokenizer made of one function that cuts a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

from medtext.corpus.assertion_rules import assertion_rules
from medtext.corpus.assertions import assertions_of, marked
from medtext.corpus.fold import fold_width
from medtext.corpus.token import Encoding
from medtext.corpus.vocabulary import SPECIAL, Vocabulary


class PatternTokenizer:
    """Numbers whatever ``cut`` returns: a list of ``(start, end)`` in reading order.

    Tokens are looked up folded to half width and lower case, so that ``ＣＴ`` and ``ct``
    are one word; offsets stay those of the text as it is. ``join`` puts tokens
    together when numbers are written as text again. With ``asserting`` a word that
    the text denies, doubts, tells of the past or calls normal is another one than
    the same word without that (Pang, Lee and Vaithyanathan 2002 marked negated words
    so), by the bundled rules; marks are left out when numbers are written.
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
        asserting: bool = False,
    ) -> None:
        self.vocabulary = Vocabulary()
        self.max_length = max_length
        self.pieces = pieces
        self._cut = cut
        self._min_records = min_records
        self._size = size
        self._join = join
        self._asserting = asserting

    def fit(self, texts: Iterable[str]) -> Self:
        """Collect the vocabulary from texts; returns itself."""
        tokens = (self._forms(text, self._cut(text)) for text in texts)
        self.vocabulary = Vocabulary.collect(tokens, min_records=self._min_records, size=self._size)
        return self

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Cut and number texts; offsets point into each text as it is."""
        encodings = []
        for text in texts:
            spans = self._cut(text)
            ids = self.vocabulary.numbers(self._forms(text, spans))
            encodings.append(Encoding.plain(ids, [start for start, _ in spans], [end for _, end in spans]))
        return encodings

    def decode(self, ids: Sequence[int]) -> str:
        """Write numbers as text again, special ones left out."""
        tokens = [self.vocabulary.token(number) for number in ids if number >= len(SPECIAL)]
        return self._join([_unmarked(token) for token in tokens] if self._asserting else tokens)

    def state(self) -> dict[str, Any]:
        """Return the vocabulary, as JSON can hold it."""
        return {"tokens": list(self.vocabulary.tokens)}

    def load(self, state: dict[str, Any]) -> Self:
        """Take over what ``state`` returned; returns itself."""
        self.vocabulary = Vocabulary(state["tokens"])
        return self

    def _forms(self, text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
        """Return what the pieces of a text are looked up as."""
        forms = [_form(text[start:end]) for start, end in spans]
        if not self._asserting:
            return forms
        states = assertions_of(text, spans)
        return [
            marked(form, state) if any(map(str.isalnum, form)) else form
            for form, state in zip(forms, states, strict=True)
        ]


def _form(token: str) -> str:
    return fold_width(token).lower()


def _unmarked(token: str) -> str:
    """Return a token without the mark of its state.

    >>> _unmarked("[no] nodule"), _unmarked("nodule")
    ('nodule', 'nodule')
    """
    marks = (mark for rules in assertion_rules().values() for mark in rules.marks.values())
    return token.removeprefix(next((mark for mark in marks if token.startswith(mark)), ""))
