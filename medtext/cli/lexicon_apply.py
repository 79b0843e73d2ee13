"""``medtext lexicon --apply``: texts matched by a lexicon, without any model."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtext.cli.batch_predict import JOINT, SheetForm, check_sheet_output, harmless
from medtext.cli.output import say, stdin_is_terminal, visible, warn
from medtext.cli.progress import tracked
from medtext.cli.session import Session
from medtext.errors import OptionError

if TYPE_CHECKING:
    from medtext.corpus.texts import TextRow
    from medtext.explain.lexicon_rule import LexiconRule
    from medtext.explain.matching import Match, Matcher


def apply_lexicon(
    session: Session,
    lexicon: Path,
    files: list[Path],
    rules: list[Path],
    output: Path | None,
    *,
    json: bool,
    replace: bool,
) -> None:
    """Write one row for each text: labels by the rule of the lexicon, their sums, and the terms that were found."""
    if len(files) > 1:
        raise OptionError(f"--apply reads one file of texts, not {len(files)}: name one")
    path = None if not files or str(files[0]) == "-" else files[0]
    if path is None and stdin_is_terminal():
        raise OptionError("no texts: name a file, or pipe some in")
    check_sheet_output(path, output, SheetForm.JSONL if json else None, replace=replace)
    from medtext.corpus.sheet import open_sheet, stream_sheet
    from medtext.corpus.source import check_file
    from medtext.corpus.texts import read_texts
    from medtext.explain.lexicon import read_lexicon
    from medtext.explain.lexicon_rule import LexiconRule
    from medtext.explain.matching import Matcher, rules_of

    if path is not None:
        check_file(path)
    known = read_lexicon(lexicon)
    if not known.terms:
        raise OptionError(f"{lexicon}: the lexicon holds no term: there is nothing to match")
    matcher, rule = Matcher(known, rules_of(known, rules)), LexiconRule(known)
    counts = _Counts()
    rows = tracked(
        _rows(read_texts(path), matcher, rule, counts), None, "matching", quiet=session.quiet or output is None
    )
    columns = {"row": int, "id": str, "text": str, "label": str}
    columns |= {f"sum:{label}": float for label in known.labels} | {"found": str, "error": str}
    on_terminal = output is None and sys.stdout.isatty()
    with ExitStack() as stack:
        sheet = None if output is None else stack.enter_context(open_sheet(output, columns, replace=replace))
        first = next(rows, None)  # what cannot be read at all leaves no header on stdout
        sheet = sheet or stream_sheet(sys.stdout, list(columns), SheetForm.JSONL if json else SheetForm.TSV)
        for row in rows if first is None else chain([first], rows):
            sheet.write(harmless(row) if on_terminal else row)
    if output is not None:
        say(f"written: {output}")
    counts.tell(str(rule))


class _Counts:
    """How many texts were read; in how many a term stands; which have no answer."""

    def __init__(self) -> None:
        self.total = self.matched = self.failed = 0

    def tell(self, rule: str) -> None:
        if not self.total:
            warn("no text was read: a file has one a line, or is a table")
        say(f"a term stands in {self.matched} of {self.total} texts; {rule}")
        if self.failed:
            warn(f"{self.failed} of {self.total} rows have no answer: their column 'error' says why")


def _rows(texts: Iterable[TextRow], matcher: Matcher, rule: LexiconRule, counts: _Counts) -> Iterator[dict[str, Any]]:
    for row in texts:
        counts.total += 1
        known = {"row": row.number, "id": row.record.id, "text": row.record.text, "error": row.fault}
        if row.fault is not None:  # what was refused may hold what a terminal obeys
            counts.failed += 1
            yield {**known, "text": visible(row.record.text)}
            continue
        matches = matcher.find(row.record.text)
        counts.matched += bool(matches)
        sums = rule.sums(matches)
        yield {
            **known,
            "label": JOINT.join(rule.labels(sums)),
            **{f"sum:{label}": round(total, 3) for label, total in sums.items()},
            "found": [_found(match) for match in matches],
        }


def _found(match: Match) -> dict[str, Any]:
    """Return a match as plain values: its term, where it stands, and what it gives to which label."""
    return {
        "term": match.terms[0].term,
        "start": match.start,
        "end": match.end,
        "state": str(match.state),
        "theta": {term.label: round(term.theta, 3) for term in match.terms},
    }
