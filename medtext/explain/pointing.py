"""The pointing game: whether a writer looks at a finding where it is known to be, while it writes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from medtext.corpus.findings import State, findings_of
from medtext.corpus.record import Input, Region
from medtext.learn.model import Writer
from medtext.learn.predict import Prediction, Predictor
from medtext.learn.write import looked_at

_AT_ONCE = 32
_DRAWS, _SEED = 1000, 13


@dataclass(frozen=True, slots=True)
class Pointed:
    """A finding that was written and is there: whether attention is highest in its box, and how often chance would be.

    ``chance`` is the share of all cells that lie in the box, over all views.
    """

    finding: str
    hit: bool
    chance: float


def pointed(predictor: Predictor, predictions: Sequence[Prediction]) -> list[Pointed]:
    """Play the pointing game (Zhang et al. 2018, arXiv:1608.00507) on texts whose records have regions.

    A finding counts where the text states it, surely or not, and the record has a region of its name. The attention
    of its words (``findings_of`` says which) is averaged; it hits if the highest cell overlaps a region of the
    finding in that view. Empty for writers of texts, and for those that never say where they look.
    """
    model = predictor.model
    known = [each for each in predictions if each.record.regions]
    if not isinstance(model, Writer) or predictor.batcher.reads is not Input.IMAGES:
        return []
    found: list[Pointed] = []
    for start in range(0, len(known), _AT_ONCE):
        some = known[start : start + _AT_ONCE]
        batch = predictor.batcher.batch([each.record for each in some]).to(predictor.device)
        with torch.inference_mode():
            embedded = model.embed(batch)
        maps = looked_at(model, embedded, [each.tokens for each in some], predictor.decoding.cutoff)
        if maps is None:
            return []
        for row, prediction in enumerate(some):
            real = embedded.mask[row].cpu().numpy()
            sites = embedded.sites[row].cpu().numpy()[real]
            found += _of_text(predictor, prediction, maps[row][:, real], sites)
    return found


def pointing_figures(found: Sequence[Pointed]) -> dict[str, Any]:
    """Return the share of hits, what chance would have, and ``p``, how often chance does as well; by finding too."""
    figures = _figures(found)
    names = sorted({each.finding for each in found})
    return figures | {
        "by_finding": {name: _figures([each for each in found if each.finding == name]) for name in names}
    }


def _figures(found: Sequence[Pointed]) -> dict[str, Any]:
    chances, hits = np.array([each.chance for each in found]), sum(each.hit for each in found)
    drawn = (np.random.default_rng(_SEED).random((_DRAWS, len(found))) < chances).sum(axis=1)
    return {
        "findings": len(found),
        "hits": hits / len(found),
        "chance": float(chances.mean()),
        "p": (1 + int((drawn >= hits).sum())) / (1 + _DRAWS),
    }


def _of_text(
    predictor: Predictor, prediction: Prediction, maps: NDArray[np.float32], sites: NDArray[np.int64]
) -> Iterator[Pointed]:
    text = prediction.text or ""
    (encoding,) = predictor.batcher.tokenizer.encode([text])
    if len(encoding) != len(maps):  # what was written reads otherwise when it is cut again
        return
    boxes = _cells(sites)
    for name, spans in _stated(text).items():
        regions = [region for region in prediction.record.regions or () if region.label == name]
        if not regions:
            continue
        words = np.zeros(len(encoding), dtype=np.bool_)
        for start, end in spans:
            words |= (encoding.starts < end) & (encoding.ends > start)
        inside = np.zeros(len(sites), dtype=np.bool_)
        for region in regions:
            inside |= (sites[:, 0] == region.view) & _overlaps(boxes, region)
        if words.any():
            yield Pointed(name, bool(inside[maps[words].mean(axis=0).argmax()]), float(inside.mean()))


def _stated(text: str) -> dict[str, list[tuple[int, int]]]:
    """Return where a text states each finding, in characters."""
    stated: dict[str, list[tuple[int, int]]] = {}
    for mention in findings_of(text).mentions:
        if mention.state in (State.PRESENT, State.UNCERTAIN):
            stated.setdefault(mention.finding, []).append((mention.start, mention.end))
    return stated


def _cells(sites: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the box of every cell in its view, float64 [cells, 4]: left, top, right, bottom, as shares."""
    boxes = np.zeros((len(sites), 4))
    for view in np.unique(sites[:, 0]):
        own = sites[:, 0] == view
        rows, columns = sites[own, 1], sites[own, 2]
        height, width = rows.max() + 1, columns.max() + 1
        boxes[own] = np.stack([columns / width, rows / height, (columns + 1) / width, (rows + 1) / height], axis=1)
    return boxes


def _overlaps(boxes: NDArray[np.float64], region: Region) -> NDArray[np.bool_]:
    left, top, right, bottom = boxes.T
    return np.asarray((left < region.right) & (right > region.left) & (top < region.bottom) & (bottom > region.top))
