"""A dictionary says what a word is: medtext's own by name, a user's by its file, synonyms beside either."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from medtext.errors import OptionError
from medtext.explain.dictionary import BUNDLED, Entry, find_dictionary, lasting, read_dictionary
from medtext.explain.measures import find_measures
from medtext.explain.synonyms import Synonyms
from medtext.explain.words import Cutter, jieba_cutter, term_cutter, word_cutter

CLASSES = {"anatomy", "finding", "diagnosis", "pathology", "procedure", "grade", "symptom", "drug", "report"}


def cut(text: str, cutter: Cutter) -> list[str]:
    return [text[start:end] for start, end in cutter(text)]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A dictionary of a user's, with synonyms beside it."""
    (tmp_path / "own.synonyms.toml").write_text(
        'pieces = [["反流", "返流"]]\nwords = [["幽门螺杆菌", "Hp", "小弯菌"]]\n', encoding="utf-8"
    )
    (tmp_path / "own.txt").write_text("反流性胃炎 200 diagnosis\n幽门螺杆菌\n", encoding="utf-8")
    return tmp_path / "own.txt"


def test_the_terms_are_many_of_known_classes_and_each_stands_once() -> None:
    entries = read_dictionary("gi-terms").entries
    assert len(entries) >= 500
    assert {entry.tag for entry in entries} == CLASSES
    assert [word for word, count in Counter(entry.word for entry in entries).items() if count > 1] == []


def test_no_term_denies_itself() -> None:
    denied = ("无黏膜", "阴性", "阳性", "未见异常")
    assert [entry.word for entry in read_dictionary("gi-terms").entries if entry.word.endswith(denied)] == []


def test_every_term_in_every_spelling_is_one_word() -> None:
    cutter = term_cutter("gi-terms")
    words = [entry.word for entry in read_dictionary("gi-terms").spelt() if not find_measures(entry.word)]
    assert len(words) > 1500
    assert [word for word in words if cut(word, cutter) != [word]] == []


def test_the_longest_of_nested_terms_is_cut() -> None:
    text = "慢性非萎缩性胃炎，胃炎，低级别上皮内瘤变"
    assert cut(text, term_cutter("gi-terms")) == ["慢性非萎缩性胃炎", "，", "胃炎", "，", "低级别上皮内瘤变"]


def test_the_order_of_nested_terms_in_a_file_does_not_count(tmp_path: Path) -> None:
    words = ["慢性萎缩性胃炎", "萎缩性胃炎", "胃炎", "性胃"]
    for name, order in (("down", words), ("up", words[::-1])):
        (tmp_path / name).write_text("\n".join(order), encoding="utf-8")
        assert cut("见慢性萎缩性胃炎", jieba_cutter(tmp_path / name)) == ["见", "慢性萎缩性胃炎"]


def test_what_reports_are_full_of_is_cut_into_terms() -> None:
    cutter = term_cutter("gi-terms")
    assert cut("进镜至回肠末端", cutter) == ["进镜", "至", "回肠末端"]
    assert cut("齿状线清晰，降结肠黏膜光滑", cutter) == ["齿状线", "清晰", "，", "降结肠", "黏膜光滑"]
    assert cut("胃窦见一亚蒂息肉", cutter) == ["胃窦", "见", "一", "亚蒂", "息肉"]
    assert cut("反流性食道炎（ＬＡ－Ｂ）", cutter) == ["反流性食道炎", "（", "ＬＡ－Ｂ", "）"]


def test_measures_are_cut_first_where_a_dictionary_is_given_and_only_there() -> None:
    text = "息肉0.5*0.6cm,Hp(+)"
    assert cut(text, word_cutter(Path("gi-terms"))) == ["息肉", "0.5*0.6cm", ",", "Hp(+)"]
    assert cut(text, word_cutter()) == cut(text, jieba_cutter())
    assert "0.5*0.6cm" not in cut(text, word_cutter())
    assert "0.5*0.6cm" not in cut(text, jieba_cutter("gi-terms"))  # what models read


def test_words_cover_the_text_whatever_is_cut_by_rule() -> None:
    text = "  2023-05-01 \n见0.4×0.3ｃｍ息肉，ＬＡ-B级；Ｈｐ（＋）　"
    spans = term_cutter("gi-terms")(text)
    assert "".join(text[start:end] for start, end in spans) == text


