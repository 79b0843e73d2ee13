"""A report before anything is planted in it: drawn without a look at its label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..gi_records.dice import Dice
from .piece import DECOY, Listing, Piece
from .recipe import Recipe

_PARTS = re.compile(r"\{(\w+)\}|([^{}]+)")


@dataclass(slots=True)
class Draft:
    """Sentences in order, and the lists in them that a cue can join.

    ``asserted`` are lists of what was seen, ``negated`` of what was not; ``last`` is the list
    of the second section and ``machine`` the place of the machine's name, where there are any.
    """

    sentences: list[list[Piece | Listing]] = field(default_factory=list)
    asserted: list[Listing] = field(default_factory=list)
    negated: list[Listing] = field(default_factory=list)
    last: Listing | None = None
    machine: int | None = None

    def pieces(self, recipe: Recipe) -> list[Piece]:
        """Return all that the text is made of, in order."""
        made: list[Piece] = []
        for number, sentence in enumerate(self.sentences):
            if number and recipe.sentences:
                made.append(Piece(recipe.sentences))
            for part in sentence:
                made += part.pieces(recipe.items) if isinstance(part, Listing) else [part]
        return made


@dataclass(frozen=True)
class Style:
    """How drafts are drawn: the share of every list of words in use, and how many filler sentences a text has."""

    richness: float
    fillers: int


@dataclass(frozen=True)
class Skeleton:
    """The sentences of a template, in order: what records of one template share."""

    sentences: tuple[str, ...]

    @classmethod
    def draw(cls, recipe: Recipe, dice: Dice, fillers: int) -> Skeleton:
        """Draw two lists of what was seen, one or two of what was not, and filler around them."""
        count = max(1, fillers - 1 + dice.below(3))
        chosen = [dice.pick(recipe.asserted) for _ in range(2)]
        chosen += [dice.pick(recipe.negated) for _ in range(1 + dice.below(2))]
        chosen += [dice.pick(recipe.plain) for _ in range(count)]
        order = []
        while chosen:
            order.append(chosen.pop(dice.below(len(chosen))))
        return cls(tuple(order))


class Drafter:
    """Writes drafts of one recipe; the words of a text are drawn from ``dice``, its decoys from ``pool``."""

    def __init__(self, recipe: Recipe, style: Style, dice: Dice, pool: Sequence[str]) -> None:
        self._recipe = recipe
        self._words = {name: _share(words, style.richness) for name, words in recipe.words.items()}
        self._dice = dice
        self._pool = pool

    def draft(self, skeleton: Skeleton, *, sections: bool = False, machine: bool = False) -> Draft:
        """Write a report by a skeleton."""
        made = Draft()
        if machine:
            name = self._dice.pick(self._recipe.neutral)
            before, _, after = self._recipe.machine.partition("{name}")
            made.sentences.append([Piece(before), Piece(name), Piece(after)])
            made.machine = 1
        for sentence in skeleton.sentences:
            made.sentences.append(self._sentence(sentence, made))
        if sections:
            made.sentences[0].insert(0, Piece(self._recipe.sections[0]))
            made.last = Listing(Piece(self._recipe.sections[1]), self._items())
            made.sentences.append([made.last, Piece(_stop(self._recipe))])
        return made

    def _sentence(self, sentence: str, made: Draft) -> list[Piece | Listing]:
        parts: list[Piece | Listing] = []
        lead = Piece("")
        for name, text in _PARTS.findall(sentence):
            if name == "negator":
                lead = Piece(self._dice.pick(self._recipe.negators))
            elif name == "list":
                listing = Listing(lead, self._items())
                (made.negated if lead.text else made.asserted).append(listing)
                parts.append(listing)
            else:
                parts.append(Piece(text or self._word(name)))
        return parts

    def _word(self, name: str) -> str:
        if name == "number":
            return f"{self._dice.below(9)}.{1 + self._dice.below(9)}"
        if name == "whole":
            return str(10 + self._dice.below(90))
        return self._dice.pick(self._words[name])

    def _items(self) -> list[Piece]:
        first = self._dice.below(len(self._pool))
        count = 1 + self._dice.below(2)
        return [Piece(self._pool[(first + each) % len(self._pool)], DECOY) for each in range(count)]


def _share(words: Sequence[str], richness: float) -> Sequence[str]:
    return words[: max(2, round(len(words) * richness))]


def _stop(recipe: Recipe) -> str:
    """Return what ends a sentence: the last sign of the first one."""
    return recipe.plain[0][-1]
