"""What medtext ranks words by: rows of its keyword table, and lower bounds of its effects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from inventory import DENIED, READINGS, Inventory, Reading, stems, words_of
from medtext.corpus.assertion_rules import Script, assertion_rules
from medtext.explain.asserting import Asserting
from medtext.explain.explainer import Explained
from medtext.explain.inference import by_lower_bound
from medtext.explain.keywords import KeywordTable
from medtext.explain.naming import naming
from medtext.explain.spans import Pick
from medtext.plugin import Record
from medtext.workspace.explaining import explainer_for
from medtext.workspace.inferring import Inference
from medtext.workspace.ready import Ready
from ranking_measures import Floats

CUTS: tuple[tuple[Pick, float], ...] = (("all", 0.1), ("all", 0.2), ("all", 0.3), ("all", 0.5), ("highest", 0.2))
"""Which spans a table counts, and from which threshold; 0.2 is what the command line takes."""
ORDERS = ("frequency", "frequency / root of records")


_ASSERTING = Asserting()
"""One for all tables: what it read of a text last it keeps."""


def new_table(ready: Ready, reading: Reading, cut: tuple[Pick, float], settings: Mapping[str, str]) -> KeywordTable:
    """Return an empty table as ``medtext keywords`` makes it, with --assertions and --stems as the reading says."""
    asserting = _ASSERTING if reading.assertions else None
    pick, threshold = cut
    return KeywordTable(
        threshold,
        pick,
        ready.run.name,
        settings,
        ready.labels,
        naming=naming(None, stems=reading.stems),
        asserting=asserting,
    )


@dataclass(frozen=True)
class Places:
    """Where a label and a word stand in what is scored, float64 [labels, words], under one reading.

    ``columns`` is the number of every candidate, int64 [candidates]; a keyword that begins with one of ``denied`` says
    that something is not there.
    """

    inventory: Inventory
    reading: Reading
    labels: Mapping[str, int]
    words: Mapping[str, int]
    columns: NDArray[np.int64]
    denied: tuple[str, ...]

    @classmethod
    def of(cls, inventory: Inventory, reading: Reading) -> Self:
        """Give numbers to labels and to what is counted as one word."""
        names, columns = inventory.columns(reading)
        marks = assertion_rules()[Script.LETTERS].marks
        return cls(
            inventory,
            reading,
            {label: at for at, label in enumerate(inventory.labels)},
            {name: at for at, name in enumerate(names)},
            columns,
            tuple(marks[state] for state in DENIED),
        )

    def found(self, keyword: str) -> set[int]:
        """Return the words that a keyword says are there: none where it is denied or normal."""
        if keyword.startswith(self.denied):
            return set()
        words = words_of(keyword.rpartition("] ")[2])
        return {self.words[word] for word in (stems(words) if self.reading.stems else words) if word in self.words}

    def scores(self, rows: Sequence[tuple[str, str, float]]) -> Floats:
        """Add up what keywords have for a label, word by word: float64 [labels, words]; -inf where there is none."""
        sums = np.zeros((len(self.labels), len(self.words)))
        for keyword, label, value in rows:
            if label in self.labels:
                sums[self.labels[label], list(self.found(keyword))] += value
        return np.where(sums > 0, sums, -np.inf)


def table_rankings(ready: Ready, records: Sequence[Record], inventory: Inventory) -> Iterator[tuple[str, Floats]]:
    """Yield rankings by the keyword tables of the true labels of records: float64 [labels, words], with their names.

    A row gives its frequency to every word in it. Either order is that of the frequencies, or of these over the root
    of the number of records that hold the word at all: but for a constant of the label, the cosine of both (Ochiai).
    """
    explainer = explainer_for(ready, which="gold")
    tables = {
        (reading, cut): new_table(ready, reading, cut, explainer.settings) for reading in READINGS for cut in CUTS
    }
    for explained in explainer.explain([record for record in records if record.labels is not None]):
        for table in tables.values():
            table.add(explained.attributions)
    for (reading, cut), table in tables.items():
        places = Places.of(inventory, reading)
        counted = places.scores([(row.keyword, row.label, row.count) for row in table.rows()])
        held = np.sqrt(np.maximum(inventory.containing(reading), 1))
        for order, scores in zip(ORDERS, (counted, counted / held), strict=True):
            yield f"{order}, {cut[0]} from {cut[1]:g}, {reading}", scores[:, places.columns]


def effect_rankings(ready: Ready, records: Sequence[Record], inventory: Inventory) -> Iterator[tuple[str, Floats]]:
    """Yield rankings by the lower bound of theta over records that the run did not learn from, as --infer has it."""
    explainer = explainer_for(ready, which="all")
    settings = {"split": "val", **explainer.settings}
    inferring = {
        reading: Inference.of(ready, explainer, new_table(ready, reading, CUTS[1], settings), None)
        for reading in READINGS
    }
    explained: Explained
    for explained in explainer.explain(records):
        for inference in inferring.values():
            inference.add(explained)
    for reading, inference in inferring.items():
        places = Places.of(inventory, reading)
        scores = np.full((len(places.labels), len(places.words)), -np.inf)
        for row in by_lower_bound(inference.gathered.effects.rows()):
            if row.low is not None and row.label in places.labels:
                for word in places.found(row.term):
                    place = places.labels[row.label], word
                    scores[place] = max(scores[place], row.low)
        yield f"lower bound of theta on val, {reading}", scores[:, places.columns]
