"""For models without gradients: leave a token out, and see what becomes of the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from medtext.corpus.record import Record

METHOD = "leave-one-out"
_AT_ONCE = 64


def leave_out(
    logits: Callable[[Sequence[Record]], Tensor],
    record: Record,
    sites: NDArray[np.int64],
    weights: Tensor,
) -> tuple[NDArray[np.float64], float, float]:
    """Score each site by how far the quantity falls when its characters are taken out of the text.

    ``logits`` answers records, float [records, labels]; ``sites`` is int64 [tokens, 2];
    ``weights`` float [labels]. Returns scores float64 [tokens], the margin against the
    text with every site taken out, and the gap between their sum and that margin:
    where words work together the scores do not add up, and the gap says by how much.
    """
    # What lies beyond the last token was cut: taking one out must not let it in.
    text = record.text[: int(sites[:, 1].max(initial=0))]
    without = [text[:start] + text[end:] for start, end in sites.tolist()]
    kept = torch.ones(len(text), dtype=torch.bool)
    for start, end in sites.tolist():
        kept[start:end] = False
    bare = "".join(character for character, keep in zip(text, kept.tolist(), strict=True) if keep)
    texts = iter([text, bare, *without])
    parts = []
    while some := [replace(record, text=changed) for changed in islice(texts, _AT_ONCE)]:
        parts.append(logits(some).double().cpu())
    answered = torch.cat(parts)
    quantity = (answered @ weights.double()).numpy()
    scores = quantity[0] - quantity[2:]
    margin = float(quantity[0] - quantity[1])
    return scores, margin, float(scores.sum() - margin)
