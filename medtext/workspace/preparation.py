"""From a raw export to records that a person can label: cleaned, masked, cut, each text once, with labels by rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

from medtext.corpus.check import MAX_CHARACTERS
from medtext.corpus.cleaning import clean_text
from medtext.corpus.export import ExportRow
from medtext.corpus.fold import fold_width
from medtext.corpus.known_texts import KnownTexts
from medtext.corpus.masking import Mask, mask_text
from medtext.corpus.pieces import cut_pieces
from medtext.corpus.pseudonym import pseudonym
from medtext.corpus.rules import RuleBook, Verdict
from medtext.workspace.hand_labels import EXPORT, HAND, RULE, HandLabels
from medtext.workspace.prepared import Prepared, read_labels
from medtext.workspace.rule_figures import RuleCount

_IDENTIFYING = frozenset({Mask.NAMES, Mask.IDS})
"""Masks that hold for the columns of ids and groups too: these are patients' names and numbers as often as not."""


@dataclass(frozen=True)
class Plan:
    """What is done to an export.

    ``each`` makes every text column a record of its own; ``shortest`` and ``longest`` are in
    characters; ``cut`` says how a text falls into words, where they are wanted. Where names or ids are masked, ids
    and groups become hashes under ``key``.
    """

    each: bool = False
    fold: bool = False
    masks: tuple[Mask, ...] = ()
    key: bytes = b""
    keyed: bool = False
    shortest: int = 1
    longest: int = MAX_CHARACTERS
    drop_long: bool = False
    keep_duplicates: bool = False
    cut: Callable[[str], list[tuple[int, int]]] | None = None
    rules: RuleBook | None = None
    hand: HandLabels | None = None


@dataclass
class Steps:
    """How many records each step met; ``masked`` counts places, all else records or rows."""

    rows: int = 0
    texts: int = 0
    empty: int = 0
    cleaned: int = 0
    masked: Counter[Mask] = field(default_factory=Counter)
    records_masked: int = 0
    too_short: int = 0
    too_long: int = 0
    pieces: int = 0
    duplicates: int = 0
    repeated_ids: int = 0
    records: int = 0
    groups: int = 0
    rows_without_group: int = 0
    from_hand: int = 0
    from_export: int = 0
    from_rule: int = 0
    unlabelled: int = 0
    many: int = 0


