"""The little language the phrases are written in, read into nodes.

A rule is a name and a block of alternatives, one a line; ``3x `` before one makes it
three times as likely. Inside an alternative:

    胃窦               stands for itself
    {antrum}           one alternative of the rule antrum
    {antrum*2-4}       two to four different alternatives, in the order of the rule, with pauses between
    {s=antrum} {$s}    one alternative, kept under a name, and the same words again
    {3-25} {0.2-1.5}   a number, with as many decimals as its bounds
    (轻度|中度|)       one of these, perhaps nothing
    (送病理)?30        there in 30 of 100 texts (in 50 where no number follows)
    [胃窦溃疡]         evidence for the label
    <history:胃癌>     a distractor, and why it is none of the evidence

Marks do not nest: within a mark, the marks of the rules named in it do not count. So a
rule that is evidence in one report can be history in another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .piece import EVIDENCE
from .sample import WHYS


@dataclass(frozen=True, slots=True)
class Words:
    """Characters that stand for themselves."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number from ``low`` to ``high``, both counted in units of the last decimal."""

    low: int
    high: int
    decimals: int


@dataclass(frozen=True, slots=True)
class Rule:
    """``low`` to ``high`` alternatives of a rule; ``keep`` is the name they are kept under, or empty."""

    name: str
    low: int = 1
    high: int = 1
    keep: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """What was kept under a name before."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences, if at all."""

    options: tuple[Sequence, ...]
    percent: int = 100


@dataclass(frozen=True, slots=True)
class Marked:
    """A sequence that is evidence or a distractor."""

    inside: Sequence
    mark: str


Node = Words | Number | Rule | Again | Choice | Marked
Sequence = tuple[Node, ...]

_BRACES = re.compile(
    r"\{(?:(?P<low>\d+(?:\.\d+)?)-(?P<high>\d+(?:\.\d+)?)|\$(?P<again>\w+)"
    r"|(?:(?P<keep>\w+)=)?(?P<rule>[a-z]\w*)(?:\*(?P<least>\d)-(?P<most>\d))?)\}"
)
_PERCENT = re.compile(r"\?(\d*)")
_WHY = re.compile(r"([a-z-]+):")
_WEIGHT = re.compile(r"(\d+)x ")


def parse_rule(block: str) -> tuple[tuple[int, ...], tuple[Sequence, ...]]:
    r"""Read the block of a rule into weights and alternatives.

    >>> parse_rule("3x 胃窦\n胃角")
    ((3, 1), ((Words(text='胃窦'),), (Words(text='胃角'),)))
    """
    weights: list[int] = []
    alternatives: list[Sequence] = []
    for line in map(str.strip, block.strip().splitlines()):
        weight = _WEIGHT.match(line)
        weights.append(int(weight.group(1)) if weight else 1)
        alternatives.append(parse(line[weight.end() :] if weight else line))
    return tuple(weights), tuple(alternatives)


def parse(line: str) -> Sequence:
    """Read one alternative; raises ValueError where a bracket is not closed or a mark is unknown."""
    nodes, end = _parse_until(line, 0, "")
    if end != len(line):
        raise ValueError(f"{line!r}: unexpected {line[end]!r} at {end}")
    return nodes


def _parse_until(line: str, at: int, stops: str) -> tuple[Sequence, int]:
    nodes: list[Node] = []
    while at < len(line) and line[at] not in stops:
        node, at = _parse_node(line, at)
        nodes.append(node)
    return tuple(nodes), at


def _parse_node(line: str, at: int) -> tuple[Node, int]:
    match line[at]:
        case "{":
            return _parse_braces(line, at)
        case "(":
            return _parse_choice(line, at + 1)
        case "[":
            inside, at = _parse_until(line, at + 1, "]")
            return Marked(inside, EVIDENCE), _closed(line, at)
        case "<":
            why = _WHY.match(line, at + 1)
            if why is None or why.group(1) not in WHYS:
                raise ValueError(f"{line!r}: '<' at {at} needs one of: {', '.join(WHYS)}")
            inside, at = _parse_until(line, why.end(), ">")
            return Marked(inside, why.group(1)), _closed(line, at)
        case ")" | "]" | ">" | "}" | "|":
            raise ValueError(f"{line!r}: unexpected {line[at]!r} at {at}")
    start = at
    while at < len(line) and line[at] not in "{([<)]>}|":
        at += 1
    return Words(line[start:at]), at


def _parse_braces(line: str, at: int) -> tuple[Node, int]:
    found = _BRACES.match(line, at)
    if found is None:
        raise ValueError(f"{line!r}: braces at {at} that cannot be read")
    if found["again"]:
        return Again(found["again"]), found.end()
    if found["rule"]:
        node = Rule(found["rule"], int(found["least"] or 1), int(found["most"] or 1), found["keep"] or "")
        return node, found.end()
    decimals = len(found["low"].partition(".")[2])
    unit = 10**decimals
    return Number(round(float(found["low"]) * unit), round(float(found["high"]) * unit), decimals), found.end()


def _parse_choice(line: str, at: int) -> tuple[Node, int]:
    options: list[Sequence] = []
    while True:
        option, at = _parse_until(line, at, "|)")
        options.append(option)
        at = _closed(line, at)
        if line[at - 1] == ")":
            break
    percent = _PERCENT.match(line, at)
    if percent is None:
        return Choice(tuple(options)), at
    return Choice(tuple(options), int(percent.group(1) or 50)), percent.end()


def _closed(line: str, at: int) -> int:
    if at == len(line):
        raise ValueError(f"{line!r}: a bracket is not closed")
    return at + 1
