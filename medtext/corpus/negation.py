"""Whether a text denies what it names: 未见溃疡, no effusion.

After NegEx (Chapman et al. 2001, "A simple algorithm for identifying negated findings and
diseases in discharge summaries"): a trigger denies what stands within some words behind it, a trigger of the other
kind what stands before it, unless the sentence ends between them; phrases that only look like a trigger do not count.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
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

STOPS = re.compile(
    r"[。；;！!？?\n，]|\.(?=\s|$)|,(?=[\u3400-\u9fff])|但|(?<!不)伴|可见|(?<![A-Za-z])(?:but|however|although|except)(?![A-Za-z])",
    re.IGNORECASE,
)
"""What a trigger does not reach across."""

_WORD = re.compile(r"[\u3400-\u9fff]|[A-Za-z0-9]+(?:[-'.][A-Za-z0-9]+)*")
_REACH = 200  # characters that are looked at, at most


def word_pattern(words: Sequence[str]) -> str:
    """Return a pattern of any of some words, the longest first; letters stand for themselves only at word ends.

    >>> [found.group() for found in re.finditer(word_pattern(["no", "未", "未见"]), "nodule: no; 未见")]
    ['no', '未见']
    """
    rests: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        first = re.escape(word.strip()[0].lower())
        after = "(?![A-Za-z0-9])" if re.search("[A-Za-z0-9]$", word) else ""
        rests.setdefault(first, []).append(r"\s+".join(map(re.escape, word.split()))[len(first) :] + after)
    # By first characters, and what stands before letters looked at once: many times as fast as one word after another.
    each = {first: f"{first}(?:{'|'.join(own)})" for first, own in rests.items()}
    letters = "|".join(pattern for first, pattern in each.items() if re.match("[A-Za-z0-9]", first))
    others = [pattern for first, pattern in each.items() if not re.match("[A-Za-z0-9]", first)]
    return "|".join([*([f"(?<![A-Za-z0-9])(?:{letters})"] if letters else []), *others])


@dataclass(frozen=True)
class Negation:
    """The words and patterns by which a text denies, and how far they reach.

    A trigger in ``before`` reaches on to the next of ``stops``, one in ``after`` back to the last of ``stops_behind``
    (of ``stops`` where there are none), both at most ``window`` words.
    """

    before: tuple[str, ...] = BEFORE
    after: tuple[str, ...] = AFTER
    no_trigger: tuple[str, ...] = NO_TRIGGER
    window: int = WINDOW
    before_patterns: tuple[str, ...] = ()
    after_patterns: tuple[str, ...] = ()
    no_trigger_patterns: tuple[str, ...] = ()
    stops: re.Pattern[str] = STOPS
    stops_behind: re.Pattern[str] | None = None

    def denies(self, text: str, start: int, end: int) -> bool:
        """Say whether a text, folded to half width, denies its part from ``start`` to ``end``.

        Looks at no more than the text near it; for many parts of one text there is ``read``.

        >>> text = "胃窦未见溃疡及糜烂，胃体息肉。No effusion. Ulcer (-)"
        >>> [Negation().denies(text, text.index(word), text.index(word) + len(word)) for word in
        ...  ("溃疡", "糜烂", "息肉", "effusion", "Ulcer", "胃窦")]
        [True, True, False, True, True, False]
        """
        first = max(0, start - _REACH)
        return self.read(text[first : end + _REACH]).denies(start - first, end - first)

    def read(self, text: str, stops: Stops | None = None) -> Scopes:
        """Find the triggers of a text, folded to half width, once, to be asked of many parts.

        ``stops``, of that text, spare several negations that end alike to look for the same stops.
        """
        return Scopes(self, text, stops or Stops(text))

    @cached_property
    def triggers_before(self) -> re.Pattern[str] | None:
        """What finds a trigger of ``before``, as its group ``trigger``, or what only looks like one; None for none."""
        return self._pattern(self.before, self.before_patterns)

    @cached_property
    def triggers_after(self) -> re.Pattern[str] | None:
        """What finds a trigger of ``after``, as its group ``trigger``, or what only looks like one; None for none."""
        return self._pattern(self.after, self.after_patterns)

    def _pattern(self, words: tuple[str, ...], patterns: tuple[str, ...]) -> re.Pattern[str] | None:
        triggers, no_trigger = _any_of(words, patterns), _any_of(self.no_trigger, self.no_trigger_patterns)
        return re.compile(f"(?:{no_trigger or '(?!)'})|(?P<trigger>{triggers})", re.IGNORECASE) if triggers else None


def _any_of(words: Sequence[str], patterns: Sequence[str]) -> str:
    return "|".join([*([word_pattern(words)] if words else []), *(f"(?:{pattern})" for pattern in patterns)])


class Stops:
    """Where the patterns that end scopes stand in one text: starts and ends, found when they are asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: dict[re.Pattern[str], tuple[list[int], list[int]]] = {}

    def of(self, pattern: re.Pattern[str]) -> tuple[list[int], list[int]]:
        """Return where a pattern stands, in the order of the text."""
        if pattern not in self._found:
            spans = [each.span() for each in pattern.finditer(self.text)]
            self._found[pattern] = [start for start, _ in spans], [end for _, end in spans]
        return self._found[pattern]


