"""What was discovered is tried on clusters that discovery never saw, in the same direction and by the same delta."""

from __future__ import annotations

import numpy as np
import pytest

from medtext.explain.confirmation import Outcome, confirm, holm
from medtext.explain.effects import TermEffects
from medtext.explain.verdicts import Verdict


def table_of(names: str, effects: dict[str, float], *, margin: float = 4.0, clusters: int = 40) -> TermEffects:
    """Return a table whose terms have these effects, spread by half a logit over clusters."""
    chance = np.random.default_rng(sum(map(ord, names)))
    table = TermEffects()
    for number in range(clusters):
        scores = {term: effect + float(chance.normal(0, 0.5)) for term, effect in effects.items()}
        table.add(f"{names}{number}", "x", margin, scores)
    return table


DISCOVERY = table_of("val", {"胃": 1.0, "肠": -1.0, "肝": 1.0, "肺": 0.0, "脾": 1.0})


def test_only_what_was_discovered_is_tried_and_it_must_point_the_same_way() -> None:
    other = table_of("test", {"胃": 0.9, "肠": -0.8, "肝": -2.0, "肺": 5.0})
    found = confirm(DISCOVERY, other)
    outcomes = {term.term: (term.verdict, term.outcome) for term in found.terms}
    assert outcomes == {
        "胃": (Verdict.FOR, Outcome.CONFIRMED),
        "肠": (Verdict.AGAINST, Outcome.CONFIRMED),
        "肝": (Verdict.FOR, Outcome.FAILED),
        "脾": (Verdict.FOR, Outcome.TOO_FEW),
    }
    assert [found.count(outcome) for outcome in Outcome] == [2, 1, 1]


def test_the_ratio_is_the_effect_here_by_the_effect_there() -> None:
    (first, *_) = [term for term in confirm(DISCOVERY, table_of("test", {"肠": -0.5})).terms if term.term == "肠"]
    assert first.theta is not None
    assert first.ratio == pytest.approx(first.theta / first.discovered)
    assert first.ratio == pytest.approx(0.5, abs=0.2)


def test_a_term_that_is_not_there_counts_as_tried() -> None:
    found = confirm(DISCOVERY, table_of("test", {"胃": 1.0}))
    absent = next(term for term in found.terms if term.term == "脾")
    assert (absent.records, absent.clusters, absent.theta, absent.ratio, absent.p, absent.p_holm) == (0, 0, *[None] * 4)
    there = next(term for term in found.terms if term.term == "胃")
    assert there.p_holm == pytest.approx(4 * (there.p or 0))


def test_delta_is_that_of_the_discovery() -> None:
    other = table_of("test", {"胃": 1.0}, margin=400.0)
    found = confirm(DISCOVERY, other)
    assert found.delta == pytest.approx(0.2)
    assert other.scale.delta == pytest.approx(20)
    assert found.count(Outcome.CONFIRMED) == 1


def test_clusters_that_discovery_saw_confirm_nothing() -> None:
    other = table_of("test", {"胃": 0.0}).merge(table_of("val", {"胃": 9.0}))
    found = confirm(DISCOVERY, other)
    tried = next(term for term in found.terms if term.term == "胃")
    assert found.seen == 40
    assert (tried.clusters, tried.outcome) == (40, Outcome.FAILED)
    assert confirm(DISCOVERY, DISCOVERY).count(Outcome.TOO_FEW) == 4


def test_tables_of_other_runs_do_not_confirm_each_other() -> None:
    with pytest.raises(ValueError, match="different runs or settings"):
        confirm(DISCOVERY, TermEffects(run="other"))


def test_where_nothing_was_discovered_nothing_is_tried() -> None:
    assert confirm(TermEffects(), DISCOVERY).terms == ()


def test_holm_keeps_the_order_of_p_values_and_stays_under_one() -> None:
    assert holm([0.5, 0.001, 0.6, 0.01]) == [1.0, 0.004, 1.0, 0.03]
    assert holm([]) == []
