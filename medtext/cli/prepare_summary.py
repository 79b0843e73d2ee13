"""What ``medtext prepare`` did, as an aligned table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from medtext.cli.output import cell, new_table, table_text

_MOST = 20  # labels that are listed


def summary_text(counted: dict[str, Any], file: IO[str]) -> str:
    """Return the steps with their counts, then the rules with theirs, and the words that no dictionary has.

    Tables are as wide as suits ``file``.
    """
    table = new_table("step", ">count", "what")
    for step, count, what in _steps(counted):
        table.add_row(cell(step), cell(f"{count:,}"), cell(what))
    text = table_text(table, file=file)
    if counted["rules"] is not None:
        text += "\n" + _rules(counted["rules"], file)
    if counted["new_words"]:
        words = ", ".join(f"{word} ({count})" for word, count in counted["new_words"].items())
        text += f"\nwords in no dictionary, and the texts that hold them: {cell(words)}\n"
    return text


def _steps(counted: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    yield "rows", counted["rows"], f"of {counted['source']} ({counted['columns']})"
    if counted["texts"] != counted["rows"]:
        yield "texts", counted["texts"], "one a text column"
    yield "empty", counted["empty"], "left out"
    yield "cleaned", counted["cleaned"], "texts changed: blanks, line ends, control characters, HTML"
    for kind, count in counted["masked"].items():
        if count:
            yield f"masked {kind}", count, "places"
    if counted["too_short"]:
        yield "too short", counted["too_short"], "left out"
    if counted["too_long"]:
        cut = counted["pieces"]
        yield "too long", counted["too_long"], f"cut into {cut:,} pieces" if cut else "left out"
    found = len(counted["conflicts"])
    yield "duplicates", counted["duplicates"], f"left out; {found:,} with other labels" if found else "left out"
    yield "records", counted["records"], f"in {counted['groups']:,} groups" if counted["groups"] else ""
    if counted["hand"] is not None:
        hand = counted["hand"]
        yield "by hand", counted["from_hand"], f"carried over: {hand['text']:,} by text, {hand['id']:,} by id"
    yield "by export", counted["from_export"], "labelled"
    yield "by rule", counted["from_rule"], "labelled, for a person to check"
    yield "unlabelled", counted["unlabelled"], "for a person to fill in"
    labels = sorted(counted["labels"].items(), key=lambda item: -item[1])
    for label, count in labels[:_MOST]:
        yield "label", count, label
    if len(labels) > _MOST:
        yield "label", sum(count for _, count in labels[_MOST:]), f"{len(labels) - _MOST} more labels"


def _rules(figures: dict[str, Any], file: IO[str]) -> str:
    known = any(rule["known"] for rule in figures["rules"])
    names = ("rule", "label", ">records", ">share", ">overlap", ">conflict", ">denied")
    table = new_table(*names, *((">known", ">right") if known else ()))
    for rule in figures["rules"]:
        share = rule["records"] / figures["records"] if figures["records"] else 0.0
        row = [rule["rule"], rule["label"], rule["records"], share]
        row += [rule["overlaps"], rule["conflicts"], rule["denied"]]
        if known:
            row += [rule["known"], "" if rule["accuracy"] is None else rule["accuracy"]]
        table.add_row(*map(cell, row))
    lines = [
        table_text(table, file=file),
        f"{figures['hit']:,} of {figures['records']:,} records hit, {figures['default']:,} got the default, "
        f"{figures['conflict']:,} in conflict, {figures['none']:,} without a rule.\n",
    ]
    if figures["accuracy"] is not None:
        lines.append(f"Right on {figures['accuracy']:.4f} of {figures['known']:,} records whose label was known.\n")
    lines += [
        str(cell(f"conflict: {' and '.join(pair['labels'])} in {pair['records']:,} records")) + "\n"
        for pair in figures["conflicts_between"]
    ]
    return "".join(lines)
