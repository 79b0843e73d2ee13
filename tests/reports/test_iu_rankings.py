"""Rankings of words and their measures, against independent computations on made-up texts."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import chi2_contingency
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sklearn.metrics import average_precision_score

from medtext.explain.word_counts import log_odds
from medtext.plugin import Record, RecordError

FOLDER = Path(__file__).parents[2] / "reports" / "keywords"
MODULES = ("inventory", "relevance", "ranking_measures", "word_rivals", "own_rankings")
TEXTS = [
    ("Nodule in the lung. No effusion.", ("Nodule",)),
    ("Two nodules, no effusion.", ("Nodule",)),
    ("A nodule and an effusion.", ("Nodule", "Effusion")),
    ("Effusion, small.", ("Effusion",)),
    ("The lungs are clear. No nodules or effusions.", ()),
    ("The lungs are clear. No nodule, no effusion.", ()),
    ("The lung is clear.", None),
]


@pytest.fixture(scope="module")
def made() -> Iterator[SimpleNamespace]:
    """Return the modules of the report, by name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in MODULES})
    for name in MODULES:
        del sys.modules[name]


@pytest.fixture(scope="module")
def inventory(made):
    return made.inventory.Inventory.of([Record(id=t, text=t, labels=labels) for t, labels in TEXTS], 2)


def test_the_inventory_has_words_of_three_labelled_texts_and_no_stop_words(inventory) -> None:
    assert inventory.words == ("effusion", "nodule")  # "lungs" stand in two, "no" is a stop word
    assert inventory.labels == ("Effusion", "Nodule")
    assert inventory.counts.tolist() == [[1, 1], [1, 0], [1, 1], [1, 0], [0, 0], [1, 1]]
    assert inventory.affirmed.tolist() == [[0, 1], [0, 0], [1, 1], [1, 0], [0, 0], [0, 0]]


def test_a_reading_pools_stems_and_parts_what_is_denied(made, inventory) -> None:
    from dataclasses import replace

    given = replace(
        inventory,
        words=("nodule", "nodules", "rib"),
        counts=np.array([[1, 2, 0], [0, 1, 1]]),
        affirmed=np.array([[1, 0, 0], [0, 1, 1]]),
    )
    reading = made.inventory.Reading(assertions=True, stems=True)
    read = given.read(reading)
    assert read.words == ("nodul", "rib", "[no] nodul", "[no] rib")
    assert read.counts.tolist() == [[1, 0, 2, 0], [1, 1, 0, 0]]
    assert given.containing(reading).tolist() == [2, 1]
    assert given.columns(reading)[1].tolist() == [0, 0, 1]


def test_measures_are_those_of_scikit_learn_where_all_words_are_ranked(made) -> None:
    chance = np.random.default_rng(3)
    for _ in range(20):
        scores, right = chance.normal(size=30), chance.random(30) < 0.3
        right[0] = True
        found = made.ranking_measures.average_precision(scores, right)
        assert found == pytest.approx(average_precision_score(right, scores))
        first = np.argsort(-scores)[: right.sum()]
        assert made.ranking_measures.r_precision(scores, right) == pytest.approx(right[first].mean())


def test_words_that_are_not_ranked_gain_nothing(made) -> None:
    scores, right = np.array([2.0, 1.0, -np.inf]), np.array([False, True, True])
    assert made.ranking_measures.average_precision(scores, right) == pytest.approx(1 / 4)
    assert made.ranking_measures.r_precision(scores, right) == 0.5


def test_the_interval_of_a_difference_is_about_that_of_the_normal_distribution(made) -> None:
    ours, others = np.random.default_rng(5).normal([[0.6], [0.5]], 0.2, size=(2, 400))
    apart = ours - others
    found = made.ranking_measures.Difference.of(ours, others)
    half = 1.96 * apart.std() / np.sqrt(len(apart))
    assert (found.value, found.low, found.high) == pytest.approx(
        (apart.mean(), apart.mean() - half, apart.mean() + half), abs=half / 20
    )


def test_chi_square_is_that_of_scipy_with_the_sign_of_the_association(made, inventory) -> None:
    found = made.word_rivals.chi_square(inventory)
    for row, label in enumerate(inventory.truth.T):
        for column, word in enumerate(inventory.present.T):
            cells = [[(label & (word == has)).sum(), (~label & (word == has)).sum()] for has in (1, 0)]
            expected = chi2_contingency(cells, correction=False)
            more = cells[0][0] > expected.expected_freq[0][0]
            assert found[row, column] == pytest.approx(expected.statistic * (1 if more else -1))


def test_log_odds_are_those_of_the_engine(made, inventory) -> None:
    counts = inventory.counts
    for row, label in enumerate(inventory.truth.T):
        expected = log_odds(counts[label].sum(axis=0), counts[~label].sum(axis=0), 500)
        assert made.word_rivals.log_odds(inventory, 500.0)[row] == pytest.approx(expected)


def test_class_tfidf_is_what_its_paper_says(made, inventory) -> None:
    effusion, nodule, none = np.array([2, 1]), np.array([3, 2]), np.array([1, 1])
    mean, both = (effusion.sum() + nodule.sum() + none.sum()) / 3, effusion + nodule + none
    expected = np.stack([effusion, nodule]) * np.log(1 + mean / both)
    assert made.word_rivals.class_tfidf(inventory) == pytest.approx(expected)


def test_a_denied_row_is_no_row_of_its_word(made, inventory) -> None:
    places = made.own_rankings.Places.of(inventory, made.inventory.Reading(assertions=True, stems=True))
    rows = [("[no] nodules", "Nodule", 9), ("[normal] nodule", "Nodule", 9), ("[possible] nodules", "Nodule", 2)]
    scores = places.scores([*rows, ("small effusion", "Effusion", 3), ("lung", "Nodule", 4), ("nodule", "Other", 1)])
    assert scores.tolist() == [[3, -np.inf], [-np.inf, 2]]


def test_the_list_of_synonyms_is_of_words_that_can_be_right(made) -> None:
    synonyms = made.relevance.read_synonyms()
    assert len(synonyms) == 54
    for label, names in synonyms.items():
        words = [word for name in names for word in made.inventory.words_of(name)]
        assert not ENGLISH_STOP_WORDS.intersection(words), label
    with pytest.raises(RecordError, match="no synonyms of Elbow"):
        made.relevance.relevant(["Elbow"], ["elbow"], synonyms)
    assert made.relevance.relevant(["Nodule"], ["nodules", "rib"], {"Nodule": []}).tolist() == [[True, False]]
