"""The rule a reader would try first: whichever of stomach and bowel a record names more often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeywordRule:
    """Count words of either tract in a text, as ``upper`` and ``lower`` name them.

    ``aside`` are words taken out before counting (十二指肠 is upper and holds 肠).
    A tie of some hits goes to label 0, or, with ``first``, to the tract named first.
    """

    name: str
    upper: tuple[str, ...]
    lower: tuple[str, ...]
    aside: tuple[str, ...] = ()
    first: bool = False

    def label(self, text: str) -> str:
        """Answer with the label of the tract that is named more often; ``0`` if none is."""
        upper = sum(text.count(word) for word in self.upper)
        for word in self.aside:
            text = text.replace(word, "")
        lower = sum(text.count(word) for word in self.lower)
        if upper != lower:
            return "1" if upper > lower else "2"
        if not upper or not self.first:
            return "0"
        return "1" if _place(text, self.upper) < _place(text, self.lower) else "2"


def _place(text: str, words: Sequence[str]) -> int:
    return min((text.find(word) for word in words if word in text), default=len(text))


_UPPER = ("胃", "食管")
_LOWER = ("肠", "肛门")
_DUODENUM = ("十二指肠",)

RULES = (
    KeywordRule("胃 食管 / 肠 肛门", _UPPER, _LOWER),
    KeywordRule("the same, 十二指肠 upper", _UPPER + _DUODENUM, _LOWER, _DUODENUM),
    KeywordRule("the same, and ties to the first named", _UPPER + _DUODENUM, _LOWER, _DUODENUM, first=True),
    KeywordRule(
        "the same, with 食道, 肛 and 十二指, 肠化 taken out",
        (*_UPPER, "食道", "十二指"),
        ("肠", "肛"),
        ("十二指肠", "肠化", "肠上皮化生", "胃肠"),
        first=True,
    ),
)
"""From the plainest to the most knowing; figures quote the best of them."""
