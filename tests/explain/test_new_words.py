"""Words that no dictionary has are found and ranked."""

from pathlib import Path

from medtext.explain.new_words import NewWords
from medtext.explain.words import jieba_cutter

TEXT = "反流性食管炎，反流性咽炎"


def cut(text: str, dictionary: Path | None = None) -> str:
    """Return a text as it is cut, blanks between words."""
    return " ".join(text[start:end] for start, end in jieba_cutter(dictionary)(text))


def test_words_that_jieba_guesses_are_counted_once_a_text() -> None:
    words = NewWords()
    for text in (TEXT, TEXT, "黏膜光滑"):
        words.add(cut(text))
    assert words.top(5) == [("反流性", 2)]
    assert words.top(5, least=3) == []
    assert words.top(0) == []


def test_a_word_of_the_users_dictionary_is_not_new(tmp_path: Path) -> None:
    dictionary = tmp_path / "terms.txt"
    dictionary.write_text("反流性\n", encoding="utf-8")
    words = NewWords(dictionary)
    words.add(cut(TEXT, dictionary))
    assert words.top(5, least=1) == []