class Scopes:
    """Where the triggers of one text stand, and how far they reach; asking of a part costs no more in a long text."""

    def __init__(self, negation: Negation, text: str, stops: Stops) -> None:
        self.negation = negation
        self.text = text
        self.stops = stops

    def denies(self, start: int, end: int) -> bool:
        """Say whether a trigger before or behind a part reaches it."""
        return self.before(start) or self.behind(end)

    def before(self, start: int) -> bool:
        """Say whether a trigger that ends before ``start`` reaches it: the last one, which is the nearest."""
        at = bisect_right(self._ends, start) - 1
        if at < 0 or start - self._ends[at] > _REACH:
            return False
        trigger_end = self._ends[at]
        starts, ends = self.stops.of(self.negation.stops)
        stop = bisect_left(starts, trigger_end)
        stopped = stop < len(starts) and ends[stop] <= start
        return not stopped and self._near(trigger_end, start)

    def behind(self, end: int) -> bool:
        """Say whether a trigger that starts behind ``end`` reaches back to it: the first one."""
        at = bisect_left(self._starts, end)
        if at == len(self._starts) or self._starts[at] - end > _REACH:
            return False
        trigger_start = self._starts[at]
        starts, _ = self.stops.of(self.negation.stops_behind or self.negation.stops)
        stop = bisect_left(starts, end)
        stopped = stop < len(starts) and starts[stop] < trigger_start
        return not stopped and self._near(end, trigger_start)

    def within(self, start: int, end: int) -> bool:
        """Say whether a part holds a trigger itself."""
        for triggers in (self._triggers_before, self._triggers_behind):
            at = bisect_left(triggers, (start, start))
            if at < len(triggers) and triggers[at][1] <= end:
                return True
        return False

    def _near(self, start: int, end: int) -> bool:
        return len(_WORD.findall(self.text, start, end)) < self.negation.window

    @cached_property
    def _triggers_before(self) -> list[tuple[int, int]]:
        return [found.span() for found in _triggers(self.negation.triggers_before, self.text)]

    @cached_property
    def _triggers_behind(self) -> list[tuple[int, int]]:
        return [found.span() for found in _triggers(self.negation.triggers_after, self.text)]

    @cached_property
    def _ends(self) -> list[int]:
        return [end for _, end in self._triggers_before]

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self._triggers_behind]


def _triggers(pattern: re.Pattern[str] | None, text: str) -> list[re.Match[str]]:
    return [] if pattern is None else [found for found in pattern.finditer(text) if found["trigger"]]
