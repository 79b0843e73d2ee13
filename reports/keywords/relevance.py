"""Which words a ranking of a label should hold: those of its name, and of a list of its synonyms, by their stems."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from inventory import stems, words_of
from medtext.errors import RecordError

LIST = Path(__file__).with_name("iu_synonyms.toml")


def read_synonyms(path: Path = LIST) -> dict[str, tuple[str, ...]]:
    """Return the words and phrases that stand for each label."""
    return {label: tuple(names) for label, names in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def right_stems(label: str, synonyms: Sequence[str]) -> frozenset[str]:
    """Return the stems of the words of a label and of its synonyms, without stop words of general English.

    >>> sorted(right_stems("Fractures, Bone", ["broken bone of the rib"]))
    ['bone', 'broken', 'fractur', 'rib']
    """
    words = words_of(" ".join([label, *synonyms]))
    return frozenset(stems(word for word in words if word not in ENGLISH_STOP_WORDS))


def relevant(labels: Sequence[str], words: Sequence[str], synonyms: Mapping[str, Sequence[str]]) -> NDArray[np.bool_]:
    """Return which words count as right for which label, by their stems: bool [labels, words].

    Raises RecordError for labels that the list lacks.
    """
    missing = [label for label in labels if label not in synonyms]
    if missing:
        raise RecordError(f"{LIST}: no synonyms of {', '.join(missing)}: add them, before any ranking is seen")
    wanted = [right_stems(label, synonyms[label]) for label in labels]
    return np.array([[stem in own for stem in stems(words)] for own in wanted], dtype=np.bool_)
