"""Long texts are cut where a sentence ends, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtext.corpus.pieces import cut_pieces


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [
        ("胃窦充血。", 5, ["胃窦充血。"]),
        ("胃窦充血。胃体糜烂。", 9, ["胃窦充血。", "胃体糜烂。"]),
        ("胃窦充血，水肿，胃体糜烂", 6, ["胃窦充血，", "水肿，", "胃体糜烂"]),
        ("胃窦充血水肿", 4, ["胃窦充血", "水肿"]),
        ("Size 3.5 cm. No ulcer. Clear.", 23, ["Size 3.5 cm. No ulcer.", "Clear."]),
        ("胃窦充血。。", 5, ["胃窦充血。", "。"]),
        ("", 5, []),
    ],
)
def test_texts_are_cut_at_the_best_place(text: str, most: int, cut: list[str]) -> None:
    assert cut_pieces(text, most) == cut


@given(st.text("胃肠。，\n a.", max_size=200), st.integers(1, 30))
def test_pieces_fit_and_nothing_but_blanks_is_lost(text: str, most: int) -> None:
    cut = cut_pieces(text, most)
    assert all(0 < len(piece) <= most for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())
