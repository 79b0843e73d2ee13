"""Splits are fair, never move, keep together what belongs together, and respect what a corpus was published with."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtext.corpus.record import Record
from medtext.corpus.split import NAMES, Plan, Splits, group_of, shared_texts, split_records
from medtext.errors import RecordError

BASE = [Record(id=f"b{number}", text=f"base {number}") for number in range(100)]
quick = settings(deadline=None, max_examples=40, database=None)


def numbered(count: int, **fields: object) -> list[Record]:
    """Return records of texts of their own."""
    return [Record(id=str(number), text=f"text {number}", **fields) for number in range(count)]


def parts(splits: Splits) -> dict[str, str]:
    """Return the part of every record, by id."""
    return {record.id: name for name, part in splits for record in part}


def sizes(splits: Splits) -> list[int]:
    return [len(part) for _, part in splits]


@pytest.mark.parametrize("seed", [0, 13, 2**62])
def test_records_are_parted_8_to_1_to_1(seed: int) -> None:
    shares = [size / 8000 for size in sizes(split_records(numbered(8000), Plan(seed=seed)))]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.015)


def test_every_record_is_in_one_part_and_in_the_order_of_the_source() -> None:
    records = numbered(300)
    splits = split_records(records, Plan(seed=1))
    assert sorted(parts(splits)) == sorted(record.id for record in records)
    assert sum(sizes(splits)) == 300
    for _, part in splits:
        assert [int(record.id) for record in part] == sorted(int(record.id) for record in part)


def test_a_seed_gives_one_split_and_another_seed_another() -> None:
    records = numbered(300)
    assert split_records(records, Plan(seed=1)) == split_records(records, Plan(seed=1))
    assert parts(split_records(records, Plan(seed=1))) != parts(split_records(records, Plan(seed=2)))


@quick
@given(st.lists(st.text("ab1 ＡＢ１\u3000胃", max_size=4)), st.randoms(use_true_random=False))
def test_adding_records_moves_no_other(texts: list[str], chance: object) -> None:
    more = BASE + [Record(id=f"n{number}", text=text) for number, text in enumerate(texts)]
    chance.shuffle(more)
    before, after = parts(split_records(BASE, Plan(seed=13))), parts(split_records(more, Plan(seed=13)))
    assert {name: after[name] for name in before} == before


@quick
@given(st.lists(st.integers(0, 9), min_size=1), st.booleans())
def test_records_of_a_group_stay_together(groups: list[int], stratify: bool) -> None:
    records = [
        Record(id=f"g{number}", text=f"t{number}", group=f"patient {group}", labels=(str(number % 3),))
        for number, group in enumerate(groups)
    ]
    where = parts(split_records(BASE + records, Plan(seed=13, stratify=stratify)))
    found: dict[int, set[str]] = {}
    for number, group in enumerate(groups):
        found.setdefault(group, set()).add(where[f"g{number}"])
    assert all(len(names) == 1 for names in found.values())


@quick
@given(st.integers(0, 10_000), st.lists(st.sampled_from([" ", "\u3000", "\t", "\n"]), max_size=4))
def test_texts_that_differ_in_width_and_blanks_stay_together(number: int, blanks: list[str]) -> None:
    plain, typed = f"CT(+)示{number}", f"ＣＴ（＋）{''.join(blanks)}示 {number}"
    where = parts(split_records([*BASE, Record(id="1", text=plain), Record(id="2", text=typed)], Plan(seed=13)))
    assert where["1"] == where["2"]


def test_images_without_a_text_are_told_apart_by_their_files() -> None:
    from pathlib import Path

    one, two = (Record(id=name, text=" ", images=(Path(f"{name}.png"),)) for name in "ab")
    assert group_of(one) == group_of(Record(id="c", images=one.images)) != group_of(two)


def test_an_empty_group_is_none() -> None:
    assert group_of(Record(id="1", text="a", group="")) == group_of(Record(id="2", text="a"))
    assert group_of(Record(id="1")) != group_of(Record(id="2"))


def test_published_splits_are_kept() -> None:
    records = [Record(id=str(n), text="all the same", split=NAMES[n % 3]) for n in range(9)]
    assert parts(split_records(records, Plan(seed=13))) == {str(n): NAMES[n % 3] for n in range(9)}


@pytest.mark.parametrize(
    ("published", "shares"),
    [
        ({"train": 2000, "test": 500}, [0.9, 0.1, 0]),
        ({"train": 2000, "val": 500}, [0.9, 0, 0.1]),
        ({"train": 2000}, [0.8, 0.1, 0.1]),
    ],
)
@pytest.mark.parametrize("stratify", [False, True])
def test_a_part_that_was_not_published_is_cut_from_train(
    published: dict[str, int], shares: list[float], stratify: bool
) -> None:
    records = [
        Record(id=f"{name}{number}", text=f"{name}{number}", split=name, labels=(str(number % 2),))
        for name, count in published.items()
        for number in range(count)
    ]
    splits = split_records(records, Plan(seed=13, stratify=stratify))
    cut = Counter(part for id_, part in parts(splits).items() if id_.startswith("train"))
    tolerance = 0.001 if stratify else 0.03
    assert [cut[name] / 2000 for name in NAMES] == pytest.approx(shares, abs=tolerance)
    kept = {id_: part for id_, part in parts(splits).items() if not id_.startswith("train")}
    assert all(id_.startswith(part) for id_, part in kept.items())


def test_records_without_a_published_part_never_join_one() -> None:
    records = [Record(id=f"t{n}", text=f"t{n}", split="test") for n in range(10)] + numbered(500)
    where = parts(split_records(records, Plan(seed=13)))
    assert Counter(where.values())["test"] == 10
    assert set(where.values()) == set(NAMES)


def test_a_part_of_another_name_is_refused() -> None:
    with pytest.raises(RecordError, match=r"^split 'dev' is not one of train, val, test: rename it in the source$"):
        split_records([*BASE, Record(id="x", text="x", split="dev")], Plan(seed=13))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_records_are_an_error_that_counts_them(count: int) -> None:
    with pytest.raises(RecordError, match=rf"no record falls into the \w+ split \({count} records in all\)"):
        split_records(numbered(count), Plan(seed=13))


@pytest.mark.parametrize("count", [3, 5, 10, 57, 400])
def test_a_label_has_its_share_of_each_part_if_stratified(count: int) -> None:
    rare = [Record(id=f"r{n}", text=f"rare {n}", labels=("rare",)) for n in range(count)]
    where = parts(split_records([*numbered(500, labels=("common",)), *rare], Plan(seed=13, stratify=True)))
    found = Counter(part for id_, part in where.items() if id_.startswith("r"))
    assert found["val"] == pytest.approx(count / 10, abs=1)
    assert found["test"] == pytest.approx(count / 10, abs=1)
    assert Counter(where.values())["val"] >= 50


@pytest.mark.parametrize("groups", [1, 2])
def test_label_sets_too_small_to_be_stratified_are_spread(groups: int) -> None:
    records = [
        Record(id=str(n), text=f"text {n}", labels=(str(n // groups), str(n // groups + 1))) for n in range(1000)
    ]
    shares = [size / 1000 for size in sizes(split_records(records, Plan(seed=13, stratify=True)))]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.04)


def test_texts_that_stand_in_train_too_are_counted() -> None:
    train = (Record(id="1", text="CT示"), Record(id="2", text="b"))
    val = (Record(id="3", text="ＣＴ 示"), Record(id="4", text="c"), Record(id="5"))
    assert shared_texts(Splits(train, val, train[1:])) == {"val": 1, "test": 1}
