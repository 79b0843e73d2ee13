"""The words and sentences that a planted corpus is made of, read from a TOML file and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .alphabet import letters_of

_NAMES = re.compile(r"\{(\w+)\}")
_BUILT_IN = {"number", "whole", "list", "negator"}


@dataclass(frozen=True)
class Conjunction:
    """Two groups of cues by their labels, and the label of texts that hold one of each."""

    first: str
    second: str
    both: str


@dataclass(frozen=True)
class Negation:
    """A group of cues by its label, and the labels of texts that assert or only deny one."""

    group: str
    present: str
    absent: str


@dataclass(frozen=True)
class Recipe:
    """Everything a text may be made of.

    ``cues`` maps labels to the words that make them; ``other`` is the label of texts without
    evidence. ``decoys`` fill lists whatever the label is; ``look_alikes`` share characters or
    words with cues and serve the kind ``decoy`` only. ``shortcuts`` maps labels to names of
    machines, ``neutral`` are names that belong to none. ``plain``, ``asserted`` and
    ``negated`` are sentences; ``words`` fills their ``{names}``.
    """

    language: str
    other: str
    items: str
    sentences: str
    negators: tuple[str, ...]
    sections: tuple[str, str]
    machine: str
    decoys: tuple[str, ...]
    look_alikes: tuple[str, ...]
    cues: Mapping[str, tuple[str, ...]]
    conjunction: Conjunction
    negation: Negation
    shortcuts: Mapping[str, str]
    neutral: tuple[str, ...]
    plain: tuple[str, ...]
    asserted: tuple[str, ...]
    negated: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, path: Path) -> Recipe:
        """Read a recipe. Raises ValueError for what it lacks, and for words that would blur the truth."""
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"no TOML in UTF-8 ({error}): correct the recipe") from error
        try:
            recipe = _made(content)
        except KeyError as error:
            raise ValueError(f"the recipe has no {error.args[0]}: data/planted/README.md lists what it needs") from None
        except (TypeError, AttributeError) as error:
            raise ValueError(f"the recipe has a value of a wrong kind ({error}): compare the bundled ones") from None
        for fault in _faults(recipe):
            raise ValueError(fault)
        return recipe

    def evidence(self) -> Iterator[tuple[str, str]]:
        """Yield every cue with its label."""
        for label, cues in self.cues.items():
            for cue in cues:
                yield label, cue


def _made(content: Mapping[str, Any]) -> Recipe:
    first, second = content["sections"]
    shortcuts = dict(content["shortcuts"])
    filler = content["filler"]
    return Recipe(
        language=_text(content, "language"),
        other=_text(content, "other"),
        items=_text(content, "items"),
        sentences=_text(content, "sentences"),
        negators=_texts(content, "negators"),
        sections=(str(first), str(second)),
        machine=_text(content, "machine"),
        decoys=_texts(content, "decoys"),
        look_alikes=_texts(content, "look_alikes"),
        cues={label: _texts(content["cues"], label) for label in content["cues"]},
        conjunction=Conjunction(**content["conjunction"]),
        negation=Negation(**content["negation"]),
        neutral=tuple(shortcuts.pop("neutral")),
        shortcuts=shortcuts,
        plain=_texts(filler, "plain"),
        asserted=_texts(filler, "asserted"),
        negated=_texts(filler, "negated"),
        words={name: _texts(content["words"], name) for name in content["words"]},
    )


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def _texts(content: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = content[name]
    if not isinstance(values, list) or not values or not all(isinstance(value, str) and value for value in values):
        raise TypeError(f"{name} is no list of texts, or an empty one")
    return tuple(values)


def _faults(recipe: Recipe) -> Iterator[str]:
    """Yield what would make the truth untrue, in one line each."""
    if len(recipe.cues) < 2 or recipe.other in recipe.cues:
        yield f"cues: at least two labels are needed, and '{recipe.other}' has none by its meaning"
    named = {recipe.conjunction.first, recipe.conjunction.second, recipe.negation.group}
    for label in sorted(named - set(recipe.cues)):
        yield f"conjunction and negation: '{label}' has no cues"
    if missing := {*recipe.cues, recipe.other} - set(recipe.shortcuts):
        yield f"shortcuts: '{min(missing)}' has no machine of its own"
    if len(recipe.decoys) < _FEWEST_DECOYS:
        yield f"decoys: at least {_FEWEST_DECOYS} are needed"
    yield from _sentence_faults(recipe)
    yield from _shared(recipe)


def _sentence_faults(recipe: Recipe) -> Iterator[str]:
    """Yield sentences with names that are not known, and lists that are not where they should be."""
    for sentence in (*recipe.plain, *recipe.asserted, *recipe.negated):
        for name in _NAMES.findall(sentence):
            if name not in recipe.words and name not in _BUILT_IN:
                yield f"'{sentence}': there is no list of words called '{name}'"
    for sentences, needed in ((recipe.asserted, "{list}"), (recipe.negated, "{negator}{list}")):
        for sentence in sentences:
            if needed not in sentence:
                yield f"'{sentence}': {needed} is missing"


_FEWEST_DECOYS = 6


def _shared(recipe: Recipe) -> Iterator[str]:
    """Yield cues that share a character (Chinese) or word with anything that is no cue of their label."""
    fixed = [*recipe.plain, *recipe.asserted, *recipe.negated, *recipe.negators, *recipe.sections, recipe.machine]
    other = [*recipe.decoys, *recipe.shortcuts.values(), *recipe.neutral, *fixed]
    other += [word for words in recipe.words.values() for word in words]
    owners: dict[str, tuple[str | None, str]] = {}
    for text in other:
        owners |= dict.fromkeys(letters_of(_NAMES.sub(" ", text)), (None, text))
    for label, cue in recipe.evidence():
        for letter in sorted(letters_of(cue)):
            owner, text = owners.setdefault(letter, (label, cue))
            if owner != label:
                yield f"cue '{cue}' of '{label}' shares '{letter}' with '{text}': a model may rightly lean on either"
