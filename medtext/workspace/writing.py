"""A writer measured beside answers that look at nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from medtext.errors import RecordError, RunError
from medtext.learn.overlap import normalised
from medtext.learn.predict import Prediction
from medtext.learn.writing import Writing
from medtext.workspace.ready import Ready

_SEED = 13
_CANDIDATES, _SAMPLE = 40, 200


def blind_answers(ready: Ready, answers: Sequence[Prediction]) -> dict[str, list[Prediction]]:
    """Return what the same records get from those that look at nothing: what a writer has to beat.

    ``constant`` gives all of them the training text that is most like the others, ``random`` each one a training
    text by chance, ``shuffled`` the answer that the writer gave to another record. Without the training records, of
    which nothing is kept, only the last is known; that takes two records.
    """
    chance = np.random.default_rng(_SEED)
    found = {}
    try:
        texts = ready.trained_targets()
    except (RecordError, RunError):
        texts = []
    if texts:
        constant = _most_like_others(texts, chance)
        found["constant"] = [Prediction(each.record, text=constant) for each in answers]
        drawn = chance.integers(0, len(texts), len(answers))
        found["random"] = [
            Prediction(each.record, text=texts[number]) for each, number in zip(answers, drawn, strict=True)
        ]
    # Everyone gets another's: a turn of a random order.
    if len(answers) < 2:
        return found
    order = chance.permutation(len(answers))
    dealt = dict(zip(order.tolist(), np.roll(order, 1).tolist(), strict=True))
    found["shuffled"] = [replace(answers[dealt[row]], record=each.record) for row, each in enumerate(answers)]
    return found


def writing_figures(answers: Mapping[str, Sequence[Prediction]]) -> dict[str, dict[str, Any]]:
    """Return the figures of a writer, under ``model``, and of others.

    Beside the model's own: ``reliance``, how far they fall when its texts are dealt out to other records; ``over``,
    by how much they are over those of each of the others, with intervals; ``by_finding``, precision, recall, F1 and
    support of each finding; ``by_kind``, the same of records whose own text states a finding, and of the others; where
    it says how sure it is, ``coverage``, ``aurc``, the area under that curve, and ``surest_half``.
    """
    made = {name: Writing(given) for name, given in answers.items()}
    figures = {name: writing.figures() for name, writing in made.items()}
    model = made["model"]
    figures["model"]["reliance"] = model.reliance()
    figures["model"]["by_finding"] = model.findings.by_finding()
    figures["model"]["by_kind"] = model.by_kind()
    coverage = model.coverage()
    if coverage is not None:
        figures["model"] |= {"aurc": coverage.area, "coverage": coverage.to_json(), "surest_half": model.surest_half()}
    figures["model"]["over"] = {
        name: {metric: asdict(difference) for metric, difference in model.over(writing).items()}
        for name, writing in made.items()
        if name != "model"
    }
    return figures


def _most_like_others(texts: Sequence[str], chance: np.random.Generator) -> str:
    """Return the text whose tokens agree best with others (mean F1), among the commonest and some by chance."""
    counts = Counter(texts)
    some = [texts[number] for number in chance.integers(0, len(texts), _CANDIDATES)]
    candidates = list(dict.fromkeys([*(text for text, _ in counts.most_common(_CANDIDATES)), *some]))
    others = [Counter(normalised(texts[number])) for number in chance.integers(0, len(texts), _SAMPLE)]

    def alike(text: str) -> float:
        own = Counter(normalised(text))
        return sum(2 * (own & other).total() / max(1, own.total() + other.total()) for other in others)

    best: str = max(candidates, key=alike)
    return best
