"""Does taking the evidence away change the answer? Scores judged by the model that they explain."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from medtext.corpus.batch import by_length
from medtext.corpus.record import Record, Task
from medtext.corpus.token import Encoding
from medtext.explain.attribution import Attribution
from medtext.learn.predict import Predictor

SHARES = (0.05, 0.1, 0.2, 0.5)
"""How much of a text is taken for its evidence: at each of these shares of its words the answer is asked again."""

LOG_ODDS_SHARE = 0.2


@dataclass(frozen=True, kw_only=True)
class Faithfulness:
    """Means over ``explained`` answers, after DeYoung et al. 2020 (ERASER, arXiv:1911.03429) and Shrikumar et al. 2017.

    ``comprehensiveness`` is how far the probability of the label falls without the highest words,
    ``sufficiency`` how far with them alone, both averaged over 5, 10, 20 and 50 % of the words (the area over the
    perturbation curve): the former should be high, the latter low. ``log_odds`` is the mean logarithm of the
    probability without the highest 20 % of words over that with them, the lower the better.
    ``errors`` are the standard errors of these means.
    """

    explained: int
    comprehensiveness: float
    sufficiency: float
    log_odds: float
    errors: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """Return the figures; keys are stable."""
        return asdict(self)


def measure_faithfulness(predictor: Predictor, attributions: Iterable[Attribution]) -> Faithfulness | None:
    """Take words out of texts, highest score first, and ask the model again; None where nothing was explained.

    Words are taken out as token numbers, so that nothing is cut anew; special tokens stay. Ties are broken by place.
    """
    figures = np.array([each for chunk in _chunks(attributions, 256) for each in _figures(predictor, chunk)])
    if not len(figures):
        return None
    means = figures.mean(axis=0).tolist()
    spread = figures.std(axis=0, ddof=1) if len(figures) > 1 else np.full(3, np.nan)
    names = ("comprehensiveness", "sufficiency", "log_odds")
    errors = dict(zip(names, (spread / math.sqrt(len(figures))).tolist(), strict=True))
    return Faithfulness(explained=len(figures), errors=errors, **dict(zip(names, means, strict=True)))


def _chunks(attributions: Iterable[Attribution], size: int) -> Iterator[list[Attribution]]:
    chunk: list[Attribution] = []
    for attribution in attributions:
        if len(attribution.sites):
            chunk.append(attribution)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _figures(predictor: Predictor, attributions: Sequence[Attribution]) -> list[tuple[float, float, float]]:
    encodings = predictor.batcher.encode([each.record for each in attributions])
    asked: list[Encoding] = []
    for attribution, encoding in zip(attributions, encodings, strict=True):
        asked.append(encoding)
        for share in SHARES:
            top = _top(attribution, encoding, share)
            asked += [encoding.picked(np.nonzero(~top)[0]), encoding.picked(np.nonzero(top | encoding.special)[0])]
    each = 1 + 2 * len(SHARES)
    records = [attribution.record for attribution in attributions for _ in range(each)]
    answers = _probabilities(predictor, records, asked)
    found = []
    for number, attribution in enumerate(attributions):
        label = predictor.batcher.labels.index(attribution.label)
        whole, *rest = answers[number * each : (number + 1) * each, label].tolist()
        without, alone = rest[::2], rest[1::2]
        odds = math.log(max(without[SHARES.index(LOG_ODDS_SHARE)], _LEAST)) - math.log(max(whole, _LEAST))
        found.append((whole - sum(without) / len(SHARES), whole - sum(alone) / len(SHARES), odds))
    return found


_LEAST = 1e-12


def _top(attribution: Attribution, encoding: Encoding, share: float) -> NDArray[np.bool_]:
    """Return which tokens belong to the highest share of words, at least one word: bool [tokens]."""
    count = max(1, math.ceil(share * len(attribution.scores)))
    order = np.argsort(-attribution.scores, kind="stable")[:count]
    marked = np.zeros(len(attribution.record.text) + 1, dtype=np.bool_)
    for start, end in attribution.sites[order].tolist():
        marked[start:end] = True
    before = np.concatenate([[0], np.cumsum(marked)])
    held: NDArray[np.bool_] = (before[encoding.ends] > before[encoding.starts]) & ~encoding.special
    return held


def _probabilities(
    predictor: Predictor, records: Sequence[Record], encodings: Sequence[Encoding]
) -> NDArray[np.float64]:
    """Answer encodings as they are, float64 [encodings, labels]."""
    found = np.zeros((len(encodings), len(predictor.batcher.labels)))
    for rows in by_length([len(encoding) for encoding in encodings], predictor.batch_size):
        batch = predictor.batcher.batch([records[row] for row in rows], [encodings[row] for row in rows])
        logits = predictor.logits(batch.to(predictor.device)).double()
        one = predictor.batcher.task is Task.CLASSIFY
        found[rows] = (torch.softmax(logits, -1) if one else torch.sigmoid(logits)).cpu().numpy()
    return found
