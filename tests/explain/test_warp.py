"""Maps that bring points to where answers move."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from medtext.explain.warp import OWN_STEPS, STEPS, Warp, probe_places

EVEN = torch.linspace(0, 1, 201, dtype=torch.float64)[None]
STEEP = [1.0 if step == 3 else 0.01 for step in range(STEPS)]
OWN = torch.eye(OWN_STEPS, dtype=torch.float64)[[1, 6]] + 0.01


@pytest.mark.parametrize("warp", [Warp(), Warp(STEEP), Warp(STEEP).refined(OWN), Warp().refined(torch.zeros(2, 8))])
def test_a_map_grows_from_end_to_end_and_its_slopes_are_its_own(warp: Warp) -> None:
    path, slopes = warp.at(EVEN.expand(2, -1))
    assert torch.allclose(path[:, 0], torch.zeros(2).double(), atol=1e-9)
    assert torch.allclose(path[:, -1], torch.ones(2).double(), atol=1e-9)
    assert (path.diff() > 0).all()
    step = 1e-5
    inner = EVEN[:, 1:-1].expand(2, -1)
    by_hand = (warp.at(inner + step)[0] - warp.at(inner - step)[0]) / (2 * step)
    assert torch.allclose(slopes[:, 1:-1], by_hand, rtol=1e-4)
    # Substitution: the integral of a smooth function over the path is that over u times the slope.
    nodes, weights = (torch.from_numpy(each) for each in np.polynomial.legendre.leggauss(60))
    at, slope = warp.at((nodes[None] / 2 + 0.5).expand(2, -1))
    found = (at**2 * slope * weights / 2).sum(1)
    assert found.tolist() == pytest.approx([1 / 3, 1 / 3], abs=1e-4)


def test_points_are_dense_where_the_profile_is_high() -> None:
    edges = torch.cat([torch.zeros(1), probe_places(), torch.ones(1)])
    path, _ = Warp(STEEP).at(EVEN)
    inside = ((path > edges[2]) & (path < edges[5])).double().mean()
    assert inside > 0.6
    even, _ = Warp().at(EVEN)
    assert ((even > edges[2]) & (even < edges[5])).double().mean() == pytest.approx(3 / STEPS, abs=0.01)


def test_what_is_known_of_a_text_counts_for_it_alone() -> None:
    warp = Warp().refined(OWN)
    low, high = warp.at(EVEN.expand(2, -1))[0].median(1).values.tolist()
    even = Warp().at(EVEN)[0].median().item()
    assert low < even < high
    alone, together = warp.select(torch.tensor([1])).at(EVEN)[0], warp.at(EVEN.expand(2, -1))[0][1:]
    assert torch.allclose(alone, together, atol=1e-12)
