"""The upper envelope of lines: which place of a text a filter's maximum comes from, and for how much of the path."""

from __future__ import annotations

import torch
from torch import Tensor


def winning_shares(values: Tensor, slopes: Tensor, mask: Tensor) -> Tensor:
    """Return for what share of a in [0, 1] each line ``value + a * slope`` is the highest, and above zero.

    ``values`` and ``slopes`` are float [batch, filters, places], ``mask`` bool [batch,
    places]: other places never win. Returns float like ``values``. From the line that is highest
    at a = 0 one goes to that which it meets first, each time a steeper one, until a = 1. Equal lines share.
    """
    # The ReLU is one more line, at zero: what it wins is nobody's.
    low = torch.finfo(values.dtype).min
    heights = torch.cat([values.masked_fill(~mask[:, None], low), values.new_zeros(*values.shape[:2], 1)], 2)
    steeps = torch.cat([slopes.masked_fill(~mask[:, None], 0.0), slopes.new_zeros(*slopes.shape[:2], 1)], 2)
    shares = torch.zeros_like(heights)
    level = heights == heights.amax(2, keepdim=True)
    leader = steeps.masked_fill(~level, -torch.inf).argmax(2, keepdim=True)  # of lines that begin level, the steepest
    since = torch.zeros_like(leader, dtype=values.dtype)
    while True:
        height, steep = heights.gather(2, leader), steeps.gather(2, leader)
        steeper = steeps > steep
        meeting = torch.where(steeper, (height - heights) / (steeps - steep), torch.inf).clamp(min=since)
        until = meeting.amin(2, keepdim=True).clamp(max=1.0)
        alike = (heights == height) & (steeps == steep)  # a word said twice wins twice by half, as in torch's amax
        shares += (until - since) * alike / alike.sum(2, keepdim=True)
        going = until < 1
        if not going.any():
            return shares[..., :-1]
        first = (meeting <= until) & steeper
        following = steeps.masked_fill(~first, -torch.inf).argmax(2, keepdim=True)
        leader = torch.where(going, following, leader)
        since = until


def winning_shares_from_level(level: Tensor, slopes: Tensor, mask: Tensor) -> Tensor:
    """Do the same where all lines of a filter begin level: the steepest wins for as long as it is above zero.

    ``level`` is float [filters]; ``slopes``, and what is returned, float [batch, places, filters]; ``mask`` bool
    [batch, places].
    """
    real = slopes.masked_fill(~mask[..., None], torch.finfo(slopes.dtype).min)
    steepest = real.amax(1, keepdim=True)
    alike = (real == steepest) & mask[..., None]
    # The line crosses zero here; it is above from there on if it climbs, up to there if it falls.
    crossing = (-level / torch.where(steepest == 0, 1.0, steepest)).clamp(0, 1)
    above = torch.where(steepest > 0, torch.where(level < 0, 1 - crossing, 1.0), torch.where(level > 0, crossing, 0.0))
    above = torch.where(steepest == 0, (level > 0).to(above.dtype), above) * mask.any(1)[:, None, None]
    return above * alike / alike.sum(1, keepdim=True).clamp(min=1)
