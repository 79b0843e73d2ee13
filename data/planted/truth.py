"""What is known of a planted corpus before any text is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .kinds import Kind
from .recipe import Recipe


@dataclass(frozen=True)
class Truth:
    """Which words have a right to a row of a keyword table, and which have none.

    ``labels`` are all, in order; ``other`` is the one without evidence, if any is. ``cues`` maps
    labels to their words; ``evidence`` to what can be marked in a text: the cues, or a cue
    with what leads to it (``未见糜烂``, ``诊断意见：糜烂``). ``decoys`` have no weight;
    ``shortcuts`` maps labels to the names that go with them in training only.
    """

    labels: tuple[str, ...]
    other: str
    cues: Mapping[str, tuple[str, ...]]
    evidence: Mapping[str, tuple[str, ...]]
    decoys: tuple[str, ...]
    shortcuts: Mapping[str, str]


def truth_of(recipe: Recipe, kind: Kind) -> Truth:
    """Return the truth of a recipe under one kind of corpus."""
    cues = _cues(recipe, kind)
    evidence = dict(cues)
    if kind == "negated-cue":
        rule = recipe.negation
        evidence[rule.absent] = tuple(negator + cue for negator in recipe.negators for cue in cues[rule.absent])
    elif kind == "position":
        evidence = {label: tuple(recipe.sections[1] + cue for cue in words) for label, words in cues.items()}
    labels = (*(cues or recipe.cues), recipe.other)
    return Truth(
        labels=labels,
        other=recipe.other,
        cues=cues,
        evidence=evidence,
        decoys=(*recipe.decoys, *(recipe.look_alikes if kind == "decoy" else ())),
        shortcuts=recipe.shortcuts if kind == "shortcut" else {},
    )


def _cues(recipe: Recipe, kind: Kind) -> Mapping[str, tuple[str, ...]]:
    if kind == "none":
        return {}
    if kind == "conjunction":
        rule = recipe.conjunction
        first, second = recipe.cues[rule.first], recipe.cues[rule.second]
        return {rule.first: first, rule.second: second, rule.both: (*first, *second)}
    if kind == "negated-cue":
        words = recipe.cues[recipe.negation.group]
        return {recipe.negation.present: words, recipe.negation.absent: words}
    return recipe.cues
