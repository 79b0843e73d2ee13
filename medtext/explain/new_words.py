"""Words that jieba puts together by guess, as its dictionary has none: what a user dictionary could name."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from medtext.corpus.fold import fold_width
from medtext.explain.words import load_words

_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]{2,}")


class NewWords:
    """Counts the texts that hold each word of two Chinese characters and more that no dictionary has."""

    def __init__(self, dictionary: Path | None = None) -> None:
        self._words = load_words(dictionary)
        # With a dictionary, those who cut do not guess: new words are looked for anew.
        self._again = dictionary is not None
        self._texts: Counter[str] = Counter()

    def add(self, words: str) -> None:
        """Count the new words of a text, each once; ``words`` is the text as it was cut, blanks between words."""
        cut = self._words.cut(fold_width(words.replace(" ", ""))) if self._again else words.split()
        found = {word for word in cut if _CHINESE.fullmatch(word)}
        self._texts.update(word for word in found if not self._words.FREQ.get(word))

    def top(self, most: int, *, least: int = 2) -> list[tuple[str, int]]:
        """Return the words that most texts hold, at least ``least`` of them, with that number; equals by name."""
        ranked = sorted(self._texts.items(), key=lambda item: (-item[1], item[0]))
        return [(word, count) for word, count in ranked[:most] if count >= least]
