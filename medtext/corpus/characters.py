"""Which characters texts are written in."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

KINDS = ("Chinese", "Latin", "digits", "signs", "blanks", "full-width", "control", "other")
"""Full-width are letters and digits only: Chinese punctuation is always that wide."""

_BY_CATEGORY = {"Nd": "digits", "Cc": "control", "Cf": "control", "P": "signs", "S": "signs"}


def kind_of(character: str) -> str:
    r"""Return which of ``KINDS`` a character is.

    >>> [kind_of(character) for character in "胃aé3，Ｈ３　\x00β"]
    ['Chinese', 'Latin', 'Latin', 'digits', 'signs', 'full-width', 'full-width', 'blanks', 'control', 'other']
    """
    if character.isspace():
        return "blanks"
    category = unicodedata.category(character)
    if "\uff10" <= character <= "\uff5a" and category[0] in "NL":
        return "full-width"
    kind = _BY_CATEGORY.get(category) or _BY_CATEGORY.get(category[0])
    if kind:
        return kind
    name = unicodedata.name(character, "")
    if name.startswith(("CJK ", "IDEOGRAPHIC ")):
        return "Chinese"
    return "Latin" if name.startswith("LATIN ") else "other"


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of some texts: ``total`` of them, ``distinct`` ones, those seen ``once``.

    ``kinds`` counts by ``KINDS``; ``common`` are the most frequent that are no blanks, with their counts.
    """

    total: int
    distinct: int
    once: int
    kinds: dict[str, int]
    common: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, texts: Iterable[str], *, top: int = 20) -> Characters:
        """Count the characters of texts, as they are written.

        >>> Characters.of(["胃a ", "胃"]).common
        (('胃', 2), ('a', 1))
        """
        counted: Counter[str] = Counter()
        for text in texts:
            counted.update(text)
        kinds = dict.fromkeys(KINDS, 0)
        for character, count in counted.items():
            kinds[kind_of(character)] += count
        ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        return cls(
            total=counted.total(),
            distinct=len(counted),
            once=sum(count == 1 for count in counted.values()),
            kinds=kinds,
            common=tuple([item for item in ranked if not item[0].isspace()][:top]),
        )

    def shares(self) -> list[tuple[str, float]]:
        """Return the kinds that occur, with their share of all characters, the commonest first."""
        found = [(kind, count / self.total) for kind, count in self.kinds.items() if count]
        return sorted(found, key=lambda item: -item[1])
