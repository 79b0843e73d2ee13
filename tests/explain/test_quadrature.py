"""Rules that hold one another."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from medtext.explain.quadrature import RULES, Rule

KRONROD_11 = (
    (0.984085360094842464496172934636, 0.042582036751081832864509451848),
    (0.906179845938663992797626878299, 0.115233316622473394024626845880),
    (0.754166726570849220440817166946, 0.186800796556492657467800026878),
    (0.538469310105683091036314420700, 0.241040339228647586699942611326),
    (0.279630413161783193413466522749, 0.272849801912558922340993264484),
    (0.0, 0.282987417857491213204255601387),
)
"""Nodes and weights on [-1, 1] as published (Kronrod 1965), the greater half."""


def test_the_second_rule_is_kronrods() -> None:
    nodes, weights = np.array(KRONROD_11).T
    assert np.allclose(2 * RULES[1].nodes.numpy()[::-1][:6] - 1, nodes, atol=1e-14)
    assert np.allclose(2 * RULES[1].weights.numpy()[::-1][:6], weights, atol=1e-14)


@pytest.mark.parametrize(("rule", "degree"), [(RULES[0], 9), (RULES[1], 17), (RULES[2], 35)])
def test_rules_are_exact_up_to_their_degree(rule: Rule, degree: int) -> None:
    def missed(power: int) -> float:
        return abs(float((rule.weights * rule.nodes**power).sum()) * (power + 1) - 1)

    assert max(missed(power) for power in range(degree + 1)) < 1e-13
    assert (missed(degree + 1) > 1e-13) == (degree < 35)  # what 23 points miss is less than rounding
    assert (rule.weights > 0).all()


def test_each_rule_holds_the_nodes_of_the_one_before() -> None:
    for narrow, wide in pairwise(RULES):
        assert torch.equal(wide.nodes[wide.old], narrow.nodes)
        assert sorted([*wide.old.tolist(), *wide.new.tolist()]) == list(range(len(wide)))
    assert all(rule.nodes[len(rule) // 2] == 0.5 for rule in RULES)


def test_roughness_is_what_the_middle_point_adds_of_a_quartic_and_nothing_of_a_parabola() -> None:
    nodes = 2 * RULES[0].nodes - 1
    cubic, quartic = (5 * nodes**3 - 3 * nodes) / 2, (35 * nodes**4 - 30 * nodes**2 + 3) / 8
    # Four points of five are exact for cubics: of the quartic, whose integral is zero, they make -8/27.
    assert (RULES[0].roughness @ quartic).tolist() == pytest.approx([0.0, 8 / 27])
    assert (RULES[0].roughness @ cubic).tolist() == pytest.approx([8 / 27, 0.0])
    for power in range(3):
        assert (RULES[0].roughness @ nodes**power).abs().max() < 1e-14
