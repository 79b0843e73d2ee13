"""Measurements, grades and dates are one word each, and what only looks like one is none."""

from __future__ import annotations

from itertools import pairwise

import pytest

from medtext.corpus.fold import fold_width
from medtext.explain.measures import Measure, find_measures, grade_key, measure_of


def found(text: str, kind: Measure) -> list[str]:
    return [text[start:end] for start, end, each in find_measures(fold_width(text)) if each is kind]


@pytest.mark.parametrize(
    "word",
    [
        *("0.5*0.6cm", "0.4×0.3ｃｍ", "0.4*0.3*0.2", "1.5cm×0.9cm", "0.3-0.5*0.4cm", "2 x 3 cm", "5mm", "9CM", "5-8mm"),
        *("35～38cm", "13ml", "120/80mmHg", "37.5℃", "80次/分", "15%", "3.5厘米", "2小时", "1.2g/L", "4.5×10^9/L"),
        *("<5mm", "12.3‰", "40W", "0.6公分", "300μg/g"),
    ],
)
def test_a_measurement_is_one_word(word: str) -> None:
    assert found(f"胃窦见{word}，", Measure.MEASUREMENT) == [word]
    assert measure_of(word) is Measure.MEASUREMENT


@pytest.mark.parametrize(
    "word",
    [
        *("LA-B", "LA-B级", "ＬＡ－Ａ", "LA C级", "洛杉矶分级D级", "Forrest IIb", "Forrest Ⅰa级", "Borrmann III型"),
        *("山田II型", "0-IIa", "0-IIa+IIc型", "0-Is", "Isp型", "C-2", "O-1", "C2M3", "LST-NG", "JNET 2A型", "NICE2型"),
        *(
            "Siewert II型",
            "Mayo评分2分",
            "BBPS 2+3+3=8分",
            "波士顿评分8分",
            "OLGA III期",
            "Child-Pugh A级",
            "A1期",
            "II度",
        ),
        *("pT1bN0M0", "T2N1M0期", "NET G1", "Hp(+)", "Ｈｐ（＋）", "HP(-)", "Ki-67(5%+)", "CD34(-)", "HER2(2+)"),
        *("活动性(+)", "肠化(++)", "幽门螺杆菌(+)", "Hp+++"),
    ],
)
def test_a_grade_is_one_word(word: str) -> None:
    assert found(f"见，{word}，余", Measure.GRADE) == [word]
    assert measure_of(word) is Measure.GRADE


@pytest.mark.parametrize("word", ["2023-05-01", "２０２３－０５－０１", "2023年5月1日", "2023.5.1", "5月1日"])
def test_a_date_is_one_word(word: str) -> None:
    assert found(f"于{word}复查", Measure.DATE) == [word]
    assert measure_of(word) is Measure.DATE


@pytest.mark.parametrize(
    "text",
    [
        "见3枚息肉",
        "升3升结肠",
        "5克罗恩病",
        "胃炎",
        "CT3次",
        "T12椎体",
        "L5/S1",
        "Is there an ulcer",
        "2型糖尿病",
        "1、2、3",
        "A5m",
        "(见图)",
    ],
)
def test_what_only_looks_like_a_measure_is_none(text: str) -> None:
    assert find_measures(fold_width(text)) == []


def test_no_two_overlap_and_they_stand_in_order() -> None:
    text = fold_width("2023-05-01 0.5*0.6cm LA-B级 Ki-67(10%+) T1N0 3mm 2023年6月 Hp(-) 15% II度")
    spans = find_measures(text)
    assert [text[start:end] for start, end, _ in spans] == [
        *("2023-05-01", "0.5*0.6cm", "LA-B级", "Ki-67(10%+)", "T1N0", "3mm", "2023年6月", "Hp(-)", "15%", "II度"),
    ]
    assert all(before[1] <= behind[0] for before, behind in pairwise(spans))


def test_a_word_with_a_measure_in_it_is_of_no_class() -> None:
    assert measure_of("约5mm") is None
    assert measure_of("5mm,3mm") is None


def test_a_grade_in_other_spellings_is_the_same_and_another_grade_is_not() -> None:
    same = [
        ("LA-B", "LA-B级", "ＬＡ b级", "洛杉矶分级：B级"),
        ("II度", "Ⅱ度"),
        ("NICE分型2型", "NICE 2"),
        ("Hp(+)", "HP（＋）"),
    ]
    for spellings in same:
        assert len(set(map(grade_key, spellings))) == 1, spellings
    for others in (
        ("LA-A", "LA-B"),
        ("Hp(+)", "Hp(-)", "Hp(++)"),
        ("II度", "II期", "II型"),
        ("Forrest Ia", "Forrest IIa"),
    ):
        assert len(set(map(grade_key, others))) == len(others), others
