"""What ``medtext lexicon`` shows on a terminal."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

from medtext.cli.output import cell, new_table, table_text
from medtext.cli.prose import prose

if TYPE_CHECKING:
    from medtext.explain.kappa import ReviewerAgreement
    from medtext.explain.lexicon import Lexicon
    from medtext.explain.lexicon_review import Review
    from medtext.learn.paired import Difference
    from medtext.workspace.lexicon import Scored

_SHOWN = 50
"""Rows in a terminal."""


def lexicon_text(lexicon: Lexicon) -> str:
    """Return the first terms of a lexicon as a table."""
    states = ["state"] if lexicon.assertions is not None else []
    table = new_table("term", "label", *states, ">theta, %", ">95 % interval", ">q", ">records", ">clusters", "status")
    for term in lexicon.terms[:_SHOWN]:
        state = [str(term.state)] if states else []
        interval = f"{term.low:+.1f} to {term.high:+.1f}"
        q = f"{term.q:.3f}" if term.q >= 0.001 else "<.001"
        figures = (f"{term.theta:+.1f}", interval, q, term.records, term.clusters, str(term.status))
        table.add_row(*map(cell, (term.term, term.label, *state, *figures)))
    shown = min(_SHOWN, len(lexicon.terms))
    return f"{table_text(table)}\n{shown} of {len(lexicon.terms)} terms; --output FILE writes all.\n"


def review_text(review: Review) -> str:
    """Return what was decided, how far reviewers agree, and where they do not."""
    said = (
        f"{review.terms} terms: {review.kept} kept, {review.synonyms} kept as synonyms, "
        f"{review.terms - review.kept - review.synonyms} left out. "
        f"{len(review.reviewers)} reviewed: {', '.join(review.reviewers)}."
    )
    parts = [prose(cell(said))]
    if len(review.reviewers) > 1:
        parts.append(prose("A term is kept where more keep it than drop it; a tie leaves it out."))
        parts.append(prose(_agreement(review.agreement)))
    if review.disagreements:
        table = new_table("term", "label", *review.reviewers, "kept")
        for each in review.disagreements:
            said_by = (each.said.get(name, "") for name in review.reviewers)
            term = each.term if each.state in (None, "present") else f"{each.term} ({each.state})"
            table.add_row(*map(cell, (term, each.label, *said_by, "yes" if each.kept else "no")))
        parts.append("\n" + table_text(table, f"They differ on {len(review.disagreements)}"))
    return "".join(parts)


def _agreement(found: ReviewerAgreement | None) -> str:
    if found is None:
        return "No term was decided on by all of them: how far they agree is not known."
    share = f"On {found.rows} terms that all decided on, {found.share:.1%} of all pairs of reviewers say the same"
    if found.kappa is None:
        return f"{share}; all decisions are alike, so there is no kappa."
    interval = (
        "too few differ for an interval"
        if found.low is None
        else f"95 % interval {found.low:.3f} to {found.high:.3f}, bootstrap over terms"
    )
    return f"{share}; {found.kind}'s kappa {found.kappa:.3f} ({interval})."


def score_text(found: Scored, title: str, output: Path | None) -> str:
    """Return the figures of all rules, those of each label, and what they rest on in words."""
    file = None if output is None else StringIO()
    moved = (">accuracy", ">95 %", ">macro F1", ">95 %")
    table = new_table(
        "=", ">accuracy", ">macro F1", *(f"{head} - model" if "95" not in head else head for head in moved)
    )
    for name, figures in found.figures.items():
        differences = found.differences.get(name, {})
        apart = [text for key in ("accuracy", "macro_f1") for text in _difference(differences.get(key))]
        table.add_row(*map(cell, (name, figures["accuracy"], figures["macro_f1"], *apart)))
    parts = [table_text(table, f"{title}, {found.records} records", file), "\n", _by_label(found, file), "\n"]
    return "".join([*parts, *map(prose, _notes(found))])


def _by_label(found: Scored, file: IO[str] | None) -> str:
    table = new_table("label", ">records", *(f">{name}" for name in found.figures))
    for label in found.lexicon.labels:
        by_name = [figures["by_label"][label] for figures in found.figures.values()]
        table.add_row(*map(cell, (label, by_name[0]["support"], *(each["f1"] for each in by_name))))
    return table_text(table, "F1 by label", file)


def _notes(found: Scored) -> list[str]:
    lines = [f"lexicon: {found.rule}. A term stands in {found.matched} of {found.records} records."]
    if found.lexicon.cutoffs is not None:
        lines.append(f"Cutoffs are those of the best F1 of each label on {found.tuned_on} val records.")
        if not found.model_tuned:
            lines.append("The model's cutoffs are not tuned: `medtext calibrate --cutoffs f1` does so, on val as well.")
    elif found.lexicon.default is not None:
        lines.append(f"'{found.lexicon.default}' is the commonest of the val records in which no term stands.")
    if found.keyword_rule is not None:
        lines.append(f"keyword rule: {found.keyword_rule}.")
    return [*lines, "Differences to the model have 95 % intervals (paired bootstrap over patients, or equal texts)."]


def _difference(found: Difference | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    value, low, high = (f"{round(each, 4) + 0.0:+.4f}" for each in (found.value, found.low, found.high))
    return value, f"{low} to {high}"
