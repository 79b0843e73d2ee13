"""Rules that are expanded, by chance, into the pieces of a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .dice import Dice
from .piece import Piece, tidy
from .syntax import Again, Choice, Marked, Node, Number, Rule, Sequence, Words, parse, parse_rule

PAUSE = "pause"
"""The rule for what stands between several findings."""


class Grammar:
    """Named rules, read once from blocks of text (see ``syntax.py``)."""

    def __init__(self, *books: Mapping[str, str]) -> None:
        """Read the rules of several books; raises ValueError where a name is missing or stands twice."""
        self._rules: dict[str, tuple[tuple[int, ...], tuple[Sequence, ...]]] = {}
        for book in books:
            for name, block in book.items():
                if name in self._rules:
                    raise ValueError(f"the rule {name!r} is written twice: rename one")
                self._rules[name] = parse_rule(block)
        wanted = {name for _, alternatives in self._rules.values() for line in alternatives for name in _names(line)}
        missing = sorted((wanted | {PAUSE}) - self._rules.keys())
        if missing:
            raise ValueError(f"rules that are named but not written: {', '.join(missing)}")
        self.names = frozenset(self._rules)
        self.used = frozenset(wanted | {PAUSE})

    def expand(self, line: str, dice: Dice) -> list[Piece]:
        """Write one text of an alternative, such as ``{antrum}黏膜充血``; raises KeyError for an unknown rule."""
        return tidy(self._sequence(parse(line), dice, {}))

    def _rule(self, rule: Rule, dice: Dice, kept: dict[str, str]) -> Iterator[Piece]:
        weights, alternatives = self._rules[rule.name]
        count = rule.low + dice.below(rule.high - rule.low + 1)
        # One sort of pause for the whole list: a writer who ends findings with full stops does so throughout.
        pause = self._text(Rule(PAUSE), dice, kept) if count > 1 else ""
        pieces: list[Piece] = []
        for number, position in enumerate(dice.indices(weights, count)):
            if number:
                pieces.append(Piece(pause))
            pieces.extend(self._sequence(alternatives[position], dice, kept))
        if rule.keep:
            kept[rule.keep] = "".join(piece.text for piece in pieces)
        yield from pieces

    def _sequence(self, sequence: Sequence, dice: Dice, kept: dict[str, str]) -> Iterator[Piece]:
        for node in sequence:
            yield from self._node(node, dice, kept)

    def _node(self, node: Node, dice: Dice, kept: dict[str, str]) -> Iterator[Piece]:
        match node:
            case Words():
                yield Piece(node.text)
            case Number():
                value = node.low + dice.below(node.high - node.low + 1)
                yield Piece(f"{value / 10**node.decimals:.{node.decimals}f}")
            case Rule():
                yield from self._rule(node, dice, kept)
            case Again():
                yield Piece(kept[node.name])
            case Choice():
                if dice.chance(node.percent / 100):
                    yield from self._sequence(dice.pick(node.options), dice, kept)
            case Marked():
                yield Piece("".join(piece.text for piece in self._sequence(node.inside, dice, kept)), node.mark)

    def _text(self, node: Node, dice: Dice, kept: dict[str, str]) -> str:
        return "".join(piece.text for piece in self._node(node, dice, kept))


def _names(sequence: Sequence) -> Iterator[str]:
    for node in sequence:
        match node:
            case Rule():
                yield node.name
            case Choice():
                for option in node.options:
                    yield from _names(option)
            case Marked():
                yield from _names(node.inside)
            case _:
                pass
