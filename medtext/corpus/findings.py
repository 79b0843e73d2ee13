"""What a report says of each finding: present, absent, uncertain or not mentioned, on which side, and by which words.

By rules that run offline, after NegEx (Chapman et al. 2001) and the CheXpert labeler (Irvin et al. 2019,
arXiv:1901.07031): a finding is named, and cues around it in its sentence say what is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from medtext.corpus.finding_rules import FindingRule, FindingRules, SideRule
from medtext.corpus.fold import fold_width
from medtext.corpus.sentences import cut_sentences

# What ends no sentence: a line that goes on in small letters, and the point of an abbreviation.
_NO_END = re.compile(r"(?<![.:;!?\r\n])\r?\n(?=[a-z])|(?<=\bvs)\.|(?<=\bapprox)\.|(?<=\b[Dd]r)\.")


class State(StrEnum):
    """What a text says of a finding."""

    PRESENT = "present"
    UNCERTAIN = "uncertain"
    ABSENT = "absent"
    NOT_MENTIONED = "not mentioned"


class Side(StrEnum):
    """Where a finding is; none where the text does not say."""

    LEFT = "left"
    RIGHT = "right"
    BILATERAL = "bilateral"
    NONE = ""


_GAP = 30  # characters between two sides that are told together, at most
_STRONGEST = (State.PRESENT, State.UNCERTAIN, State.ABSENT)


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a text, from ``start`` to ``end``, that say something of a finding; only present ones have a side."""

    finding: str
    state: State
    side: Side
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a text says of findings, in reading order; ``prior`` where it speaks of an older study."""

    mentions: tuple[Mention, ...]
    prior: bool

    def state(self, finding: str) -> State:
        """Return what the text says of a finding; of several things, present wins over uncertain, that over absent."""
        said = {mention.state for mention in self.mentions if mention.finding == finding}
        return next((state for state in _STRONGEST if state in said), State.NOT_MENTIONED)

    def side(self, finding: str) -> Side:
        """Return the side of a present finding; bilateral where mentions differ."""
        return _joint_side(each.side for each in self.mentions if each.finding == finding)


@dataclass(frozen=True, slots=True)
class _Named:
    rule: FindingRule
    start: int
    end: int
    doubtful: bool


def findings_of(text: str, rules: FindingRules | None = None) -> Findings:
    """Return what a text says of each finding; by the bundled rules unless others are given.

    >>> found = findings_of("Small left effusion. No pneumothorax, possible pneumonia.")
    >>> [(mention.finding, str(mention.state), str(mention.side)) for mention in found.mentions]
    [('pleural effusion', 'present', 'left'), ('pneumothorax', 'absent', ''), ('pneumonia', 'uncertain', '')]
    """
    rules = rules or FindingRules.bundled()
    folded = _NO_END.sub(lambda found: " " * len(found.group()), fold_width(text))
    mentions: list[Mention] = []
    prior = False
    place = 0
    for sentence in cut_sentences(folded):
        place = folded.index(sentence, place)
        found = _read(sentence, rules)
        mentions += (replace(each, start=place + each.start, end=place + each.end) for each in found.mentions)
        prior |= found.prior
        place += len(sentence)
    return Findings(tuple(mentions), prior)


def side_conflicts(one: Findings, other: Findings) -> tuple[str, ...]:
    """Return the findings that are left in one text and right in the other.

    >>> side_conflicts(findings_of("Left effusion, right nodule."), findings_of("Right effusion, bilateral nodules."))
    ('pleural effusion',)
    """
    opposite = {Side.LEFT, Side.RIGHT}
    names = dict.fromkeys(mention.finding for mention in one.mentions)
    return tuple(name for name in names if {one.side(name), other.side(name)} == opposite)


@lru_cache(maxsize=50_000)  # reports repeat their sentences: most of them are read once
def _read(sentence: str, rules: FindingRules) -> Findings:
    """Return what one sentence says, at places in the sentence."""
    priors = _spans(rules.prior, sentence)
    covered = _spans(rules.no_prior, sentence) if priors else []
    return Findings(tuple(_mentions(sentence, rules)), any(not _inside(span, covered) for span in priors))


def _mentions(sentence: str, rules: FindingRules) -> list[Mention]:
    named = sorted(_named(sentence, rules), key=lambda each: (each.start, each.end))
    normal = [(rule, found) for rule in rules.normal for found in rule.hits.finditer(sentence)]
    if not named and not normal:
        return []
    stops = [found.start() for found in rules.stops.finditer(sentence)]
    said: list[Mention] = []
    for each, side in zip(named, _Sides(sentence, named, rules.side).all(), strict=True):
        clause, _, end = _scope(sentence, stops, each.start, each.end, rules)
        state = _state(clause, end, each, rules)
        if state is not State.NOT_MENTIONED:
            kept = side if each.rule.sided and state is State.PRESENT else Side.NONE
            said.append(Mention(each.rule.name, state, kept, each.start, each.end))
    for rule, found in normal:
        clause, start, end = _scope(sentence, stops, found.start(), found.end(), rules)
        # Only what stands around it counts: "no acute disease" itself begins with a denial.
        if not any(rules.cues[cue].denies(clause, start, end) for cue in ("absent", "history")):
            said += (Mention(name, State.ABSENT, Side.NONE, *found.span()) for name in rule.absent)
    return sorted(said, key=lambda mention: mention.start)


def _named(sentence: str, rules: FindingRules) -> Iterator[_Named]:
    """Yield what a sentence names of findings, whatever it says of them."""
    for rule in rules.findings:
        doubtful, hits = _spans(rule.doubtful, sentence), _spans(rule.hits, sentence)
        covered = _spans(rule.exceptions, sentence) if doubtful or hits else []
        doubtful = [span for span in doubtful if not _inside(span, covered)]
        yield from (_Named(rule, *span, doubtful=True) for span in doubtful)
        for start, end in hits:
            if not _inside((start, end), covered) and all(end <= other[0] or other[1] <= start for other in doubtful):
                yield _Named(rule, start, end, doubtful=False)


def _scope(sentence: str, stops: Sequence[int], start: int, end: int, rules: FindingRules) -> tuple[str, int, int]:
    """Return the clause around a place, and the place in it."""
    left = max((stop for stop in stops if stop <= start), default=0)
    right = min((stop for stop in stops if stop >= end), default=len(sentence))
    closed = rules.stops_behind.search(sentence, end, right)
    return sentence[left : closed.start() if closed else right], start - left, end - left


def _state(clause: str, end: int, named: _Named, rules: FindingRules) -> State:
    # Seen from the end of the words that name the finding, so that "heart is not enlarged" denies itself.
    def said(cue: str) -> bool:
        return rules.cues[cue].denies(clause, end, end)

    if said("absent"):
        return State.ABSENT
    if said("history") or (not named.rule.lasting and said("former")):
        return State.NOT_MENTIONED
    return State.UNCERTAIN if named.doubtful or said("uncertain") else State.PRESENT


@dataclass
class _Sides:
    """The words of a sentence that name a side, and the findings among them, both in reading order."""

    sentence: str
    named: Sequence[_Named]
    rule: SideRule
    words: list[tuple[int, int, Side]] = field(init=False)
    taken: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        found = self.rule.words.finditer(self.sentence)
        self.words = [(each.start(), each.end(), Side(str(each.lastgroup))) for each in found]

    def all(self) -> list[Side]:
        """Return the side of each finding: one that a word leads to behind it, or else the last before it."""
        return [_joint_side(self.words[at][2] for at in self._own(each)) for each in self.named]

    def _own(self, each: _Named) -> list[int]:
        end = self._following(each.end)
        if led := self._led(each.end, end):
            self.taken.update(led)
            return led
        if before := self._before(each.start):
            return before
        if self.rule.shared.fullmatch(self.sentence, each.end, end):
            # "atelectasis or scar in the left base": what leads there behind the next one leads there for both.
            next_end = max((other.end for other in self.named if other.start == end), default=end)
            return self._led(next_end, self._following(next_end))
        return [at for at, word in enumerate(self.words) if each.end <= word[0] and end == len(self.sentence)]

    def _following(self, end: int) -> int:
        """Return where the next finding begins, or the sentence ends."""
        return min((other.start for other in self.named if other.start >= end), default=len(self.sentence))

    def _led(self, start: int, end: int) -> list[int]:
        """Return the sides that a word leads to: effusion on the left."""
        lead = self.rule.lead.search(self.sentence, start, end)
        led = [at for at, word in enumerate(self.words) if lead and lead.end() <= word[0] and word[1] <= end]
        if not led or self.rule.joint.search(self.sentence, start, self.words[led[0]][0]):
            return []
        # Where another finding follows, a later side may be that one's.
        return led if end == len(self.sentence) else led[:1]

    def _before(self, start: int) -> list[int]:
        """Return the last side before a place, and those joined to it: right upper and left lower lobe."""
        before = [at for at, word in enumerate(self.words) if word[1] <= start and at not in self.taken]
        found = before[-1:]
        for at in reversed(before[:-1]):
            gap = (self.words[at][1], self.words[found[0]][0])
            apart = gap[1] - gap[0] > _GAP or any(gap[0] <= other.start < gap[1] for other in self.named)
            if apart or not self.rule.joint.search(self.sentence, *gap):
                break
            found.insert(0, at)
        return found


def _joint_side(sides: Iterable[Side]) -> Side:
    found = set(sides) - {Side.NONE}
    return Side.BILATERAL if len(found) > 1 else next(iter(found), Side.NONE)


def _spans(pattern: re.Pattern[str] | None, text: str) -> list[tuple[int, int]]:
    return [found.span() for found in pattern.finditer(text)] if pattern is not None else []


def _inside(span: tuple[int, int], covered: Sequence[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in covered)
