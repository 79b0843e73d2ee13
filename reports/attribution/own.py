"""Ways that need nothing but medtext and what it depends on; see ``worker.py`` for what a way offers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from captum.attr import IntegratedGradients
from torch import Tensor

from found import Floats, Found
from medtext.corpus.batch import by_length
from medtext.corpus.record import Record
from medtext.learn.model import Classifier
from medtext.plugin.loading import load_registry
from medtext.runs.store import RunStore
from medtext.workspace.explaining import explainer_for
from medtext.workspace.ready import Ready, open_ready


def opened(runs: Path, run: str) -> Ready:
    """Open a run on the CPU."""
    return open_ready(load_registry(), RunStore(runs).open(run), torch.device("cpu"))


def records_of(texts: Sequence[str]) -> list[Record]:
    """Make records of texts."""
    return [Record(id=str(number), text=text) for number, text in enumerate(texts)]


class Batch:
    """Texts as vectors, with the quantity that medtext explains: the predicted logit over the mean of all logits."""

    def __init__(self, ready: Ready, texts: Sequence[str]) -> None:
        model = ready.predictor.model
        assert isinstance(model, Classifier)  # noqa: S101  # what gives labels by gradients
        self.model = model
        batch = ready.predictor.batcher.batch(records_of(texts)).to(ready.predictor.device)
        with torch.no_grad():
            embedded = self.model.embed(batch)
            baseline = torch.where(embedded.special[..., None], embedded.vectors, self.model.baseline(batch))
            predicted = self.model.score(embedded.vectors, embedded.mask).argmax(1)
        self.vectors, self.mask, self.baseline = embedded.vectors, embedded.mask, baseline
        self.kept = embedded.mask & ~embedded.special
        self.chosen = torch.nn.functional.one_hot(predicted, len(ready.labels)).float()
        self.weights = self.chosen - 1 / len(ready.labels)

    def quantity(self, vectors: Tensor, mask: Tensor, weights: Tensor) -> Tensor:
        """Return what is explained, float [rows]."""
        return (self.model.score(vectors, mask) * weights).sum(1)

    def integrated(self, points: int, at_once: int | None) -> list[Floats]:
        """Let captum integrate from the baseline; ``at_once`` rows go through the network together."""
        found = IntegratedGradients(self.quantity).attribute(
            self.vectors,
            baselines=self.baseline,
            additional_forward_args=(self.mask, self.weights),
            n_steps=points,
            internal_batch_size=at_once,
        )
        summed = found.detach().double().sum(-1)
        return [row[kept].numpy() for row, kept in zip(summed, self.kept, strict=True)]

    @torch.no_grad()
    def margins(self, baseline: Tensor, weights: Tensor) -> list[float]:
        """Return how far the quantity is from that of a baseline."""
        whole = self.quantity(self.vectors, self.mask, weights) - self.quantity(baseline, self.mask, weights)
        return whole.double().tolist()


class Own:
    """What all ways of this file share: a run that is open."""

    def __init__(self, _network: Path, runs: str, run: str) -> None:
        self.ready = opened(Path(runs), run)

    versions = f"medtext {version('medtext')}, captum {version('captum')}"

    def answers(self, texts: Sequence[str]) -> tuple[Floats, list[int]]:
        """Return logits, float64 [texts, labels], and the tokens of each text, [CLS] and [SEP] included."""
        predictor = self.ready.predictor
        batches = [predictor.batcher.batch([record]).to(predictor.device) for record in records_of(texts)]
        logits = [predictor.logits(batch)[0].double().numpy() for batch in batches]
        return np.stack(logits), [int(batch.mask.sum()) for batch in batches]

    def ends(self, texts: Sequence[str]) -> Floats:
        """Return F(text) - F(baseline) of every text."""
        batches = [Batch(self.ready, [text]) for text in texts]
        return np.array([batch.margins(batch.baseline, batch.weights)[0] for batch in batches])


class Medtext(Own):
    """The explainer as a script calls it."""

    def explain(self, texts: Sequence[str], tolerance: float = 0.01, precision: str = "32") -> Found:
        """Explain all texts in one call."""
        explainer = explainer_for(self.ready, unit="token", tolerance=tolerance, precision=precision)
        made = [each.attributions[0] for each in explainer.explain(records_of(texts))]
        return Found.of([each.scores for each in made], [each.points for each in made])


class CaptumSingle(Own):
    """captum, one text at a time, all its points at once."""

    def explain(self, texts: Sequence[str], points: int = 50, at_once: int | None = None) -> Found:
        """Explain texts in their order."""
        return Found.of([Batch(self.ready, [text]).integrated(points, at_once)[0] for text in texts], points)


class CaptumBatched(Own):
    """captum over texts side by side, sorted by length."""

    def explain(self, texts: Sequence[str], points: int = 50, rows: int = 16, tokens: int = 4096) -> Found:
        """Explain texts in batches of ``rows``; about so many ``tokens`` go through the network together."""
        encodings = self.ready.predictor.batcher.encode(records_of(texts))
        scores: list[Floats] = [np.zeros(0)] * len(texts)
        for numbers in by_length([len(each) for each in encodings], rows):
            batch = Batch(self.ready, [texts[number] for number in numbers])
            at_once = max(len(numbers), tokens // batch.mask.shape[1])
            for number, found in zip(numbers, batch.integrated(points, at_once), strict=True):
                scores[number] = found
        return Found.of(scores, points)


class ScaledGradients(Own):
    """The loop of the digestive-tract project: gradient x scaled vectors at k/20 from zero, one text at a time.

    It is no integrated gradient. Its scores are L2 norms; here they keep their sum and its sign, so
    that there is something to compare with F(text) - F(zero), of the logit of the label.
    """

    def explain(self, texts: Sequence[str], points: int = 20) -> Found:
        """Explain texts in their order."""
        return Found.of([self._one(Batch(self.ready, [text]), points) for text in texts], points)

    def ends(self, texts: Sequence[str]) -> Floats:
        """Return F(text) - F(zero)."""
        batches = [Batch(self.ready, [text]) for text in texts]
        return np.array([batch.margins(torch.zeros_like(batch.vectors), batch.chosen)[0] for batch in batches])

    @staticmethod
    def _one(batch: Batch, points: int) -> Floats:
        total = torch.zeros_like(batch.vectors)
        for point in range(1, points + 1):
            scaled = (batch.vectors * (point / points)).requires_grad_()
            (gradient,) = torch.autograd.grad(batch.quantity(scaled, batch.mask, batch.chosen).sum(), scaled)
            total += (gradient * scaled).detach()
        scores: Floats = (total / points).double().sum(-1)[0].numpy()
        return scores
