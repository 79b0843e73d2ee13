"""Characters, sentences and labels that stand together are counted as a reader would count them."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from medtext.corpus.characters import KINDS, Characters, kind_of
from medtext.corpus.cooccurrence import Cooccurrence
from medtext.corpus.part_counts import PartCount, count_labels
from medtext.corpus.record import Record
from medtext.corpus.sentences import Sentences, cut_sentences

TEXTS = st.lists(st.text(max_size=40), max_size=8)


@given(TEXTS)
def test_every_character_has_one_kind_and_is_counted(texts: list[str]) -> None:
    found, counted = Characters.of(texts, top=5), Counter("".join(texts))
    assert found.total == sum(found.kinds.values()) == counted.total()
    assert (found.distinct, found.once) == (len(counted), sum(count == 1 for count in counted.values()))
    assert len(found.common) <= 5
    assert all(counted[character] == count for character, count in found.common)
    assert abs(sum(share for _, share in found.shares()) - 1) < 1e-9 or not counted
    assert {kind_of(character) for character in counted} <= set(KINDS)


def test_chinese_punctuation_is_no_full_width_letter() -> None:
    assert [kind_of(character) for character in "，。（）：！"] == ["signs"] * 6
    assert [kind_of(character) for character in "ＡＺａｚ０９"] == ["full-width"] * 6
    assert [kind_of(character) for character in "〇々𠀀"] == ["Chinese"] * 3


def test_the_most_frequent_characters_leave_out_blanks_only() -> None:
    assert Characters.of(["a a a ，，\n\n\n\n"]).common == (("a", 3), ("，", 2))


@given(TEXTS)
def test_sentences_lose_nothing_but_signs_and_blanks(texts: list[str]) -> None:
    for text in texts:
        left = "".join(filter(str.isalnum, "".join(cut_sentences(text))))
        assert left == "".join(filter(str.isalnum, text))


def test_sentences_end_as_they_do_in_chinese_and_english() -> None:
    text = "胃窦充血！息肉0.4*0.3cm，光滑.余（-）；\n\nNo ulcer? Size 1.5 cm. Normal..."
    assert list(cut_sentences(text)) == [
        "胃窦充血",
        "息肉0.4*0.3cm，光滑",
        "余（-）",
        "No ulcer",
        "Size 1.5 cm",
        "Normal",
    ]
    assert list(cut_sentences("。。 ……\n - \n")) == []


def test_a_sentence_is_counted_once_a_record_and_repetition_by_records() -> None:
    found = Sentences.of(["余未见异常。余未见异常。Ｈｐ阳性", "余未见异常", "Hp阳性。直肠炎"])
    assert (found.total, found.distinct, found.repeated) == (6, 3, 5)
    assert found.common == (("Ｈｐ阳性", 2), ("余未见异常", 2))


def record(number: int, *labels: str, known: bool = True, group: str | None = None) -> Record:
    return Record(id=str(number), text=f"text {number}", labels=labels if known else None, group=group)


def test_pairs_have_their_shares() -> None:
    records = [record(1, "b", "a"), record(2, "a"), record(3, "a", "b", "c"), record(4)]
    found = Cooccurrence.of(records)
    assert [(pair.first, pair.second, pair.records) for pair in found.pairs] == [
        ("a", "b", 2),
        ("a", "c", 1),
        ("b", "c", 1),
    ]
    assert found.pairs[0].jaccard == 2 / 3
    assert found.pairs[0].lift == (2 / 4) / (3 / 4 * 2 / 4)
    assert found.per_record == {0: 1, 1: 1, 2: 1, 3: 1}
    assert found.mean == 6 / 4


def test_labels_are_counted_by_part_the_commonest_first() -> None:
    parts = {"train": [record(1, "a"), record(2, "b")], "val": [record(3, "b")], "test": [record(4, known=False)]}
    rows = count_labels(parts, ("a", "b", "c"))
    assert [(row.label, row.records, row.parts["train"], row.parts["val"]) for row in rows] == [
        ("b", 2, 1, 1),
        ("a", 1, 1, 0),
        ("c", 0, 0, 0),
    ]
    assert [row.share for row in rows] == [2 / 3, 1 / 3, 0.0]


def test_records_without_a_group_are_in_none() -> None:
    found = PartCount.of([record(1, group="p"), record(2, group="p"), record(3, known=False)])
    assert (found.records, found.labelled, found.groups, found.grouped, found.largest) == (3, 2, 1, 2, 2)
