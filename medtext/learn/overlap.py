"""How far written texts overlap with their references: BLEU, ROUGE-L, METEOR and CIDEr, on one way to cut texts.

Overlap says little of what is true: a report that denies a finding overlaps well with one that names it
(``finding_scores.py`` is for that). It is what the literature compares.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.fold import fold_width

ORDERS = 4
"""BLEU and CIDEr count sequences of one to so many tokens."""
LABELS = {
    **{f"bleu_{order}": f"BLEU-{order} (corpus, cumulative)" for order in range(1, ORDERS + 1)},
    **{f"bleu_{order}_individual": f"BLEU-{order} (mean of texts, individual)" for order in range(1, ORDERS + 1)},
    "rouge_l": "ROUGE-L (F, beta 1.2)",
    "rouge_l_f1": "ROUGE-L (F1)",
    "meteor": "METEOR (nltk; exact words and stems, no synonyms)",
    "cider": "CIDEr-D",
}
"""What each figure of ``Overlap.figures`` is, for people."""

_ROUGE_BETA = 1.2
_CIDER_SIGMA = 6.0
_CIDER_SCALE = 10.0
_ITEM_NUMBER = re.compile(r"(?:^|(?<=[.!?:\n]))\s*\d{1,2}[.)]\s+")
_TOKEN = re.compile(r"(?P<end>[.!?。]+)|[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:[-'.][^\W_\u3400-\u9fff]+)*")


def normalised(text: str) -> list[str]:
    """Return the tokens of a text that all figures here are made of.

    Lower case and half width; words and numbers, also with a hyphen, an apostrophe or a point inside, single Chinese
    characters, and a point where a sentence ends, the last one included. Other signs, and the numbers of list items,
    are left out. It is close to the way of R2Gen (Chen et al. 2020, arXiv:2010.16056), so that figures can be compared.

    >>> normalised("1. Right-sided effusion, 0.5 cm. 2. No PNEUMOTHORAX!")
    ['right-sided', 'effusion', '0.5', 'cm', '.', 'no', 'pneumothorax', '.']
    >>> normalised(" . ")
    []
    """
    tokens: list[str] = []
    for found in _TOKEN.finditer(_ITEM_NUMBER.sub(" ", fold_width(text)).lower()):
        if not found["end"]:
            tokens.append(found.group())
        elif tokens and tokens[-1] != ".":
            tokens.append(".")
    return [*tokens, "."] if tokens and tokens[-1] != "." else tokens


@dataclass(frozen=True)
class Overlap:
    """What the figures of some texts are made of, a row a text, so that any choice of rows can be measured at once.

    ``matches`` and ``totals`` are int64 [texts, orders]: token sequences that the reference has as well, and all;
    ``written_lengths`` and ``reference_lengths`` int64 [texts], in tokens; the others float64 [texts].
    """

    matches: NDArray[np.int64]
    totals: NDArray[np.int64]
    written_lengths: NDArray[np.int64]
    reference_lengths: NDArray[np.int64]
    rouge_l: NDArray[np.float64]
    rouge_l_f1: NDArray[np.float64]
    meteor: NDArray[np.float64]
    cider: NDArray[np.float64]

    @classmethod
    def of(cls, written: Sequence[str], references: Sequence[str]) -> Overlap:
        """Compare texts with their references, one each; a text without tokens scores 0.

        CIDEr weighs by how many of all ``references`` have a sequence, whatever rows are chosen later. Raises
        ValueError where the two are not equally many, or there is none.
        """
        if not written:
            raise ValueError("there is no text to compare")
        pairs = [(normalised(one), normalised(other)) for one, other in zip(written, references, strict=True)]
        counts = np.array([_bleu_counts(*pair) for pair in pairs], dtype=np.int64)
        rouge = np.array([_rouge_l(*pair) for pair in pairs], dtype=np.float64)
        return cls(
            matches=counts[:, :ORDERS],
            totals=counts[:, ORDERS : 2 * ORDERS],
            written_lengths=counts[:, -2],
            reference_lengths=counts[:, -1],
            rouge_l=rouge[:, 0],
            rouge_l_f1=rouge[:, 1],
            meteor=np.array([_meteor(*pair) for pair in pairs], dtype=np.float64),
            cider=_cider(pairs),
        )

    @property
    def bleu_individual(self) -> NDArray[np.float64]:
        """BLEU of each text with all weight on one order, float64 [texts, orders], as nltk's sentence BLEU has it."""
        precision = self.matches / np.maximum(self.totals, 1)
        lengths = np.maximum(self.written_lengths, 1)
        penalty = np.exp(np.minimum(0.0, 1 - self.reference_lengths / lengths)) * (self.written_lengths > 0)
        return np.asarray(precision * penalty[:, None])

    def figures(self, rows: NDArray[np.int64] | None = None) -> dict[str, float]:
        """Return each figure of ``LABELS`` over all texts, or over some rows, which may repeat (as in a bootstrap).

        BLEU is that of the whole corpus, cumulative and without smoothing, by sacrebleu (see ``bleu_signature``);
        ``rouge_l`` weighs recall as coco-caption and the literature on reports do, ``rouge_l_f1`` is that of
        rouge-score; the others are means over texts. All are from 0 to 1, but CIDEr-D, which is from 0 to 10.
        """
        weights = np.ones(len(self.matches)) if rows is None else np.bincount(rows, minlength=len(self.matches))
        matches, totals = (weights @ each for each in (self.matches, self.totals))
        lengths = [float(weights @ each) for each in (self.written_lengths, self.reference_lengths)]
        individual = weights @ self.bleu_individual / weights.sum()
        means = {name: getattr(self, name) for name in ("rouge_l", "rouge_l_f1", "meteor", "cider")}
        return {
            **{f"bleu_{order}": _bleu(matches, totals, lengths, order) for order in range(1, ORDERS + 1)},
            **{f"bleu_{order}_individual": float(individual[order - 1]) for order in range(1, ORDERS + 1)},
            **{name: float(weights @ values / weights.sum()) for name, values in means.items()},
        }


