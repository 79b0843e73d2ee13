"""``medtext prepare``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medtext.cli.options import DictionaryOption, JsonOption, OutputOption, ReplaceOption
from medtext.cli.output import as_json, refuse_existing, say, visible, warn
from medtext.cli.prepare_summary import summary_text
from medtext.cli.progress import tracked
from medtext.cli.session import session_of
from medtext.errors import OptionError, OutputError, RecordError

if TYPE_CHECKING:
    from medtext.corpus.export import Export
    from medtext.explain.new_words import NewWords
    from medtext.workspace.preparation import Plan, Preparation
    from medtext.workspace.prepared import Prepared

_WIDTHS = {
    "id": 20,
    "group": 18,
    "part": 12,
    "text": 80,
    "words": 80,
    "label": 18,
    "label_source": 12,
    "export_label": 18,
    "rule_label": 18,
    "rule": 40,
    "note": 36,
    "split": 8,
    "place": 24,
}
"""The columns of the sheet, and how wide a workbook shows them, in characters."""
_NEW_WORDS = 20


class Long(StrEnum):
    """What becomes of a text over ``--max-length``."""

    CUT = "cut"
    DROP = "drop"


def prepare_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The export: a table, or a text file of one text a line.")],
    options: Annotated[
        list[str] | None,
        typer.Option("-o", metavar="KEY=VALUE", help="How the export is read, such as text=检查所见; may be repeated."),
    ] = None,
    each: Annotated[
        bool, typer.Option("--each", help="Make every text column a record of its own, grouped by row or patient.")
    ] = False,
    fold: Annotated[
        bool, typer.Option("--fold", help="Write full-width letters, digits and signs at half width.")
    ] = False,
    mask: Annotated[
        str | None,
        typer.Option(
            "--mask",
            metavar="KINDS",
            help="Mask personal data: names, phones, ids, dates, emails, or all; commas between.",
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="A secret that keeps masked ids and groups the same in each run."),
    ] = None,
    min_length: Annotated[int, typer.Option("--min-length", min=1, help="Leave out shorter texts, in characters.")] = 1,
    max_length: Annotated[
        int | None, typer.Option("--max-length", min=1, help="The longest text, in characters. Default: 100000.")
    ] = None,
    long: Annotated[
        Long, typer.Option("--long", help="Cut longer texts at ends of sentences, or drop them.")
    ] = Long.CUT,
    keep_duplicates: Annotated[
        bool, typer.Option("--keep-duplicates", help="Keep texts that stood there before.")
    ] = False,
    words: Annotated[
        bool, typer.Option("--words", help="Add a column with the words jieba cuts, and count those it does not know.")
    ] = False,
    dictionary: DictionaryOption = None,
    rules: Annotated[
        Path | None, typer.Option("--rules", metavar="FILE", help="Rules that suggest labels, in a TOML file.")
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option("--labels", metavar="FILE", help="Carry over what people labelled in an earlier sheet."),
    ] = None,
    preview: Annotated[
        int | None, typer.Option("--preview", min=1, help="Show so many records before and after; write nothing.")
    ] = None,
    output: OutputOption = None,
    replace: ReplaceOption = False,
    json: JsonOption = False,
) -> None:
    """Make a raw export ready to label by hand: cleaned, masked, each text once, labels by rules.

    Columns: id, group, part, text, words, label, label_source, export_label, rule_label, rule,
    note, split, place; those that do not apply are left out. Many labels are joined by |.
    Without --output the sheet is printed, with --json one JSON document a record; with --output
    the summary is. Then train on the labelled sheet: --dataset table --source SHEET.

    Keys of -o: text, label, id, group, split, label-separator, blank, label-names, fill, header,
    encoding, sheet, delimiter, quotes.
    """
    session = session_of(context)
    if output is not None:
        refuse_existing(output, replace=replace)
        if output.exists() and file.exists() and output.samefile(file):
            raise OutputError(f"{output} is what is read: name another --output")
    if dictionary is not None and not words:
        raise OptionError("--dictionary says how words are cut: add --words")
    if max_length is not None and max_length < min_length:
        raise OptionError(f"--max-length {max_length} is under --min-length {min_length}: no text fits both")
    plan = _plan(each, fold, mask, key, min_length, max_length, long, keep_duplicates, words, dictionary, rules, labels)
    export = _export(file, options or [], each=each)
    from medtext.workspace.preparation import Preparation

    made = Preparation(plan)
    records = made.records(export.rows)
    if preview is not None:
        _preview(list(islice(records, preview)), json=json)
        return
    new_words = _new_words(dictionary) if words else None
    if new_words is not None:
        records = _heard(records, new_words)
    columns = _columns(export, plan)
    if output is None:
        _stream(records, columns, json=json)
    else:
        records = tracked(records, None, "preparing", quiet=session.quiet)
        _write(records, columns, made, file, output, labels, replace=replace)
    _refuse_nothing(made, file)
    _tell(made, new_words, file, export, output, json=json)


def _plan(
    each: bool,
    fold: bool,
    mask: str | None,
    key: Path | None,
    min_length: int,
    max_length: int | None,
    long: Long,
    keep_duplicates: bool,
    words: bool,
    dictionary: Path | None,
    rules: Path | None,
    labels: Path | None,
) -> Plan:
    from medtext.corpus.check import MAX_CHARACTERS
    from medtext.corpus.masking import parse_masks
    from medtext.corpus.pseudonym import read_key
    from medtext.corpus.rules import read_rules
    from medtext.workspace.hand_labels import HandLabels
    from medtext.workspace.preparation import Plan

    cut = None
    if words:
        from medtext.explain.words import word_cutter

        cut = word_cutter(dictionary)
    return Plan(
        each=each,
        fold=fold,
        masks=() if mask is None else parse_masks(mask),
        key=read_key(key),
        keyed=key is not None,
        shortest=min_length,
        longest=min(max_length or MAX_CHARACTERS, MAX_CHARACTERS),
        drop_long=long is Long.DROP,
        keep_duplicates=keep_duplicates,
        cut=cut,
        rules=read_rules(rules) if rules else None,
        hand=HandLabels.read(labels) if labels else None,
    )


def _export(file: Path, options: list[str], *, each: bool) -> Export:
    from medtext.corpus.export import ExportOptions, open_export
    from medtext.plugin.options import make_options, parse_pairs

    export = open_export(file, make_options(ExportOptions, parse_pairs(options), owner="the export"))
    say(f"columns: {export.columns}")
    if each and len(export.columns.text) < 2:
        raise OptionError("--each needs several text columns: name them, such as -o text=检查所见,诊断")
    return export


def _new_words(dictionary: Path | None) -> NewWords:
    from medtext.explain.new_words import NewWords

    return NewWords(dictionary)


def _heard(records: Iterator[Prepared], new_words: NewWords) -> Iterator[Prepared]:
    for record in records:
        new_words.add(record.words or "")
        yield record


def _columns(export: Export, plan: Plan) -> list[str]:
    """Return the columns of the sheet: those that apply."""
    applies = {
        "part": plan.each,
        "words": plan.cut is not None,
        "export_label": export.columns.label is not None,
        "rule_label": plan.rules is not None,
        "rule": plan.rules is not None,
        "split": export.columns.split is not None,
    }
    return [name for name in _WIDTHS if applies.get(name, True)]


def _stream(records: Iterator[Prepared], columns: list[str], *, json: bool) -> None:
    """Write the sheet to stdout."""
    from medtext.corpus.sheet import stream_sheet

    first = next(records, None)
    if first is None:
        return
    sheet = stream_sheet(sys.stdout, columns, "jsonl" if json else "tsv")
    on_terminal = sys.stdout.isatty()
    for record in chain([first], records):
        cells = record.cells()
        sheet.write({name: visible(cells[name] or "") if on_terminal else cells[name] for name in columns})


def _write(
    records: Iterator[Prepared],
    columns: list[str],
    made: Preparation,
    file: Path,
    output: Path,
    labels: Path | None,
    *,
    replace: bool,
) -> None:
    """Write the sheet to a file, unless that would lose labels or hold nothing."""
    from medtext.corpus.sheet import open_sheet
    from medtext.corpus.workbook import WorkbookLayout

    layout = WorkbookLayout({name: _WIDTHS[name] for name in columns}, {"label": made.labels})
    overwrites = labels is not None and output.exists() and output.samefile(labels)
    with open_sheet(output, columns, replace=replace, layout=layout) as sheet:
        for record in records:
            cells = record.cells()
            sheet.write({name: cells[name] for name in columns})
        _refuse_nothing(made, file)
        if overwrites and made.plan.hand is not None and made.plan.hand.left:
            raise OutputError(
                f"{output}: {made.plan.hand.left} labels in it belong to no record of this export and would be lost: "
                "name another --output"
            )


def _refuse_nothing(made: Preparation, place: Path) -> None:
    if not made.steps.records:
        raise RecordError(f"{place}: no record is left of {made.steps.rows} rows: look at -o text and the lengths")


def _preview(records: list[Prepared], *, json: bool) -> None:
    for number, record in enumerate(records, start=1):
        cells = {name: cell for name, cell in record.cells().items() if cell}
        if json:
            typer.echo(as_json({"before": record.before, **record.cells()}))
            continue
        about = ", ".join(f"{name} {cells[name]}" for name in ("id", "group", "part", "place") if name in cells)
        typer.echo(visible(f"{number}. {about}"))
        typer.echo(f"   before: {visible(record.before)}")
        typer.echo(f"   after:  {visible(record.text)}")
        for name in ("words", "label", "label_source", "rule_label", "rule", "note"):
            if name in cells:
                typer.echo(f"   {name}: {visible(cells[name])}")


def _tell(
    made: Preparation, new_words: NewWords | None, file: Path, export: Export, output: Path | None, *, json: bool
) -> None:
    """Give the summary: on stdout where that has no sheet, else on stderr; and say what needs a person."""
    from medtext.corpus.conflicts import describe_conflicts
    from medtext.workspace.preparation import summary

    counted = {"source": str(file), "columns": str(export.columns), **summary(made)}
    hand = made.plan.hand
    counted["hand"] = None if hand is None else {"text": hand.by_text, "id": hand.by_id, "left": hand.left}
    counted["new_words"] = None if new_words is None else dict(new_words.top(_NEW_WORDS))
    counted["output"] = None if output is None else str(output)
    if output is not None:
        typer.echo(as_json(counted) if json else summary_text(counted, sys.stdout), nl=json)
        say(f"written: {output}")
    else:
        for line in summary_text(counted, sys.stderr).splitlines():
            say(line)
    found = made.known.conflicts()
    if found:
        warn(describe_conflicts(found))
    group, alone = export.columns.group, made.steps.rows_without_group
    if group is not None and alone:
        warn(f"{alone} rows have no '{group}': if cells were merged, repeat the one above by -o fill={group}")
    if made.steps.repeated_ids:
        warn(f"{made.steps.repeated_ids} records have an id that stood there before: a number was put behind it")
    if hand is not None and hand.left:
        remedy = "repeat the -o text, --each, --mask and --key that it was made with"
        warn(f"{hand.left} labels given by hand belong to no record here and stay in the old sheet only: {remedy}")
    if {"names", "ids"} & set(map(str, made.plan.masks)) and not made.plan.keyed:
        warn("ids and groups have new names in each run, so splits change too: keep one secret by --key FILE")
    if made.plan.masks:
        warn("rules mask what they know, and no more: look at the texts before they leave the hospital")
    if made.steps.many:
        say("many labels: train with --task tag -o label-separator='|' -o blank=unlabelled")
