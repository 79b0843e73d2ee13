"""The pointing game: whether a writer looks at a finding where it is known to be, while it writes of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from medtext.corpus.findings import State, findings_of
from medtext.corpus.record import Input, Region
from medtext.corpus.token import Encoding
from medtext.learn.model import Writer
from medtext.learn.predict import Prediction, Predictor
from medtext.learn.write import looked_at

_log = logging.getLogger("medtext")
_AT_ONCE = 32
_DRAWS, _SEED = 1000, 13


@dataclass(frozen=True)
class Pointed:
    """A finding that was written and is there: which cell attention is highest in, and which lie in its boxes.

    ``at`` is a row of ``sites``, int64 [cells, 3], view, row and column; ``inside`` is bool [cells].
    """

    finding: str
    at: int
    inside: NDArray[np.bool_]
    sites: NDArray[np.int64]

    @property
    def hit(self) -> bool:
        """Whether attention is highest in a box."""
        return bool(self.inside[self.at])


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
    otherwise = 0
    for start in range(0, len(known), _AT_ONCE):
        some = known[start : start + _AT_ONCE]
        batch = predictor.batcher.batch([each.record for each in some]).to(predictor.device)
        with torch.inference_mode():
            embedded = model.embed(batch)
        maps = looked_at(model, embedded, [each.tokens for each in some], predictor.decoding.cutoff)
        if maps is None:
            return []
        for row, prediction in enumerate(some):
            (encoding,) = predictor.batcher.tokenizer.encode([prediction.text or ""])
            if len(encoding) != len(maps[row]):
                otherwise += 1
                continue
            real = embedded.mask[row].cpu().numpy()
            sites = embedded.sites[row].cpu().numpy()[real]
            found += _of_text(prediction, encoding, maps[row][:, real], sites)
    if otherwise:
        _log.warning("%d texts are cut into other tokens than were written: they do not play", otherwise)
    return found


def pointing_figures(found: Sequence[Pointed]) -> dict[str, Any]:
    """Return how often attention was highest in the box, of all findings, and of each under ``by_finding``.

    ``hits`` is the share. ``chance`` is what it would be if nobody looked at the images: findings have their usual
    places, so where was looked is dealt out among the records with the same finding and the same cells, and ``p`` is
    the share of 1,000 such deals that hit as often (a permutation test). ``area`` is the share of all cells that lie in
    the boxes.
    """
    dealt = _dealt(found)
    names = sorted({each.finding for each in found})
    return _figures(found, dealt) | {
        "by_finding": {
            name: _figures(
                [each for each in found if each.finding == name], dealt[:, [each.finding == name for each in found]]
            )
            for name in names
        }
    }


def _dealt(found: Sequence[Pointed]) -> NDArray[np.bool_]:
    """Return whether each hits in each deal, bool [deals, found]."""
    groups: dict[tuple[str, bytes], list[int]] = {}
    for number, each in enumerate(found):
        groups.setdefault((each.finding, each.sites.tobytes()), []).append(number)
    chance, dealt = np.random.default_rng(_SEED), np.zeros((_DRAWS, len(found)), dtype=np.bool_)
    for rows in groups.values():
        inside, looks = np.stack([found[row].inside for row in rows]), np.array([found[row].at for row in rows])
        orders = chance.permuted(np.tile(np.arange(len(rows)), (_DRAWS, 1)), axis=1)
        dealt[:, rows] = inside[np.arange(len(rows)), looks[orders]]
    return dealt


def _figures(found: Sequence[Pointed], dealt: NDArray[np.bool_]) -> dict[str, Any]:
    hits = sum(each.hit for each in found)
    return {
        "findings": len(found),
        "hits": hits / len(found),
        "chance": float(dealt.mean()),
        "area": float(np.mean([each.inside.mean() for each in found])),
        "p": (1 + int((dealt.sum(axis=1) >= hits).sum())) / (1 + _DRAWS),
    }


def _of_text(
    prediction: Prediction, encoding: Encoding, maps: NDArray[np.float32], sites: NDArray[np.int64]
) -> Iterator[Pointed]:
    boxes = _cells(sites)
    for name, spans in _stated(prediction.text or "").items():
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
            yield Pointed(name, int(maps[words].mean(axis=0).argmax()), inside, sites)


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
