"""Every record keeps to the rules, whichever plugin read it."""

from pathlib import Path

import pytest

from medtext.corpus.check import MAX_CHARACTERS, checked, text_fault
from medtext.corpus.record import Rationale, Record, Task
from medtext.errors import RecordError


def record(**fields: object) -> Record:
    """Return a record that is all right but for what is given."""
    return Record(**{"id": "1", "text": "胃炎", "labels": ("胃",), "place": "a.tsv:7", **fields})


def fault(*records: Record, task: Task | None = Task.CLASSIFY) -> str:
    """Return the line that checking ends with."""
    with pytest.raises(RecordError) as caught:
        list(checked(records, task))
    return str(caught.value)


@pytest.mark.parametrize("text", ["胃炎", "a\tb\nc\r\n", "İ 🩺", "\u200b", "ａ　", "<script>", "x" * MAX_CHARACTERS])
def test_a_text_that_can_be_read_has_no_fault(text: str) -> None:
    assert text_fault(text) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the text is empty: remove the record or fill it in"),
        (" \u3000\n", "the text is empty: remove the record or fill it in"),
        ("a\x00", "the text holds the control character U+0000: remove it"),
        ("a\x1b[31m", "the text holds the control character U+001B: remove it"),
        ("a\x85", "the text holds the control character U+0085: remove it"),
        ("a\udc80", "the text holds half a character (surrogate U+DC80): save the source as UTF-8 again"),
        (
            "x" * (MAX_CHARACTERS + 1),
            "the text has 100,001 characters (at most 100,000): look for a missing line break or quote, "
            "or cut it into records",
        ),
    ],
)
def test_a_fault_says_what_was_found_and_what_to_do(text: str, says: str) -> None:
    assert text_fault(text) == says
    assert (
        fault(record(text=text)).removesuffix(", or read such characters as blanks by -o clean=yes")
        == f"a.tsv:7: {says}"
    )


def test_good_records_pass_in_order() -> None:
    records = [record(id="1"), record(id="2", labels=None), record(id="3", labels=("肠",))]
    assert list(checked(records, Task.CLASSIFY)) == records


def test_records_pass_one_at_a_time() -> None:
    passing = checked(iter([record(), record(text="")]), Task.CLASSIFY)
    assert next(passing) == record()
    with pytest.raises(RecordError):
        next(passing)


@pytest.mark.parametrize("text", ["", " "])
def test_a_record_needs_a_text_or_an_image(text: str) -> None:
    pictured = record(text=text, images=(Path("a.png"),))
    assert list(checked([pictured], Task.CLASSIFY)) == [pictured]
    assert "the text is empty" in fault(record(text=text))


def test_a_text_beside_images_is_checked_too() -> None:
    assert "U+0000" in fault(record(text="a\x00", images=(Path("a.png"),)))


def test_an_id_that_stands_twice_names_both_places() -> None:
    assert fault(record(), record(place="a.tsv:9")) == "a.tsv:9: id '1' stands at a.tsv:7 already: ids must differ"


def test_a_record_without_a_place_is_named_by_its_id() -> None:
    assert fault(record(place="", text="")).startswith("record 1: the text is empty")


@pytest.mark.parametrize(("labels", "found"), [((), "0 labels (none)"), (("胃", "肠"), "2 labels (胃, 肠)")])
def test_one_label_is_expected_to_classify(labels: tuple[str, ...], found: str) -> None:
    says = f"a.tsv:7: {found} where exactly one is expected: keep one, or train with --task tag"
    assert fault(record(labels=labels)) == says
    for task in (Task.TAG, Task.GENERATE, None):
        assert list(checked([record(labels=labels)], task)) == [record(labels=labels)]


def test_a_label_that_is_given_twice_counts_once() -> None:
    (found,) = checked([record(labels=("b", "a", "b"))], Task.TAG)
    assert found.labels == ("b", "a")


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("", "a label is empty"),
        (" ", "the label is empty"),
        ("a\x1b", "the label holds the control character U+001B"),
        ("\ud800", "the label holds half a character"),
    ],
)
def test_a_label_that_cannot_be_read_is_refused(label: str, says: str) -> None:
    assert fault(record(labels=("a", label)), task=Task.TAG).startswith(f"a.tsv:7: {says}")


@pytest.mark.parametrize(("field", "name"), [("target", "target"), ("id", "id")])
def test_what_is_written_to_a_run_can_be_written(field: str, name: str) -> None:
    assert f"the {name} holds half a character" in fault(record(**{field: "\udc80"}))
    assert f"the {name} holds the control character" in fault(record(**{field: "a\x00"}))


@pytest.mark.parametrize("target", [None, "", "两肺清晰。"])
def test_a_target_may_be_missing_or_empty(target: str | None) -> None:
    assert list(checked([record(target=target)], Task.GENERATE)) == [record(target=target)]


def test_marked_evidence_lies_inside_the_text() -> None:
    marked = record(rationales=(Rationale(0, 2),))
    assert list(checked([marked], Task.CLASSIFY)) == [marked]
    for start, end in ((0, 3), (1, 1), (-1, 1)):
        assert fault(record(rationales=(Rationale(start, end),))) == (
            f"a.tsv:7: the evidence marked at {start} to {end} lies outside the text of 2 characters: "
            "correct its offsets"
        )
