"""Write the sample: ``python data/ct_abnormality/generate.py`` makes ``sample.csv`` again, byte for byte.

Sentences name regions and say what is seen there. A label is a region with something abnormal: neither word alone
makes it, and what is denied makes none.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

LABELS = 17
TOKENS = 858
"""Token numbers lie below."""
LONGEST, SHORTEST = 104, 4
_RECORDS = 1200
_SEED = 17
_NOTHING = 0.26
"""Share of records in which nothing abnormal is seen."""


@dataclass(frozen=True)
class Words:
    """The language: what numbers mean. Phrases are tuples of token numbers."""

    regions: list[list[tuple[int, ...]]]
    findings: list[tuple[int, ...]]
    normal: list[tuple[int, ...]]
    denied: list[tuple[int, ...]]
    grades: list[tuple[int, ...]]
    openings: list[tuple[int, ...]]
    comma: int
    stop: int

    @classmethod
    def draw(cls, chance: Random) -> Words:
        """Give every word numbers of its own."""
        numbers = iter(chance.sample(range(TOKENS), TOKENS))

        def phrases(count: int, longest: int) -> list[tuple[int, ...]]:
            return [tuple(next(numbers) for _ in range(chance.randint(1, longest))) for _ in range(count)]

        return cls(
            regions=[phrases(2, 2) for _ in range(LABELS)],
            findings=phrases(30, 3),
            normal=phrases(8, 3),
            denied=phrases(4, 2),
            grades=phrases(12, 2),
            openings=phrases(6, 4),
            comma=next(numbers),
            stop=next(numbers),
        )


def sentence(words: Words, chance: Random, region: int, well: list[int], *, abnormal: bool) -> list[int]:
    """Say what is seen in a region, or in that and another of those where nothing is."""
    named = list(chance.choice(words.regions[region]))
    if abnormal:
        grade = chance.choice(words.grades) if chance.random() < 0.5 else ()
        return [*named, *grade, *chance.choice(words.findings), words.comma]
    if chance.random() < 0.4:
        return [*named, *chance.choice(words.denied), *chance.choice(words.findings), words.comma]
    if chance.random() < 0.5:
        named += chance.choice(words.regions[chance.choice(well)])
    return [*named, *chance.choice(words.normal), words.comma]


def description(words: Words, chance: Random) -> tuple[list[int], list[int]]:
    """Return the tokens of a description and its labels, each at most once and in order."""
    count = 0 if chance.random() < _NOTHING else min(1 + int(chance.expovariate(0.9)), 6)
    # Common regions and rare ones, as in any hospital.
    weights = [1 / (2 + region) for region in range(LABELS)]
    ill: set[int] = set()
    while len(ill) < count:
        ill.add(chance.choices(range(LABELS), weights)[0])
    well = [region for region in chance.sample(range(LABELS), chance.randint(1, 7)) if region not in ill]
    said = [(region, True) for region in ill] + [(region, False) for region in well]
    chance.shuffle(said)
    tokens = list(chance.choice(words.openings)) if chance.random() < 0.6 else []
    for region, abnormal in said:
        part = sentence(words, chance, region, well, abnormal=abnormal)
        if len(tokens) + len(part) > LONGEST:
            if abnormal:
                ill.discard(region)
            continue
        tokens += part
    tokens[-1] = words.stop
    return tokens, sorted(ill)


def lines(records: int = _RECORDS, seed: int = _SEED) -> list[str]:
    """Return the lines of a file: ``id|,|tokens|,|labels``, no text twice."""
    chance = Random(seed)
    words = Words.draw(chance)
    made: dict[str, str] = {}
    while len(made) < records:
        tokens, labels = description(words, chance)
        if len(tokens) >= SHORTEST:
            made.setdefault(" ".join(map(str, tokens)), " ".join(map(str, labels)))
    return [f"{number}|,|{text} |,|{labels}" for number, (text, labels) in enumerate(made.items())]


if __name__ == "__main__":
    Path(__file__).with_name("sample.csv").write_text("\n".join(lines()) + "\n", encoding="utf-8")
