"""What a run uses terms for: gathered over one split, tried once more on another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from medtext.corpus.record import Record
from medtext.errors import OptionError, RecordError, RunError
from medtext.explain.attribution import DEFAULT_METHOD
from medtext.explain.confirmation import Outcome, confirm
from medtext.explain.effects import TermEffects
from medtext.explain.explainer import Explained, Explains
from medtext.explain.gathered import Gathered
from medtext.explain.inference import Confirmed, FoundEffects
from medtext.explain.keywords import KeywordTable
from medtext.explain.term_labels import TermLabels
from medtext.runs.store import Run
from medtext.workspace.ready import Ready
from medtext.workspace.source import refuse_unknown_labels, text_key

LOG = "confirmations.jsonl"
"""A line for every time that a split was opened to confirm what another had shown."""


@dataclass
class Inference:
    """Effects of terms as they are gathered, record by record, and the split they are confirmed on, if any.

    Records whose text has one of the keys in ``learned`` are left out: some texts stand in several splits.
    """

    run: Run
    gathered: Gathered
    table: KeywordTable
    split: str | None
    before: list[dict[str, Any]]
    learned: frozenset[str] = frozenset()
    confirmed: Confirmed | None = None

    @classmethod
    def of(
        cls,
        ready: Ready,
        explainer: Explains,
        table: KeywordTable,
        other: str | None,
        *,
        association: bool = False,
        stratum: str | None = None,
    ) -> Self:
        """Begin with nothing, on the split of a table, whose terms are counted alike; ``other`` is to confirm them.

        With ``association``, the true labels of records are counted too, within a ``stratum`` of records also.

        Raises OptionError where effects would say nothing: of scores without sign or margin, or on trained records;
        RunError where the log cannot be read.
        """
        settings, split = explainer.settings, table.settings["split"]
        if settings["method"] != DEFAULT_METHOD or settings["scores"] != "signed":
            raise OptionError(
                "--infer rests on signed scores that add up, on integrated gradients: leave --method and --scores out, "
                "and name a run whose model has gradients"
            )
        if "train" in (split, other):
            raise OptionError("--infer asks records that the run did not learn from: choose val or test")
        if other is not None and split in (other, "all"):
            raise OptionError(
                f"--confirm {other} needs terms discovered on another split: name two in --split and --confirm"
            )
        effects = TermEffects(ready.run.name, settings)
        gathered = Gathered(effects, labels=TermLabels() if association else None, by=stratum)
        return cls(ready.run, gathered, table, other, _log(ready.run) if other else [], ready.trained_texts)

    def refuse(self, ready: Ready, records: Sequence[Record]) -> None:
        """Raise OptionError where some records were learned from, RecordError where labels that are asked for lack."""
        seen = len(records) - len(ready.unseen(records))
        if seen and self.table.settings["split"] == "all":
            raise OptionError(f"--infer: the run learned from {seen} of these {len(records)} records: add --split val")
        bare = [record for record in records if record.labels is None] if self.gathered.labels is not None else []
        if bare:
            raise RecordError(
                f"{bare[0].place or bare[0].id}: --association asks for the true label of every record, and "
                f"{len(bare)} of {len(records)} have none: leave these out"
            )
        if self.gathered.labels is not None:
            refuse_unknown_labels(records, self.table.labels)
        by = self.gathered.by
        if by is not None and not any(by in record.meta for record in records):
            known = ", ".join(sorted({name for record in records for name in record.meta})) or "none"
            raise OptionError(
                f"--stratum {by}: no record has such a field (there are: {known}); "
                f"a table keeps a column by -o meta={by}"
            )

    def add(self, explained: Explained) -> None:
        """Add a record that was explained for all labels, unless its text was cut, or learned from."""
        if text_key(explained.prediction.record) in self.learned:
            self.gathered.seen += 1
        else:
            self.gathered.add(explained, self.table)

    def confirm(self, explained: Iterable[Explained]) -> None:
        """Try the discovered terms on the explanations of the other split, and log in the run that it was opened."""
        assert self.split is not None  # noqa: S101  # it is asked for where there is one
        effects = self.gathered.effects
        other = Gathered(TermEffects(effects.run, effects.settings))
        for each in explained:
            if text_key(each.prediction.record) not in self.learned:
                other.add(each, self.table)
        found = confirm(effects, other.effects)
        self.confirmed = Confirmed(self.split, sum(line["split"] == self.split for line in self.before), found)
        line = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "split": self.split,
            "discovered_on": self.table.settings["split"],
            "tried": len(found.terms),
            **{str(outcome): found.count(outcome) for outcome in Outcome},
        }
        self.run.write_text(LOG, "".join(f"{json.dumps(each)}\n" for each in [*self.before, line]))

    def found(self, label: str | None = None) -> FoundEffects:
        """Return what was found of all labels, or of one; q-values are always those among all."""
        return self.gathered.found(self.table.settings, label, self.confirmed)


def _log(run: Run) -> list[dict[str, Any]]:
    if not (run.path / LOG).exists():
        return []
    lines: list[Any] = []
    with suppress(RunError):
        lines = run.lines(LOG)
    if not lines or not all(isinstance(line, dict) and "split" in line for line in lines):
        raise RunError(f"{LOG} of run '{run.name}' is not what medtext wrote: move it away")
    return lines
