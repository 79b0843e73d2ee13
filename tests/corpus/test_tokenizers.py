"""Every built-in tokenizer: offsets point into the text, the same text gives the same pieces, nothing is special."""

import json
import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtext.corpus.fold import fold_width
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.token import Encoding, Tokenizer
from medtext.corpus.vocabulary import SPECIAL, UNKNOWN
from medtext.plugin.loading import load_registry
from medtext.plugin.options import make_options, parse_pairs

REGISTRY = load_registry(strict=True)
NAMES = ("characters", "spaces", "words")
TEXTS = [
    "慢性非萎缩性胃炎，伴糜烂。",
    "ＣＴ　示：右肺３mm 结节(+)",
    "No acute  disease.\n2nd line",
    "<pad> <unk> <start> <end> <mask>",
    "İ ẞ ŉ 🩺👨‍👩‍👧 e\u0301",
    "lone \ud800 half \udfff",
    " \t\u3000\n",
    "",
]
reports = st.text(st.sampled_from("胃炎伴ab Ａｂ１3，。(+)<pad>İ🩺\ud800\u200b\u0301\n\t\u3000"), max_size=30)
quick = settings(deadline=None, max_examples=60, database=None)


def build(name: str, **options: object) -> Tokenizer:
    """Make a tokenizer that has seen no text."""
    spec = REGISTRY.tokenizer(name)
    return spec.build(make_options(spec.options, {"min_records": 1, **options}, owner=name))


FITTED = {name: build(name).fit(TEXTS) for name in NAMES}


def pieces(text: str, encoding: Encoding) -> list[str]:
    """Return what the offsets of an encoding point at."""
    return [text[start:end] for start, end in zip(encoding.starts, encoding.ends, strict=True)]


def same(one: Encoding, other: Encoding) -> bool:
    return one.truncated == other.truncated and all(
        np.array_equal(getattr(one, field), getattr(other, field)) for field in ("ids", "starts", "ends", "special")
    )


@pytest.mark.parametrize("name", NAMES)
@quick
@given(text=reports)
def test_offsets_point_into_the_text_and_leave_out_blanks_only(name: str, text: str) -> None:
    (encoding,) = FITTED[name].encode([text])
    assert "".join("".join(pieces(text, encoding)).split()) == "".join(text.split())
    assert (encoding.starts < encoding.ends).all()
    assert (encoding.starts[1:] >= encoding.ends[:-1]).all()
    assert {array.dtype for array in (encoding.ids, encoding.starts, encoding.ends)} == {np.dtype(np.int64)}
    assert len(encoding.special) == len(encoding)
    assert not encoding.special.any()


@pytest.mark.parametrize("name", NAMES)
@quick
@given(texts=st.lists(reports, min_size=1, max_size=4))
def test_a_text_gives_the_same_pieces_alone_in_company_and_again(name: str, texts: list[str]) -> None:
    together = FITTED[name].encode(texts)
    assert len(together) == len(texts)
    for text, encoding in zip(texts, together, strict=True):
        assert same(encoding, FITTED[name].encode([text])[0])


@pytest.mark.parametrize("name", NAMES)
@quick
@given(text=reports)
def test_no_text_gets_a_special_number(name: str, text: str) -> None:
    tokenizer = FITTED[name]
    (encoding,) = tokenizer.encode([text])
    assert set(encoding.ids.tolist()) & set(range(len(SPECIAL))) <= {UNKNOWN}
    assert (encoding.ids < len(tokenizer.vocabulary)).all()


@pytest.mark.parametrize("name", NAMES)
def test_what_was_seen_in_fitting_is_known(name: str) -> None:
    for text, encoding in zip(TEXTS, FITTED[name].encode(TEXTS), strict=True):
        unknown = [
            piece for piece, number in zip(pieces(text, encoding), encoding.ids, strict=True) if number == UNKNOWN
        ]
        assert not unknown, text


