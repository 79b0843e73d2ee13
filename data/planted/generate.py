"""Writes texts whose evidence is known: the same for the same seed on every Python, and longer corpora begin alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from ..gi_records.dice import Dice
from .draft import Drafter, Skeleton, Style
from .kinds import Kind, Planter
from .piece import EVIDENCE, Mark, assemble
from .recipe import Recipe

TEMPLATES = 40
"""Skeletons that the texts of a corpus are written by."""

_POOL = 6
"""Decoys that the texts of one patient draw from: records of a patient are alike."""

_SPLITS = (("train", 0.7), ("val", 0.85), ("test", 1.0))


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, its label and all that is known of it.

    ``marks`` are every cue, decoy and shortcut in it; ``base`` is the text as it was
    before anything was planted, drawn without a look at the label.
    """

    number: int
    text: str
    label: str
    marks: tuple[Mark, ...]
    patient: int
    template: int
    split: str
    base: str

    def marked(self, mark: str = EVIDENCE) -> tuple[Mark, ...]:
        """Return the stretches of one mark."""
        return tuple(each for each in self.marks if each.mark == mark)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be written: see the options of the dataset."""

    kind: Kind = "single-cue"
    size: int = 3000
    seed: int = 13
    richness: float = 1.0
    fillers: int = 3
    strength: float = 0.8
    left_out: float = 0.2

    def __post_init__(self) -> None:
        if self.size < 1 or self.fillers < 1:
            raise ValueError("size and fillers must be at least 1")
        for name in ("richness", "strength", "left_out"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be from 0 to 1, not {getattr(self, name)}")


def generate(recipe: Recipe, plan: Plan) -> Iterator[Sample]:
    """Yield ``plan.size`` samples, patient by patient."""
    skeletons = [Skeleton.draw(recipe, _dice(plan, "template", each), plan.fillers) for each in range(TEMPLATES)]
    number = patient = 0
    while number < plan.size:
        dice = _dice(plan, "patient", patient)
        pool = _pool(recipe, plan.kind, dice)
        split = next(name for name, edge in _SPLITS if _place(plan, patient) < edge)
        for _ in range(min(1 + dice.below(3), plan.size - number)):
            yield _sample(recipe, plan, skeletons, number, patient, split, pool)
            number += 1
        patient += 1


def _sample(
    recipe: Recipe, plan: Plan, skeletons: list[Skeleton], number: int, patient: int, split: str, pool: list[str]
) -> Sample:
    # Two sequences of chance: what is planted moves nothing of the text that it is planted in.
    words, choices = _dice(plan, "text", number), _dice(plan, plan.kind, number)
    template = words.below(len(skeletons))
    drafter = Drafter(recipe, Style(plan.richness, plan.fillers), words, pool)
    draft = drafter.draft(skeletons[template], sections=plan.kind == "position", machine=plan.kind == "shortcut")
    base, _ = assemble(draft.pieces(recipe))
    planter = Planter(recipe, choices, training=split == "train", strength=plan.strength, left_out=plan.left_out)
    label = planter.plant(plan.kind, draft)
    text, marks = assemble(draft.pieces(recipe))
    return Sample(number, text, label, marks, patient, template, split, base)


def _pool(recipe: Recipe, kind: Kind, dice: Dice) -> list[str]:
    known = [*recipe.decoys, *(recipe.look_alikes if kind == "decoy" else ())]
    return [known[place] for place in dice.indices([1] * len(known), _POOL)]


def _dice(plan: Plan, what: str, number: int) -> Dice:
    return Dice(_hashed(f"{plan.seed}/{what}/{number}"))


def _place(plan: Plan, patient: int) -> float:
    """Return a patient's place in [0, 1), which says the split."""
    return _hashed(f"{plan.seed}/split/{patient}") / 2**64


def _hashed(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
