"""A run measured on records whose truth is known, beside its baseline and the majority."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from medtext.corpus.record import Record, Task
from medtext.errors import RecordError, RunError
from medtext.explain.explainer import Explained, Explains
from medtext.explain.pointing import pointed, pointing_figures
from medtext.learn.decision import CUTOFF
from medtext.learn.metrics import measure
from medtext.learn.predict import Prediction
from medtext.learn.reliability import Coverage, Reliability
from medtext.workspace.ready import Ready
from medtext.workspace.source import refuse_unknown_labels, with_truth
from medtext.workspace.writing import blind_answers, writing_figures

_log = logging.getLogger("medtext")


def evaluate(ready: Ready, records: Sequence[Record], *, abstain: float | None = None) -> dict[str, Any]:
    """Return metrics of the model, of its baseline and of the majority label.

    Where some texts also stood in the training records, all is given a second time
    under ``unseen``, on the others alone. With ``abstain``, ``sure`` holds the figures of the answers whose
    confidence is not below. Writers are measured as ``writing_figures`` says.
    Raises RecordError for a label the run does not know.
    """
    known = with_truth(records, ready.task)
    if ready.task is not Task.GENERATE:
        refuse_unknown_labels(known, ready.labels)
    answers = answers_of(ready, known)
    if ready.task is Task.GENERATE:
        return written_figures(ready, answers)
    measured = {name: measure(given, ready.labels, ready.task) for name, given in answers.items()}
    measured["model"] |= trust(answers["model"], ready)
    if abstain is not None:
        sure = [each for each in answers["model"] if each.confidence is not None and each.confidence >= abstain]
        measured["sure"] = measure(sure, ready.labels, ready.task) if sure else {"records": 0}
    unseen = {id(record) for record in ready.unseen(known)}
    if unseen and len(unseen) < len(known):
        measured["unseen"] = {
            name: measure([each for each in given if id(each.record) in unseen], ready.labels, ready.task)
            for name, given in answers.items()
        }
    return measured


def trust(answers: Sequence[Prediction], ready: Ready) -> dict[str, Any]:
    """Return whether probabilities mean what they say, and what answering only the surest would gain.

    Wrong is whatever is not exactly right.
    """
    reliability = Reliability.of(answers, ready.labels, ready.task)
    sure = np.array([each.confidence for each in answers], dtype=np.float64)
    wrong = np.array([set(each.labels) != set(each.record.labels or ()) for each in answers])
    coverage = Coverage.of(sure, wrong)
    return {
        "ece": reliability.ece,
        "aurc": coverage.area,
        "reliability": [asdict(each) for each in reliability.bins],
        "coverage": coverage.to_json(),
    }


def wrong_answers(
    ready: Ready, records: Sequence[Record], explainer: Explains, *, most: int | None = None
) -> tuple[int, list[Explained]]:
    """Count the records that were answered wrongly, and explain them, the surest first, at most ``most`` of them."""
    known = [record for record in records if record.labels is not None]
    refuse_unknown_labels(known, ready.labels)
    wrong = [
        prediction
        for prediction in ready.predictor.predict(known)
        if set(prediction.labels) != set(prediction.record.labels or ())
    ]
    wrong.sort(key=lambda prediction: -_surest(prediction))
    return len(wrong), list(explainer.explain(prediction.record for prediction in wrong[:most]))


def written_figures(ready: Ready, answers: Mapping[str, Sequence[Prediction]]) -> dict[str, Any]:
    """Return the ``writing_figures`` of a writer and, where records say where findings are, its ``pointing`` game."""
    figures = writing_figures(answers)
    found = pointed(ready.network, answers["model"])
    if found:
        figures["model"]["pointing"] = pointing_figures(found)
    return figures


def _surest(prediction: Prediction) -> float:
    assert prediction.probabilities is not None  # noqa: S101  # all but writers give them
    return float(prediction.probabilities.max())


def answers_of(ready: Ready, records: Sequence[Record]) -> dict[str, list[Prediction]]:
    """Return what a run answers to records, under ``model``, and what it is measured beside."""
    answers = {"model": list(ready.predictor.predict(records))}
    baseline = ready.baseline()
    if baseline is not None:
        try:
            answers[baseline.setup.model.name] = list(baseline.predictor.predict(records))
        except (RecordError, RunError) as error:  # a retrieval reads its training records again
            _log.warning("%s is left out: %s", baseline.setup.model.name, error)
    if ready.task is Task.GENERATE:
        answers |= blind_answers(ready, answers["model"])
    elif any(ready.counts):  # an imported run knows no counts
        answers["majority"] = _majority(ready, records)
    return answers


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
