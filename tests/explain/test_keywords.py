"""The table counts what the spans say, in any order and any sharding."""

from __future__ import annotations

import json
import random
from dataclasses import fields, replace
from typing import Any

import pytest

from medtext.errors import OptionError
from medtext.explain.attribution import Attribution
from medtext.explain.cluster_means import Direction
from medtext.explain.clusters import Patients
from medtext.explain.keywords import KeywordTable
from medtext.explain.rank_stability import THRESHOLDS


def explained(
    text: str, scores: list[float], label: str = "x", *, group: str | None = None, number: str = "", **changes: float
) -> Attribution:
    import numpy as np

    from medtext.corpus.record import Record

    places = np.arange(len(text))
    gap = changes.get("gap", 0.0)
    return Attribution(
        record=Record(id=number or text, text=text, group=group),
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
    records = []
    for number in range(count):
        text, known = (
            "".join(chance.choices(letters, k=8)),
            {"group": f"p{chance.randrange(40)}", "number": f"{number}"},
        )
        labels = chance.sample(["x", "y"], chance.randrange(3))
        records.append([explained(text, [chance.gauss(0, 1) for _ in text], label, **known) for label in labels])
    return records


def table_of(records: list[list[Attribution]], **choices: Any) -> KeywordTable:
    table = KeywordTable(**{"threshold": 0.2, "labels": ("x", "y"), **choices})
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


def test_patients_and_templates_are_counted_once() -> None:
    texts = [("胃1", "p"), ("胃２", "p"), ("胃，3", "q"), ("胃肠", None)]
    rows = table_of([[explained(text, [1.0, *[0.0] * (len(text) - 1)], group=group)] for text, group in texts])
    (row,) = rows.rows()
    assert (row.keyword, row.records, row.patients, row.templates) == ("胃", 4, 2, 2)
    assert rows.header()["patients"] == Patients.PARTLY


def test_where_no_record_names_a_patient_there_is_no_number_of_them() -> None:
    table = table_of([[explained("胃", [1.0])]])
    assert (table.rows()[0].patients, table.header()["patients"]) == (None, Patients.UNKNOWN)


def test_what_speaks_against_a_label_is_what_would_speak_for_it_with_every_sign_changed() -> None:
    records = corpus(80)
    turned = [[replace(each, scores=-each.scores, margin=-each.margin) for each in record] for record in records]
    found = table_of(records, directions=(Direction.AGAINST,)).rows()
    mirrored = table_of(turned).rows()
    assert len(found) > 20
    assert [replace(row, direction=Direction.FOR, mean_score=-row.mean_score) for row in found] == mirrored
    assert all(row.mean_score < 0 for row in found)
    both = table_of(records, directions=tuple(Direction))
    assert {(row.keyword, row.label, row.count) for row in both.rows() if row.direction is Direction.AGAINST} == {
        (row.keyword, row.label, row.count) for row in found
    }
    assert both.header()["direction"] == "both"


def test_only_a_text_with_evidence_on_neither_side_is_without() -> None:
    records = [[explained("胃肠", scores)] for scores in ([1.0, -2.0], [1.0, 0.0], [0.0, -1.0], [0.01, -0.01])]
    counts = [
        table_of(records, directions=asked).header()["without_evidence"]
        for asked in ((Direction.FOR,), (Direction.AGAINST,), tuple(Direction))
    ]
    assert counts == [2, 2, 1]


def test_ranks_at_other_thresholds_are_those_of_tables_made_with_them() -> None:
    records = corpus(200)
    table = table_of(records)
    others = [
        {(row.keyword, row.label): row.count for row in table_of(records, threshold=t).rows()} for t in THRESHOLDS
    ]
    for row in table.rows():
        counts = [other.get((row.keyword, row.label)) for other in others]
        places = [
            count and 1 + sum(each > count for each in other.values())
            for count, other in zip(counts, others, strict=True)
        ]
        assert row.least_rank == min(place for place in places if place)
        assert row.greatest_rank == (None if None in places else max(place for place in places if place))
    assert table.stability().tau[0.2] == 1.0
    taus = [tau for tau in table.stability("y").tau.values() if tau is not None]
    assert len(taus) == len(THRESHOLDS)
    assert min(taus) < 1.0


def test_rows_may_be_ordered_by_bounds_and_those_without_come_last_by_frequency() -> None:
    table = table_of(corpus(100))
    plain = table.rows("x")
    bounds = {(plain[5].keyword, "x", Direction.FOR): 0.5, (plain[9].keyword, "x", Direction.FOR): -0.1}
    rows = table.rows("x", bounds)
    assert [row.keyword for row in rows[:2]] == [plain[5].keyword, plain[9].keyword]
    assert [row.lower_bound for row in rows[:3]] == [0.5, -0.1, None]
    assert [row.keyword for row in rows[2:]] == [row.keyword for row in plain if row not in (plain[5], plain[9])]
    assert [row.rank for row in rows] == list(range(1, len(rows) + 1))


CHOICES: list[dict[str, Any]] = [{}, {"directions": tuple(Direction), "contexts": 2, "threshold": 0.25}]


@pytest.mark.parametrize("choices", CHOICES)
@pytest.mark.parametrize("seed", range(3))
def test_merged_shards_equal_the_whole_exactly(choices: dict[str, Any], seed: int) -> None:
    records = corpus(300)
    whole = table_of(records, **choices)
    chance = random.Random(seed)
    shards: list[list[list[Attribution]]] = [[] for _ in range(4)]
    for each in chance.sample(records, len(records)):
        chance.choice(shards).append(each)
    first, *others = (table_of(shard, **choices) for shard in shards)
    for other in others:
        first.merge(other)
    assert len(whole.rows()) > 20
    assert first.rows() == whole.rows()
    assert first.header() == whole.header()
    assert first.stability() == whole.stability()
    assert json.dumps(first.to_json()) == json.dumps(whole.to_json())


@pytest.mark.parametrize("choices", CHOICES)
def test_a_table_reads_back_what_it_wrote(choices: dict[str, Any]) -> None:
    table = table_of(corpus(100), settings={"z": "1", "a": "2"}, run="r", **choices)
    table.set_containing(dict.fromkeys(table.keys, 7), of=100)
    read = KeywordTable.from_json(json.loads(json.dumps(table.to_json())))
    assert read.rows() == table.rows()
    assert read.stability() == table.stability()
    assert list(read.header().items()) == list(table.header().items())
    assert json.dumps(read.to_json()) == json.dumps(table.to_json())


def test_a_table_without_contexts_holds_no_text_but_keywords() -> None:
    texts = [f"胃肠秘密{number}" for number in range(20)]
    records = [[explained(text, [2.0, 1.0, *[0.0] * (len(text) - 2)], group=text)] for text in texts]
    plain = json.dumps(table_of(records).to_json(), ensure_ascii=False)
    assert "胃肠" in plain
    assert "秘密" not in plain
    assert "秘密" in json.dumps(table_of(records, contexts=1).to_json(), ensure_ascii=False)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["format"], 99),
        (["rows", 0, 3, "count"], 0.5),
        (["rows", 0, 3, "count"], 10**6),
        (["rows", 0, 3, "patients"], [-1]),
        (["rows", 0, 3, "contexts"], [{"record": 1}]),
        (["rows", 0, 2], "sideways"),
        (["frequencies"], 3),
        (["directions"], []),
        (["records"], None),
    ],
)
def test_what_is_no_table_is_refused(path: list[str | int], value: object) -> None:
    content: Any = table_of(corpus(20), contexts=1).to_json()
    part = content
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    with pytest.raises(OptionError, match=r"f\.json: .*(anew)"):
        KeywordTable.from_json(content, "f.json")


def test_tables_whose_keywords_were_looked_for_in_other_records_do_not_merge() -> None:
    one, other, elsewhere = (table_of([[explained("胃", [1.0])]]) for _ in range(3))
    for table, count, of in ((one, 3, 9), (other, 3, 9), (elsewhere, 4, 9)):
        table.set_containing({"胃": count}, of=of)
    assert one.merge(other).rows()[0].containing == 3
    with pytest.raises(ValueError, match="different records"):
        one.merge(elsewhere)
    with pytest.raises(ValueError, match="different records"):
        one.merge(table_of([[explained("胃", [1.0])]]))


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
