"""A keyword table finds what was planted: the whole way, with wide margins."""

from __future__ import annotations

from pathlib import Path

import torch
from medtext_data.planted.measure import Found, Measures
from medtext_data.planted.truth import truth_of
from medtext_plugins.datasets.planted import read_recipe

from medtext.explain.spans import find_spans
from medtext.learn.watch import Silent
from medtext.plugin.registry import Registry
from medtext.runs.store import RunStore
from medtext.workspace.explaining import explainer_for
from medtext.workspace.ready import open_ready
from medtext.workspace.setup import Setup
from medtext.workspace.training import train_run


def test_planted_cues_are_found_and_little_else_is(registry: Registry, tmp_path: Path) -> None:
    setup = Setup.choose(
        registry,
        dataset="planted",
        model="ngram-linear",
        options=("size=2000", "fillers=1", "longest=1"),
        training={"epochs": 8},
    )
    run = train_run(registry, RunStore(tmp_path), setup, device="cpu", watcher=Silent())
    ready = open_ready(registry, run, torch.device("cpu"))
    measures = Measures(truth_of(read_recipe(setup.source, "zh"), "single-cue"))
    right = 0
    records = ready.records(split="val")
    for each in explainer_for(ready).explain(records):
        record, (attribution,) = each.prediction.record, each.attributions
        assert record.labels is not None
        right += each.prediction.labels == record.labels
        spans = [(span.start, span.end) for span in find_spans(attribution, 0.2)]
        evidence = [(mark.start, mark.end) for mark in record.rationales or ()]
        measures.add(Found(record.text, attribution.label, record.labels[0], spans, evidence))
    figures = measures.figures()
    assert right / len(records) > 0.9
    assert (figures["labelled precision"] or 0) > 0.8
    assert (figures["recall"] or 0) > 0.8
    assert (figures["cue recall"] or 0) > 0.8
