"""Scores are compared with marks as on paper."""

from __future__ import annotations

import re
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtext.corpus.record import Rationale, Record
from medtext.explain.agreement import MarkedWords, compare, marks_for, r_precision, random_average_precision
from medtext.explain.attribution import Attribution


def attribution(text: str, scores: list[float], *marks: Rationale, labels: tuple[str, ...] = ("x",)) -> Attribution:
    """Return scores for the label x, one a word or sign."""
    sites = np.array([match.span() for match in re.finditer(r"\w+|[^\w ]", text)], dtype=np.int64)
    return Attribution(
        record=Record(id="1", text=text, labels=labels, rationales=marks),
        label="x",
        probability=0.9,
        sites=sites.reshape(-1, 2),
        scores=np.array(scores, dtype=np.float64),
        margin=float(sum(scores)),
        gap=0.0,
        points=1,
        converged=True,
    )


def test_the_figures_of_one_text_are_those_on_paper() -> None:
    # In falling order: a, c, b, d, e; marked are b and c, as one stretch.
    found = compare(attribution("a b c d e", [3.0, 1.0, 2.0, 0.0, -1.0], Rationale(2, 5)), 0.5)
    assert found is not None
    assert found.marked == pytest.approx(2 / 5)
    assert found.auprc == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert found.auprc_random == pytest.approx(1 / 4 + 3 / 4 * (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 5)
    assert found.r_precision == pytest.approx(1 / 2)
    # From half of the highest share on: a and c.
    assert (found.token_precision, found.token_recall, found.token_f1) == pytest.approx((1 / 2, 1 / 2, 1 / 2))
    # Spans are a, and c, which is half of the stretch: one of two spans right, the one stretch found.
    assert found.iou_f1 == pytest.approx(2 * (1 / 2) * 1 / (1 / 2 + 1))


def test_a_lower_threshold_joins_words_to_the_stretch_that_was_marked() -> None:
    made = attribution("a b c d e", [0.0, 1.0, 2.0, 0.0, -1.0], Rationale(2, 5))
    low, high = compare(made, 0.5), compare(made, 1.0)
    assert low is not None
    assert high is not None
    assert (low.iou_f1, low.token_f1, low.auprc) == (1.0, 1.0, 1.0)
    assert (high.iou_f1, high.token_precision, high.token_recall) == (1.0, 1.0, 0.5)
    assert high.auprc == 1.0  # which no threshold changes


def test_a_span_that_only_touches_a_stretch_is_wrong() -> None:
    found = compare(attribution("a b c d e", [2.0, 2.0, 2.0, 0.0, 0.0], Rationale(4, 7)), 0.5)
    assert found is not None
    assert found.iou_f1 == 0.0  # one word of four
    assert found.token_f1 == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))


def test_two_spans_in_one_stretch_find_it_once() -> None:
    scores = [2.0, 2.0, 0.0, 2.0, 2.0, 0.0, 0.0]
    found = compare(attribution("a b , c d e f", scores, Rationale(0, 9), Rationale(10, 11)), 0.5)
    assert found is not None
    assert found.iou_f1 == pytest.approx(2 * 1 * (1 / 2) / (1 + 1 / 2))


def test_evidence_against_a_label_ranks_last() -> None:
    found = compare(attribution("a b c", [-9.0, 0.0, 1.0], Rationale(0, 1)), 0.0)
    assert found is not None
    assert found.auprc == pytest.approx(1 / 3)
    assert (found.r_precision, found.token_recall, found.iou_f1) == (0.0, 0.0, 0.0)


def test_scores_that_are_all_the_same_reach_the_share_that_is_marked() -> None:
    found = compare(attribution("a b c d", [1.0] * 4, Rationale(4, 5)), 0.5)
    assert found is not None
    assert found.auprc == found.r_precision == found.marked == 0.25


def test_scores_without_evidence_pick_nothing() -> None:
    found = compare(attribution("a b", [0.01, 0.02], Rationale(2, 3)), 0.0)
    assert found is not None
    assert (found.auprc, found.token_f1, found.iou_f1) == (1.0, 0.0, 0.0)


