"""An outside baseline: scikit-learn's TF-IDF and logistic regression, on the records that a run was trained and is judged on.

``python reports/ct-abnormality/outside.py --run RUN`` prints its figures as ``medtext compare`` names them. ``--source FILE``
judges by other records.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from medtext.learn.decision import Decision
from medtext.learn.metrics import label_matrix, measure
from medtext.learn.predict import Prediction
from medtext.plugin.loading import load_registry
from medtext.runs.store import RunStore
from medtext.workspace.ready import open_ready


def main() -> None:
    """Fit, and print a row."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", required=True, help="a run of many labels, whose splits are taken")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept")
    parser.add_argument("--split", default="val", choices=["val", "test"])
    parser.add_argument("--source", type=Path, help="judge by these records instead")
    asked = parser.parse_args()
    ready = open_ready(load_registry(), RunStore(asked.runs).open(asked.run), torch.device("cpu"))
    train = ready.records(split="train")
    judged = ready.records(source=asked.source) if asked.source else ready.records(split=asked.split)
    began = time.perf_counter()
    words = TfidfVectorizer(ngram_range=(1, 3), token_pattern=r"\S+", min_df=2, sublinear_tf=True)  # noqa: S106  # no password
    rows = words.fit_transform([record.text for record in train])
    truth = label_matrix([record.labels or () for record in train], ready.labels)
    model = OneVsRestClassifier(LogisticRegression(C=30, max_iter=500)).fit(rows, truth)
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    probabilities = model.predict_proba(words.transform([record.text for record in judged]))
    speed = len(judged) / (time.perf_counter() - began)
    decision = Decision()
    answers = [
        Prediction(record, decision.labels(row, ready.labels, ready.task), np.asarray(row))
        for record, row in zip(judged, probabilities, strict=True)
    ]
    figures = measure(answers, ready.labels, ready.task)
    names = ("mlogloss", "s", "macro_auc", "micro_auc", "macro_ap", "macro_f1", "micro_f1")
    print("| " + " | ".join(("records", *names, "seconds to train", "texts/s")) + " |")
    cells = [f"{figures[name]:.4f}" for name in names]
    print("| " + " | ".join((str(len(judged)), *cells, f"{seconds:.1f}", f"{speed:.0f}")) + " |")


if __name__ == "__main__":
    main()
