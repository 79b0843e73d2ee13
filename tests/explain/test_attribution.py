"""Tokens to words, shares, spans: nothing lost, nothing invented."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medtext.corpus.record import Record
from medtext.explain.attribution import Attribution
from medtext.explain.spans import Span, find_spans
from medtext.explain.words import jieba_cutter


def attribution(text: str, scores: list[float], *, gap: float = 0.0, label: str = "x", **changes: bool) -> Attribution:
    places = np.arange(len(text))
    made = Attribution(
        record=Record(id="1", text=text),
        label=label,
        probability=0.9,
        sites=np.stack([places, places + 1], axis=1),
        scores=np.array(scores, dtype=np.float64),
        margin=float(sum(scores)) - gap,
        gap=gap,
        points=16,
        converged=True,
    )
    return replace(made, **changes)


def texts(spans: list[Span]) -> list[str]:
    return [span.text for span in spans]


def test_words_sum_their_tokens_and_lose_nothing() -> None:
    text = "慢性非萎缩性胃炎，伴糜烂"
    scores = np.random.default_rng(1).normal(size=len(text)).tolist()
    tokens = attribution(text, scores)
    words = tokens.merged(jieba_cutter()(tokens.record.text))
    assert [unit.text for unit in words.units] == ["慢性", "非", "萎缩性", "胃炎", "，", "伴", "糜烂"]
    assert words.scores.sum() == pytest.approx(tokens.scores.sum(), abs=1e-9)
    assert words.scores[0] == pytest.approx(scores[0] + scores[1], abs=1e-9)


def test_a_token_that_straddles_words_is_split_by_its_characters() -> None:
    whole = attribution("abcd", [0.0] * 4)
    straddling = replace(whole, sites=np.array([[0, 3], [3, 4]]), scores=np.array([3.0, 1.0]))
    words = straddling.merged([(0, 2), (2, 4)])
    assert words.scores.tolist() == pytest.approx([2.0, 2.0])


def test_words_that_leave_out_blanks_still_sum_to_the_whole() -> None:
    tokens = attribution(" ab cd ", [0.5, 1.0, 1.0, 0.25, 2.0, 2.0, 0.125])
    words = tokens.merged([(1, 3), (4, 6)])
    assert words.scores.sum() == pytest.approx(tokens.scores.sum())


def test_overlapping_tokens_sum() -> None:
    grams = replace(
        attribution("abc", [0.0] * 3), sites=np.array([[0, 2], [1, 3], [0, 3]]), scores=np.array([2.0, 4.0, 3.0])
    )
    assert grams.merged([(0, 1), (1, 2), (2, 3)]).scores.tolist() == pytest.approx([2.0, 4.0, 3.0])


def test_shares_run_from_nothing_to_the_highest() -> None:
    assert attribution("abc", [2.0, -1.0, 0.5]).shares().tolist() == [1.0, 0.0, 0.25]


@pytest.mark.parametrize(
    ("scores", "gap"),
    [([0.01, 0.02, 0.0], 0.0), ([-1.0, -2.0, 0.0], 0.0), ([0.5, 0.2, 0.1], 0.6), ([], 0.0)],
    ids=["under the floor", "all against", "under its own error", "empty"],
)
def test_a_text_without_evidence_has_no_shares_and_no_spans(scores: list[float], gap: float) -> None:
    made = attribution("abc"[: len(scores)], scores, gap=gap)
    assert not made.has_evidence
    assert not made.shares().any()
    assert find_spans(made, 0.0) == []


def test_magnitudes_are_scaled_from_lowest_to_highest_and_flat_ones_say_nothing() -> None:
    assert attribution("abc", [1.0, 3.0, 2.0], magnitude=True).shares().tolist() == [0.0, 1.0, 0.5]
    flat = attribution("abc", [1.0, 1.0, 1.0], magnitude=True)
    assert find_spans(flat, 0.2) == []


def test_spans_join_neighbours_keep_the_last_word_and_never_cross_punctuation() -> None:
    text = "胃炎，肠炎"
    spans = find_spans(attribution(text, [1.0, 1.0, 1.0, 1.0, 1.0]), 0.2)
    assert texts(spans) == ["胃炎", "肠炎"]
    assert spans[1].score == 2.0
    assert (spans[1].start, spans[1].end) == (3, 5)


def test_a_blank_is_bridged_and_a_line_break_is_not() -> None:
    spans = find_spans(attribution("a b\nc", [1.0, 0.0, 1.0, 0.0, 1.0]), 0.5)
    assert texts(spans) == ["a b", "c"]
    without_blanks = replace(
        attribution("a b\nc", [0.0] * 5), sites=np.array([[0, 1], [2, 3], [4, 5]]), scores=np.ones(3)
    )
    assert texts(find_spans(without_blanks, 0.5)) == ["a b", "c"]


def test_a_text_that_was_cut_out_between_tokens_ends_a_span() -> None:
    made = replace(attribution("a,b", [0.0] * 3), sites=np.array([[0, 1], [2, 3]]), scores=np.ones(2))
    assert texts(find_spans(made, 0.5)) == ["a", "b"]


def test_threshold_is_inclusive_and_zero_takes_only_what_speaks_for_the_label() -> None:
    made = attribution("abcd", [1.0, 0.2, 0.1, -1.0])
    assert texts(find_spans(made, 0.2)) == ["ab"]
    assert texts(find_spans(made, 0.0)) == ["abc"]
    assert texts(find_spans(made, 1.0)) == ["a"]


def test_pick_highest_keeps_only_the_span_with_the_highest_unit() -> None:
    made = attribution("ab,cde", [1.0, 1.0, 0.0, 0.8, 1.5, 0.8])
    assert texts(find_spans(made, 0.2)) == ["ab", "cde"]
    assert texts(find_spans(made, 0.2, pick="highest")) == ["cde"]


def test_a_user_dictionary_joins_words(tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "terms.txt"
    file.write_text("非萎缩性胃炎 1000 n\n", encoding="utf-8")
    text = "慢性非萎缩性胃炎"
    assert [text[start:end] for start, end in jieba_cutter(file)(text)] == ["慢性", "非萎缩性胃炎"]


def test_a_text_whose_highest_score_is_low_for_its_run_has_no_evidence() -> None:
    noise = replace(attribution("abc", [0.3, 0.2, -0.4]), least=1.0)
    assert not noise.has_evidence
    assert find_spans(noise, 0.2) == []
    assert replace(noise, least=0.0).has_evidence
    assert replace(attribution("abc", [1.2, -1.0, -0.9]), least=1.0).has_evidence


def test_punctuation_is_no_evidence_and_measures_no_word() -> None:
    signs = attribution("a，b", [0.05, 3.0, -0.2])
    assert not signs.has_evidence
    assert find_spans(signs, 0.2) == []
    beside = attribution("a，b", [1.0, 3.0, 0.5])
    assert beside.highest == 1.0
    assert beside.shares().tolist() == [1.0, 1.0, 0.5]
    assert texts(find_spans(beside, 0.5)) == ["a", "b"]
    assert not attribution("，。", [2.0, 3.0]).has_evidence
