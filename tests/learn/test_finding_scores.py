"""Written reports are scored by the findings they state, not by their words."""

from __future__ import annotations

import numpy as np
import pytest

from medtext.learn.finding_scores import VIEWS, FindingScores
from medtext.learn.metrics import label_scores

REFERENCES = (
    "Small left effusion. No pneumothorax. Cardiomegaly.",
    "No effusion. Possible pneumonia.",
    "Right pneumothorax. Nodule in the right base, unchanged.",
    "Hiatal hernia. Left rib fracture.",
)
WRITTEN = (
    "Small right effusion. No pneumothorax.",  # a wrong side, cardiomegaly left out
    "Left effusion. Pneumonia. Unchanged.",  # a flip; pneumonia is no longer possible
    "No pneumothorax. Possible nodule in the right base.",  # a flip that misses what is critical, a hedged nodule
    "",
)


def scores() -> FindingScores:
    """Score the texts above."""
    return FindingScores.of(WRITTEN, REFERENCES)


def test_uncertain_findings_count_as_present_in_the_main_figures_only() -> None:
    figures = scores().figures()
    # Stated: effusion, effusion, pneumonia, nodule; to be stated: effusion, cardiomegaly, pneumonia, pneumothorax,
    # nodule, hernia, fracture.
    assert figures["present_micro_precision"] == pytest.approx(3 / 4)
    assert figures["present_micro_recall"] == pytest.approx(3 / 7)
    assert figures["present_micro_f1"] == pytest.approx(6 / 11)
    # Surely: effusion, effusion, pneumonia; and effusion, cardiomegaly, pneumothorax, nodule, hernia, fracture.
    assert figures["certain_micro_precision"] == pytest.approx(1 / 3)
    assert figures["certain_micro_recall"] == pytest.approx(1 / 6)


def test_denials_have_figures_of_their_own() -> None:
    figures = scores().figures()
    # Denied: pneumothorax twice; to be denied: pneumothorax, effusion.
    assert figures["absent_micro_precision"] == pytest.approx(1 / 2)
    assert figures["absent_micro_recall"] == pytest.approx(1 / 2)
    assert figures["absent_macro_recall"] == pytest.approx((1 + 0) / 2)


def test_macro_figures_are_those_of_the_labels_that_occur() -> None:
    found = scores()
    for view in VIEWS:
        gold, given = found.references[view].astype(np.int64), found.written[view].astype(np.int64)
        expected = label_scores(gold, given, found.names)
        figures = found.figures()
        for name in ("precision", "recall", "f1"):
            assert figures[f"{view}_macro_{name}"] == pytest.approx(expected[f"macro_{name}"])
    assert found.by_finding()["pleural effusion"] == pytest.approx(
        {"precision": 1 / 2, "recall": 1, "f1": 2 / 3, "support": 1}
    )


def test_flips_are_counted_of_what_both_state() -> None:
    figures = scores().figures()
    assert figures["flips"] == 2
    assert figures["flip_rate"] == pytest.approx(2 / 4)  # effusion, pneumothorax, effusion, pneumothorax


def test_wrong_sides_are_counted_of_what_is_present_with_a_side_in_both() -> None:
    figures = scores().figures()
    assert (figures["side_errors"], figures["side_error_rate"]) == (1, 1)
    same = FindingScores.of(["Bilateral effusions, left nodule."], ["Left effusion, left nodule."]).figures()
    assert (same["side_errors"], same["side_error_rate"]) == (0, 0)


def test_critical_findings_are_missed_where_they_are_left_out_or_denied() -> None:
    figures = scores().figures()
    # Effusion, pneumothorax, nodule (hedged, so not missed), fracture; cardiomegaly and hernia are not critical.
    assert figures["missed_critical_rate"] == pytest.approx(2 / 4)
    assert figures["missed_critical_texts"] == pytest.approx(2 / 3)


def test_rates_of_nothing_are_none_where_nothing_could_be_flipped_or_missed() -> None:
    figures = FindingScores.of(["Normal heart."], ["Clear lungs."]).figures()
    assert (figures["flips"], figures["side_errors"]) == (0, 0)
    names = ("flip_rate", "side_error_rate", "missed_critical_rate", "missed_critical_texts")
    assert [figures[name] for name in names] == [None] * 4


def test_older_studies_are_counted_in_both() -> None:
    figures = scores().figures()
    assert (figures["prior"], figures["reference_prior"]) == (1 / 4, 1 / 4)


def test_a_report_that_equals_its_reference_has_no_fault() -> None:
    figures = FindingScores.of(REFERENCES, REFERENCES).figures()
    assert {value for name, value in figures.items() if name.endswith(("precision", "recall", "f1"))} == {1.0}
    assert [figures[name] for name in ("flips", "side_errors", "missed_critical_rate", "missed_critical_texts")] == [
        *[0, 0, 0, 0]
    ]


def test_a_constant_report_denies_what_is_there() -> None:
    normal = "Heart size is normal. Lungs are clear. No effusion or pneumothorax."
    figures = FindingScores.of([normal] * 3, REFERENCES[:3]).figures()
    assert figures["present_micro_f1"] == 0
    assert figures["missed_critical_rate"] == 1
    assert figures["flips"] == 4  # effusion, cardiomegaly, pneumothorax, nodule


def test_rows_are_measured_as_if_they_were_all() -> None:
    rows = np.array([0, 2, 2, 1])
    chosen = scores().figures(rows)
    alone = FindingScores.of([WRITTEN[row] for row in rows], [REFERENCES[row] for row in rows]).figures()
    # Macro means are over the findings that all references state.
    assert {name: value for name, value in chosen.items() if "macro" not in name} == pytest.approx(
        {name: value for name, value in alone.items() if "macro" not in name}
    )
    everything = np.arange(len(WRITTEN))
    assert scores().agreement(everything) == pytest.approx(scores().agreement())


def test_nothing_stated_is_nothing_scored() -> None:
    figures = FindingScores.of([""], [""]).figures()
    assert set(figures.values()) == {0.0, None}


def test_texts_and_references_are_equally_many_and_some() -> None:
    with pytest.raises(ValueError, match="no text to score"):
        FindingScores.of([], [])
    with pytest.raises(ValueError, match="shorter"):
        FindingScores.of(["Clear.", "Clear."], ["Clear."])
