"""Records of one patient are one cluster, and where patients are not known, those of one template."""

from __future__ import annotations

import pytest

from medtext.corpus.record import Record
from medtext.explain.clusters import Patients, cluster_of, template_of


def of(text: str = "", group: str | None = None, number: str = "1") -> str:
    return cluster_of(Record(id=number, text=text, group=group))


def test_a_group_is_a_cluster_whatever_its_texts_say() -> None:
    assert of("胃炎", "p1") == of("肠炎", "p1") != of("胃炎", "p2")
    assert of("胃炎", "p1") != of("胃炎")


def test_a_group_is_no_template_that_reads_like_it() -> None:
    assert of(group="胃炎") != of("胃炎")


@pytest.mark.parametrize(
    "text",
    [
        "息肉０．８ｃｍ，Ｈｐ（－）",
        "息肉 12 cm; hp(-)",
        "息肉1.2cm\nHP",
    ],
)
def test_width_case_blanks_signs_and_values_make_no_other_template(text: str) -> None:
    assert of(text) == of("息肉0.5cm，Hp(+)。")


@pytest.mark.parametrize("text", ["息肉cm，Hp(+)", "息肉0.5×0.6cm，Hp(+)", "息肉0.5mm，Hp(+)", "息肉一cm，Hp(+)"])
def test_another_wording_is_another_template(text: str) -> None:
    assert of(text) != of("息肉0.5cm，Hp(+)。")


def test_a_sign_of_numbers_in_a_text_is_no_number() -> None:
    assert template_of("a#b 1") == "ab#"


def test_records_without_a_template_are_not_one_cluster() -> None:
    assert of("", number="1") != of("", number="2")
    assert of("——", number="1") == of("——", number="2") != of("……")


def test_numbered_words_have_no_template() -> None:
    assert of("12 34 5") == of("12 34  5") != of("34 12 5")


def test_a_name_of_a_cluster_holds_no_text() -> None:
    assert "胃炎" not in of("胃炎")
    assert "p1" not in of(group="p1")


def test_patients_are_known_where_every_record_names_its_own() -> None:
    named, unnamed = of("胃炎", "p1"), of("胃炎")
    assert [Patients.of(names) for names in ([named], [named, unnamed], [unnamed], [])] == [
        Patients.KNOWN,
        Patients.PARTLY,
        Patients.UNKNOWN,
        Patients.UNKNOWN,
    ]


def test_what_is_not_known_of_patients_is_said() -> None:
    assert Patients.KNOWN.caveat == ""
    assert "partly known" in Patients.PARTLY.caveat
    assert "too narrow" in Patients.UNKNOWN.caveat