def test_a_users_synonyms_stand_beside_the_file(own: Path) -> None:
    made = read_dictionary(own)
    assert made.entries == (Entry("反流性胃炎", 200, "diagnosis"), Entry("幽门螺杆菌"))
    assert made.synonyms.key("返流性胃炎") == made.synonyms.key("反流性胃炎")
    assert made.synonyms.key("ＨＰ") == made.synonyms.key("小弯菌") == "幽门螺杆菌"
    assert cut("返流性胃炎伴小弯菌", jieba_cutter(own)) == ["返流性胃炎", "伴", "小弯菌"]


def test_a_spelling_keeps_frequency_and_tag_of_its_word(own: Path) -> None:
    spelt = {entry.word: entry for entry in read_dictionary(own).spelt()}
    assert spelt["返流性胃炎"] == Entry("返流性胃炎", 200, "diagnosis")
    assert set(spelt) == {"反流性胃炎", "返流性胃炎", "幽门螺杆菌", "Hp", "小弯菌"}


def test_synonyms_are_equal_to_a_clinician() -> None:
    key = read_dictionary("gi-terms").synonyms.key
    for same in (
        ("粘膜下层", "黏膜下层"),
        ("返流性食道炎", "反流性食管炎"),
        ("肠化", "肠上皮化生"),
        ("ESD", "内镜粘膜下剥离术"),
    ):
        assert len(set(map(key, same))) == 1, same
    for other in (("低级别上皮内瘤变", "高级别上皮内瘤变"), ("食管癌", "食管"), ("慢性浅表性胃炎", "慢性非萎缩性胃炎")):
        assert len(set(map(key, other))) == 2, other


def test_synonyms_of_the_bundled_terms_stand_in_one_group_each() -> None:
    made = read_dictionary("gi-terms").synonyms
    keys = [made.key(name) for _, name in made.names()]
    assert len(set(keys)) == len(made.words)
    assert [made.key(first) == made.key(name) for first, name in made.names()] == [True] * len(keys)


def test_a_name_finds_the_bundled_file_and_is_what_a_run_remembers(tmp_path: Path, monkeypatch: object) -> None:
    assert find_dictionary(Path("gi-terms")) == find_dictionary("gi-terms") == BUNDLED["gi-terms"]
    assert BUNDLED["gi-terms"].is_file()
    assert lasting(Path("gi-terms")) == Path("gi-terms")
    assert lasting(Path("terms.txt")).is_absolute()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("反流性胃炎 200 n more", ":1: expected a word, then a frequency and a tag if wished"),
        ("胃炎\n\n胃 炎", ":3: expected a word"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "own.txt").write_text(content, encoding="utf-8")
    with pytest.raises(OptionError, match=says):
        read_dictionary(tmp_path / "own.txt")


def test_a_missing_file_names_the_dictionary_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="gi-term: there is no such dictionary file; medtext's own is gi-terms"):
        jieba_cutter(tmp_path / "gi-term")
    with pytest.raises(OptionError, match="cannot be read"):
        jieba_cutter(tmp_path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("pieces = 3", "pieces is a list of groups of two and more words"),
        ('words = [["Hp"]]', "words is a list of groups of two and more words"),
        ('words = [["Hp", 3]]', "words is a list of texts"),
        ('word = [["a", "b"]]', "'word' is not known: there is pieces, words"),
        ('words = [["Hp", "a"], ["b", "hp"]]', "'hp' stands in two groups: join them"),
        ('pieces = [["黏膜", "粘膜"], ["粘膜", "膜"]]', "'粘膜' stands in two groups"),
        ('pieces = [["黏膜", "粘膜"]]\nwords = [["黏膜层", "a"], ["粘膜层", "b"]]', "'黏膜层' stands in two groups"),
        ("pieces = [", "not TOML"),
    ],
)
def test_broken_synonyms_are_named(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "own.synonyms.toml").write_text(content, encoding="utf-8")
    with pytest.raises(OptionError, match=says):
        Synonyms.read(tmp_path / "own.synonyms.toml")


def test_pieces_of_latin_letters_keep_their_case_in_spellings() -> None:
    made = Synonyms((("Barrett", "barett"),))
    assert made.spellings("Barrett食管") == ["Barrett食管", "barett食管"]
    assert made.key("BARETT食管") == made.key("Barrett食管") == "barrett食管"
