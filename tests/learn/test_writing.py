"""Writers measured: what hangs on what was read, and by how much one is over another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medtext.corpus.record import Record
from medtext.learn.overlap import Overlap
from medtext.learn.predict import Prediction
from medtext.learn.writing import FINDINGS, Writing

TEXTS = (
    "There is a small left pleural effusion in the chest.",
    "There is a large right nodule in the upper lobe.",
    "The heart is enlarged and there is no pneumothorax at all.",
    "The lungs are clear and the heart is normal in size.",
)


def writing(written: list[str], count: int) -> Writing:
    return Writing(
        [
            Prediction(Record(id=str(number), target=TEXTS[number % len(TEXTS)]), text=written[number % len(written)])
            for number in range(count)
        ]
    )


def test_writing_only_where_the_search_agrees_has_its_risk() -> None:
    assert writing(list(TEXTS), 4).coverage() is None
    # The third states an effusion too many, the fourth, unfinished, an opacity.
    texts = [TEXTS[0], "A mass on the right.", f"{TEXTS[2]} Left effusion.", "An opacity"]
    sure = (0.6, 0.9, 0.7, None)
    predictions = [
        replace(each, confidence=agreed) for each, agreed in zip(writing(texts, 4).predictions, sure, strict=True)
    ]
    found = Writing(predictions).coverage()
    assert found is not None
    assert found.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)
    assert (found.risks[-1], found.cutoffs[0], found.cutoffs[-1]) == (pytest.approx(0.5), 0.9, 0.0)


def test_the_cutoff_that_is_named_is_one_that_can_be_typed() -> None:
    sure = (0.876, 0.8769, 0.5, 0.8)
    predictions = [
        replace(each, confidence=agreed) for each, agreed in zip(writing(list(TEXTS), 4).predictions, sure, strict=True)
    ]
    assert Writing(predictions).surest_half() == {"cutoff": 0.83, "share": 0.5, "wrong": 0.0}
    # Where most texts were not finished no cutoff keeps half of them.
    unsure = [replace(each, confidence=None) for each in predictions[:3]]
    assert Writing([*unsure, predictions[3]]).surest_half() is None


def test_texts_that_hang_on_their_record_lose_all_that_when_they_are_dealt_out() -> None:
    found = writing(list(TEXTS), 40).reliance()
    assert found["bleu_4"]["value"] == pytest.approx(1.0)
    assert found[FINDINGS]["value"] == pytest.approx(1.0)
    for figures in found.values():
        assert figures["drop"] == pytest.approx(figures["value"] - figures["shuffled"])
        assert figures["drop"] > 0.4
        assert figures["p"] == pytest.approx(1 / 1001)


def test_one_text_for_all_hangs_on_nothing() -> None:
    for figures in writing([TEXTS[0]], 40).reliance().values():
        assert figures["drop"] == pytest.approx(0.0, abs=1e-9)
        assert figures["p"] == 1.0


def test_bleu_of_a_deal_is_that_of_the_texts_it_deals() -> None:
    made = writing([*TEXTS[1:], "The the the the heart is is clear."], 8)
    order = np.random.default_rng(1).permutation(8)
    dealt = Overlap.of([made.written[row] for row in order], made.references)
    assert made._dealt_bleu()(order) == pytest.approx(dealt.figures()["bleu_4"], abs=1e-9)
    same = np.arange(8)
    assert made._dealt_bleu()(same) == pytest.approx(made.overlap.figures()["bleu_4"], abs=1e-9)


def test_differences_are_paired_and_have_intervals() -> None:
    good, constant = writing(list(TEXTS), 40), writing([TEXTS[0]], 40)
    found = good.over(constant)
    assert found["bleu_4"].value == pytest.approx(1.0 - constant.overlap.figures()["bleu_4"])
    assert found["bleu_4"].low > 0
    same = good.over(writing(list(TEXTS), 40))
    assert all((each.value, each.low, each.high) == (0.0, 0.0, 0.0) for each in same.values())
    grouped = Writing([Prediction(Record(id=str(n), group="g", target=TEXTS[n]), text="x") for n in range(4)])
    assert grouped.over(grouped) == {}  # of one patient nothing is known about others


def test_records_are_parted_by_what_their_own_text_states() -> None:
    parts = writing(list(TEXTS), 8).by_kind()
    assert {name: part["records"] for name, part in parts.items()} == {"normal": 2, "abnormal": 6}
    whole = writing(list(TEXTS), 8).figures()
    # What is common in all reports weighs little, whichever part it is in.
    assert (2 * parts["normal"]["cider"] + 6 * parts["abnormal"]["cider"]) / 8 == pytest.approx(whole["cider"])
