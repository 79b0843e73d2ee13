"""A text counts once, and no label is lost."""

from medtext.corpus.known_texts import KnownTexts


def test_equal_texts_are_known_whatever_their_width_and_blanks() -> None:
    seen = KnownTexts()
    assert [seen.is_known(text, None, "a") for text in ("胃 3cm", "胃３ｃｍ", "胃4cm")] == [False, True, False]


def test_the_first_with_labels_counts_as_new() -> None:
    seen = KnownTexts()
    labels = (None, ("胃",), None, ("胃",))
    assert [seen.is_known("a", each, "place") for each in labels] == [False, False, True, True]
    assert seen.conflicts() == []


def test_conflicting_labels_are_told_with_their_places() -> None:
    seen = KnownTexts()
    for place, labels in (
        ("a:2", ("胃", "肠")),
        ("a:3", ("肠", "胃")),
        ("a:4", ("肺",)),
        ("a:5", ()),
        ("a:6", ("肺",)),
    ):
        seen.is_known("text", labels, place)
    (found,) = seen.conflicts()
    assert found.sides == (("a:2", ("肠", "胃")), ("a:4", ("肺",)), ("a:5", ()))
