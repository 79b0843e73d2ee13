"""``medtext terms``."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.options import DEFAULT_DATASET, DictionaryOption, OutputOption, ReplaceOption
from medtext.cli.output import cell, new_table, refuse_existing, table_text, write_answer
from medtext.cli.progress import tracked
from medtext.cli.session import Session, session_of
from medtext.cli.table_format import FormatOption, TableFormat, table_format
from medtext.errors import OptionError

if TYPE_CHECKING:
    from medtext.corpus.record import Record
    from medtext.explain.term_discovery import Term
    from medtext.workspace.terms import Discovery


class UnitOfTerms(StrEnum):
    """What terms are made of."""

    CHARACTER = "character"
    WORD = "word"


class Rank(StrEnum):
    """What comes first."""

    SCORE = "score"
    COUNT = "count"


_SHOWN = 50
"""Rows in a terminal, where no --top is named."""


def terms_command(
    context: typer.Context,
    file: Annotated[
        list[Path] | None,
        typer.Argument(help="Texts, one a line, or tables with a text column; the bundled sample, if not given."),
    ] = None,
    columns: Annotated[
        str | None, typer.Option("--columns", metavar="A,B", help="The columns of tables that hold texts; guessed.")
    ] = None,
    dataset: Annotated[
        str | None, typer.Option("--dataset", help="Read the files as this corpus is read; see `medtext plugins`.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option("-o", metavar="KEY=VALUE", help="An option of --dataset; may be repeated.")
    ] = None,
    unit: Annotated[
        UnitOfTerms | None,
        typer.Option("--unit", help="Terms of Chinese characters, or of words; by what most of the texts are."),
    ] = None,
    max_length: Annotated[
        int, typer.Option("--max-length", min=2, max=12, help="The most characters, or words, of a term.")
    ] = 6,
    min_count: Annotated[int, typer.Option("--min-count", min=2, help="Terms that stand at least so often.")] = 5,
    min_pmi: Annotated[
        float, typer.Option("--min-pmi", help="The least pointwise mutual information of the weakest split, in bits.")
    ] = 5.0,
    min_entropy: Annotated[
        float,
        typer.Option("--min-entropy", min=0.0, help="The least entropy of the neighbours on either side, in bits."),
    ] = 1.5,
    dictionary: DictionaryOption = None,
    new: Annotated[bool, typer.Option("--new", help="Leave out words that jieba or --dictionary has.")] = False,
    rank: Annotated[
        Rank, typer.Option("--rank", help="By mutual information plus the lesser entropy, or by count.")
    ] = Rank.SCORE,
    top: Annotated[
        int | None, typer.Option("--top", min=1, help="At most so many terms. Default: 50 in a terminal's table.")
    ] = None,
    format: FormatOption = None,  # noqa: A002  # what users type
    output: OutputOption = None,
    dictionary_out: Annotated[
        Path | None,
        typer.Option("--dictionary-out", metavar="FILE", help="Write the new terms as a jieba user dictionary, too."),
    ] = None,
    replace: ReplaceOption = False,
) -> None:
    """Find the terms of a corpus, also those that no dictionary has.

    A term stands often, holds together (pointwise mutual information of its weakest split), and stands beside
    many others (entropy of its neighbours). Terms of Chinese texts are 2 to 6 characters; of others, 2 to 6
    words, which no dictionary is asked for. Look through a dictionary that this wrote before you use it.
    """
    session = session_of(context)
    if not isfinite(min_pmi) or not isfinite(min_entropy):
        raise OptionError("--min-pmi and --min-entropy are numbers of bits: give 5 and 1.5, or the like")
    form = table_format(format, output)
    for target in filter(None, (output, dictionary_out)):
        refuse_existing(target, replace=replace)
    if output is not None and dictionary_out is not None and output.absolute() == dictionary_out.absolute():
        raise OptionError(f"--output and --dictionary-out are both {output}: name two files")
    if unit is UnitOfTerms.WORD:
        _refuse_words(dictionary, dictionary_out)
    rows = _rows(session, file or [], columns, dataset, option or [])
    from medtext.explain.term_discovery import Limits, TermUnit
    from medtext.report import term_table as written
    from medtext.workspace.terms import discover

    found = discover(
        tracked(rows, None, "reading", quiet=session.quiet),
        unit=None if unit is None else TermUnit(unit),
        limits=Limits(max_length, min_count, min_pmi, min_entropy),
        dictionary=dictionary,
    )
    if found.unit is TermUnit.WORD:
        _refuse_words(dictionary, dictionary_out)
    terms = [row for row in found.terms if not (new and row[1])]
    if rank is Rank.COUNT:
        terms.sort(key=lambda row: (-row[0].count, -row[0].score, row[0].text))
    shown = terms[: top or (_SHOWN if form is TableFormat.TABLE and output is None else None)]
    if form is TableFormat.TABLE:
        content = _table(found, shown, len(terms), output)
    else:
        contents = {
            TableFormat.CSV: lambda: written.as_csv(shown),
            TableFormat.JSON: lambda: written.as_json(found.header(), shown),
            TableFormat.MARKDOWN: lambda: written.as_markdown(found.header(), shown),
        }
        content = contents[form]()
    if dictionary_out is not None:
        write_answer(written.as_dictionary(terms[:top]), dictionary_out, replace=replace)
    write_answer(content, output, replace=replace)


def _refuse_words(dictionary: Path | None, dictionary_out: Path | None) -> None:
    """Raise OptionError for dictionaries where terms are made of words: those of jieba hold no blanks."""
    for name, value in (("--dictionary", dictionary), ("--dictionary-out", dictionary_out)):
        if value is not None:
            raise OptionError(f"{name} is for terms of Chinese characters, and these are of words: leave it out")


def _rows(
    session: Session, files: list[Path], columns: str | None, dataset: str | None, options: list[str]
) -> Iterator[tuple[Record, str | None]]:
    """Return the texts that are named. Raises OptionError for choices that do not go together."""
    if columns is not None and (dataset is not None or not files):
        raise OptionError("--columns is for tables without a --dataset: leave it out")
    if options and dataset is None:
        raise OptionError("-o says how a --dataset is read: name one")
    from medtext.workspace.setup import choose_options, source_of
    from medtext.workspace.text_rows import text_rows

    chosen = None
    if dataset is not None or not files:
        spec = session.registry.dataset(dataset or DEFAULT_DATASET)
        chosen = choose_options({"dataset": spec}, options)["dataset"]
        files = files or [source_of(spec, None)]
    named = tuple(part.strip() for part in (columns or "").split(",") if part.strip())
    return text_rows(session.registry, files, named, chosen)


def _table(found: Discovery, shown: list[tuple[Term, str | None]], of: int, output: Path | None) -> str:
    table = new_table("term", ">count", ">records", ">PMI", ">left entropy", ">right entropy", "known")
    for term, known in shown:
        bits = (f"{value:.2f}" for value in (term.pmi, term.left_entropy, term.right_entropy))
        table.add_row(*map(cell, (term.text, term.count, term.records, *bits, known)))
    limits, unit = found.limits, f"{found.unit}s"
    in_dictionaries = sum(known is not None for _, known in found.terms)
    left = f", {found.left_out:,} left out as empty or broken" if found.left_out else ""
    return table_text(table, file=None if output is None else StringIO()) + (
        f"\n{len(shown):,} of {of:,} terms. "
        f"Found: {len(found.terms):,}, of which dictionaries have {in_dictionaries:,}.\n"
        f"{found.records:,} records of {found.units:,} {unit}{left}. Terms have 2 to {limits.longest} {unit}, "
        f"stand {limits.count} times and more,\nPMI from {limits.pmi:g} and entropies from {limits.entropy:g} bits.\n"
    )
