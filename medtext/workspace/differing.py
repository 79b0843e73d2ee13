"""Two runs explained side by side, record by record: what the one uses terms for, and what the other does."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Self

from medtext.corpus.record import Input, Record, Task
from medtext.errors import OptionError
from medtext.explain.asserting import Asserting
from medtext.explain.attribution import DEFAULT_METHOD
from medtext.explain.clusters import Patients, cluster_of
from medtext.explain.difference import POINTS, TermDifferences
from medtext.explain.effects import TermEffects
from medtext.explain.explainer import Explained, Explains
from medtext.explain.found_changes import FoundChange, FoundChanges
from medtext.explain.keywords import KeywordTable
from medtext.explain.naming import Naming
from medtext.explain.rank_moves import RankMoves
from medtext.explain.term_scores import term_scores
from medtext.learn.answer_changes import AnswerChanges, Answers
from medtext.learn.predict import Prediction
from medtext.workspace.counting import asked_of
from medtext.workspace.ready import Ready

_log = logging.getLogger("medtext")

EXAMPLES = 3
"""So many records are named for a change, each of another cluster."""
TOP = 50
"""So many keywords of either table are set side by side, where no other number is wished."""


def refuse_unlike(first: Ready, second: Ready) -> None:
    """Raise OptionError for two runs whose words cannot be compared."""
    for ready in (first, second):
        if ready.task is Task.GENERATE or ready.networks[0].batcher.reads is not Input.TEXT:
            raise OptionError(f"run '{ready.run.name}' does not label texts: name two runs that do")
    if first.task is not second.task:
        raise OptionError(
            f"run '{first.run.name}' was trained to {first.task}, '{second.run.name}' to {second.task}: "
            "name two runs of one task"
        )
    if not shared_labels(first, second):
        raise OptionError(f"runs '{first.run.name}' and '{second.run.name}' have no label in common: name two that do")


def shared_labels(first: Ready, second: Ready) -> tuple[str, ...]:
    """Return the labels that both runs have, in the order of the first."""
    return tuple(label for label in first.labels if label in second.labels)


def common_unit(first: Ready, second: Ready, unit: str | None) -> str:
    """Return what scores of both runs are summed over: what was named, or tokens where both cut the same words.

    Words, where tokens are parts of them or differ. Raises OptionError for tokens that differ.
    """
    networks = [each for ready in (first, second) for each in ready.members or (ready,)]
    alike = all(each.setup.tokenizer == first.setup.tokenizer for each in networks)
    whole = not any(each.network.batcher.tokenizer.pieces for each in networks)
    if unit == "token" and not alike:
        raise OptionError(_OTHER_TOKENS.format(first.run.name, second.run.name))
    return unit or ("token" if alike and whole else "word")


_OTHER_TOKENS = "runs '{}' and '{}' cut texts into other tokens: add --unit word"


def unseen_records(
    first: Ready, second: Ready, *, split: str | None, source: Path | None, pairs: Sequence[str]
) -> tuple[list[Record], Ready]:
    """Return records that neither run learned from, and whose they are: the first's, or if it must be the second's.

    Some texts stand in several splits, as patients share them: those are left out, with a warning. Raises OptionError
    where half of the records and more were learned from.
    """
    if split == "train":
        raise OptionError("--split train: a comparison asks records that no run learned from: choose val or test")
    refused = ""
    for owner in (first, second):
        records = owner.records(split=split, source=source, pairs=pairs)
        seen = {each.run.name: len(records) - len(each.unseen(records)) for each in (first, second)}
        fresh = first.unseen(second.unseen(records))
        if 2 * len(fresh) > len(records) or not records:
            if len(fresh) < len(records):
                left = len(records) - len(fresh)
                _log.warning("%d of %d records are left out: a run learned from their texts", left, len(records))
            return fresh, owner
        learned = next(name for name, count in seen.items() if count)
        which = f"{source}" if source else f"{split} of run '{owner.run.name}'"
        refused = refused or f"run '{learned}' learned from {seen[learned]} of the {len(records)} records of {which}"
        if source is not None:
            break
    raise OptionError(
        f"{refused}: name records that are new to both by --split or --source, or train with the same --split-seed "
        "and --fold"
    )


@dataclass
class Differing:
    """The effects, keywords and answers of two runs as they are gathered, record by record.

    ``tables`` count keywords alike, ``effects`` are of the labels of both runs; ``names`` are all labels of each.
    """

    task: Task
    labels: tuple[str, ...]
    names: tuple[tuple[str, ...], tuple[str, ...]]
    tables: tuple[KeywordTable, KeywordTable]
    effects: tuple[TermEffects, TermEffects]
    settings: dict[str, Any]
    truncated: int = 0
    _unconverged: list[int] = field(default_factory=lambda: [0, 0])
    _answers: tuple[list[Prediction], list[Prediction]] = field(default_factory=lambda: ([], []))
    _read: dict[str, list[tuple[str, frozenset[str]]]] = field(default_factory=dict)
    """The records of every cluster: their ids and their terms."""

    @classmethod
    def of(
        cls,
        runs: tuple[Ready, Ready],
        explainers: tuple[Explains, Explains],
        *,
        threshold: float,
        naming: Naming,
        asserting: Asserting | None,
        settings: dict[str, Any],
    ) -> Self:
        """Begin with nothing. Raises OptionError for a run whose scores do not add up, which has no gradients."""
        for ready, explainer in zip(runs, explainers, strict=True):
            if explainer.settings["method"] != DEFAULT_METHOD:
                raise OptionError(
                    f"run '{ready.run.name}' has a model without gradients, whose scores add up to nothing that could "
                    "be compared: name another"
                )
        first, second = runs
        return cls(
            task=first.task,
            labels=shared_labels(first, second),
            names=(first.labels, second.labels),
            tables=(
                KeywordTable(threshold, run=first.run.name, naming=naming, asserting=asserting),
                KeywordTable(threshold, run=second.run.name, naming=naming, asserting=asserting),
            ),
            effects=(
                TermEffects(first.run.name, explainers[0].settings),
                TermEffects(second.run.name, explainers[1].settings),
            ),
            settings=settings,
        )

    def add(self, before: Explained, after: Explained) -> None:
        """Add a record that both runs explained for all their labels.

        A text that one of them cut has no effects of either. Raises OptionError where they cut it into other units.
        """
        both = before, after
        for table, answers, explained in zip(self.tables, self._answers, both, strict=True):
            table.add(asked_of(explained, "predicted").attributions, truncated=explained.prediction.truncated)
            answers.append(explained.prediction)
        if any(each.prediction.truncated or any(a.truncated for a in each.attributions) for each in both):
            self.truncated += 1
            return
        record = before.prediction.record
        cluster = cluster_of(record)
        terms, others = (self._add(number, cluster, explained) for number, explained in enumerate(both))
        if terms != others:
            where = record.place or record.id
            raise OptionError(f"{where}: {_OTHER_TOKENS.format(*(each.run for each in self.effects))}")
        self._read.setdefault(cluster, []).append((record.id, terms))

    def found(self, label: str | None = None, top: int = TOP) -> FoundChanges:
        """Return what changed of all labels, or of one; q-values are always those among all."""
        before, after = self.effects
        differences = TermDifferences(before, after)
        rows = [row for row in differences.rows() if label in (None, row.label)]
        changes = tuple(
            FoundChange(row, self._examples(row.term, differences.clusters(row)) if row.change.discovered else ())
            for row in rows
        )
        labels = self.labels if label is None else (label,)
        first, second = map(Answers, self._answers, self.names)
        return FoundChanges(
            self._header(),
            AnswerChanges.between(first, second, self.labels, self.task),
            changes,
            RankMoves.between(*self.tables, labels, top),
            Patients.of(before.sums.clusters),
        )

    def _add(self, number: int, cluster: str, explained: Explained) -> frozenset[str]:
        """Add a record to the effects of a run, and return its terms."""
        table, effects = self.tables[number], self.effects[number]
        terms: frozenset[str] = frozenset()
        for attribution in explained.attributions:
            if attribution.label in self.labels:
                scores = term_scores(attribution, table.naming, table.asserting)
                effects.add(cluster, attribution.label, attribution.margin, scores)
                self._unconverged[number] += attribution.converged is False
                terms = frozenset(scores)
        return terms

    def _examples(self, term: str, clusters: Iterator[str]) -> tuple[str, ...]:
        """Return the first record of each of the first clusters that has the term."""
        return tuple(
            next(name for name, terms in self._read[cluster] if term in terms) for cluster in islice(clusters, EXAMPLES)
        )

    def _header(self) -> dict[str, Any]:
        before, after = self.effects
        return {
            "before": before.run,
            "after": after.run,
            **self.settings,
            "records": len(self._answers[0]),
            "truncated": self.truncated,
            "unconverged_before": self._unconverged[0],
            "unconverged_after": self._unconverged[1],
            "clusters": len(before.sums.clusters),
            "median_margin_before": before.scale.median,
            "median_margin_after": after.scale.median,
            "delta": POINTS.delta,
            "only_before": [label for label in self.names[0] if label not in self.labels],
            "only_after": [label for label in self.names[1] if label not in self.labels],
        }
