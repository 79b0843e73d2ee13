"""Where the vectors of a text come from, for models whose rows are tokens."""

from __future__ import annotations

import torch
from torch import Tensor

from medtext.corpus.batch import Batch


def text_sites(batch: Batch) -> tuple[Tensor, Tensor]:
    """Return ``sites`` int64 [batch, length, 2] and ``special`` bool [batch, length] of a batch of texts."""
    rows, length = batch.inputs.shape
    sites = torch.zeros(rows, length, 2, dtype=torch.int64)
    special = torch.zeros(rows, length, dtype=torch.bool)
    for row, encoding in enumerate(batch.encodings):
        sites[row, : len(encoding), 0] = torch.from_numpy(encoding.starts)
        sites[row, : len(encoding), 1] = torch.from_numpy(encoding.ends)
        special[row, : len(encoding)] = torch.from_numpy(encoding.special)
    return sites.to(batch.inputs.device), special.to(batch.inputs.device)
