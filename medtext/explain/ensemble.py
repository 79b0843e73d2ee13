"""The answers of an ensemble explained: its members' scores, added up over the characters they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from medtext.corpus.record import Record
from medtext.explain.attribution import Attribution
from medtext.explain.explainer import WINDOW, Explained, Explainer
from medtext.explain.scores import within
from medtext.learn.ensemble import Ensemble
from medtext.learn.predict import Prediction


@dataclass(frozen=True)
class EnsembleExplainer:
    """Explains an ensemble by the explainers of its members, which all ask the same of their answers.

    The mean of logits is linear in the members, so the mean of their scores explains it, and the mean of
    their gaps in size is the most that it misses. ``lead`` holds the choices: labels, unit, method, tolerance,
    least score.
    """

    ensemble: Ensemble
    explainers: tuple[Explainer, ...]
    lead: Explainer

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the logits."""
        return self.ensemble.batcher.labels

    @property
    def settings(self) -> dict[str, str]:
        """How the scores are made, for the header of a table."""
        return {**self.lead.settings, "members": str(len(self.explainers))}

    def explain(self, records: Iterable[Record], *, window: int = WINDOW) -> Iterator[Explained]:
        """Yield every record's prediction and attributions, in order, holding no more than ``window`` at once."""
        source = iter(records)
        while chunk := list(islice(source, window)):
            predictions = list(self.ensemble.predict(chunk))
            asked = [self._asked(prediction) for prediction in predictions]
            # Members answer as they like, but explain what was asked of the ensemble.
            named = [replace(record, labels=labels) for record, labels in zip(chunk, asked, strict=True)]
            members = [list(each.explain(named, window=window)) for each in self.explainers]
            for number, (prediction, labels) in enumerate(zip(predictions, asked, strict=True)):
                own = [member[number].attributions for member in members]
                yield Explained(
                    prediction,
                    [self._joined(prediction, [each[place] for each in own]) for place in range(len(labels))],
                )

    def cut(self, records: Sequence[Record]) -> list[NDArray[np.int64]]:
        """Cut texts into the units of explanations, without explaining any: int64 [units, 2], start to end."""
        if self.lead.segment is not None:
            return self.lead.cut(records)
        members = zip(*(each.cut(records) for each in self.explainers), strict=True)
        return [
            cuts[0] if _alike(cuts) else np.array(_shared(cuts, len(record.text)), dtype=np.int64).reshape(-1, 2)
            for record, cuts in zip(records, members, strict=True)
        ]

    def _asked(self, prediction: Prediction) -> tuple[str, ...]:
        names = self.ensemble.batcher.labels
        return tuple(names[label] for label in self.lead.asked_labels(prediction))

    def _mean(self, values: Sequence[float]) -> float:
        return float(np.dot(self.ensemble.weights, values))

    def _joined(self, prediction: Prediction, found: Sequence[Attribution]) -> Attribution:
        """Add up what the members say of one label."""
        units = None if self.lead.segment is None else self.lead.segment(prediction.record.text)
        found = on_common_sites(found, units)
        first = found[0]
        assert prediction.probabilities is not None  # noqa: S101  # an ensemble gives them
        gap, margin = self._mean([abs(each.gap) for each in found]), self._mean([each.margin for each in found])
        small = bool(within(torch.tensor(gap), torch.tensor(margin), self.lead.tolerance))
        sure = None if first.converged is None else small and all(each.converged for each in found)
        return replace(
            first,
            record=prediction.record,
            probability=float(prediction.probabilities[self.ensemble.batcher.labels.index(first.label)]),
            scores=np.tensordot(self.ensemble.weights, [each.scores for each in found], axes=1),
            margin=margin,
            gap=gap,
            change=self._mean([each.change for each in found]),
            points=sum(each.points for each in found),
            converged=sure,
            truncated=any(each.truncated for each in found),
            windows=min(each.windows for each in found),
            least=self.lead.least,
        )


def on_common_sites(found: Sequence[Attribution], units: list[tuple[int, int]] | None = None) -> list[Attribution]:
    """Return attributions of one text over the same stretches of it.

    ``units`` names them. Else they are those of the attributions, where all have the same; where members cut
    a text in different ways, the stretches between the places at which all of them cut.
    """
    if units is None:
        cuts = [each.sites for each in found]
        if _alike(cuts):
            return list(found)
        units = _shared(cuts, len(found[0].record.text))
    return [each.merged(units) for each in found]


def _alike(cuts: Sequence[NDArray[np.int64]]) -> bool:
    return all(np.array_equal(each, cuts[0]) for each in cuts)


def _shared(cuts: Sequence[NDArray[np.int64]], length: int) -> list[tuple[int, int]]:
    """Return the stretches between the places at which all cut a text of so many characters."""
    inside = [_inside(each, length) for each in cuts]
    edges = sorted({0, length, *(place for place in range(1, length) if not any(each[place] for each in inside))})
    return list(pairwise(edges))


def _inside(sites: NDArray[np.int64], length: int) -> list[bool]:
    """Say of each place between two characters whether a token stretches over it."""
    marks = np.zeros(length + 1, dtype=np.int64)
    np.add.at(marks, np.minimum(sites[:, 0] + 1, len(marks) - 1), 1)
    np.add.at(marks, sites[:, 1], -1)
    inside: list[bool] = (np.cumsum(marks) > 0).tolist()
    return inside