@pytest.mark.parametrize("name", NAMES)
def test_state_survives_json(name: str) -> None:
    state = json.loads(json.dumps(FITTED[name].state()))
    again = build(name).load(state)
    assert again.vocabulary == FITTED[name].vocabulary
    assert again.state() == FITTED[name].state()
    assert all(same(*pair) for pair in zip(FITTED[name].encode(TEXTS), again.encode(TEXTS), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_loading_and_fitting_forget_what_was_before(name: str) -> None:
    texts = ["胃 炎", "肠 炎"]
    used = build(name).fit(TEXTS)
    used.encode(TEXTS)
    fresh = build(name).fit(texts)
    for again in (used.load(fresh.state()), build(name).fit(TEXTS).fit(texts)):
        assert all(same(*pair) for pair in zip(again.encode(TEXTS), fresh.encode(TEXTS), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_fitting_does_not_depend_on_the_order_of_texts(name: str) -> None:
    assert build(name).fit(iter(TEXTS[::-1])).vocabulary == FITTED[name].vocabulary


@pytest.mark.parametrize("name", NAMES)
def test_full_width_and_capital_letters_are_the_same_tokens_in_their_own_places(name: str) -> None:
    wide, narrow = "ＣＴ　（＋） １２ａ", "ct (+) 12A"
    assert fold_width(wide).lower() == narrow.lower()
    one, other = FITTED[name].encode([wide, narrow])
    assert np.array_equal(one.starts, other.starts)
    assert np.array_equal(one.ids, other.ids)
    assert "".join(pieces(wide, one)) == "".join(wide.split())


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_whose_lower_case_is_longer_shifts_nothing(name: str) -> None:
    text = "İİ 胃炎"
    (encoding,) = build(name).fit([text]).encode([text])
    assert "".join(pieces(text, encoding)) == "İİ胃炎"
    assert encoding.ends[-1] == len(text)
    assert UNKNOWN not in encoding.ids


def test_an_emoji_is_one_character() -> None:
    (encoding,) = build("characters").fit(["🩺胃"]).encode(["🩺胃🩻"])
    assert pieces("🩺胃🩻", encoding) == ["🩺", "胃", "🩻"]
    assert [number == UNKNOWN for number in encoding.ids] == [False, False, True]


@pytest.mark.parametrize("name", NAMES)
def test_a_long_text_is_cut_and_flagged(name: str) -> None:
    tokenizer = build(name).fit(["一 二 三 四"])
    whole = tokenizer.encode(["一 二", "一 二 三", "一 二 三 四"])
    assert [len(each) for each in whole] == [2, 3, 4]
    short, just, long = (each.cut(3) for each in whole)
    assert [len(each) for each in (short, just, long)] == [2, 3, 3]
    assert [each.truncated for each in (short, just, long)] == [False, False, True]
    assert np.array_equal(just.ids, long.ids)


@given(before=st.integers(0, 2), body=st.integers(0, 6), after=st.integers(0, 2), length=st.integers(1, 12))
def test_special_pieces_around_a_text_survive_a_cut(before: int, body: int, after: int, length: int) -> None:
    count = before + body + after
    special = np.array([True] * before + [False] * body + [True] * after, dtype=bool)
    places = np.arange(count)
    cut = Encoding(places + 5, places, places + 1, special).cut(length)
    assert len(cut) == min(count, length)
    assert cut.truncated == (count > length)
    if body and length >= before + after:
        assert cut.ids.tolist() == [*range(5, 5 + len(cut) - after), *range(5 + count - after, 5 + count)]


@pytest.mark.parametrize("name", NAMES)
def test_a_token_of_few_records_is_unknown(name: str) -> None:
    tokenizer = build(name, min_records=2).fit(["胃 炎", "胃 癌 癌"])
    assert tokenizer.vocabulary.tokens == ("胃",)
    assert tokenizer.encode(["癌"])[0].ids.tolist() == [UNKNOWN]


@pytest.mark.parametrize("name", ["spaces", "words"])
def test_the_most_frequent_words_are_kept(name: str) -> None:
    tokenizer = build(name, max_words=1).fit(["胃 肠", "胃"])
    assert tokenizer.vocabulary.tokens == ("胃",)


@pytest.mark.parametrize(
    ("name", "text", "written"),
    [("characters", "胃 炎", "胃炎"), ("spaces", "no  Acute\ndisease", "no acute disease"), ("words", "胃 炎", "胃炎")],
)
def test_numbers_are_written_as_text_without_special_ones(name: str, text: str, written: str) -> None:
    tokenizer = build(name).fit([text])
    numbers = tokenizer.encode([text])[0].ids.tolist()
    assert tokenizer.decode([2, *numbers, 3, 0]) == written
    assert tokenizer.decode([]) == ""


def test_parts_of_words_are_known_as_such() -> None:
    assert {name: tokenizer.pieces for name, tokenizer in FITTED.items()} == {
        "characters": True,
        "spaces": False,
        "words": False,
    }


def test_words_are_those_of_the_dictionary(tmp_path: object) -> None:
    text = "慢性非萎缩性胃炎伴糜烂"
    (encoding,) = build("words").fit([text]).encode([text])
    assert "胃炎" in pieces(text, encoding)
    dictionary = tmp_path / "words.txt"
    dictionary.write_text("非萎缩性胃炎\n", encoding="utf-8")
    (encoding,) = build("words", dictionary=dictionary).fit([text]).encode([text])
    assert "非萎缩性胃炎" in pieces(text, encoding)


def test_words_of_a_dictionary_by_name_are_terms_and_measurements_stay_in_parts() -> None:
    text = "慢性非萎缩性胃炎伴息肉0.5*0.6cm"
    for made in (build("words", dictionary="gi-terms"), build("words", **parse_pairs(["dictionary=gi-terms"]))):
        (encoding,) = made.fit([text]).encode([text])
        assert pieces(text, encoding)[:3] == ["慢性非萎缩性胃炎", "伴", "息肉"]
        assert "0.5*0.6cm" not in pieces(text, encoding)


@pytest.fixture
def halves() -> Callable[[str], list[tuple[int, int]]]:
    """Return a way to cut that no built-in has: into pairs of characters."""
    return lambda text: [(start, min(start + 2, len(text))) for start in range(0, len(text), 2)]


def test_a_pattern_tokenizer_numbers_whatever_it_is_given(halves: Callable[[str], list[tuple[int, int]]]) -> None:
    tokenizer = PatternTokenizer(halves, min_records=1, size=3, pieces=True, join="-".join).fit(["aBab", "ab c"])
    assert tokenizer.vocabulary.tokens == ("ab", " c")
    (encoding,) = tokenizer.encode(["ＡＢxyab"])
    assert encoding.ids.tolist() == [5, UNKNOWN, 5]
    assert (encoding.starts.tolist(), encoding.ends.tolist(), encoding.truncated) == ([0, 2, 4], [2, 4, 6], False)
    assert tokenizer.decode([5, 6]) == "ab- c"
    assert tokenizer.pieces


def test_an_asserting_tokenizer_tells_denied_words_apart_and_writes_them_plainly() -> None:
    def cut(text: str) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]

    texts = ["A nodule.", "No nodule.", "The heart is normal."]
    plain, told = (PatternTokenizer(cut, min_records=1, asserting=asked).fit(texts) for asked in (False, True))
    (there, denied, _), (same, _, _) = told.encode(texts), plain.encode(texts)
    assert "[no] nodule" in told.vocabulary.tokens
    assert "[normal] heart" in told.vocabulary.tokens
    assert plain.vocabulary.number("[no] nodule") == UNKNOWN
    assert there.ids[1] != denied.ids[1]
    # Signs are never denied, places stay those of the text, and what is written has no marks.
    assert there.ids[-1] == denied.ids[-1] == told.vocabulary.number(".")
    assert (there.starts.tolist(), there.ends.tolist()) == (same.starts.tolist(), same.ends.tolist())
    assert told.decode([there.ids[1], denied.ids[1]]) == "nodule nodule"


@pytest.mark.parametrize(("name", "texts"), [("english", ["A nodule", "No nodule"]), ("words", ["见溃疡", "未见溃疡"])])
def test_tokenizers_of_words_tell_denied_ones_apart_where_asked(name: str, texts: list[str]) -> None:
    for asked in (False, True):
        tokenizer = build(name, min_records=1, assertions=asked).fit(texts)
        there, denied = (encoding.ids[-1] for encoding in tokenizer.encode(texts))
        assert (there != denied) == asked
