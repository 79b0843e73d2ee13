"""WordPiece made from texts: as the library cuts, numbered as medtext numbers, offsets in the text as it is."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from medtext_plugins.tokenizers.pieces import PieceTokenizer

from medtext.corpus.vocabulary import END, MASK, SPECIAL, START, UNKNOWN

TEXTS = ["胃窦糜烂，ＣＴ 示 3mm", "ulcer of the duodenum", "胃体 Ulcer 3mm", "[SEP] <pad> İ ½"] * 2
FITTED = PieceTokenizer().fit(TEXTS)


def pieces(text: str) -> list[str]:
    (encoding,) = FITTED.encode([text])
    real = ~encoding.special
    return [text[start:end] for start, end in zip(encoding.starts[real], encoding.ends[real], strict=True)]


def test_chinese_is_read_by_character_and_known_words_as_wholes() -> None:
    assert pieces("胃窦，ＣＴ示Ulcer") == ["胃", "窦", "，", "ＣＴ", "示", "Ulcer"]


def test_unknown_words_are_read_by_letters_that_are_known() -> None:
    # "the" and "ulcer" are words; "hut" is none, but h, u, t stand in them.
    assert pieces("hut") == ["h", "u", "t"]
    (encoding,) = FITTED.encode(["hut"])
    assert [FITTED.vocabulary.token(number) for number in encoding.ids[1:-1]] == ["h", "##u", "##t"]


def test_every_text_stands_between_start_and_end() -> None:
    for encoding in FITTED.encode([*TEXTS, "", "癌"]):
        assert encoding.ids[[0, -1]].tolist() == [START, END]
        assert encoding.special.tolist() == [True, *[False] * (len(encoding) - 2), True]


def test_names_of_special_tokens_in_a_text_are_text() -> None:
    (encoding,) = FITTED.encode(["[SEP] [MASK] [CLS]"])
    assert not set(encoding.ids[1:-1].tolist()) & {START, END, MASK, 0}


def test_a_word_of_one_record_is_not_in_the_vocabulary() -> None:
    tokens = PieceTokenizer(min_records=2).fit(["胃 smith smith", "胃 x"]).vocabulary.tokens
    assert tokens == ("胃",)
    assert PieceTokenizer(min_records=1).fit(["胃 smith"]).encode(["Smith"])[0].ids[1] > UNKNOWN


@settings(deadline=None, max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_offsets_stay_in_the_text_and_in_order(text: str) -> None:
    (encoding,) = FITTED.encode([text])
    real = ~encoding.special
    starts, ends = encoding.starts[real], encoding.ends[real]
    assert ((starts >= 0) & (starts < ends) & (ends <= len(text))).all()
    assert (starts[1:] >= starts[:-1]).all()
    assert not set(encoding.ids[real].tolist()) & (set(range(len(SPECIAL))) - {UNKNOWN})


def test_the_state_is_json_and_brings_everything_back() -> None:
    again = PieceTokenizer().load(json.loads(json.dumps(FITTED.state())))
    assert again.vocabulary == FITTED.vocabulary
    assert again.order == FITTED.order
    for one, other in zip(FITTED.encode(TEXTS), again.encode(TEXTS), strict=True):
        assert np.array_equal(one.ids, other.ids)


@pytest.mark.parametrize(
    ("text", "written"), [("胃窦，示", "胃窦,示"), ("ulcer of the 胃", "ulcer of the胃"), ("hut", "hut")]
)
def test_numbers_are_written_as_text(text: str, written: str) -> None:
    (encoding,) = FITTED.encode([text])
    assert FITTED.decode(encoding.ids.tolist()) == written
