"""Words that are written differently and mean the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product
from pathlib import Path
from typing import Any

from medtext.corpus.fold import fold_width
from medtext.corpus.rule_tables import read_toml, refuse_unknown, texts_of
from medtext.errors import OptionError


@dataclass(frozen=True)
class Synonyms:
    """What counts as one: ``pieces`` wherever they stand in a word, ``words`` only whole; each by the first."""

    pieces: tuple[tuple[str, ...], ...] = ()
    words: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def read(cls, path: Path) -> Synonyms:
        """Read a TOML file: ``pieces`` and ``words`` are lists of groups, such as ``["黏膜", "粘膜"]``.

        Raises OptionError, which says what is wrong where.
        """
        content = read_toml(path)
        refuse_unknown(content, ("pieces", "words"), f"{path}")
        made = cls(_groups(content, "pieces", path), _groups(content, "words", path))
        made.refuse_twice(path)
        return made

    def key(self, word: str) -> str:
        """Return what a word is counted as: equal for synonyms; width and case do not count.

        >>> known = Synonyms((("反流", "返流"), ("食管", "食道")), (("幽门螺杆菌", "Hp"),))
        >>> known.key("返流性食道炎"), known.key("ＨＰ")
        ('反流性食管炎', '幽门螺杆菌')
        """
        plain = self._plain(word)
        return self._first.get(plain, plain)

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield every whole word with the one that it counts as: ``(first of its group, word)``."""
        yield from ((group[0], word) for group in self.words for word in group)

    def spellings(self, word: str) -> list[str]:
        """Return a word in all spellings of its pieces, its own first.

        >>> Synonyms((("反流", "返流"), ("食管", "食道"))).spellings("反流性食管炎")
        ['反流性食管炎', '反流性食道炎', '返流性食管炎', '返流性食道炎']
        """
        if self._pieces is None:
            return [word]
        parts = self._pieces.split(word)
        # What was found stands at odd places: the pattern is one group.
        choices = [self._same[part.lower()] if number % 2 else (part,) for number, part in enumerate(parts)]
        return list(dict.fromkeys([word, *map("".join, product(*choices))]))

    def refuse_twice(self, path: Path) -> None:
        """Raise OptionError for what stands in two groups, as it would count as two things."""
        keys = (
            [{fold_width(word).lower() for word in group} for group in self.pieces],
            [{self._plain(word) for word in group} for group in self.words],
        )
        for groups in keys:
            twice = [word for word, times in Counter(chain.from_iterable(groups)).items() if times > 1]
            if twice:
                raise OptionError(f"{path}: '{min(twice)}' stands in two groups: join them, or take it out of one")

    def _plain(self, word: str) -> str:
        lower = fold_width(word).lower()
        if self._pieces is None:
            return lower
        return self._pieces.sub(lambda found: self._same[found[0]][0].lower(), lower)

    @cached_property
    def _same(self) -> dict[str, tuple[str, ...]]:
        """All spellings of a piece, the first first, by each of them."""
        return {
            fold_width(spelling).lower(): tuple(map(fold_width, group)) for group in self.pieces for spelling in group
        }

    @cached_property
    def _pieces(self) -> re.Pattern[str] | None:
        known = sorted(self._same, key=len, reverse=True)
        return re.compile(f"({'|'.join(map(re.escape, known))})", re.IGNORECASE) if known else None

    @cached_property
    def _first(self) -> dict[str, str]:
        return {self._plain(name): self._plain(first) for first, name in self.names()}


def _groups(content: Mapping[str, Any], key: str, path: Path) -> tuple[tuple[str, ...], ...]:
    groups = content.get(key, [])
    if not isinstance(groups, list) or not all(isinstance(group, list) and len(group) > 1 for group in groups):
        raise OptionError(f'{path}: {key} is a list of groups of two and more words: write {key} = [["黏膜", "粘膜"]]')
    return tuple(texts_of({key: group}, key, f"{path}") for group in groups)