def collapse(written: Sequence[str], references: Sequence[str]) -> dict[str, float]:
    """Return whether a writer says the same of everything: shares of texts, and mean lengths in tokens.

    ``unique`` is the share of different texts among the written ones, ``commonest`` that of the one written most often,
    ``length`` the mean length; ``reference_unique`` and so on are the same of the references.

    >>> collapse(["No effusion.", "no effusion", "Normal."], ["Effusion.", "Normal.", "Clear."])["commonest"]
    0.6666666666666666
    """
    found: dict[str, float] = {}
    for prefix, texts in (("", written), ("reference_", references)):
        tokens = [tuple(normalised(text)) for text in texts]
        counts = Counter(tokens)
        found[f"{prefix}unique"] = len(counts) / len(tokens)
        found[f"{prefix}commonest"] = max(counts.values()) / len(tokens)
        found[f"{prefix}length"] = sum(map(len, tokens)) / len(tokens)
    return found


def bleu_signature() -> str:
    """Return how BLEU is made, as sacrebleu writes it; tokens are those of ``normalised``."""
    metric = _bleu_metric()
    metric.corpus_score([""], [[""]])  # the number of references is known once it has seen some
    return f"{metric.get_signature().format()}|tokens:medtext"


@cache
def _bleu_metric() -> Any:
    from sacrebleu.metrics.bleu import BLEU

    return BLEU(tokenize="none", smooth_method="none", max_ngram_order=ORDERS, force=True)


def _bleu_counts(written: Sequence[str], reference: Sequence[str]) -> list[int]:
    """Return matches and totals of each order, and the lengths of both texts."""
    score = _bleu_metric().corpus_score([" ".join(written)], [[" ".join(reference)]])
    return [*score.counts, *score.totals, score.sys_len, score.ref_len]


def _bleu(matches: NDArray[Any], totals: NDArray[Any], lengths: Sequence[float], order: int) -> float:
    from sacrebleu.metrics.bleu import BLEU

    correct, total = (list(map(int, each[:order])) for each in (matches, totals))
    written, reference = map(int, lengths)
    score = BLEU.compute_bleu(correct, total, written, reference, smooth_method="none", max_ngram_order=order)
    return float(score.score) / 100


