"""Keywords counted record by record, and the effects of terms beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from medtext.corpus.record import Record
from medtext.errors import RecordError
from medtext.explain.asserting import Asserting
from medtext.explain.cluster_means import Direction
from medtext.explain.containing import Containing
from medtext.explain.explainer import WINDOW, Explained, Explains, Which
from medtext.explain.keywords import KeywordTable
from medtext.explain.naming import naming
from medtext.explain.spans import Pick
from medtext.workspace.inferring import Inference
from medtext.workspace.ready import Ready


def new_table(
    ready: Ready,
    explainer: Explains,
    split: str | None,
    which: Which,
    *,
    threshold: float,
    pick: Pick,
    direction: str,
    contexts: int,
    dictionary: Path | None,
    rules: Sequence[Path] | None,
    stems: bool,
) -> KeywordTable:
    """Return a table with nothing in it yet.

    ``direction`` is for, against or both; ``rules`` are those of ``--assertions``, none for the bundled ones, None
    where what texts assert does not matter; ``stems`` counts English words of one stem as one. Raises OptionError for
    a bad dictionary or rules.
    """
    settings = {"split": split or "all", **explainer.settings, "explain": which}
    asserting = None
    if rules is not None:
        asserting = Asserting(*rules)
        settings["assertions"] = ", ".join(["bundled", *(path.name for path in rules)])
    if stems:
        settings["stems"] = "english"
    return KeywordTable(
        threshold,
        pick,
        ready.run.name,
        settings,
        ready.labels,
        naming=naming(dictionary, stems=stems),
        asserting=asserting,
        directions=tuple(Direction) if direction == "both" else (Direction(direction),),
        contexts=contexts,
    )


@dataclass
class Counting:
    """A table of keywords as it grows, of the labels that ``which`` names; ``inference`` is of all labels."""

    table: KeywordTable
    which: Which
    inference: Inference | None = None
    _texts: Containing = field(init=False)
    _uncut: list[Record] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._texts = Containing(self.table.naming, self.table.asserting)

    def add(self, explained: Explained) -> Explained:
        """Count a record, and return it with those of its explanations that the table is of."""
        if self.inference is not None:
            self.inference.add(explained)
        record, asked = explained.prediction.record, asked_of(explained, self.which)
        if explained.attributions:
            self._texts.add(record.text, explained.attributions[0].sites)
        else:
            self._uncut.append(record)
        self.table.add(asked.attributions, truncated=explained.prediction.truncated)
        return asked

    def finish(self, explainer: Explains, others: Iterable[Record] = ()) -> None:
        """Count how many records contain each keyword: those that were added, and the ``others`` of their split."""
        rest, added = [*self._uncut, *others], self.table.records - len(self._uncut)
        for start in range(0, len(rest), WINDOW):
            some = rest[start : start + WINDOW]
            for record, sites in zip(some, explainer.cut(some), strict=True):
                self._texts.add(record.text, sites)
        self.table.set_containing(self._texts.count(self.table.keys), of=added + len(rest))


def asked_of(explained: Explained, which: Which) -> Explained:
    """Return a record with those of its explanations that are of some labels. Raises RecordError where it has none."""
    prediction = explained.prediction
    if which == "gold" and prediction.record.labels is None:
        where = prediction.record.place or prediction.record.id
        raise RecordError(f"{where}: the record has no label to explain: use --explain predicted")
    names = prediction.labels if which == "predicted" else prediction.record.labels or ()
    asked = [each for each in explained.attributions if which == "all" or each.label in names]
    return replace(explained, attributions=asked)
