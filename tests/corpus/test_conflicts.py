"""The same text under different labels is found, however it is typed."""

from medtext.corpus.conflicts import conflicts, describe_conflicts
from medtext.corpus.record import Record


def record(line: int, text: str, *labels: str, known: bool = True) -> Record:
    """Return a record of line ``line``."""
    return Record(id=str(line), text=text, labels=labels if known else None, place=f"a.csv:{line}")


def test_texts_are_compared_without_width_and_blanks() -> None:
    found = conflicts([record(2, "胃镜 ３ｃｍ", "胃"), record(3, "肠", "肠"), record(4, "胃镜3cm", "肠")])
    assert describe_conflicts(found) == "1 text stands under different labels: a.csv:2 (胃) and a.csv:4 (肠)"


def test_labels_are_compared_as_sets() -> None:
    assert conflicts([record(2, "a", "x", "y"), record(3, "a", "y", "x"), record(4, "a", known=False)]) == []
    found = conflicts([record(2, "a", "x", "y"), record(3, "a"), record(4, "a", "x")])
    assert list(map(str, found)) == ["a.csv:2 (x, y) and a.csv:3 (no label) and a.csv:4 (x)"]


def test_records_without_a_text_are_no_conflict() -> None:
    assert conflicts([record(2, "", "x"), record(3, "", "y")]) == []


def test_the_first_few_are_shown_and_all_counted() -> None:
    records = [record(10 * number + side, f"text {number}", str(side)) for number in range(7) for side in range(2)]
    line = describe_conflicts(conflicts(iter(records)))
    assert line.startswith("7 texts stand under different labels: a.csv:0 (0) and a.csv:1 (1); a.csv:10 (0) and")
    assert line.endswith("a.csv:40 (0) and a.csv:41 (1); ...")


def test_a_record_without_a_place_is_shown_by_its_id() -> None:
    found = conflicts([Record(id="one", text="a", labels=("x",)), Record(id="two", text="a", labels=("y",))])
    assert str(found[0]) == "one (x) and two (y)"
