"""A corpus's figures as a terminal shows them: what matters first, warnings marked, the rest left to the report."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from rich.table import Table
from rich.text import Text

from medtext.cli.output import answers, cell, new_table, table_text, visible
from medtext.corpus.duplicates import LEAKS
from medtext.corpus.lengths import Lengths
from medtext.corpus.split import NAMES
from medtext.report.statistics import Statistics

_LABELS = 12
"""Labels that get a row; the report has all."""
_ROWS = 10
"""Rows of sentences and pairs; the report has --top of them."""
_WORDS = 8
"""Words of a label that are shown."""
_EXAMPLES = 3
_NAME, _PAIR, _BEGINNING = 16, 24, 44
"""Columns of a label beside its lengths, of one beside another, and of a text that stands more than once."""


def statistics_text(found: Statistics) -> str:
    """Return all tables as one text."""
    sections = [
        table_text(_records(found), found.title) + _groups(found),
        _warned(found.warnings),
        *_labels(found),
        *_lengths(found),
        _characters(found),
        *_duplicates(found),
        *_together(found),
        *_words(found),
        *_sentences(found),
        *_rule(found),
    ]
    return "\n".join(section for section in sections if section)


def _records(found: Statistics) -> Table:
    table = new_table("", *(f">{name}" for name in found.parts))
    everything = found.parts["all"]
    table.add_row("records", *(_number(part.records) for part in found.parts.values()))
    table.add_row("share", *(_percent(part.records / everything.records) for part in found.parts.values()))
    for name in ("labelled", "images", "targets", "groups"):
        if name == "labelled" or getattr(everything, name):
            table.add_row(name, *(_number(getattr(part, name)) for part in found.parts.values()))
    return table


def _groups(found: Statistics) -> str:
    whole = found.parts["all"]
    if not whole.groups:
        return ""
    mean = whole.grouped / whole.groups
    return _prose(f"{whole.groups:,} groups of {mean:.1f} records on average, at most {whole.largest:,}.")


def _warned(warnings: Iterable[str]) -> str:
    """Return warnings one below the other, marked, in colour on a terminal."""
    return "".join(_prose(Text.assemble(("! ", "bold red"), (visible(warning), "bold"))) for warning in warnings)


def _labels(found: Statistics) -> Iterator[str]:
    if not found.labels:
        return
    names = [name for name in NAMES if found.parts[name].labelled]
    table = new_table("label", ">all", *(f">{name}" for name in names))
    for row in found.labels[:_LABELS]:
        parts = [_count_and_share(row.parts[name], found.parts[name].labelled) for name in names]
        table.add_row(cell(row.label), _count_and_share(row.records, found.parts["all"].labelled), *parts)
    hidden = len(found.labels) - _LABELS
    lines = [f"{hidden:,} more labels: see --report or --json."] if hidden > 0 else []
    if found.imbalance is not None:
        lines.append(f"The commonest label has {found.imbalance:,.1f} times the records of the rarest.")
    if found.cooccurrence is not None:
        sizes = ", ".join(f"{size}: {count:,}" for size, count in found.cooccurrence.per_record.items())
        lines.append(f"{found.cooccurrence.mean:.2f} labels a record ({sizes}).")
    yield table_text(table) + _prose(" ".join(lines))


def _lengths(found: Statistics) -> Iterator[str]:
    lengths = found.lengths
    if lengths.characters is None and lengths.target_characters is None:
        return
    table = new_table("length", ">min", ">25%", ">median", ">mean", ">75%", ">90%", ">95%", ">99%", ">max")
    _length_row(table, cell("characters"), lengths.characters)
    _length_row(table, cell("tokens"), lengths.tokens)
    for row in found.labels[:_LABELS]:
        _length_row(table, _short(f"  {row.label}", _NAME), lengths.by_label.get(row.label))
    _length_row(table, cell("targets in characters"), lengths.target_characters)
    _length_row(table, cell("targets in tokens"), lengths.target_tokens)
    cut = lengths.cut
    says = (
        f"Cut at {cut.limit:,} tokens ({found.corpus['tokenizer']}): {cut.texts:,} texts ({_percent(cut.share)}), "
        f"{cut.tokens_lost:,} tokens lost ({_percent(cut.share_lost)}). "
        f"A limit of {cut.whole:,} keeps 99% of them whole."
    )
    yield table_text(table) + (_prose(says) if lengths.tokens else "")


def _length_row(table: Table, name: Text, lengths: Lengths | None) -> None:
    if lengths is not None:
        table.add_row(name, *(f"{value:,.0f}" for _, value in lengths.shown()))


def _characters(found: Statistics) -> str:
    characters = found.characters
    if not characters.total:
        return ""
    kinds = ", ".join(f"{kind} {_percent(share)}" for kind, share in characters.shares())
    common = " ".join(visible(character) for character, _ in characters.common)
    lines = [
        f"{characters.total:,} characters, {characters.distinct:,} different, {characters.once:,} seen once: {kinds}.",
        f"The most frequent: {common}",
    ]
    if found.vocabulary is not None:
        unknown = ", ".join(
            f"{name} {_percent(share)}" for name, share in found.vocabulary.unknown.items() if share is not None
        )
        lines.append(
            f"Vocabulary of train ({found.corpus['tokenizer']}): {found.vocabulary.size:,}; unknown tokens: {unknown}."
        )
    return "".join(map(_prose, lines))


def _duplicates(found: Statistics) -> Iterator[str]:
    if not found.parts["all"].texts:
        return
    pairs = [f"{one} in {other}" for one, other in LEAKS]
    table = new_table("duplicates", ">texts", ">records", *(f">{pair}" for pair in pairs))
    for name, same in (("exact", found.exact), ("folded", found.folded)):
        table.add_row(name, _number(same.texts), _number(same.records), *(_number(same.across[pair]) for pair in pairs))
    table.add_row("nearly", "", "", *(_number(found.near.across[pair]) for pair in pairs))
    says = (
        "Folded: width and blanks do not count. Nearly: at least 80% of all pieces of 3 (ASCII: 5) characters shared."
    )
    yield table_text(table) + _prose(says)
    file = PurePath(found.corpus["source"]).name
    listed = new_table("", "where", "text")
    for kind, places, text in _examples(found):
        where = ", ".join(place.removeprefix(file) for place in places)
        listed.add_row(kind, cell(where), _short(text, _BEGINNING))
    if listed.row_count:
        yield table_text(listed)


def _examples(found: Statistics) -> Iterator[tuple[str, Iterable[str], str]]:
    """Yield some duplicates: what kind they are, their places, and how the text begins."""
    for same in found.folded.examples[:_EXAMPLES]:
        yield f"{same.records:,} times", same.places, same.text
    for near in found.near.examples[:_EXAMPLES]:
        yield f"{_percent(near.share)}", near.places, near.texts[0]
    for conflict in found.conflicts[:_EXAMPLES]:
        sides = [f"{PurePath(place).name} ({', '.join(labels) or 'no label'})" for place, labels in conflict.sides]
        yield "conflict", sides, ""


def _together(found: Statistics) -> Iterator[str]:
    if found.cooccurrence is None or not found.cooccurrence.pairs:
        return
    table = new_table("labels together", "", ">records", ">Jaccard", ">lift")
    for pair in found.cooccurrence.pairs[:_ROWS]:
        table.add_row(
            _short(pair.first, _PAIR),
            _short(pair.second, _PAIR),
            _number(pair.records),
            f"{pair.jaccard:.2f}",
            f"{pair.lift:.2f}",
        )
    yield table_text(table)


def _words(found: Statistics) -> Iterator[str]:
    if found.marking:
        table = new_table("label", "words that mark it in train (log-odds)")
        for row in found.labels[:_LABELS]:
            words = found.marking.get(row.label, [])[:_WORDS]
            table.add_row(cell(row.label), cell("  ".join(word.word for word in words)))
        yield table_text(table)
    if found.words:
        table = new_table(">records", "=word", ">records", "=word", ">records", "=word", ">records", "=word")
        cells = [each for word in found.words for each in (_number(word.records), cell(word.word))]
        for start in range(0, len(cells), 8):
            table.add_row(*cells[start : start + 8])
        yield table_text(table, "The most frequent words, none left out")


def _sentences(found: Statistics) -> Iterator[str]:
    sentences = found.sentences
    if not sentences.total:
        return
    table = new_table(">records", "sentence")
    for sentence, records in sentences.common[:_ROWS]:
        table.add_row(_number(records), cell(sentence))
    title = (
        f"{sentences.total:,} sentences, {sentences.distinct:,} different; "
        f"{_percent(sentences.repeated / sentences.total)} stand in several records"
    )
    yield table_text(table, title) if sentences.common else _prose(title)


def _rule(found: Statistics) -> Iterator[str]:
    if found.rule is None:
        return
    parts = found.rule.scores
    table = new_table(
        "a keyword rule scores", *(f">{part} {name}" for part in parts for name in ("accuracy", "macro F1"))
    )
    for name in ("rule", "majority"):
        figures = [parts[part][name][key] for part in parts for key in ("accuracy", "macro_f1")]
        table.add_row(name, *(cell("–" if figure is None else figure) for figure in figures))
    yield table_text(table) + _prose(f"Rule: {found.rule.says}.")


def _prose(line: str | Text) -> str:
    """Return a line, broken between words on a terminal."""
    if not str(line):
        return ""
    console = answers()
    with console.capture() as capture:
        console.print(line, soft_wrap=not sys.stdout.isatty())
    return "".join(f"{each.rstrip()}\n" for each in capture.get().splitlines())


def _short(text: str, columns: int) -> Text:
    """Return a cell of at most so many columns; a Chinese character takes two."""
    short = cell(text)
    short.truncate(columns, overflow="ellipsis")
    return short


def _number(count: int) -> str:
    return f"{count:,}"


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _count_and_share(count: int, total: int) -> str:
    return f"{count:,} {count / max(1, total):6.1%}"