class Preparation:
    """Makes records of rows by a plan, one row at a time, and counts what it does.

    Digests of texts, ids and groups are kept, texts are not: memory grows with the number of records, slowly.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.steps = Steps()
        self.known = KnownTexts()
        self.rule_count = RuleCount(plan.rules) if plan.rules else None
        self.labels: dict[str, int] = dict.fromkeys(plan.rules.labels, 0) if plan.rules else {}
        self._ids: Counter[str] = Counter()
        self._groups: set[bytes] = set()

    def records(self, rows: Iterable[ExportRow]) -> Iterator[Prepared]:
        """Yield the records of an export, in its order."""
        for row in rows:
            self.steps.rows += 1
            self.steps.rows_without_group += row.group is None
            for record in self._numbered(row, list(self._texts(row))):
                if not self.plan.keep_duplicates and self.known.is_known(
                    record.text, record.export_labels, record.place
                ):
                    self.steps.duplicates += 1
                    continue
                yield self._counted(self._labelled(self._cut(self._with_id(record))))

    def _texts(self, row: ExportRow) -> Iterator[tuple[str | None, str, str]]:
        """Yield part, text as exported, and text made ready, of each text of a row that has one."""
        columns = row.texts.items() if self.plan.each else [(None, "\n".join(filter(None, row.texts.values())))]
        for part, before in columns:
            self.steps.texts += 1
            text = clean_text(fold_width(before) if self.plan.fold else before)
            if not text:
                self.steps.empty += 1
                continue
            self.steps.cleaned += text != before
            if self.plan.masks:
                text, counts = mask_text(text, self.plan.masks)
                self.steps.masked.update(counts)
                self.steps.records_masked += bool(counts)
            yield part, before, text

    def _numbered(self, row: ExportRow, texts: list[tuple[str | None, str, str]]) -> Iterator[Prepared]:
        """Yield records of fitting length, with what groups them; ids are those of the row, if it has one."""
        fitting = [(part, before, self._fitting(text)) for part, before, text in texts]
        group = self._hidden(row.group)
        if group is None and (self.plan.each or any(len(cut) > 1 for _, _, cut in fitting)):
            group = self._hidden(row.id) or _hash(*(text for *_, text in texts))
        own = self._hidden(row.id)
        for part, before, cut in fitting:
            for number, text in enumerate(cut, start=1):
                name = None if own is None else "/".join(filter(None, (own, part)))
                if name is not None and len(cut) > 1:
                    name = f"{name}.{number}"
                yield Prepared(
                    id=name or "",
                    text=text,
                    before=before,
                    place=row.place,
                    group=group,
                    part=part,
                    split=row.split,
                    labels=row.labels,
                    export_labels=row.labels,
                    note=f"piece {number} of {len(cut)}" if len(cut) > 1 else "",
                )

    def _fitting(self, text: str) -> list[str]:
        if len(text) < self.plan.shortest:
            self.steps.too_short += 1
            return []
        if len(text) <= self.plan.longest:
            return [text]
        self.steps.too_long += 1
        if self.plan.drop_long:
            return []
        cut = cut_pieces(text, self.plan.longest)
        self.steps.pieces += len(cut)
        return cut

    def _hidden(self, name: str | None) -> str | None:
        """Return an id or group as it may be shown."""
        if name is None or not _IDENTIFYING.intersection(self.plan.masks):
            return name
        return pseudonym(name, self.plan.key)

    def _with_id(self, record: Prepared) -> Prepared:
        """Give an id to a record: that of its row, else a hash of text and part; a second one gets a number."""
        name = record.id or _hash(record.text, record.part or "")
        self._ids[name] += 1
        if self._ids[name] == 1:
            return record if record.id else replace(record, id=name)
        self.steps.repeated_ids += bool(record.id)
        while (numbered := f"{name}-{self._ids[name]}") in self._ids:
            self._ids[name] += 1
        self._ids[numbered] = 1
        return replace(record, id=numbered)

    def _cut(self, record: Prepared) -> Prepared:
        if self.plan.cut is None:
            return record
        words = (record.text[start:end].strip() for start, end in self.plan.cut(record.text))
        return replace(record, words=" ".join(filter(None, words)))

    def _labelled(self, record: Prepared) -> Prepared:
        """Give a record its label: a person's before the export's, the export's before a rule's."""
        changes: dict[str, Any] = {"label_source": "" if record.labels is None else EXPORT}
        found = self.plan.hand.find(record.id, record.text) if self.plan.hand is not None else None
        if self.plan.rules is not None and self.rule_count is not None:
            verdict = self.plan.rules.judge(record.text, record.part)
            changes |= {"rule_labels": verdict.labels, "rule": _evidence(verdict)}
            if verdict.conflict:
                changes["note"] = "; ".join(filter(None, (record.note, "the rules disagree")))
            if record.labels is None and verdict.labels is not None:
                changes |= {"labels": verdict.labels, "label_source": RULE}
            self.rule_count.add(verdict, record.labels if found is None else read_labels(found.label))
        if found is not None:
            note = found.note or changes.get("note", record.note)
            changes |= {"labels": read_labels(found.label), "label_source": HAND, "note": note}
        return replace(record, **changes)

    def _counted(self, record: Prepared) -> Prepared:
        self.steps.records += 1
        if record.group is not None:
            self._groups.add(blake2b(record.group.encode("utf-8", "surrogatepass"), digest_size=8).digest())
            self.steps.groups = len(self._groups)
        by = {HAND: "from_hand", EXPORT: "from_export", RULE: "from_rule"}.get(record.label_source, "")
        by = by if record.labels is not None else "unlabelled"
        setattr(self.steps, by, getattr(self.steps, by) + 1)
        self.steps.many += record.labels is not None and len(record.labels) != 1
        for label in record.labels or ():
            self.labels[label] = self.labels.get(label, 0) + 1
        return record


def summary(made: Preparation) -> dict[str, Any]:
    """Return what was done as one JSON document; its keys are always the same."""
    steps = made.steps
    return {
        "rows": steps.rows,
        "texts": steps.texts,
        "empty": steps.empty,
        "cleaned": steps.cleaned,
        "masked": {str(mask): steps.masked[mask] for mask in Mask},
        "records_masked": steps.records_masked,
        "too_short": steps.too_short,
        "too_long": steps.too_long,
        "pieces": steps.pieces,
        "duplicates": steps.duplicates,
        "conflicts": [str(each) for each in made.known.conflicts()],
        "repeated_ids": steps.repeated_ids,
        "records": steps.records,
        "groups": steps.groups,
        "rows_without_group": steps.rows_without_group,
        "labels": made.labels,
        "from_hand": steps.from_hand,
        "from_export": steps.from_export,
        "from_rule": steps.from_rule,
        "unlabelled": steps.unlabelled,
        "many_labels": steps.many,
        "rules": made.rule_count.to_json() if made.rule_count else None,
    }


def _hash(*texts: str) -> str:
    return blake2b("\x1f".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _evidence(verdict: Verdict) -> str:
    """Say which words made which rule hit, and which rules the text denies."""
    return "; ".join([*map(str, verdict.hits), *(f"{rule.name}: denied" for rule in verdict.denied)])
