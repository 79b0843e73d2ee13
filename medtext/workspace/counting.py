"""Keywords counted record by record, and the effects of terms beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from medtext.errors import RecordError
from medtext.explain.explainer import Explained, Which
from medtext.explain.keywords import KeywordTable
from medtext.workspace.inferring import Inference


@dataclass
class Counting:
    """A table of keywords as it grows, of the labels that ``which`` names; ``inference`` is of all labels."""

    table: KeywordTable
    which: Which
    inference: Inference | None = None

    def add(self, explained: Explained) -> Explained:
        """Count a record, and return it with those of its explanations that the table is of."""
        if self.inference is not None:
            self.inference.add(explained)
        asked = asked_of(explained, self.which)
        self.table.add(asked.attributions, truncated=explained.prediction.truncated)
        return asked


def asked_of(explained: Explained, which: Which) -> Explained:
    """Return a record with those of its explanations that are of some labels. Raises RecordError where it has none."""
    prediction = explained.prediction
    if which == "gold" and prediction.record.labels is None:
        where = prediction.record.place or prediction.record.id
        raise RecordError(f"{where}: the record has no label to explain: use --explain predicted")
    names = prediction.labels if which == "predicted" else prediction.record.labels or ()
    asked = [each for each in explained.attributions if which == "all" or each.label in names]
    return replace(explained, attributions=asked)
