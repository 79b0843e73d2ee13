"""A corpus's figures as a terminal shows them: what matters first, warnings marked, the rest left to the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.table import Table
from rich.text import Text

from medtext.cli.output import cell, new_table, table_text, visible
from medtext.cli.prose import number, percent, prose, short
from medtext.cli.statistics_lists import (
    LABELS,
    duplicates_tables,
    rule_tables,
    sentences_tables,
    together_tables,
    words_tables,
)
from medtext.corpus.lengths import Lengths
from medtext.corpus.split import NAMES
from medtext.report.statistics import Statistics

_NAME = 16
"""Columns of a label beside its lengths."""


def statistics_text(found: Statistics) -> str:
    """Return all tables as one text."""
    sections = [
        table_text(_records(found), found.title) + _groups(found),
        _warned(found.warnings),
        *_labels(found),
        _images(found),
        *_lengths(found),
        _characters(found),
        *duplicates_tables(found),
        *together_tables(found),
        *words_tables(found),
        *sentences_tables(found),
        *rule_tables(found),
    ]
    return "\n".join(section for section in sections if section)


def _records(found: Statistics) -> Table:
    table = new_table("", *(f">{name}" for name in found.parts))
    everything = found.parts["all"]
    table.add_row("records", *(number(part.records) for part in found.parts.values()))
    table.add_row("share", *(percent(part.records / everything.records) for part in found.parts.values()))
    for name in ("labelled", "images", "targets", "groups"):
        if name == "labelled" or getattr(everything, name):
            table.add_row(name, *(number(getattr(part, name)) for part in found.parts.values()))
    return table


def _groups(found: Statistics) -> str:
    whole = found.parts["all"]
    if not whole.groups:
        return ""
    mean = whole.grouped / whole.groups
    return prose(f"{whole.groups:,} groups of {mean:.1f} records on average, at most {whole.largest:,}.")


def _images(found: Statistics) -> str:
    """Say in some lines how many images there are, what they show, how large and bright they are."""
    images = found.images
    if images is None:
        return ""
    per_record = ", ".join(f"{count}: {records:,}" for count, records in images.per_record.items())
    views = ", ".join(f"{view or 'not said'}: {count:,}" for view, count in images.views.items())
    sizes = ", ".join(f"{size}: {count:,}" for size, count in images.sizes.items())
    lines = [
        prose(f"{images.images:,} images; records by their number: {per_record}. Views: {views}."),
        prose(f"Sizes in pixels: {sizes}."),
    ]
    if images.brightness is not None:
        of = images.brightness
        lines.append(prose(f"Mean grey level (0 to 255): median {of.median:.0f}, from {of.shortest} to {of.longest}."))
    if images.unreadable:
        lines += [
            prose(Text.assemble(("! ", "bold red"), (f"{images.unreadable:,} images cannot be read:", "bold"))),
            *(prose(visible(fault)) for fault in images.faults),
        ]
    return "".join(lines)


def _warned(warnings: Iterable[str]) -> str:
    """Return warnings one below the other, marked, in colour on a terminal."""
    return "".join(prose(Text.assemble(("! ", "bold red"), (visible(warning), "bold"))) for warning in warnings)


def _labels(found: Statistics) -> Iterator[str]:
    if not found.labels:
        return
    names = [name for name in NAMES if found.parts[name].labelled]
    table = new_table("label", ">all", *(f">{name}" for name in names))
    for row in found.labels[:LABELS]:
        parts = [_count_and_share(row.parts[name], found.parts[name].labelled) for name in names]
        table.add_row(cell(row.label), _count_and_share(row.records, found.parts["all"].labelled), *parts)
    hidden = len(found.labels) - LABELS
    lines = [f"{hidden:,} more labels: see --report or --json."] if hidden > 0 else []
    if found.imbalance is not None:
        lines.append(f"The commonest label has {found.imbalance:,.1f} times the records of the rarest.")
    if found.cooccurrence is not None:
        sizes = ", ".join(f"{size}: {count:,}" for size, count in found.cooccurrence.per_record.items())
        lines.append(f"{found.cooccurrence.mean:.2f} labels a record ({sizes}).")
    yield table_text(table) + prose(" ".join(lines))


def _lengths(found: Statistics) -> Iterator[str]:
    lengths = found.lengths
    if lengths.characters is None and lengths.target_characters is None:
        return
    table = new_table("length", ">min", ">25%", ">median", ">mean", ">75%", ">90%", ">95%", ">99%", ">max")
    _length_row(table, cell("characters"), lengths.characters)
    _length_row(table, cell("tokens"), lengths.tokens)
    for row in found.labels[:LABELS]:
        _length_row(table, short(f"  {row.label}", _NAME), lengths.by_label.get(row.label))
    _length_row(table, cell("targets in characters"), lengths.target_characters)
    _length_row(table, cell("targets in tokens"), lengths.target_tokens)
    cut = lengths.cut
    says = (
        f"Longer than {cut.limit:,} tokens ({found.corpus['tokenizer']}): {cut.texts:,} texts ({percent(cut.share)}), "
        f"{cut.tokens_lost:,} tokens beyond ({percent(cut.share_lost)}). "
        f"A limit of {cut.whole:,} keeps 99% of them whole."
    )
    yield table_text(table) + (prose(says) if lengths.tokens else "")


def _length_row(table: Table, name: Text, lengths: Lengths | None) -> None:
    if lengths is not None:
        table.add_row(name, *(f"{value:,.0f}" for _, value in lengths.shown()))


def _characters(found: Statistics) -> str:
    characters = found.characters
    if not characters.total:
        return ""
    kinds = ", ".join(f"{kind} {percent(share)}" for kind, share in characters.shares())
    common = " ".join(visible(character) for character, _ in characters.common)
    lines = [
        f"{characters.total:,} characters, {characters.distinct:,} different, {characters.once:,} seen once: {kinds}.",
        f"The most frequent: {common}",
    ]
    if found.vocabulary is not None:
        unknown = ", ".join(
            f"{name} {percent(share)}" for name, share in found.vocabulary.unknown.items() if share is not None
        )
        lines.append(
            f"Vocabulary of train ({found.corpus['tokenizer']}): {found.vocabulary.size:,}; unknown tokens: {unknown}."
        )
    return "".join(map(prose, lines))


def _count_and_share(count: int, total: int) -> str:
    return f"{count:,} {count / max(1, total):6.1%}"
