"""Predictions explained, over any number of records, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from medtext.corpus.batch import Batch, by_length
from medtext.corpus.record import Record, Task
from medtext.corpus.token import Encoding
from medtext.errors import OptionError, PluginError, RecordError
from medtext.explain.attribution import DEFAULT_METHOD, Attribution
from medtext.explain.leave_out import METHOD, leave_out
from medtext.explain.magnitude import scaled_gradient_norms
from medtext.explain.methods import METHODS, UNSIGNED, Asked, ask, movement
from medtext.explain.paths import Beginnings
from medtext.explain.scores import Scores, contrasts
from medtext.explain.warp import STEPS, Warp
from medtext.explain.writing import explain_words
from medtext.learn.model import Classifier, Fitted, Writer
from medtext.learn.predict import Prediction, Predictor

Which = Literal["predicted", "gold", "all"]

WINDOW = 512
"""So many records in a row are explained together: who explains whole windows apart gets the very same scores."""
TOKENS_AT_ONCE = 16_384
"""Texts whose points share a queue have no more tokens than this together, padding included, unless one alone has."""


@dataclass(frozen=True)
class Explained:
    """A prediction and its explanations: one for each label that was asked for, or for each written word."""

    prediction: Prediction
    attributions: list[Attribution]


class Explains(Protocol):
    """What explains the answers of a run: of one network, or of several that answer together."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the logits."""
        ...

    @property
    def settings(self) -> dict[str, str]:
        """How the scores are made, for the header of a table."""
        ...

    def explain(self, records: Iterable[Record], *, window: int = WINDOW) -> Iterator[Explained]:
        """Yield every record's prediction and attributions, in order."""
        ...

    def cut(self, records: Sequence[Record]) -> list[NDArray[np.int64]]:
        """Cut texts into the units of explanations, without explaining any: int64 [units, 2], start to end."""
        ...


