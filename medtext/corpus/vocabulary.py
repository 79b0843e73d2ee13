"""Tokens and their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

SPECIAL = ("<pad>", "<unk>", "<start>", "<end>", "<mask>")
PAD, UNKNOWN, START, END, MASK = range(len(SPECIAL))


class Vocabulary:
    """Numbers for tokens, most frequent first; the first five are special.

    A token of a text never gets a special number, even if it reads ``<pad>``.

    >>> vocabulary = Vocabulary(["胃", "肠"])
    >>> vocabulary.number("肠"), vocabulary.number("肺") == UNKNOWN, vocabulary.token(5)
    (6, True, '胃')
    """

    def __init__(self, tokens: Iterable[str] = ()) -> None:
        self.tokens: tuple[str, ...] = tuple(tokens)
        self._numbers = {token: number for number, token in enumerate(self.tokens, start=len(SPECIAL))}

    def __len__(self) -> int:
        return len(SPECIAL) + len(self.tokens)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self.tokens == other.tokens

    __hash__ = None  # type: ignore[assignment]  # equal by value, and never a key

    @classmethod
    def collect(cls, texts: Iterable[Iterable[str]], *, min_records: int = 2, size: int | None = None) -> Vocabulary:
        """Keep the tokens that stand in at least ``min_records`` texts, at most ``size`` of them.

        A token of one record only could give that record away, and teaches little.

        >>> Vocabulary.collect([["a", "b", "b"], ["a"]]).tokens
        ('a',)
        """
        records: Counter[str] = Counter()
        for tokens in texts:
            records.update(set(tokens))
        ordered = sorted(records.items(), key=lambda item: (-item[1], item[0]))
        return cls(token for token, count in ordered[:size] if count >= min_records)

    def number(self, token: str) -> int:
        """Return the number of a token, or that of ``<unk>``."""
        return self._numbers.get(token, UNKNOWN)

    def numbers(self, tokens: Sequence[str]) -> list[int]:
        """Return the number of every token."""
        get = self._numbers.get
        return [get(token, UNKNOWN) for token in tokens]

    def by_token(self) -> dict[str, int]:
        """Return the number of every token but the special ones."""
        return dict(self._numbers)

    def token(self, number: int) -> str:
        """Return the token of a number, special ones included."""
        return SPECIAL[number] if number < len(SPECIAL) else self.tokens[number - len(SPECIAL)]