class _AsCut:
    """Hands rouge-score texts that are cut already."""

    def tokenize(self, text: str) -> list[str]:
        return text.split()


@cache
def _rouge_scorer() -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(["rougeL"], tokenizer=_AsCut())


def _rouge_l(written: Sequence[str], reference: Sequence[str]) -> tuple[float, float]:
    """Return ROUGE-L with more weight on recall, as coco-caption has it, and the plain F1 (Lin 2004)."""
    score = _rouge_scorer().score(" ".join(reference), " ".join(written))["rougeL"]
    square = _ROUGE_BETA**2
    below = score.recall + square * score.precision
    return ((1 + square) * score.precision * score.recall / below if below else 0.0), score.fmeasure


class _NoSynonyms:
    """Stands for WordNet, whose data do not come with nltk."""

    def synsets(self, _word: str) -> list[Any]:
        return []


class _Stemmer:
    """Porter's stemmer, which stems each word once."""

    def __init__(self) -> None:
        from nltk.stem.porter import PorterStemmer

        self.stem = cache(PorterStemmer().stem)


@cache
def _stemmer() -> _Stemmer:
    return _Stemmer()


def _meteor(written: Sequence[str], reference: Sequence[str]) -> float:
    """Return METEOR (Lavie and Agarwal 2007) by exact words and stems; the literature's has synonyms as well."""
    from nltk.translate.meteor_score import single_meteor_score

    return float(single_meteor_score(reference, written, stemmer=_stemmer(), wordnet=_NoSynonyms()))


def _cider(pairs: Sequence[tuple[list[str], list[str]]]) -> NDArray[np.float64]:
    """Return CIDEr-D of each text, float64 [texts], from 0 to 10 (Vedantam, Zitnick and Parikh 2015, arXiv:1411.5726).

    As coco-caption has it: frequencies in documents are those of the references, and the lengths that the penalty
    compares count pairs of tokens.
    """
    references = [_sequences(reference) for _, reference in pairs]
    documents = Counter(sequence for counts in references for sequence in counts)
    # A sequence that every reference has weighs nothing, one that none has most.
    weight = {sequence: math.log(len(pairs) / count) for sequence, count in documents.items()}
    rarest = math.log(len(pairs))
    scores = []
    for (written, _), counts in zip(pairs, references, strict=True):
        own = _sequences(written)
        mine, theirs = (
            {sequence: count * weight.get(sequence, rarest) for sequence, count in each.items()}
            for each in (own, counts)
        )
        apart = sum(_pairs(own)) - sum(_pairs(counts))
        similar = [_clipped_cosine(mine, theirs, order) for order in range(1, ORDERS + 1)]
        scores.append(_CIDER_SCALE * np.mean(similar) * np.exp(-(apart**2) / (2 * _CIDER_SIGMA**2)))
    return np.array(scores, dtype=np.float64)


def _sequences(tokens: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Count the token sequences of each order."""
    return Counter(
        tuple(tokens[start : start + order])
        for order in range(1, ORDERS + 1)
        for start in range(len(tokens) - order + 1)
    )


def _pairs(counts: Counter[tuple[str, ...]]) -> list[int]:
    return [count for sequence, count in counts.items() if len(sequence) == 2]


def _clipped_cosine(written: dict[tuple[str, ...], Any], reference: dict[tuple[str, ...], Any], order: int) -> float:
    """Return the cosine of the sequences of one order, where nothing counts more often than in the reference."""
    mine, theirs = (
        {sequence: value for sequence, value in each.items() if len(sequence) == order} for each in (written, reference)
    )
    product = sum(
        min(value, theirs[sequence]) * theirs[sequence] for sequence, value in mine.items() if sequence in theirs
    )
    norms = [float(np.sqrt(sum(value**2 for value in each.values()))) for each in (mine, theirs)]
    return float(product / (norms[0] * norms[1])) if all(norms) else 0.0
