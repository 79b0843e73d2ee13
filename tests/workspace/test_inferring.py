"""What is met before any text is explained, and how records are counted by stratum."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from medtext.corpus.record import Record
from medtext.errors import OptionError, RecordError
from medtext.explain.attribution import Attribution
from medtext.explain.effects import TermEffects
from medtext.explain.explainer import Explained
from medtext.explain.gathered import Gathered
from medtext.explain.keywords import KeywordTable
from medtext.explain.term_labels import TermLabels
from medtext.learn.predict import Prediction
from medtext.workspace.inferring import Inference
from medtext.workspace.source import text_key

READY: Any = SimpleNamespace(unseen=list)


def inference(**changes: Any) -> Inference:
    run: Any = None
    gathered = Gathered(TermEffects(), **changes)
    return Inference(run, gathered, KeywordTable(0.2, settings={"split": "val"}), None, [])


def explained(record: Record) -> Explained:
    sites = np.array([[0, 1], [1, 2]])
    both = [
        Attribution(record, label, 0.5, sites, np.array([1.0, 0.0]), 1.0, 0.0, 1, converged=True)
        for label in ("x", "y")
    ]
    return Explained(Prediction(record), both)


def test_association_asks_for_true_labels() -> None:
    records = [Record(id="1", labels=()), Record(id="2", place="a.csv:3")]
    inference().refuse(READY, records)
    with pytest.raises(RecordError, match=r"^a\.csv:3: --association asks .* 1 of 2 have none"):
        inference(labels=TermLabels()).refuse(READY, records)


def test_a_stratum_is_a_field_of_records() -> None:
    records = [Record(id="1", labels=(), meta={"site": "A"}), Record(id="2", labels=())]
    inference(labels=TermLabels(), by="site").refuse(READY, records)
    with pytest.raises(OptionError, match=r"--stratum ward: .*there are: site.*-o meta=ward"):
        inference(labels=TermLabels(), by="ward").refuse(READY, records)


def test_records_are_counted_over_all_and_by_stratum() -> None:
    made = inference(labels=TermLabels(), by="site")
    places = ["A", "A", "B", None]
    for number, site in enumerate(places):
        record = Record(
            id=f"{number}", text="胃肠", labels=("x",), group=f"p{number}", meta={"site": site} if site else {}
        )
        made.add(explained(record))
    gathered = made.gathered
    assert {name: stratum.records for name, stratum in gathered.strata.items()} == {"A": 2, "B": 1, "(none)": 1}
    assert gathered.labels is not None
    counts = {(pair.term, pair.label): (pair.both, pair.having, pair.records) for pair in gathered.labels.pairs()}
    assert counts == {(term, label): (4 * (label == "x"), 4, 4) for term in "胃肠" for label in "xy"}
    parts = TermLabels.within(stratum.labels for stratum in gathered.strata.values())
    assert {(pair.term, pair.label): (pair.both, pair.having, pair.records) for pair in parts} == counts
    found = made.found()
    assert found.use is not None
    assert found.strata is not None
    assert found.strata.records == {"(none)": 1, "A": 2, "B": 1}


def test_a_text_that_stands_in_training_too_has_no_effect_and_is_counted() -> None:
    made = inference()
    made.learned = frozenset({text_key(Record(id="1", text="胃肠"))})
    for number, text in enumerate(("胃肠", "胃炎", "胃肠")):
        made.add(explained(Record(id=f"{number}", text=text, group=f"p{number}")))
    found = made.found()
    assert (made.gathered.seen, found.header["seen"], found.header["explained"]) == (2, 2, 2)
    assert {row.term for row in found.rows} == set("胃炎")
    assert "2 texts are left out that stand in training, too." in found.notes()
