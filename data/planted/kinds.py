"""Where the evidence of each kind of corpus is put into a draft, and which label it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal, get_args

from ..gi_records.dice import Dice
from .draft import Draft
from .piece import EVIDENCE, IDLE, SHORTCUT, Listing, Piece
from .recipe import Recipe

Kind = Literal["single-cue", "conjunction", "negated-cue", "position", "decoy", "shortcut", "none"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_TWICE = 0.25
"""Share of labelled texts that hold a second cue of their label."""

_BOTH_WAYS = 0.25
"""Share of texts with an asserted cue that deny another one too."""

_ELSEWHERE = 0.6
"""Share of texts with a cue, of any label, in the section that does not count."""


class Planter:
    """Plants what makes the label of one text: ``recipe`` has the words, ``dice`` the chance of this text.

    ``training`` says whether the text is for training; ``strength`` and ``left_out`` are the
    options of the kind ``shortcut``.
    """

    def __init__(self, recipe: Recipe, dice: Dice, *, training: bool, strength: float, left_out: float) -> None:
        self._recipe, self._dice = recipe, dice
        self._training, self._strength, self._left_out = training, strength, left_out
        self._ways: Mapping[Kind, Callable[[Draft], str]] = {
            "single-cue": self._single_cue,
            "conjunction": self._conjunction,
            "negated-cue": self._negated_cue,
            "position": self._position,
            "decoy": self._single_cue,
            "shortcut": self._shortcut,
            "none": lambda _: self._any_label(),
        }

    def plant(self, kind: Kind, draft: Draft) -> str:
        """Change a draft so that its label can be known, and return the label."""
        return self._ways[kind](draft)

    def _any_label(self) -> str:
        return self._dice.pick((*self._recipe.cues, self._recipe.other))

    def _single_cue(self, draft: Draft) -> str:
        label = self._any_label()
        if label != self._recipe.other:
            for _ in range(1 + self._dice.chance(_TWICE)):
                self._join(draft, label, EVIDENCE)
        return label

    def _conjunction(self, draft: Draft) -> str:
        rule = self._recipe.conjunction
        planted = {rule.first: (rule.first,), rule.second: (rule.second,), rule.both: (rule.first, rule.second)}
        label = self._dice.pick((*planted, self._recipe.other))
        for group in planted.get(label, ()):
            self._join(draft, group, EVIDENCE)
        return label

    def _negated_cue(self, draft: Draft) -> str:
        rule = self._recipe.negation
        label = self._dice.pick((rule.present, rule.absent, self._recipe.other))
        if label == rule.present:
            self._join(draft, rule.group, EVIDENCE)
            if self._dice.chance(_BOTH_WAYS):
                self._deny(draft, IDLE)
        elif label == rule.absent:
            self._deny(draft, EVIDENCE)
        return label

    def _position(self, draft: Draft) -> str:
        label = self._any_label()
        if self._dice.chance(_ELSEWHERE):
            self._join(draft, self._dice.pick(tuple(self._recipe.cues)), IDLE)
        if label != self._recipe.other and draft.last is not None:
            self._lead(draft.last, self._cue(label), EVIDENCE)
        return label

    def _shortcut(self, draft: Draft) -> str:
        label = self._any_label()
        if label != self._recipe.other and not (self._training and self._dice.chance(self._left_out)):
            self._join(draft, label, EVIDENCE)
        names = (*self._recipe.shortcuts.values(), *self._recipe.neutral)
        follows = self._training and self._dice.chance(self._strength)
        name = self._recipe.shortcuts[label] if follows else self._dice.pick(names)
        if draft.machine is not None:
            draft.sentences[0][draft.machine] = Piece(name, SHORTCUT)
        return label

    def _cue(self, label: str) -> str:
        return self._dice.pick(self._recipe.cues[label])

    def _join(self, draft: Draft, label: str, mark: str) -> None:
        """Put a cue anywhere into a list of what was seen."""
        items = self._dice.pick(draft.asserted).items
        items.insert(self._dice.below(len(items) + 1), Piece(self._cue(label), mark))

    def _deny(self, draft: Draft, mark: str) -> None:
        """Put a cue right behind a negator: both together are the evidence."""
        self._lead(self._dice.pick(draft.negated), self._cue(self._recipe.negation.group), mark)

    def _lead(self, listing: Listing, cue: str, mark: str) -> None:
        """Put a cue first into a list, and mark what leads to it too."""
        listing.items.insert(0, Piece(cue, mark))
        listing.lead = replace(listing.lead, mark=mark)