@dataclass(frozen=True)
class Explainer:
    """Explains the answers of one model.

    ``which`` picks the labels: those predicted, the true ones, or all; ``label`` picks
    one by number, ``against`` compares it with another. ``segment`` cuts texts into what
    scores are summed over, called ``unit``; None leaves tokens. ``magnitude`` gives the unsigned
    scores of the digestive-tract project instead of those of ``method`` (see ``METHODS``). ``tolerance`` is
    the gap allowed, as a share of the margin. ``half`` takes gradients in bfloat16 first: about twice as fast
    where the device computes in it, and no less sure, as the gap is measured all the same and what it leaves open is
    done in float32. ``least`` is what
    the highest score of a text has to exceed to be evidence, in logits; ``profile`` says where on their paths answers
    move (see ``Warp``).
    """

    predictor: Predictor
    which: Which = "predicted"
    label: int | None = None
    against: int | None = None
    unit: str = "token"
    segment: Callable[[str], list[tuple[int, int]]] | None = None
    magnitude: bool = False
    method: str = DEFAULT_METHOD
    tolerance: float = 0.01
    half: bool = False
    least: float = 0.0
    profile: tuple[float, ...] = ()
    batch_size: int = 64

    @property
    def adds_up(self) -> bool:
        """Whether the scores are meant to add up to the margin."""
        return self.method == DEFAULT_METHOD and not self.magnitude and isinstance(self.predictor.model, Classifier)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the logits."""
        return self.predictor.batcher.labels

    @property
    def settings(self) -> dict[str, str]:
        """How the scores are made, for the header of a table."""
        return {
            "explain": self.which,
            "against": "the mean" if self.against is None else self.predictor.batcher.labels[self.against],
            "unit": self.unit,
            "method": self.method if isinstance(self.predictor.model, Classifier) else METHOD,
            "scores": "magnitude" if self.magnitude or self.method in UNSIGNED else "signed",
            "tolerance": f"{self.tolerance:g}",
            "precision": "bf16" if self.half else "32",
            "least": f"{self.least:.3g}",
        }

    def explain(self, records: Iterable[Record], *, window: int = WINDOW) -> Iterator[Explained]:
        """Yield every record's prediction and attributions, in order, holding no more than ``window`` records at once.

        Within a window texts of like length go through the network together, and a text that stands there
        more than once is explained once.
        """
        source = iter(records)
        while chunk := list(islice(source, window)):
            if self.predictor.batcher.task is Task.GENERATE:
                # Decisions have no gradient: what is explained is written from the guesses.
                decoding = replace(self.predictor.decoding, cutoff=0.0)
                yield from map(self._words, replace(self.predictor, decoding=decoding).predict(chunk))
            else:
                self._beginnings.forget()  # so that scores of a window do not hang on those before
                yield from self._window(chunk)

    def cut(self, records: Sequence[Record]) -> list[NDArray[np.int64]]:
        """Cut texts into the units of explanations, without explaining any: int64 [units, 2], start to end."""
        if self.segment is not None:
            return [np.array(self.segment(record.text), dtype=np.int64).reshape(-1, 2) for record in records]
        encodings = self.predictor.batcher.encode(records)
        return [np.array(_tokens([each]), dtype=np.int64).reshape(-1, 2) for each in encodings]

    def movement(self, records: Sequence[Record]) -> tuple[float, ...]:
        """Return where on their paths the answers of some records move, in the mean: what ``profile`` takes.

        Empty where nothing moves, and for models without gradients.
        """
        predictor, model = self.predictor, self.predictor.model
        encodings = predictor.batcher.encode(records)
        lengths = [len(encoding) for encoding in encodings] or [0] * len(records)
        moved = [torch.zeros(0, STEPS)]
        for picked in by_length(lengths, self.batch_size, tokens=TOKENS_AT_ONCE):
            cut = [encodings[row] for row in picked] if encodings else None
            batch = predictor.batcher.batch([records[row] for row in picked], cut).to(predictor.device)
            logits = predictor.row_logits(batch)
            labels = [self.asked_labels(prediction) for prediction in predictor.answers(batch, logits)]
            if any(labels) and isinstance(model, Classifier):
                moved.append(movement(self._asked(model, batch, _by_row(batch, labels), logits)))
        total = torch.cat(moved).sum(0)
        return tuple((total / total.sum()).tolist()) if total.sum() > 0 else ()

    @cached_property
    def _warp(self) -> Warp:
        return Warp(self.profile)

    @cached_property
    def _beginnings(self) -> Beginnings:
        return Beginnings()

    def _window(self, records: list[Record]) -> list[Explained]:
        alike: dict[object, list[Record]] = {}
        for record in records:
            alike.setdefault((record.text, record.images), []).append(record)
        texts = list(alike.values())
        encodings = self.predictor.batcher.encode([same[0] for same in texts])
        found: dict[int, Explained] = {}
        lengths = [len(encoding) for encoding in encodings] or [0] * len(texts)
        for picked in by_length(lengths, self.batch_size, tokens=TOKENS_AT_ONCE):
            cut = [encodings[number] for number in picked] if encodings else None
            for each in self._batch([texts[number] for number in picked], cut):
                found[id(each.prediction.record)] = each
        return [found[id(record)] for record in records]

    def _batch(self, texts: Sequence[list[Record]], encodings: Sequence[Encoding] | None) -> Iterator[Explained]:
        """Explain texts, each with the records that read so."""
        predictor = self.predictor
        batch = predictor.batcher.batch([same[0] for same in texts], encodings).to(predictor.device)
        logits = predictor.row_logits(batch)
        predictions = predictor.answers(batch, logits)
        wanted = [
            [self.asked_labels(replace(prediction, record=record)) for record in same]
            for same, prediction in zip(texts, predictions, strict=True)
        ]
        labels = [sorted({label for each in own for label in each}) for own in wanted]
        made = self._explained(batch, predictions, labels, logits)
        for same, prediction, own, attributions in zip(texts, predictions, wanted, made, strict=True):
            for record, asked in zip(same, own, strict=True):
                yield Explained(
                    replace(prediction, record=record),
                    [replace(attributions[label], record=record) for label in asked],
                )

    def _explained(
        self, batch: Batch, predictions: Sequence[Prediction], labels: Sequence[list[int]], logits: torch.Tensor
    ) -> list[dict[int, Attribution]]:
        model = self.predictor.model
        if not any(labels):
            return [{} for _ in predictions]
        if not isinstance(model, Classifier):
            return [
                {label: self._left_out(prediction, batch.encodings[row], label) for label in own}
                for row, (prediction, own) in enumerate(zip(predictions, labels, strict=True))
            ]
        owners = torch.arange(len(batch)) if batch.owners is None else batch.owners.cpu()
        scores, kept, sites = self._scores(model, batch, _by_row(batch, labels), logits)
        found = torch.stack(
            [scores.margins, scores.gaps, scores.changes, scores.points.double(), scores.converged.double()]
        ).numpy()
        values = scores.values.numpy()
        made = []
        for number, (prediction, own) in enumerate(zip(predictions, labels, strict=True)):
            rows = torch.nonzero(owners == number)[:, 0].tolist()
            places = np.concatenate([sites[row][kept[row]] for row in rows])
            units = self._units(prediction.record, places, [batch.encodings[row] for row in rows if batch.encodings])
            attributions = {}
            for question, label in enumerate(own):
                summed = np.concatenate([values[row, question][kept[row]] for row in rows]) / len(rows)
                attribution = self._attribution(prediction, label, places, summed, found[:, rows, question])
                attributions[label] = attribution if units is None else attribution.merged(units)
            made.append(attributions)
        return made

    def _scores(
        self, model: Classifier, batch: Batch, labels: Sequence[list[int]], logits: torch.Tensor
    ) -> tuple[Scores, NDArray[np.bool_], NDArray[np.int64]]:
        """Return the scores of every row of a batch, which of its vectors stand for something, and where."""
        question = self._asked(model, batch, labels, logits)
        method = scaled_gradient_norms if self.magnitude else METHODS[self.method]
        return method(question), question.paths.kept.cpu().numpy(), question.sites.cpu().numpy()

    def _asked(self, model: Classifier, batch: Batch, labels: Sequence[list[int]], logits: torch.Tensor) -> Asked:
        """Put the rows of a batch together with the labels that are asked of each."""
        most = max(map(len, labels))
        weights = torch.zeros(len(labels), most, logits.shape[1])
        asked = torch.zeros(len(labels), most, dtype=torch.bool)
        for row, own in enumerate(labels):
            weights[row, : len(own)] = self._weights(own)
            asked[row, : len(own)] = True
        return ask(
            model,
            batch,
            weights,
            asked,
            tolerance=self.tolerance,
            known=logits,
            half=self.half,
            warp=self._warp,
            beginnings=self._beginnings,
        )

    def asked_labels(self, prediction: Prediction) -> list[int]:
        """Return the labels to explain; never the one that they are compared with."""
        return [label for label in self._wanted(prediction) if label != self.against]

    def _wanted(self, prediction: Prediction) -> list[int]:
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

    def _weights(self, labels: Sequence[int]) -> torch.Tensor:
        centred = self.predictor.batcher.task is Task.CLASSIFY and not self.magnitude
        return contrasts(len(self.predictor.batcher.labels), labels, [self.against] * len(labels), centred=centred)

    def _attribution(
        self,
        prediction: Prediction,
        label: int,
        sites: NDArray[np.int64],
        values: NDArray[np.float64],
        found: NDArray[np.float64],
    ) -> Attribution:
        """Put together what was found in the windows of a record: its logits are the mean of theirs.

        ``found`` is float64 [5, windows]: margins, gaps, changes, points, converged. The gap of several windows is
        the mean of theirs in size: two that miss in opposite ways are not right together.
        """
        assert prediction.probabilities is not None  # noqa: S101  # classifiers give them
        margins, gaps, changes, points, converged = found
        return Attribution(
            record=prediction.record,
            label=self.predictor.batcher.labels[label],
            probability=float(prediction.probabilities[label]),
            sites=sites,
            scores=values,
            margin=float(margins.mean()),
            gap=float(gaps[0] if len(gaps) == 1 else np.abs(gaps).mean()),
            points=int(points.max()),
            converged=bool(converged.all()) if self.adds_up else None,
            change=float(changes.max()),
            method=self.method,
            against=None if self.against is None else self.predictor.batcher.labels[self.against],
            magnitude=self.magnitude or self.method in UNSIGNED,
            least=self.least,
            truncated=prediction.truncated,
            windows=found.shape[1],
        )

    def _units(
        self, record: Record, sites: NDArray[np.int64], encodings: Sequence[Encoding]
    ) -> list[tuple[int, int]] | None:
        """Return the words to sum scores over; tokens, where a model's rows (n-grams, windows) overlap; or None."""
        if not encodings:
            return None
        if self.segment is not None:
            return self.segment(record.text)
        starts, ends = sites[:, 0], sites[:, 1]
        if (starts[1:] >= ends[:-1]).all():
            return None
        return _tokens(encodings)

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
            points=0,
            converged=None,
            method=METHOD,
            against=None if self.against is None else predictor.batcher.labels[self.against],
            least=self.least,
            truncated=prediction.truncated,
        )
        units = self._units(prediction.record, sites, [encoding])
        return attribution if units is None else attribution.merged(units)

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
                scores=scores.values[0, 0].numpy()[kept],
                margin=float(scores.margins[0, 0]),
                gap=float(scores.gaps[0, 0]),
                points=int(scores.points[0, 0]),
                converged=bool(scores.converged[0, 0]),
                change=float(scores.changes[0, 0]),
                step=step,
                truncated=prediction.truncated,
            )
            units = self._units(prediction.record, sites, batch.encodings)
            attributions.append(attribution if units is None else attribution.merged(units))
        return Explained(prediction, attributions)


def _by_row(batch: Batch, labels: Sequence[list[int]]) -> list[list[int]]:
    """Give every row of a batch the labels that are asked of its record."""
    return list(labels) if batch.owners is None else [labels[owner] for owner in batch.owners.tolist()]


def _tokens(encodings: Sequence[Encoding]) -> list[tuple[int, int]]:
    """Return where the tokens of a text stand, each once, whatever windows hold it."""
    tokens = {
        (start, end)
        for each in encodings
        for start, end in zip(each.starts[~each.special].tolist(), each.ends[~each.special].tolist(), strict=True)
    }
    return sorted(tokens)
