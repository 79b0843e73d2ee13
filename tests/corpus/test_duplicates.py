"""Duplicates are counted by part and across parts, and what is nearly the same is found and nothing else."""

from __future__ import annotations

import random
import string

import pytest

from medtext.corpus.duplicates import SHOWN, find_duplicates, shorten
from medtext.corpus.fold import fold_text
from medtext.corpus.near import NEAR, find_near_duplicates, resemblance
from medtext.corpus.record import Record


def records(*texts: str, start: int = 2) -> list[Record]:
    """Return records of neighbouring lines."""
    return [
        Record(id=f"{start + number}", text=text, place=f"/data/a.csv:{start + number}")
        for number, text in enumerate(texts)
    ]


PARTS = {
    "train": records("胃 炎", "胃炎", "肠炎", "肝", "肝", "胆"),
    "val": records("胃炎", "肺", start=10),
    "test": records("肠　炎", "胃炎", "脾", start=20),
    "unlabelled": records("肺", "肾", start=30),
}


def test_folded_duplicates_are_counted_within_and_across() -> None:
    found = find_duplicates(PARTS, fold_text)
    assert (found.texts, found.records) == (4, 10)
    assert found.within == {"train": 4, "val": 0, "test": 0, "unlabelled": 0}
    assert found.across == {"val in train": 1, "test in train": 2, "test in val": 1}


def test_exact_duplicates_are_the_same_to_the_last_blank() -> None:
    found = find_duplicates(PARTS, str)
    assert (found.texts, found.records) == (3, 7)
    assert found.across == {"val in train": 1, "test in train": 1, "test in val": 1}


def test_examples_show_a_place_of_every_part_first_and_leaks_first() -> None:
    first, second, *_ = find_duplicates(PARTS, fold_text).examples
    assert (first.records, first.places) == (4, ("a.csv:2 (train)", "a.csv:10 (val)", "a.csv:21 (test)"))
    assert (second.records, second.places) == (2, ("a.csv:4 (train)", "a.csv:20 (test)"))


def test_records_without_a_text_are_no_duplicates() -> None:
    assert find_duplicates({"train": records("", "")}, str).texts == 0


def test_examples_are_short_and_on_one_line() -> None:
    assert shorten("a\nb  c") == "a b c"
    assert len(shorten("胃" * 500)) == SHOWN


@pytest.mark.parametrize(
    "letters", ["胃肠肝胆脾肾肺心血管炎癌息肉溃疡糜烂充血水肿黏膜粗糙光滑", string.ascii_lowercase]
)
def test_what_is_nearly_the_same_is_found_and_nothing_else(letters: str) -> None:
    chance = random.Random(5)

    def text() -> str:
        return "".join(chance.choices(letters, k=chance.randint(60, 160)))

    def changed(original: str) -> str:
        place = chance.randrange(len(original))
        return original[:place] + chance.choice("0123456789") + original[place + 1 :]

    train = [text() for _ in range(100)]
    copies = [changed(each) for each in train[:40]]
    parts = {
        "train": records(*train),
        "val": records(*copies, *[text() for _ in range(20)], *train[40:50], start=1000),
        "test": records(*[changed(each) for each in copies[:12]], start=5000),
    }
    truth = {
        f"{one} in {other}": sum(
            max(resemblance(a.text, b.text) for b in parts[other]) >= NEAR
            and all(a.text != b.text for b in parts[other])
            for a in parts[one]
        )
        for one, other in (("val", "train"), ("test", "train"), ("test", "val"))
    }
    found = find_near_duplicates(parts)
    assert truth["val in train"] == 40
    assert truth["test in val"] == 12
    assert found.across == truth
    assert all(example.share >= NEAR for example in found.examples)
    assert found.examples[0].share == max(example.share for example in found.examples)


def test_the_same_text_is_no_near_duplicate_and_each_record_counts() -> None:
    base = "胃窦黏膜充血水肿，散在糜烂，幽门圆形，开闭良好，胆汁反流，十二指肠球部未见溃疡"
    near = base.replace("圆形", "圆 形").replace("良好", "尚可")
    parts = {"train": records(base, "另一份"), "val": records(near, f"{near} ", base, start=9), "test": []}
    found = find_near_duplicates(parts)
    assert found.across == {"val in train": 2, "test in train": 0, "test in val": 0}
    (example,) = found.examples
    assert example.places == ("a.csv:9 (val)", "a.csv:2 (train)")
    assert example.share == resemblance(fold_text(near), fold_text(base))


def test_resemblance_is_the_share_of_common_pieces() -> None:
    def pieces(text: str, size: int) -> set[str]:
        return {text[at : at + size] for at in range(len(text) - size + 1)}

    for one, other, size in (("胃窦黏膜充血水肿", "胃窦黏膜糜烂水肿", 3), ("no acute disease", "no acute diseases", 5)):
        a, b = pieces(one, size), pieces(other, size)
        assert resemblance(one, other) == len(a & b) / len(a | b)
    assert resemblance("胃", "胃") == 1
    assert resemblance("胃", "肠") == 0


def test_thousands_of_texts_that_begin_alike_take_no_time_and_stay_true() -> None:
    texts = [f"全腹平扫未见明显异常密度影，肝脏大小形态正常{number}" for number in range(4000)]
    parts = {"train": records(*texts[:3000]), "val": records(*texts[3000:], start=9000), "test": []}
    assert find_near_duplicates(parts).across["val in train"] == 1000
