"""Other ways to rank the words of a label, each over the same texts and candidates: float64 [labels, words].

What is higher ranks first. YAKE is a package of its own: ``pip install yake==0.7.3``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression

from inventory import Inventory
from ranking_measures import Floats

Ranks = Callable[[Inventory], Floats]


def by_label(inventory: Inventory, counts: Floats) -> tuple[Floats, Floats]:
    """Add counts, [texts, words], up over the texts that have each label, and over those that do not."""
    inside = inventory.truth.T.astype(np.float64) @ counts
    return inside, counts.sum(axis=0) - inside


def frequency(inventory: Inventory) -> Floats:
    """Rank by how often a word stands in the texts of a label: the floor."""
    return by_label(inventory, inventory.counts.astype(np.float64))[0]


def class_tfidf(inventory: Inventory) -> Floats:
    """Rank by c-TF-IDF (Grootendorst 2022, arXiv:2203.05794): tf(t, c) log(1 + A / tf(t)), over labels as classes.

    Texts without a label are one class more. ``A`` is the mean number of words of a class.
    """
    counts = inventory.counts.astype(np.float64)
    none = counts[~inventory.truth.any(axis=1)].sum(axis=0)
    classes = np.concatenate([by_label(inventory, counts)[0], none[None]])
    weight = np.log(1 + classes.sum(axis=1).mean() / np.maximum(classes.sum(axis=0), 1))
    return (classes * weight)[:-1]


def log_odds(inventory: Inventory, prior: float | None = None) -> Floats:
    """Rank by the z-score of log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008).

    Words are counted as often as they stand. The prior is the counts of all texts, scaled to ``prior`` words where
    that is given.
    """
    stand = inventory.counts.any(axis=0)
    inside, outside = by_label(inventory, inventory.counts[:, stand].astype(np.float64))
    both = inside + outside
    pull = both if prior is None else prior * both / both.sum(axis=1, keepdims=True)
    a, b = inside + pull, outside + pull
    odds = [np.log(each) - np.log(each.sum(axis=1, keepdims=True) - each) for each in (a, b)]
    z = np.full((len(inventory.labels), len(inventory.words)), -np.inf)
    z[:, stand] = (odds[0] - odds[1]) / np.sqrt(1 / a + 1 / b)
    return z


def chi_square(inventory: Inventory) -> Floats:
    """Rank by Pearson's chi-square of word and label over texts, below zero where the word is rarer with the label.

    The sign is for its own good: without it, words that texts of a label lack rank as high as those they have.
    """
    texts = len(inventory.texts)
    inside, outside = by_label(inventory, inventory.present.astype(np.float64))
    size = inventory.truth.sum(axis=0)[:, None].astype(np.float64)
    apart = inside * (texts - size - outside) - outside * (size - inside)
    both = inside + outside
    whole = size * (texts - size) * both * (texts - both)
    return np.asarray(np.sign(apart) * texts * apart**2 / np.maximum(whole, 1))


def regression(inventory: Inventory, strength: float = 1.0) -> Floats:
    """Rank by the coefficients of one logistic regression a label, on TF-IDF of the candidates."""
    rows = TfidfTransformer(sublinear_tf=True).fit_transform(inventory.counts)
    fitted = [LogisticRegression(C=strength, max_iter=1000).fit(rows, own) for own in inventory.truth.T]
    return np.stack([each.coef_[0] for each in fitted])


def yake(inventory: Inventory) -> Floats:
    """Rank by YAKE (Campos et al. 2020): single words of the texts of a label as one document, low scores first.

    It asks for no other label: what all texts say ranks high.
    """
    from yake import KeywordExtractor

    extractor = KeywordExtractor(lan="en", n=1, dedup_lim=1.0, top=10**6)
    numbers = {word: number for number, word in enumerate(inventory.words)}
    scores = np.full((len(inventory.labels), len(inventory.words)), -np.inf)
    for row, own in enumerate(inventory.truth.T):
        document = "\n".join(text for text, has in zip(inventory.texts, own, strict=True) if has)
        for word, score in extractor.extract_keywords(document):
            if word.lower() in numbers:
                place = row, numbers[word.lower()]
                scores[place] = max(scores[place], -float(score))
    return scores


@dataclass(frozen=True)
class Rival:
    """A way to rank, with the settings that are tried of it; one that ``counts`` words may count others."""

    name: str
    settings: Mapping[str, Ranks]
    counts: bool = True


RIVALS = (
    Rival("term frequency", {"": frequency}),
    Rival("YAKE", {"": yake}, counts=False),
    Rival("c-TF-IDF", {"": class_tfidf}),
    Rival(
        "log-odds",
        {
            "prior of 100 words": partial(log_odds, prior=100.0),
            "prior of 500 words": partial(log_odds, prior=500.0),
            "prior of all texts": log_odds,
        },
    ),
    Rival("chi-square", {"": chi_square}),
    Rival("logistic regression", {f"C = {c:g}": partial(regression, strength=c) for c in (0.1, 1.0, 10.0, 100.0)}),
)
