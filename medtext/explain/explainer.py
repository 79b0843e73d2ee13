"""Predictions explained, over any number of records, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from medtext.corpus.batch import by_length
from medtext.corpus.record import Record, Task
from medtext.corpus.token import Encoding
from medtext.errors import OptionError, PluginError, RecordError
from medtext.explain.attribution import Attribution
from medtext.explain.leave_out import leave_out
from medtext.explain.scores import LEAST_MARGIN, Scores, contrasts, explain_logits, scaled_gradient_norms
from medtext.explain.writing import explain_words
from medtext.learn.model import Classifier, Fitted, Writer
from medtext.learn.predict import Prediction, Predictor

Which = Literal["predicted", "gold", "all"]


@dataclass(frozen=True)
class Explained:
    """A prediction and its explanations: one for each label that was asked for, or for each written word."""

    prediction: Prediction
    attributions: list[Attribution]


@dataclass(frozen=True)
class Explainer:
    """Explains the answers of one model.

    ``which`` picks the labels: those predicted, the true ones, or all; ``label`` picks
    one by number, ``against`` compares it with another. ``segment`` cuts texts into words
    that scores are summed over; None leaves tokens. ``magnitude`` gives the unsigned
    scores of the digestive-tract project instead. ``tolerance`` is the gap allowed,
    as a share of the margin.
    """

    predictor: Predictor
    which: Which = "predicted"
    label: int | None = None
    against: int | None = None
    segment: Callable[[str], list[tuple[int, int]]] | None = None
    magnitude: bool = False
    tolerance: float = 0.01
    batch_size: int = 32

    @property
    def settings(self) -> dict[str, str]:
        """How the scores are made, for the header of a table."""
        return {
            "explain": self.which,
            "unit": "token" if self.segment is None else "word",
            "scores": "magnitude" if self.magnitude else "signed",
            "tolerance": f"{self.tolerance:g}",
        }

    def explain(self, records: Iterable[Record], *, window: int = 512) -> Iterator[Explained]:
        """Yield every record's prediction and attributions, in order."""
        source = iter(records)
        while chunk := list(islice(source, window)):
            predictions = list(self.predictor.predict(chunk))
            if self.predictor.batcher.task is Task.GENERATE:
                yield from map(self._words, predictions)
            else:
                yield from self._window(predictions)

    def _window(self, predictions: list[Prediction]) -> list[Explained]:
        rows = [(row, label) for row, each in enumerate(predictions) for label in self._labels(each)]
        encodings = self.predictor.batcher.encode([prediction.record for prediction in predictions])
        explained: list[list[Attribution]] = [[] for _ in predictions]
        made: dict[int, Attribution] = {}
        for picked in by_length([len(encodings[row]) if encodings else 0 for row, _ in rows], self.batch_size):
            pairs = [rows[number] for number in picked]
            cut = [encodings[row] for row, _ in pairs] if encodings else None
            attributions = self._batch([predictions[row] for row, _ in pairs], cut, [label for _, label in pairs])
            made |= dict(zip(picked, attributions, strict=True))
        for number, (row, _) in enumerate(rows):
            explained[row].append(made[number])
        return [Explained(*pair) for pair in zip(predictions, explained, strict=True)]

    def _labels(self, prediction: Prediction) -> list[int]:
        labels = self.predictor.batcher.labels
        if self.label is not None:
            return [self.label]
        if self.which == "all":
            return list(range(len(labels)))
        names = prediction.labels if self.which == "predicted" else prediction.record.labels
        if names is None:
            raise RecordError(
                f"{prediction.record.place or prediction.record.id}: the record has no label to explain: "
                "use --explain predicted"
            )
        unknown = next((name for name in names if name not in labels), None)
        if unknown is not None:
            raise RecordError(
                f"{prediction.record.place or prediction.record.id}: label '{unknown}' is not one the run knows "
                f"({', '.join(labels)}): correct it, or use --explain predicted"
            )
        return [labels.index(name) for name in names]

    def _batch(
        self, predictions: Sequence[Prediction], encodings: Sequence[Encoding] | None, labels: Sequence[int]
    ) -> list[Attribution]:
        model = self.predictor.model
        batch = self.predictor.batcher.batch([each.record for each in predictions], encodings).to(self.predictor.device)
        if not isinstance(model, Classifier):
            return [
                self._left_out(prediction, batch.encodings[row], label)
                for row, (prediction, label) in enumerate(zip(predictions, labels, strict=True))
            ]
        with torch.no_grad():
            embedded = model.embed(batch)
        rows = len(embedded.mask)
        owners = torch.arange(rows) if batch.owners is None else batch.owners.cpu()
        if self.magnitude:
            values = scaled_gradient_norms(model, batch, [labels[owner] for owner in owners.tolist()])
            zeros = torch.zeros(rows, dtype=torch.float64)
            scores = Scores(values, zeros, zeros, torch.full_like(zeros, 20).long(), torch.ones_like(zeros).bool())
        else:
            scores = explain_logits(model, batch, self._weights(labels)[owners], tolerance=self.tolerance)
        kept = (embedded.mask & ~embedded.special).cpu().numpy()
        sites = embedded.sites.cpu().numpy()
        made = []
        for record, (prediction, label) in enumerate(zip(predictions, labels, strict=True)):
            windows = torch.nonzero(owners == record)[:, 0].tolist()
            found = np.concatenate([sites[row][kept[row]] for row in windows])
            summed = np.concatenate([scores.values[row].numpy()[kept[row]] for row in windows]) / len(windows)
            attribution = self._attribution(prediction, label, found, summed, scores, windows)
            made.append(self._merged(attribution, encodings[record] if encodings else None))
        return made

    def _weights(self, labels: Sequence[int]) -> torch.Tensor:
        task = self.predictor.batcher.task
        against = [self.against] * len(labels)
        return contrasts(len(self.predictor.batcher.labels), labels, against, centred=task is Task.CLASSIFY)

    def _attribution(
        self,
        prediction: Prediction,
        label: int,
        sites: NDArray[np.int64],
        values: NDArray[np.float64],
        scores: Scores,
        windows: list[int],
    ) -> Attribution:
        """Put together what was found in the windows of a record: its logits are the mean of theirs."""
        assert prediction.probabilities is not None  # noqa: S101  # classifiers give them
        margin, gap = float(scores.margins[windows].mean()), float(scores.gaps[windows].mean())
        return Attribution(
            record=prediction.record,
            label=self.predictor.batcher.labels[label],
            probability=float(prediction.probabilities[label]),
            sites=sites,
            scores=values,
            margin=margin,
            gap=gap,
            points=int(scores.points[windows].max()),
            converged=abs(gap) <= self.tolerance * max(abs(margin), LEAST_MARGIN),
            against=None if self.against is None else self.predictor.batcher.labels[self.against],
            magnitude=self.magnitude,
            truncated=prediction.truncated,
            windows=len(windows),
        )

    def _merged(self, attribution: Attribution, encoding: Encoding | None) -> Attribution:
        """Sum scores by words, or by tokens where a model's rows (n-grams, say) overlap."""
        if encoding is None:
            return attribution
        if self.segment is not None:
            return attribution.merged(self.segment)
        starts, ends = attribution.sites[:, 0], attribution.sites[:, 1]
        if (starts[1:] >= ends[:-1]).all():
            return attribution
        real = ~encoding.special
        tokens = list(zip(encoding.starts[real].tolist(), encoding.ends[real].tolist(), strict=True))
        return attribution.merged(lambda _: tokens)

    def _left_out(self, prediction: Prediction, encoding: Encoding, label: int) -> Attribution:
        predictor = self.predictor
        if self.magnitude:
            raise OptionError(f"--scores magnitude needs gradients, which {type(predictor.model).__name__} has not")
        real = ~encoding.special
        sites = np.stack([encoding.starts[real], encoding.ends[real]], axis=1)

        def logits(records: Sequence[Record]) -> torch.Tensor:
            return predictor.logits(predictor.batcher.batch(records).to(predictor.device)).cpu()

        scores, margin, gap = leave_out(logits, prediction.record, sites, self._weights([label])[0])
        assert prediction.probabilities is not None  # noqa: S101
        attribution = Attribution(
            record=prediction.record,
            label=predictor.batcher.labels[label],
            probability=float(prediction.probabilities[label]),
            sites=sites,
            scores=scores,
            margin=margin,
            gap=gap,
            points=len(sites),
            converged=abs(gap) <= self.tolerance * max(abs(margin), LEAST_MARGIN),
            against=None if self.against is None else predictor.batcher.labels[self.against],
            truncated=prediction.truncated,
        )
        return self._merged(attribution, encoding)

    def _words(self, prediction: Prediction) -> Explained:
        predictor, model = self.predictor, self.predictor.model
        if not isinstance(model, Writer) or isinstance(model, Fitted):
            raise PluginError(f"{type(model).__name__} writes without gradients: its words cannot be explained")
        batch = predictor.batcher.batch([prediction.record]).to(predictor.device)
        with torch.no_grad():
            embedded = model.embed(batch)
        kept = (embedded.mask & ~embedded.special)[0].cpu().numpy()
        sites = embedded.sites[0].cpu().numpy()[kept]
        attributions = []
        explained = explain_words(model, batch, prediction.tokens, tolerance=self.tolerance)
        for step, (scores, probability) in enumerate(explained):
            attribution = Attribution(
                record=prediction.record,
                label=predictor.batcher.tokenizer.decode([prediction.tokens[step]]),
                probability=probability,
                sites=sites,
                scores=scores.values[0].numpy()[kept],
                margin=float(scores.margins[0]),
                gap=float(scores.gaps[0]),
                points=int(scores.points[0]),
                converged=bool(scores.converged[0]),
                step=step,
                truncated=prediction.truncated,
            )
            attributions.append(self._merged(attribution, batch.encodings[0] if batch.encodings else None))
        return Explained(prediction, attributions)
