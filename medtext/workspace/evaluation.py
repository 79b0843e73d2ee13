"""A run measured on records whose truth is known, beside its baseline and the majority."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtext.corpus.record import Record, Task
from medtext.explain.explainer import Explained, Explainer
from medtext.learn.metrics import measure
from medtext.learn.predict import CUTOFF, Prediction
from medtext.workspace.ready import Ready
from medtext.workspace.source import with_truth


def evaluate(ready: Ready, records: Sequence[Record]) -> dict[str, Any]:
    """Return metrics of the model, of its baseline and of the majority label.

    Where some texts also stood in the training records, all is given a second time
    under ``unseen``, on the others alone.
    """
    known = with_truth(records, ready.task)
    measured = _rows(ready, known)
    unseen = ready.unseen(known)
    if unseen and len(unseen) < len(known):
        measured["unseen"] = _rows(ready, unseen)
    return measured


def _rows(ready: Ready, records: Sequence[Record]) -> dict[str, Any]:
    rows = {"model": measure(list(ready.predictor.predict(records)), ready.labels, ready.task)}
    baseline = ready.baseline()
    if baseline is not None:
        name = baseline.setup.model.name
        rows[name] = measure(list(baseline.predictor.predict(records)), ready.labels, ready.task)
    if ready.task is not Task.GENERATE:
        rows["majority"] = measure(_majority(ready, records), ready.labels, ready.task)
    return rows


def _majority(ready: Ready, records: Sequence[Record]) -> list[Prediction]:
    """Answer every record alike: by how common each label was in training."""
    counts = np.array(ready.counts, dtype=np.float64)
    trained = len(ready.run.read("splits.json")["train"])
    probabilities = counts / (counts.sum() if ready.task is Task.CLASSIFY else trained)
    if ready.task is Task.CLASSIFY:
        labels: tuple[str, ...] = (ready.labels[int(probabilities.argmax())],)
    else:
        labels = tuple(label for label, share in zip(ready.labels, probabilities, strict=True) if share >= CUTOFF)
    return [Prediction(record, labels, probabilities) for record in records]


def wrong_answers(ready: Ready, records: Sequence[Record], explainer: Explainer) -> list[Explained]:
    """Return the records that were answered wrongly with the evidence for what was answered, the surest first."""
    if ready.task is Task.GENERATE:
        return []
    known = with_truth(records, ready.task)
    wrong = [
        prediction.record
        for prediction in ready.predictor.predict(known)
        if set(prediction.labels) != set(prediction.record.labels or ())
    ]
    explained = list(explainer.explain(wrong))
    return sorted(explained, key=lambda each: -max((a.probability for a in each.attributions), default=0.0))
