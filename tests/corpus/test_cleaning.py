"""Exports are made plain, and no word is changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtext.corpus.check import text_fault
from medtext.corpus.cleaning import clean_text
from medtext.corpus.fold import fold_text

PIECES = st.sampled_from(
    [
        "&",
        "amp;",
        "lt;",
        "#38;",
        "&nbsp;",
        "<",
        ">",
        "br",
        "/",
        "sup",
        "\u200b",
        "\u3000",
        "\t",
        "\r",
        "\n",
        "\x00",
        "胃",
        "3mm",
    ]
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("　胃窦　黏膜\t充血 \r\n\r\n  糜烂　", "胃窦 黏膜 充血\n糜烂"),
        ("胃\x00窦\x1a炎\x07", "胃 窦 炎"),
        ("胃\u200b窦\ufeff炎\u00ad", "胃窦炎"),
        ("胃窦\u2028炎\x0b好\u0085了", "胃窦\n炎\n好\n了"),
        ("直径&lt;3mm，&nbsp;A&amp;B", "直径<3mm， A&B"),
        ("直径&amp;lt;3mm", "直径<3mm"),
        ("&#32963;&#x7AA6;", "胃窦"),
        ("AT&T；R&D &unknown; &lt", "AT&T；R&D &unknown; &lt"),
        ("胃窦<br/>充血<BR>糜烂<p class='a'>息肉</p>", "胃窦\n充血\n糜烂\n息肉"),
        ("<table><tr><td>胃</td><td>肠</td></tr></table>", "胃 肠"),
        ("<b>胃</b><font color=red>窦</font>", "胃窦"),
        ("WBC 3.5×10<sup>9</sup>/L，H<sub>2</sub>O", "WBC 3.5×10^9/L，H2O"),
        ("直径<3mm，a<b，PLT>100，<未见>", "直径<3mm，a<b，PLT>100，<未见>"),
        ("Ｈｐ（＋），１２ｃｍ", "Ｈｐ（＋），１２ｃｍ"),
        ("a\ud800b", "a\ufffdb"),
        ("\u200b \u3000<br>\n", ""),
    ],
)
def test_what_an_export_leaves_behind_goes(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(st.text() | st.lists(PIECES, max_size=30).map("".join))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once


@given(st.text())
def test_what_is_clean_can_be_read_as_a_record(text: str) -> None:
    clean = clean_text(text)
    assert clean == "" or text_fault(clean) is None
    assert "\r" not in clean
    assert "  " not in clean


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x9FFF, categories=["L", "N", "P"]), max_size=80))
def test_letters_digits_and_signs_stay(text: str) -> None:
    if "&" not in text and "<" not in text:
        assert fold_text(clean_text(text)) == fold_text(text)


def test_a_long_text_takes_few_passes() -> None:
    assert clean_text("&" + "amp;" * 200_000 + "lt;3mm") == "<3mm"
