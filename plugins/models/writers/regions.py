"""Places that are known to hold a finding, for networks to learn where to look."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from medtext.plugin import Record


def cells_in_regions(records: Sequence[Record], names: Sequence[str], centres: Tensor, cell: float) -> Tensor:
    """Return which cells lie in a region of which name, bool [batch, length, names].

    ``centres`` is float [batch, views, cells, 2], across and down, as shares of the images as the records have them;
    ``cell`` the size of a cell as such a share. A cell that a region only touches counts: small ones hold no centre.
    """
    count, views, cells, _ = centres.shape
    inside = torch.zeros(count, views, cells, len(names), dtype=torch.bool, device=centres.device)
    numbers = {name: number for number, name in enumerate(names)}
    for row, record in enumerate(records):
        for region in record.regions or ():
            if region.label in numbers:
                across, down = centres[row, region.view].unbind(1)
                inside[row, region.view, :, numbers[region.label]] |= (
                    (across > region.left - cell / 2)
                    & (across < region.right + cell / 2)
                    & (down > region.top - cell / 2)
                    & (down < region.bottom + cell / 2)
                )
    return inside.flatten(1, 2)


def looking_loss(looks: Tensor, inside: Tensor) -> Tensor:
    """Return how far names look beside their regions, in nats, the mean over records and names: a float scalar.

    ``looks`` is float [batch, length, names], logits of where each name looks, ``inside`` bool alike. For a name with a
    region in a record it is minus the logarithm of the share of its attention that falls into them, for others zero.
    """
    looks, known = looks.float(), inside.any(1)
    # Where nothing is known all places count as inside, which costs nothing.
    within = looks.masked_fill(~(inside | ~known[:, None]), torch.finfo(looks.dtype).min)
    return (looks.logsumexp(1) - within.logsumexp(1)).mean()
