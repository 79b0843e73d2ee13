"""What stands in a corpus, as a terminal shows it: duplicates, words, sentences, and what a keyword rule scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from medtext.cli.output import cell, new_table, table_text
from medtext.cli.prose import number, percent, prose, short
from medtext.corpus.duplicates import LEAKS
from medtext.corpus.sentences import Sentences
from medtext.report.statistics import Statistics

LABELS = 12
"""Labels that get a row; the report has all."""
_ROWS = 10
"""Rows of sentences and pairs; the report has --top of them."""
_WORDS = 8
"""Words of a label that are shown."""
_EXAMPLES = 3
_SECTIONS = {"text": "What is read: ", "target": "What is to be written: "}
_PAIR, _BEGINNING = 24, 44
"""Columns of a label beside another, and of a text that stands more than once."""


def duplicates_tables(found: Statistics) -> Iterator[str]:
    """Yield how often texts stand more than once, and where."""
    if not found.parts["all"].texts:
        return
    pairs = [f"{one} in {other}" for one, other in LEAKS]
    table = new_table("duplicates", ">texts", ">records", *(f">{pair}" for pair in pairs))
    for name, same in (("exact", found.exact), ("folded", found.folded)):
        table.add_row(name, number(same.texts), number(same.records), *(number(same.across[pair]) for pair in pairs))
    table.add_row("nearly", "", "", *(number(found.near.across[pair]) for pair in pairs))
    says = (
        "Folded: width and blanks do not count. Nearly: at least 80% of all pieces of 3 (ASCII: 5) characters shared."
    )
    yield table_text(table) + prose(says)
    file = PurePath(found.corpus["source"]).name
    listed = new_table("", "where", "text")
    for kind, places, text in _examples(found):
        where = ", ".join(place.removeprefix(file) for place in places)
        listed.add_row(kind, cell(where), short(text, _BEGINNING))
    if listed.row_count:
        yield table_text(listed)


def _examples(found: Statistics) -> Iterator[tuple[str, Iterable[str], str]]:
    """Yield some duplicates: what kind they are, their places, and how the text begins."""
    for same in found.folded.examples[:_EXAMPLES]:
        yield f"{same.records:,} times", same.places, same.text
    for near in found.near.examples[:_EXAMPLES]:
        yield f"{percent(near.share)}", near.places, near.texts[0]
    for conflict in found.conflicts[:_EXAMPLES]:
        sides = [f"{PurePath(place).name} ({', '.join(labels) or 'no label'})" for place, labels in conflict.sides]
        yield "conflict", sides, ""


def together_tables(found: Statistics) -> Iterator[str]:
    """Yield which labels stand together."""
    if found.cooccurrence is None or not found.cooccurrence.pairs:
        return
    table = new_table("labels together", "", ">records", ">Jaccard", ">lift")
    for pair in found.cooccurrence.pairs[:_ROWS]:
        table.add_row(
            short(pair.first, _PAIR),
            short(pair.second, _PAIR),
            number(pair.records),
            f"{pair.jaccard:.2f}",
            f"{pair.lift:.2f}",
        )
    yield table_text(table)


def words_tables(found: Statistics) -> Iterator[str]:
    """Yield the words that mark a label, and the most frequent ones."""
    if found.marking:
        table = new_table("label", "words that mark it in train (log-odds)")
        for row in found.labels[:LABELS]:
            words = found.marking.get(row.label, [])[:_WORDS]
            table.add_row(cell(row.label), cell("  ".join(word.word for word in words)))
        yield table_text(table)
    if found.words:
        table = new_table(">records", "=word", ">records", "=word", ">records", "=word", ">records", "=word")
        cells = [each for word in found.words for each in (number(word.records), cell(word.word))]
        for start in range(0, len(cells), 8):
            table.add_row(*cells[start : start + 8])
        yield table_text(table, "The most frequent words, none left out")


def sentences_tables(found: Statistics) -> Iterator[str]:
    """Yield the sentences of many records; of each section for itself, where there are two."""
    parts = {_SECTIONS[name]: section.sentences for name, section in found.sections.items()}
    for name, sentences in (parts or {"": found.sentences}).items():
        if sentences.total:
            yield _sentences_table(sentences, name)


def _sentences_table(sentences: Sentences, section: str) -> str:
    table = new_table(">records", "sentence")
    for sentence, records in sentences.common[:_ROWS]:
        table.add_row(number(records), cell(sentence))
    title = section + (
        f"{sentences.total:,} sentences, {sentences.distinct:,} different; "
        f"{percent(sentences.repeated / sentences.total)} stand in several records"
    )
    return table_text(table, title) if sentences.common else prose(title)


def rule_tables(found: Statistics) -> Iterator[str]:
    """Yield what a keyword rule scores."""
    if found.rule is None:
        return
    parts = found.rule.scores
    table = new_table(
        "a keyword rule scores", *(f">{part} {name}" for part in parts for name in ("accuracy", "macro F1"))
    )
    for name in ("rule", "majority"):
        figures = [parts[part][name][key] for part in parts for key in ("accuracy", "macro_f1")]
        table.add_row(name, *(cell("–" if figure is None else figure) for figure in figures))
    yield table_text(table) + prose(f"Rule: {found.rule.says}.")
