"""Where the order of a keyword table is not to be trusted, in plain words with the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medtext.explain.rank_agreement import RankAgreement
from medtext.explain.stability import SURE, LabelStability, Stability

FEWEST_RUNS = 5
"""With fewer trainings little is known of how far training moves the order."""
STEADY = 0.6
"""Tau-b under it is warned of: of pairs without ties fewer than four in five are in the same order."""
_NAMED = 5
"""So many labels are named; of more their number is told."""


def order_warnings(found: Stability) -> list[str]:
    """Return every reason to mistrust the order, a sentence or two each; none is no proof that it holds."""
    return [*_few_runs(found), *_unlike(found), *_chance_weights(found), *_neighbours(found)]


def _few_runs(found: Stability) -> Iterator[str]:
    count = len(found.runs)
    if count < FEWEST_RUNS:
        runs = "One run says" if count == 1 else f"{count} runs say"
        yield (
            f"{runs} {'nothing' if count == 1 else 'little'} of how far training moves the order: name {FEWEST_RUNS} "
            "or more that differ in their seed (medtext sweep --seeds 1,2,3,4,5)."
        )


def _unlike(found: Stability) -> Iterator[str]:
    own = [(each.label, each.resampled.tau) for each in found.labels]
    between = [(each.label, each.between.tau) for each in found.labels]
    under = f"(under {STEADY:g}: fewer than four in five pairs are in the same order)"
    for who, what, taus in (
        ("Other records of the same kind", "the table and its samples", own),
        ("Other seeds", "runs", between),
    ):
        low = [(label, tau) for label, tau in taus if tau is not None and tau < STEADY]
        if low:
            yield f"{who} give another order: tau-b between {what} is low {under} for {_named(low, len(taus))}."


def _chance_weights(found: Stability) -> Iterator[str]:
    alike = []
    for each in found.labels:
        blind, own = each.shuffled.tau, _own(each).tau
        if blind is not None and own is not None and blind >= own:
            alike.append((each.label, blind))
    if alike:
        known = "two runs are to each other" if len(found.runs) > 1 else "the table is to its own replicates"
        yield (
            f"Shuffled weights give a table as like the run's as {known}, for {_named(alike, len(found.labels))}: "
            "that order comes from the corpus, not from what was learned."
        )


def _own(label: LabelStability) -> RankAgreement:
    return label.between if label.pairs else label.resampled


def _neighbours(found: Stability) -> Iterator[str]:
    pairs = sum(each.neighbours for each in found.labels)
    level = sum(each.not_apart for each in found.labels)
    wholly = sum(each.overlapping for each in found.labels)
    if level:
        yield (
            f"{level} of {pairs} neighbouring ranks are not told apart by these records: in fewer than {SURE:.0%} of "
            f"the samples the first is more frequent (of {wholly} one interval lies within the other). "
            "Read them as level (~)."
        )


def _named(labels: Sequence[tuple[str, float]], of: int) -> str:
    if len(labels) <= _NAMED:
        return ", ".join(f"{label} ({tau:.2f})" for label, tau in labels)
    taus = [tau for _, tau in labels]
    return f"{len(labels)} of {of} labels ({min(taus):.2f} to {max(taus):.2f})"
