"""``medtext lexicon``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from medtext.cli.lexicon_apply import apply_lexicon
from medtext.cli.lexicon_make import Finding, Wanted, make_terms
from medtext.cli.lexicon_review import review_sheets
from medtext.cli.lexicon_score import score_matching
from medtext.cli.options import (
    Device,
    DeviceOption,
    DictionaryOption,
    JsonOption,
    OutputOption,
    Precision,
    PrecisionOption,
    ReplaceOption,
    RunOption,
    SourceOption,
    SourcePairsOption,
    Split,
    ToleranceOption,
    UnitOption,
    check_source_pairs,
    check_tolerance,
    typed,
)
from medtext.cli.session import session_of
from medtext.errors import OptionError

_ALWAYS = ("output", "json", "replace")
_MODES: Mapping[str, tuple[str, ...]] = {
    "--apply": ("apply", "file", "rules"),
    "--score": ("score", "run", "split", "source", "option", "rules", "tuned", "device"),
    "--review": ("review", "file"),
    "": (
        *("run", "split", "source", "option", "confirm", "label", "unit", "dictionary", "assertions", "rules"),
        *("tolerance", "precision", "device"),
    ),
}
"""What each way to use the command takes, beside what all of them take."""


def lexicon_command(
    context: typer.Context,
    file: Annotated[
        list[Path] | None,
        typer.Argument(
            help="For --apply: one text a line, or a table with a text column; standard input for - or nothing. "
            "For --review: sheets of further reviewers."
        ),
    ] = None,
    review: Annotated[
        list[Path] | None,
        typer.Option("--review", metavar="SHEET", help="Read a sheet that a reviewer filled in; may be repeated."),
    ] = None,
    apply: Annotated[
        Path | None, typer.Option("--apply", metavar="LEXICON", help="Match texts by a lexicon, without any model.")
    ] = None,
    score: Annotated[
        Path | None,
        typer.Option("--score", metavar="LEXICON", help="Measure plain matching by a lexicon beside the run."),
    ] = None,
    tuned: Annotated[
        Path | None,
        typer.Option("--tuned", metavar="FILE", help="With --score: write the lexicon with what was tuned on val."),
    ] = None,
    run: RunOption = None,
    split: Annotated[
        Split | None, typer.Option("--split", help="Which part of the run's records. Default: val; for --score test.")
    ] = None,
    source: SourceOption = None,
    option: SourcePairsOption = None,
    confirm: Annotated[
        Split | None,
        typer.Option("--confirm", help="Only terms that are confirmed on this split too; the run logs it."),
    ] = None,
    label: Annotated[str | None, typer.Option("--label", help="Only the terms of this label.")] = None,
    unit: UnitOption = None,
    dictionary: DictionaryOption = None,
    assertions: Annotated[
        bool, typer.Option("--assertions", help="Terms of their own for what texts deny, doubt or tell of the past.")
    ] = False,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="FILE", help="Rules for --assertions, in place of those of their script."),
    ] = None,
    tolerance: ToleranceOption = 0.01,
    precision: PrecisionOption = Precision.FULL,
    json: JsonOption = False,
    output: OutputOption = None,
    replace: ReplaceOption = False,
    device: DeviceOption = Device.AUTO,
) -> None:
    """Make a dictionary of the terms that a run uses, have it reviewed, match texts by it.

    Without --review, --apply or --score: find the terms, as `keywords --infer` does. By the ending
    of --output: json (which --apply and --score read), csv, xlsx (a sheet to review), or txt (a
    jieba user dictionary).
    """
    session = session_of(context)
    match _mode(context, {"--review": review, "--apply": apply, "--score": score}):
        case "--review":
            review_sheets([*(review or []), *(file or [])], output, json=json, replace=replace)
        case "--apply":
            assert apply is not None  # noqa: S101  # it is the mode
            apply_lexicon(session, apply, file or [], rules or [], output, json=json, replace=replace)
        case "--score":
            assert score is not None  # noqa: S101
            wanted = Wanted(run, split or (None if source else Split.TEST), source, check_source_pairs(option, source))
            score_matching(session, score, wanted, device, rules or [], tuned, output, json=json, replace=replace)
        case _:
            check_tolerance(tolerance)
            states = tuple(rules or ()) if assertions or rules else None
            finding = Finding(confirm, label, unit, dictionary, states, tolerance, precision)
            wanted = Wanted(run, split or (None if source else Split.VAL), source, check_source_pairs(option, source))
            make_terms(session, wanted, device, finding, output, json=json, replace=replace)


def _mode(context: typer.Context, chosen: Mapping[str, object]) -> str:
    """Return which way the command is used. Raises OptionError for two ways, and for options of another one."""
    named = [name for name, value in chosen.items() if value is not None]
    if len(named) > 1:
        raise OptionError(f"{named[0]} and {named[1]} are two ways to use this command: leave one out")
    mode = named[0] if named else ""
    for name in context.params:
        if typed(context, name) and name not in (*_ALWAYS, *_MODES[mode]):
            ways = [way for way in _MODES if way and name in _MODES[way]] or ["making a lexicon"]
            option = {"file": "FILE", "option": "-o"}.get(name, f"--{name}")
            raise OptionError(f"{option} is for {' or '.join(ways)}{f', not for {mode}' if mode else ''}: leave it out")
    return mode
