"""Whether a text denies what it names: 未见溃疡, no effusion.

After NegEx (Chapman et al. 2001, "A simple algorithm for identifying negated findings and
diseases in discharge summaries"): a trigger denies what stands within some words behind it, a trigger of the other
kind what stands before it, unless the sentence ends between them; phrases that only look like a trigger do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

BEFORE = (
    *(
        "未见",
        "未及",
        "未发现",
        "未提示",
        "未触及",
        "未闻及",
        "未查见",
        "未检出",
        "未探及",
        "未显示",
        "未引出",
        "无",
        "没有",
        "否认",
    ),
    *(
        "排除",
        "除外",
        "不伴",
        "不考虑",
        "不支持",
        "未",
        "no",
        "not",
        "without",
        "denies",
        "denied",
        "absence of",
        "negative for",
    ),
    *(
        "free of",
        "clear of",
        "resolution of",
        "rules out",
        "ruled out for",
        "no evidence of",
        "never",
        "neither",
        "nor",
    ),
)
"""What denies the words behind it."""
AFTER = (
    *("阴性", "(-)", "已排除", "已除外", "不明显", "不存在"),
    *(
        "is absent",
        "are absent",
        "not seen",
        "not identified",
        "is ruled out",
        "was ruled out",
        "were ruled out",
        "unlikely",
        "has resolved",
        "have resolved",
    ),
)
"""What denies the words before it."""
NO_TRIGGER = (
    *(
        "无痛",
        "无创",
        "无菌",
        "无水",
        "无名",
        "不除外",
        "不排除",
        "不能除外",
        "不能排除",
        "未除外",
        "未排除",
        "未能除外",
        "未能排除",
    ),
    *(
        "未完全",
        "未明确",
        "未分化",
        "未来",
        "尚未排除",
        "no increase",
        "no change",
        "no significant change",
        "no interval change",
    ),
    *("not only", "not certain", "not excluded", "cannot be excluded", "not ruled out", "without change", "no longer"),
)
"""What looks like a trigger and is none."""
WINDOW = 10
"""How many Chinese characters or words of letters a trigger reaches; NegEx takes five English words."""

_STOPS = re.compile(
    r"[。；;！!？?\n，]|\.(?=\s|$)|,(?=[\u3400-\u9fff])|但|(?<!不)伴|可见|(?<![A-Za-z])(?:but|however|although|except)(?![A-Za-z])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\u3400-\u9fff]|[A-Za-z0-9]+(?:[-'.][A-Za-z0-9]+)*")
_REACH = 200  # characters that are looked at, at most


def word_pattern(words: Sequence[str]) -> str:
    """Return a pattern of any of some words, the longest first; letters stand for themselves only at word ends.

    >>> [found.group() for found in re.finditer(word_pattern(["no", "未", "未见"]), "nodule: no; 未见")]
    ['no', '未见']
    """
    return "|".join(_bounded(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _bounded(word: str) -> str:
    before = "(?<![A-Za-z0-9])" if re.match("[A-Za-z0-9]", word) else ""
    after = "(?![A-Za-z0-9])" if re.search("[A-Za-z0-9]$", word) else ""
    return before + r"\s+".join(map(re.escape, word.split())) + after


@dataclass(frozen=True)
class Negation:
    """The words by which a text denies, and how far they reach."""

    before: tuple[str, ...] = BEFORE
    after: tuple[str, ...] = AFTER
    no_trigger: tuple[str, ...] = NO_TRIGGER
    window: int = WINDOW

    def denies(self, text: str, start: int, end: int) -> bool:
        """Say whether a text, folded to half width, denies its part from ``start`` to ``end``.

        >>> text = "胃窦未见溃疡及糜烂，胃体息肉。No effusion. Ulcer (-)"
        >>> [Negation().denies(text, text.index(word), text.index(word) + len(word)) for word in
        ...  ("溃疡", "糜烂", "息肉", "effusion", "Ulcer", "胃窦")]
        [True, True, False, True, True, False]
        """
        clause = text[max(0, start - _REACH) : start]
        stop = max((found.end() for found in _STOPS.finditer(clause)), default=0)
        trigger = self._last(self._before, clause[stop:])
        if trigger is not None and len(_WORD.findall(clause, stop + trigger)) < self.window:
            return True
        behind = text[end : end + _REACH]
        closed = _STOPS.search(behind)
        return self._first(self._after, behind[: closed.start()] if closed else behind)

    @cached_property
    def _before(self) -> re.Pattern[str]:
        return self._pattern(self.before)

    @cached_property
    def _after(self) -> re.Pattern[str]:
        return self._pattern(self.after)

    def _pattern(self, triggers: tuple[str, ...]) -> re.Pattern[str]:
        return re.compile(
            f"(?:{word_pattern(self.no_trigger) or '(?!)'})|({word_pattern(triggers) or '(?!)'})", re.IGNORECASE
        )

    def _last(self, pattern: re.Pattern[str], clause: str) -> int | None:
        """Return where the last trigger of a clause ends."""
        return max((found.end() for found in pattern.finditer(clause) if found.group(1)), default=None)

    def _first(self, pattern: re.Pattern[str], behind: str) -> bool:
        """Say whether a trigger stands near enough behind."""
        for found in pattern.finditer(behind):
            if found.group(1):
                return len(_WORD.findall(behind, 0, found.start())) < self.window
        return False
