"""From rows of an export to records to label, and back: every step is counted, and no label is lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from medtext.corpus.export import ExportRow
from medtext.corpus.masking import Mask
from medtext.corpus.rules import read_rules
from medtext.corpus.sheet import open_sheet
from medtext.errors import RecordError
from medtext.workspace.hand_labels import HandLabels
from medtext.workspace.preparation import Plan, Preparation, summary
from medtext.workspace.prepared import Prepared

RULES = """
[[rule]]
label = "胃"
words = ["胃"]
[[rule]]
label = "肠"
words = ["肠"]
"""


def row(number: int, *texts: str, **known: Any) -> ExportRow:
    """Make a row of an export with the texts ``a``, ``b``, ..."""
    return ExportRow(f"folder/e.csv:{number}", dict(zip("abc", texts, strict=False)), **known)


def prepared(plan: Plan, *rows: ExportRow) -> tuple[list[Prepared], dict[str, Any]]:
    """Prepare rows; return the records and the summary."""
    made = Preparation(plan)
    return list(made.records(rows)), summary(made)


def sheet(path: Path, records: Sequence[Prepared], **labels: str) -> Path:
    """Write records as a sheet in which a person changed the labels of some texts."""
    with open_sheet(path, list(records[0].cells()), replace=True) as written:
        for record in records:
            cells = record.cells()
            written.write(cells | ({"label": labels[record.text]} if record.text in labels else {}))
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Any:
    """Two rules."""
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    return read_rules(tmp_path / "rules.toml")


def test_several_columns_are_one_text_or_a_record_each() -> None:
    rows = [row(2, "胃窦充血 ", "胃炎"), row(3, "", "结肠息肉")]
    joined, counted = prepared(Plan(), *rows)
    assert [(record.text, record.part, record.group) for record in joined] == [
        ("胃窦充血\n胃炎", None, None),
        ("结肠息肉", None, None),
    ]
    each, counted = prepared(Plan(each=True), *rows)
    assert [(record.text, record.part) for record in each] == [("胃窦充血", "a"), ("胃炎", "b"), ("结肠息肉", "b")]
    assert each[0].group == each[1].group != each[2].group
    assert (counted["rows"], counted["texts"], counted["empty"], counted["cleaned"]) == (2, 4, 1, 1)
    assert (counted["records"], counted["groups"]) == (3, 2)


def test_a_patient_keeps_rows_together() -> None:
    rows = [row(2, "x", "y", group="甲", id="1"), row(3, "z", "w", group="甲", id="2")]
    records, counted = prepared(Plan(each=True), *rows)
    assert {record.group for record in records} == {"甲"}
    assert [record.id for record in records] == ["1/a", "1/b", "2/a", "2/b"]
    assert counted["groups"] == 1


def test_ids_stay_when_rows_arrive() -> None:
    old, _ = prepared(Plan(), row(2, "x"), row(3, "y"))
    new, _ = prepared(Plan(), row(2, "w"), row(3, "x"), row(4, "y"))
    assert [record.id for record in new[1:]] == [record.id for record in old]


def test_ids_differ_whatever_the_export_says() -> None:
    rows = [row(2, "x", id="1"), row(3, "y", id="1"), row(4, "z", id="1-2"), row(5, "w", id="1")]
    records, counted = prepared(Plan(), *rows)
    assert len({record.id for record in records}) == 4
    assert counted["repeated_ids"] == 3
    same, counted = prepared(Plan(keep_duplicates=True), row(2, "x"), row(3, "x"))
    assert same[0].id != same[1].id
    assert counted["repeated_ids"] == 0


def test_masks_hold_for_ids_and_groups_too() -> None:
    rows = [row(2, "姓名：张三，x", id="007", group="张三"), row(3, "姓名：张三，y", id="008", group="张三")]
    records, counted = prepared(Plan(masks=(Mask.NAMES,), key=b"1"), *rows)
    assert [record.text for record in records] == ["姓名：[NAME]，x", "姓名：[NAME]，y"]
    assert records[0].group == records[1].group
    assert not {"007", "008", "张三"} & {name for record in records for name in (record.id, record.group)}
    assert (counted["masked"]["names"], counted["records_masked"]) == (2, 2)
    again, _ = prepared(Plan(masks=(Mask.NAMES,), key=b"1"), *rows)
    other, _ = prepared(Plan(masks=(Mask.NAMES,), key=b"2"), *rows)
    assert [record.id for record in again] == [record.id for record in records] != [record.id for record in other]
    dated, _ = prepared(Plan(masks=(Mask.DATES,)), *rows)
    assert [record.id for record in dated] == ["007", "008"]


def test_lengths_are_kept_to() -> None:
    rows = [row(2, "短"), row(3, "胃窦充血。胃体糜烂。", id="7"), row(4, "胃底正常")]
    records, counted = prepared(Plan(shortest=2, longest=6), *rows)
    assert [(record.text, record.note) for record in records] == [
        ("胃窦充血。", "piece 1 of 2"),
        ("胃体糜烂。", "piece 2 of 2"),
        ("胃底正常", ""),
    ]
    assert [record.id for record in records[:2]] == ["7.1", "7.2"]
    assert records[0].group == records[1].group is not None
    assert (counted["too_short"], counted["too_long"], counted["pieces"]) == (1, 1, 2)
    records, counted = prepared(Plan(longest=6, drop_long=True), *rows)
    assert [record.text for record in records] == ["短", "胃底正常"]
    assert (counted["too_long"], counted["pieces"]) == (1, 0)


def test_full_width_forms_are_folded_only_if_asked() -> None:
    assert prepared(Plan(), row(2, "１２ｃｍ，Ｈｐ"))[0][0].text == "１２ｃｍ，Ｈｐ"
    assert prepared(Plan(fold=True), row(2, "１２ｃｍ，Ｈｐ"))[0][0].text == "12cm,Hp"


def test_a_text_counts_once_and_conflicting_labels_are_told() -> None:
    rows = [row(2, "胃 炎", labels=("胃",)), row(3, "胃炎", labels=("肠",)), row(4, "胃炎", labels=("胃",))]
    records, counted = prepared(Plan(), *rows)
    assert [record.place for record in records] == ["folder/e.csv:2"]
    assert counted["duplicates"] == 2
    assert counted["conflicts"] == ["folder/e.csv:2 (胃) and folder/e.csv:3 (肠)"]
    assert len(prepared(Plan(keep_duplicates=True), *rows)[0]) == 3


def test_labels_come_from_the_export_before_the_rules(rules: Any) -> None:
    rows = [row(2, "胃窦", labels=("肠",)), row(3, "胃体"), row(4, "胃和肠"), row(5, "肺"), row(6, "肺门", labels=())]
    records, counted = prepared(Plan(rules=rules), *rows)
    cells = [
        tuple(record.cells()[name] for name in ("label", "label_source", "export_label", "rule_label", "rule", "note"))
        for record in records
    ]
    assert cells == [
        ("肠", "export", "肠", "胃", "胃: 胃@0", ""),
        ("胃", "rule", "", "胃", "胃: 胃@0", ""),
        ("", "", "", "", "胃: 胃@0; 肠: 肠@2", "the rules disagree"),
        ("", "", "", "", "", ""),
        ("[]", "export", "[]", "", "", ""),
    ]
    assert [counted[f"from_{who}"] for who in ("export", "rule", "hand")] == [2, 1, 0]
    assert counted["unlabelled"] == 2


def test_rules_are_measured(rules: Any) -> None:
    rows = [
        row(2, "胃窦", labels=("胃",)),
        row(3, "胃体", labels=("肠",)),
        row(4, "胃和肠"),
        row(5, "未见胃"),
        row(6, "肺"),
    ]
    counted = prepared(Plan(rules=rules), *rows)[1]["rules"]
    stomach, bowel = counted.pop("rules")
    assert stomach == {
        "rule": "胃",
        "label": "胃",
        "records": 3,
        "overlaps": 1,
        "conflicts": 1,
        "denied": 1,
        "known": 2,
        "right": 1,
        "accuracy": 0.5,
    }
    assert (bowel["records"], bowel["accuracy"]) == (1, None)
    assert counted == {
        "records": 5,
        "hit": 3,
        "default": 0,
        "conflict": 1,
        "none": 2,
        "known": 2,
        "accuracy": 0.5,
        "conflicts_between": [{"labels": ["肠", "胃"], "records": 1}],
    }


ROWS = [row(2, "胃窦", id="1"), row(3, "胃体", id="2"), row(4, "肺", id="3"), row(5, "肺门", id="4", labels=("肺",))]


@pytest.mark.parametrize("name", ["old.xlsx", "old.csv", "old.jsonl"])
def test_labels_given_by_hand_are_carried_over(tmp_path: Path, rules: Any, name: str) -> None:
    records, _ = prepared(Plan(rules=rules), *ROWS)
    old = sheet(tmp_path / name, records, 胃体="肠", 肺="胸")
    hand = HandLabels.read(old)
    assert len(hand) == 2  # the rule's and the export's labels are not a person's
    more = [row(2, "心", id="0"), *ROWS]
    again, counted = prepared(Plan(rules=rules, hand=hand), *more)
    assert [(record.text, record.cells()["label"], record.label_source) for record in again] == [
        ("心", "", ""),
        ("胃窦", "胃", "rule"),
        ("胃体", "肠", "hand"),
        ("肺", "胸", "hand"),
        ("肺门", "肺", "export"),
    ]
    assert (counted["from_hand"], hand.by_text, hand.by_id, hand.left) == (2, 2, 0, 0)


def test_a_label_that_a_person_took_away_stays_away(tmp_path: Path, rules: Any) -> None:
    records, _ = prepared(Plan(rules=rules), *ROWS)
    for name in ("1.csv", "2.csv"):
        hand = HandLabels.read(sheet(tmp_path / name, records, 胃窦="") if name == "1.csv" else tmp_path / name)
        records, counted = prepared(Plan(rules=rules, hand=hand), *ROWS)
        assert (records[0].labels, records[0].label_source, records[0].rule_labels) == (None, "hand", ("胃",))
        assert (counted["from_hand"], counted["unlabelled"]) == (0, 2)
        sheet(tmp_path / "2.csv", records)


def test_labels_are_carried_over_twice(tmp_path: Path, rules: Any) -> None:
    first, _ = prepared(Plan(rules=rules), *ROWS)
    second, _ = prepared(Plan(rules=rules, hand=HandLabels.read(sheet(tmp_path / "1.csv", first, 胃窦="肠"))), *ROWS)
    third, _ = prepared(Plan(rules=rules, hand=HandLabels.read(sheet(tmp_path / "2.csv", second))), *ROWS)
    assert [(record.labels, record.label_source) for record in third[:2]] == [(("肠",), "hand"), (("胃",), "rule")]


def test_labels_follow_the_id_where_the_text_changed_and_what_is_left_is_counted(tmp_path: Path) -> None:
    records, _ = prepared(Plan(), *ROWS)
    hand = HandLabels.read(sheet(tmp_path / "old.csv", records, 胃窦="胃", 肺="胸"))
    again, _ = prepared(Plan(hand=hand), row(2, "胃窦充血", id="1"), row(3, "心", id="9"))
    assert [record.labels for record in again] == [("胃",), None]
    assert (hand.by_text, hand.by_id, hand.left) == (0, 1, 1)


def test_a_persons_label_wins_over_the_exports(tmp_path: Path) -> None:
    records, _ = prepared(Plan(), *ROWS)
    hand = HandLabels.read(sheet(tmp_path / "old.csv", records, 肺门="胸|心"))
    again, _ = prepared(Plan(hand=hand), *ROWS)
    assert (again[-1].labels, again[-1].label_source, again[-1].export_labels) == (("胸", "心"), "hand", ("肺",))


def test_a_sheet_without_labels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("id,text\n1,x\n", encoding="utf-8")
    with pytest.raises(RecordError, match="no column is known as a label"):
        HandLabels.read(tmp_path / "old.csv")


def test_words_are_shown_apart() -> None:
    plan = Plan(cut=lambda text: [(at, at + 1) for at in range(len(text))])
    assert prepared(plan, row(2, "胃 炎"))[0][0].words == "胃 炎"


def test_the_summary_has_the_same_keys_for_whatever_was_asked(rules: Any) -> None:
    _, plain = prepared(Plan(), row(2, "x"))
    _, full = prepared(Plan(each=True, masks=tuple(Mask), key=b"1", rules=rules), row(2, "x", "y"))
    assert list(plain) == list(full)
    assert "张三" not in str(prepared(Plan(masks=tuple(Mask), key=b"1"), row(2, "姓名：张三"))[1])
