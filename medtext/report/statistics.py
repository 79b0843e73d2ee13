"""What is known of a corpus before any training: the content of ``statistics.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

from medtext.corpus.characters import Characters
from medtext.corpus.conflicts import Conflict
from medtext.corpus.cooccurrence import Cooccurrence
from medtext.corpus.duplicates import Duplicates
from medtext.corpus.image_counts import ImageCounts
from medtext.corpus.lengths import Cut, Histogram, Lengths
from medtext.corpus.near import NearDuplicates
from medtext.corpus.part_counts import LabelCount, PartCount
from medtext.corpus.record import Record
from medtext.corpus.sentences import Sentences
from medtext.explain.word_counts import Word

UNLABELLED = "unlabelled"
"""The part of the records that a training leaves out: they have no label, or no target."""


@dataclass(frozen=True, kw_only=True)
class TextLengths:
    """Lengths of texts and targets in characters and tokens, None where there are none; ``by_label`` is in tokens.

    ``complete`` is false where the tokenizer cuts texts whatever it is asked: lengths in tokens are too low then.
    """

    characters: Lengths | None
    tokens: Lengths | None
    by_label: dict[str, Lengths]
    target_characters: Lengths | None
    target_tokens: Lengths | None
    histogram: Histogram
    cut: Cut
    complete: bool


@dataclass(frozen=True, kw_only=True)
class VocabularyCounts:
    """How many tokens the tokenizer knows once it is fitted on train, and the share of each part that is ``<unk>``."""

    size: int
    unknown: dict[str, float | None]


@dataclass(frozen=True, kw_only=True)
class RuleScores:
    """What a keyword rule learned from train scores: ``scores`` by part, then ``rule`` or ``majority``, then figure.

    ``words`` are those it looks for, by label; ``says`` is the rule in a sentence.
    """

    says: str
    size: int
    words: dict[str, list[Word]]
    scores: dict[str, dict[str, dict[str, float | None]]]


@dataclass(frozen=True, kw_only=True)
class Section:
    """What stands in one section of the records: the sentences of many, and words and their weights for a picture."""

    sentences: Sentences
    cloud: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """All figures of a corpus; what does not apply to it is None or empty."""

    corpus: Mapping[str, Any]
    warnings: tuple[str, ...]
    parts: dict[str, PartCount]
    labels: tuple[LabelCount, ...]
    cooccurrence: Cooccurrence | None
    images: ImageCounts | None
    lengths: TextLengths
    characters: Characters
    vocabulary: VocabularyCounts | None
    exact: Duplicates
    folded: Duplicates
    near: NearDuplicates
    conflicts: tuple[Conflict, ...]
    sentences: Sentences
    words: tuple[Word, ...]
    marking: dict[str, list[Word]]
    rule: RuleScores | None
    sections: dict[str, Section]
    """The texts, and the texts to be written, each for itself, where records have both; clouds are not in the JSON."""
    clouds: dict[str, dict[str, float]]
    """Words and their weights for pictures, under ``""`` for all texts and by label; not in the JSON."""
    examples: tuple[Record, ...] = ()
    """Records with images, for a sheet of them; not in the JSON."""

    @property
    def title(self) -> str:
        """The corpus and what is asked of it, in a line."""
        of = self.corpus
        return f"{of['dataset']}, {PurePath(of['source']).name} ({of['task']}, {of['tokenizer']}, seed {of['seed']})"

    @property
    def imbalance(self) -> float | None:
        """How many times as many records the commonest label has as the rarest that occurs."""
        counts = [row.records for row in self.labels if row.records]
        return counts[0] / counts[-1] if len(counts) > 1 else None

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON can hold it. It holds sentences, words and beginnings of texts."""
        document = {name: value for name, value in asdict(self).items() if name not in ("clouds", "examples")}
        return {
            **document,
            "corpus": dict(self.corpus),
            "imbalance": self.imbalance,
            "sections": {name: {"sentences": asdict(section.sentences)} for name, section in self.sections.items()},
            "conflicts": [
                [{"place": place, "labels": list(labels)} for place, labels in conflict.sides]
                for conflict in self.conflicts
            ],
        }
