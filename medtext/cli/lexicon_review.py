"""``medtext lexicon --review``: what reviewers made of a lexicon."""

from __future__ import annotations

from pathlib import Path

from medtext.cli.lexicon_make import check_lexicon_output, write_lexicon
from medtext.cli.lexicon_tables import review_text
from medtext.cli.output import as_json, warn, write_answer
from medtext.errors import OptionError


def review_sheets(sheets: list[Path], output: Path | None, *, json: bool, replace: bool) -> None:
    """Say what reviewers decided and how far they agree, and write the lexicon that is left."""
    check_lexicon_output(output, json=False, replace=replace)
    from medtext.explain.lexicon_review import Review
    from medtext.explain.lexicon_sheet import read_review

    review = Review.of([read_review(sheet) for sheet in sheets])
    if review.undecided == review.terms:
        raise OptionError("nobody decided on any term: write keep or drop into column 'decision'")
    if review.undecided:
        warn(f"{review.undecided} of {review.terms} terms nobody decided on: they are left out")
    if output is not None:
        write_lexicon(review.lexicon, output, replace=replace)
    write_answer(f"{as_json(review.to_json())}\n" if json else review_text(review), None, replace=replace)
