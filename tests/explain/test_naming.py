"""What a dictionary names as one is counted as one, and shown as it is mostly written."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from medtext.corpus.record import Record
from medtext.explain.attribution import Attribution
from medtext.explain.keywords import KeywordTable
from medtext.explain.naming import as_written, by_stem, name_span, naming
from medtext.explain.spans import find_spans
from medtext.explain.word_counts import WordTable
from medtext.explain.words import word_cutter

TERMS = Path("gi-terms")
TEXTS = [
    "返流性食道炎，LA-B级",
    "反流性食管炎，LA-B",
    "返流性食道炎；息肉0.5*0.6cm",
    "息肉3mm，2023-05-01",
    "见HP（＋）",
    "见幽门螺杆菌(+)",
]


def attribution(text: str) -> Attribution:
    sites = np.array([(place, place + 1) for place in range(len(text))], dtype=np.int64)
    scores = np.ones(len(text))
    record = Record(id=text, text=text)
    tokens = Attribution(record, "上", 0.9, sites, scores, float(scores.sum()), 0.0, 0, None)
    return tokens.merged(word_cutter(TERMS)(text))


def table(texts: list[str], dictionary: Path | None) -> KeywordTable:
    made = KeywordTable(0.01, naming=naming(dictionary))
    for text in texts:
        made.add([attribution(text)])
    return made


def counts(made: KeywordTable) -> dict[str, int]:
    return {row.keyword: row.count for row in made.rows()}


def test_synonyms_are_one_keyword_in_its_commonest_form() -> None:
    found = counts(table(TEXTS, TERMS))
    assert found["返流性食道炎"] == 3
    assert "反流性食管炎" not in found
    assert found["LA-B"] == 2
    assert {"LA-B级"}.isdisjoint(found)
    assert sum(count for keyword, count in found.items() if "(+)" in keyword or "（＋）" in keyword) == 2


def test_measurements_and_dates_are_classes_and_grades_stay_themselves() -> None:
    found = counts(table([*TEXTS, "LA-A"], TERMS))
    assert found["息肉[measurement]"] == 2
    assert found["[date]"] == 1
    assert found["LA-A"] == 1


def test_without_a_dictionary_words_are_counted_as_they_are_written() -> None:
    found = counts(table(TEXTS, None))
    assert (found["返流性食道炎"], found["反流性食管炎"], found["息肉0.5*0.6cm"]) == (2, 1, 1)


def test_tables_of_parts_merge_to_the_table_of_all() -> None:
    parts = table(TEXTS[:2], TERMS).merge(table(TEXTS[2:], TERMS))
    assert parts.rows() == table(TEXTS, TERMS).rows()


def test_a_parent_is_counted_and_the_term_in_it_is_not() -> None:
    found = counts(table(["慢性非萎缩性胃炎", "胃炎", "慢性非萎缩性胃炎"], TERMS))
    assert found == {"慢性非萎缩性胃炎": 2, "胃炎": 1}


def test_the_surface_of_a_span_stays_that_of_the_text() -> None:
    (span,) = find_spans(attribution("返流性食道炎0.5ｃｍ"), 0.01)
    assert span.text == "返流性食道炎0.5ｃｍ"
    assert span.words == ((0, 6), (6, 11))
    assert name_span("返流性食道炎0.5ｃｍ", span.words, naming(TERMS)) == (
        "反流性食管炎[measurement]",
        "返流性食道炎[measurement]",
    )


def test_what_stands_between_words_parts_their_names() -> None:
    assert name_span("a b", [(0, 1), (2, 3)], as_written) == ("a b", "a b")
    assert name_span("a b", [(0, 1), (2, 3)], as_written) != name_span("ab", [(0, 1), (1, 2)], as_written)


def test_words_of_a_corpus_are_counted_so_too() -> None:
    made = WordTable.count(TEXTS, word_cutter(TERMS), naming=naming(TERMS))
    records = {word.word: word.records for word in made.common()}
    assert (records["返流性食道炎"], records["la-b"], records["[measurement]"], records["[date]"]) == (3, 2, 2, 1)
    assert {"反流性食管炎", "la-b级", "0.5*0.6cm", "3mm"}.isdisjoint(records)
    plain = WordTable.count(TEXTS, word_cutter(TERMS))
    assert {"反流性食管炎", "0.5*0.6cm"} <= {word.word for word in plain.common()}


def test_words_of_one_stem_are_one_keyword_in_its_commonest_form() -> None:
    made = KeywordTable(0.01, naming=by_stem(as_written))
    for text in ("nodules", "Nodule", "nodules", "nodular", "结节"):
        made.add([attribution(text)])
    assert counts(made) == {"nodules": 3, "nodular": 1, "结节": 1}


def test_stems_join_what_a_dictionary_names_as_one() -> None:
    name = by_stem(naming(TERMS))
    assert name("Ulcers")[0] == name("ulcer")[0]
    assert name("食道炎")[0] == name("食管炎")[0] == naming(TERMS)("食管炎")[0]
