"""What makes figures on a corpus doubtful, each in a line."""

from __future__ import annotations

from collections.abc import Iterator

from medtext.corpus.duplicates import LEAKS
from medtext.corpus.split import NAMES
from medtext.report.statistics import UNLABELLED, Statistics

_NAMED = 5
"""Labels that a warning names."""


def warnings_of(found: Statistics) -> tuple[str, ...]:
    """Return what a reader must know before training, the gravest first.

    What forbids a training, what the splits leak, texts under different labels, labels that a
    split has not, records that are left out, and texts longer than a model reads.
    """
    return (
        *_obstacles(found),
        *_leaks(found),
        *_conflicts(found),
        *_labels(found),
        *_left_out(found),
        *_cuts(found),
    )


def _obstacles(found: Statistics) -> Iterator[str]:
    named = [row.label for row in found.labels if row.records]
    task, whole = found.corpus["task"], found.parts["all"]
    if not (whole.targets if task == "generate" else whole.labelled):
        what = "has a target" if task == "generate" else "is labelled"
        yield f"no record {what}: nothing can be learned or measured; all records were split as if they were"
    elif task != "generate" and not named:
        yield "no record has a label: there is nothing to learn"
    elif task == "classify" and len(named) == 1:
        yield f"all labelled records have one label ({named[0]}): there is nothing to tell apart"
    for name in NAMES:
        if not found.parts[name].records:
            yield f"no record falls into the {name} split: a training needs more records"


def _leaks(found: Statistics) -> Iterator[str]:
    kept = " (the splits are the corpus's own)" if found.corpus["published_splits"] else ""
    for one, other in LEAKS:
        pair = f"{one} in {other}"
        total = found.parts[one].records
        if found.folded.across[pair]:
            yield f"{_of(found.folded.across[pair], total, one)} have a text that also stands in {other}{kept}"
        if found.near.across[pair]:
            yield f"{_of(found.near.across[pair], total, one)} are nearly the same as one in {other}{kept}"


def _conflicts(found: Statistics) -> Iterator[str]:
    count = len(found.conflicts)
    if count:
        yield f"{count:,} {'text stands' if count == 1 else 'texts stand'} under different labels"


def _labels(found: Statistics) -> Iterator[str]:
    says = {"train": "nothing to learn from", "val": "nothing to tune on", "test": "nothing to judge by"}
    for name in NAMES:
        missing = [row.label for row in found.labels if not row.parts[name]]
        if missing and found.parts[name].labelled:
            shown = ", ".join(missing[:_NAMED]) + (", …" if len(missing) > _NAMED else "")
            what = "1 label has" if len(missing) == 1 else f"{len(missing):,} labels have"
            yield f"{what} no {name} record ({says[name]}): {shown}"


def _left_out(found: Statistics) -> Iterator[str]:
    if UNLABELLED in found.parts:
        what = "target" if found.corpus["task"] == "generate" else "label"
        left = found.parts[UNLABELLED].records
        yield f"{_of(left, found.parts['all'].records)} have no {what}: a training leaves them out"


def _cuts(found: Statistics) -> Iterator[str]:
    cut = found.lengths.cut
    if cut.texts:
        total = found.lengths.tokens.count if found.lengths.tokens else 0
        count = f"{cut.texts:,} of {total:,} texts ({cut.share:.1%}) are longer than {cut.limit:,} tokens"
        remedy = f"; -o max-length={cut.whole} keeps 99% whole" if cut.whole > cut.limit else ""
        yield f"{count}: they are read in windows, or cut by --long cut{remedy}"
    if not found.lengths.complete:
        yield f"tokenizer '{found.corpus['tokenizer']}' cuts texts by itself: lengths in tokens are too low"


def _of(count: int, total: int, name: str = "") -> str:
    return f"{count:,} of {total:,} {name + ' ' if name else ''}records ({count / max(1, total):.1%})"
