"""The audit by stratum finds what goes with the label only because it goes with the site, and what turns."""

from __future__ import annotations

import json

import numpy as np
import pytest

from medtext.explain.association import associate
from medtext.explain.effects import TermEffects
from medtext.explain.inference import by_lower_bound
from medtext.explain.strata import FoundStrata, Stratum, Within
from medtext.explain.term_labels import TermLabels
from medtext.explain.use import FoundUse, Pair


@pytest.fixture(scope="module")
def audit() -> FoundStrata:
    """Audit two sites, of which A has the label far more often.

    The header stands in every text of A and in none of B; the author writes mostly at A, whatever the label; the cue
    goes with the label everywhere; the word that turns goes with it at A and against it at B.
    """
    chance = np.random.default_rng(4)
    effects, labels, strata = TermEffects(), TermLabels(), {}
    for at in range(4000):
        site = "A" if at % 2 else "B"
        has_it = bool(chance.random() < (0.8 if site == "A" else 0.2))
        shares = {
            "header": 1.0 if site == "A" else 0.0,
            "author": 0.8 if site == "A" else 0.2,
            "cue": 0.7 if has_it else 0.3,
            "turning": 0.7 if has_it == (site == "A") else 0.3,
            "idle": 0.5,
        }
        there = [term for term, much in shares.items() if chance.random() < much]
        signs = {"turning": 1 if site == "A" else -1, "idle": 0}
        scores = {term: signs.get(term, 1) + float(chance.normal(0, 0.3)) for term in there}
        part = strata.setdefault(site, Stratum(TermEffects()))
        part.records += 1
        for counted in (effects, part.effects):
            counted.add(f"{at}", "x", 4.0, scores)
        for counts in (labels, part.labels):
            counts.add(f"{at}", "x", has_it, there)
    use = FoundUse.of(by_lower_bound(effects.rows(seed=None)), associate(labels.pairs()))
    assert {row.effect.term: row.pair for row in use.rows}["author"] is Pair.BOTH
    return FoundStrata.of("site", dict(reversed(strata.items())), use.rows, effects.scale)


def test_what_goes_with_the_site_alone_does_not_hold_within(audit: FoundStrata) -> None:
    found = {row.within.term: row.says for row in audit.rows}
    assert found["header"] is Within.TOO_FEW
    assert found["author"] in {Within.GONE, Within.OPEN}
    assert found["cue"] is Within.HOLDS
    assert "idle" not in found
    assert next(row.within.term for row in audit.suspect) == "header"
    assert "cue" not in {row.within.term for row in audit.suspect}


def test_strata_that_disagree_in_sign_are_named_on_each_axis(audit: FoundStrata) -> None:
    row = next(row for row in audit.rows if row.within.term == "turning")
    assert row.says is Within.APART
    assert row.turned == {
        "use": {"A": "used for", "B": "used against"},
        "association": {"A": "associated", "B": "associated inversely"},
    }
    assert not any(row.turned for row in audit.rows if row.within.term != "turning")


def test_an_audit_says_what_it_rests_on(audit: FoundStrata) -> None:
    assert audit.notes()[0] == "Records by site: A 2000, B 2000."
    content = json.loads(json.dumps(audit.to_json()))
    assert content["field"] == "site"
    assert [row["term"] for row in content["rows"]] == [row.within.term for row in audit.rows]