def test_punctuation_counts_on_neither_side() -> None:
    with_signs = compare(attribution("a , b ; c", [1.0, 9.0, 3.0, 9.0, 0.0], Rationale(2, 7)), 0.2)
    without = compare(attribution("a b c", [1.0, 3.0, 0.0], Rationale(2, 3)), 0.2)
    assert with_signs is not None
    assert without is not None
    assert (with_signs.marked, with_signs.auprc, with_signs.r_precision) == (1 / 3, 1.0, 1.0)
    assert (without.marked, without.auprc, without.r_precision) == (1 / 3, 1.0, 1.0)


@pytest.mark.parametrize(
    ("marks", "marked"),
    [
        ([(0, 2)], [True, False]),
        ([(0, 1)], [False, False]),
        ([(0, 1), (3, 4)], [True, False]),
        ([(0, 1), (0, 1)], [False, False]),
        ([(2, 7)], [True, True]),
        ([(4, 5)], [False, False]),
    ],
)
def test_a_word_is_marked_when_half_of_its_characters_are(marks: list[tuple[int, int]], marked: list[bool]) -> None:
    made = attribution("abcd efgh", [1.0, 2.0], *(Rationale(*mark) for mark in marks))
    assert MarkedWords.of(made).marked.tolist() == marked


@pytest.mark.parametrize("marks", [(), ((0, 3),), ((3, 4),)], ids=["none", "every word", "a sign only"])
def test_a_text_whose_words_are_all_alike_is_not_compared(marks: tuple[tuple[int, int], ...]) -> None:
    assert compare(attribution("a b.", [1.0, 2.0, 3.0], *(Rationale(*mark) for mark in marks)), 0.5) is None


def test_a_text_without_words_is_not_compared() -> None:
    assert compare(attribution("...", [1.0, 2.0, 3.0], Rationale(0, 3)), 0.5) is None


def test_marks_speak_for_their_label_or_for_those_of_the_record() -> None:
    marks = (Rationale(0, 1, "x"), Rationale(0, 1), Rationale(1, 2, "y"), Rationale(2, 3))
    record = Record(id="1", text="abc", labels=("x",), rationales=marks)
    assert marks_for(record, "x") == [Rationale(0, 1, "x"), Rationale(2, 3, "x")]
    assert marks_for(record, "y") == [Rationale(1, 2, "y")]
    assert marks_for(Record(id="1", text="abc", labels=("x",)), "x") == []


@pytest.mark.parametrize(("marked", "words"), [(1, 1), (1, 4), (2, 5), (4, 6), (6, 6)])
def test_the_random_figure_is_the_mean_over_all_orders(marked: int, words: int) -> None:
    def precision(order: tuple[int, ...]) -> float:
        places = sorted(order.index(word) + 1 for word in range(marked))
        return sum(number / place for number, place in enumerate(places, start=1)) / marked

    mean = np.mean([precision(order) for order in permutations(range(words))])
    assert random_average_precision(marked, words) == pytest.approx(mean)


SCORED = st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=2, max_size=5).filter(
    lambda pairs: 0 < sum(marked for _, marked in pairs) < len(pairs)
)


@settings(max_examples=40)
@given(SCORED)
def test_ties_count_as_the_mean_over_their_orders(pairs: list[tuple[int, bool]]) -> None:
    count = sum(marked for _, marked in pairs)
    drawn = [
        sum(marked for _, marked in sorted(order, key=lambda pair: -pair[0])[:count]) / count
        for order in permutations(pairs)
    ]
    scores, marked = zip(*pairs, strict=True)
    assert r_precision(np.array(scores, dtype=float), np.array(marked)) == pytest.approx(np.mean(drawn))


@settings(max_examples=40)
@given(SCORED)
def test_only_the_order_of_scores_counts_for_the_area(pairs: list[tuple[int, bool]]) -> None:
    text = " ".join("w" for _ in pairs)
    marks = [Rationale(2 * at, 2 * at + 1) for at, (_, marked) in enumerate(pairs) if marked]
    plain = compare(attribution(text, [float(score) for score, _ in pairs], *marks), 0.5)
    bent = compare(attribution(text, [float(score) ** 3 + 7 for score, _ in pairs], *marks), 0.5)
    assert plain is not None
    assert bent is not None
    assert (plain.auprc, plain.r_precision, plain.marked) == (bent.auprc, bent.r_precision, bent.marked)
