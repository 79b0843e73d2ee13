"""The table counts what the spans say, in any order and any sharding."""

from __future__ import annotations

import random
from dataclasses import fields

import pytest

from medtext.explain.attribution import Attribution
from medtext.explain.keywords import KeywordTable


def explained(text: str, scores: list[float], label: str = "x", **changes: float) -> Attribution:
    import numpy as np

    from medtext.corpus.record import Record

    places = np.arange(len(text))
    gap = changes.get("gap", 0.0)
    return Attribution(
        record=Record(id=text, text=text),
        label=label,
        probability=0.9,
        sites=np.stack([places, places + 1], axis=1),
        scores=np.array(scores, dtype=np.float64),
        margin=sum(scores) - gap,
        gap=gap,
        points=16,
        converged=gap == 0.0,
    )


def corpus(count: int) -> list[list[Attribution]]:
    chance = random.Random(5)
    letters = "胃肠,肝ab"
    return [
        [
            explained(text := "".join(chance.choices(letters, k=8)), [chance.gauss(0, 1) for _ in text], label)
            for label in chance.sample(["x", "y"], chance.randrange(3))
        ]
        for _ in range(count)
    ]


def table_of(records: list[list[Attribution]]) -> KeywordTable:
    table = KeywordTable(0.2, labels=("x", "y"))
    for each in records:
        table.add(each)
    return table


def test_rows_count_spans_and_records_and_average_scores() -> None:
    table = table_of([[explained("胃,胃", [2.0, 0.0, 1.0])], [explained("胃", [3.0])], [explained("肠", [1.0])]])
    first, second = table.rows()
    assert (first.rank, first.keyword, first.label, first.count, first.records) == (1, "胃", "x", 3, 2)
    assert first.mean_score == pytest.approx(2.0)
    assert (second.rank, second.keyword, second.count) == (2, "肠", 1)


def test_forms_that_differ_in_width_or_case_are_one_keyword_in_its_commonest_form() -> None:
    table = table_of([[explained("Hp", [1.0, 1.0])], [explained("ｈｐ", [1.0, 1.0])], [explained("Hp", [1.0, 1.0])]])
    (row,) = table.rows()
    assert (row.keyword, row.count) == ("Hp", 3)


def test_the_header_counts_what_cannot_be_trusted() -> None:
    table = table_of([[explained("a", [0.01])], [explained("a", [1.0], gap=0.5)], []])
    header = table.header()
    assert (header["records"], header["explained"]) == (3, 2)
    assert (header["without_evidence"], header["unconverged"]) == (1, 1)
    assert header["greatest_gap"] == 0.5


def test_merged_shards_equal_the_whole_exactly() -> None:
    records = corpus(300)
    whole = table_of(records)
    shuffled = records[:]
    random.Random(1).shuffle(shuffled)
    merged = table_of(shuffled[:70]).merge(table_of(shuffled[70:250])).merge(table_of(shuffled[250:]))
    assert len(whole.rows()) > 20
    assert merged.rows() == whole.rows()
    assert merged.header() == whole.header()


def test_tables_of_other_thresholds_do_not_merge() -> None:
    with pytest.raises(ValueError, match="cannot be merged"):
        KeywordTable(0.2).merge(KeywordTable(0.3))


def test_rows_of_one_label_are_ranked_among_themselves() -> None:
    table = table_of(corpus(100))
    rows = table.rows("y")
    assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
    assert {row.label for row in rows} == {"y"}
    counts = [row.count for row in rows]
    assert counts == sorted(counts, reverse=True)


def test_the_frame_has_a_column_a_field() -> None:
    (row,) = (table := table_of([[explained("胃", [3.0])]])).rows()
    (shown,) = table.to_frame().to_dict("records")
    assert shown == {each.name: getattr(row, each.name) for each in fields(row)}
    assert (shown["keyword"], shown["mean_score"], shown["templates"]) == ("胃", 3.0, 1)
