"""A lexicon of what a run uses terms for, and how well plain matching does by it beside the run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.assertion_rules import AssertionRules, Script
from medtext.corpus.record import Record
from medtext.errors import MedtextError, OptionError
from medtext.explain.asserting import Asserting
from medtext.explain.confirmation import Outcome
from medtext.explain.dictionary import dictionary_name
from medtext.explain.explainer import Explained, Explains
from medtext.explain.inference import FoundEffects
from medtext.explain.keyword_rule import KeywordRule, truth_of
from medtext.explain.keywords import KeywordTable
from medtext.explain.lexicon import Lexicon, LexiconTerm, Status
from medtext.explain.lexicon_rule import LexiconRule, tuned
from medtext.explain.matching import Matcher
from medtext.explain.naming import naming, spellings_of
from medtext.explain.verdicts import TermEffect
from medtext.explain.word_counts import WordTable
from medtext.explain.words import word_cutter
from medtext.learn.metrics import label_matrix, label_scores
from medtext.learn.paired import Difference, answer_differences
from medtext.learn.predict import Prediction
from medtext.workspace.evaluation import answers_of
from medtext.workspace.inferring import Inference
from medtext.workspace.ready import Ready
from medtext.workspace.source import refuse_unknown_labels, with_truth

_log = logging.getLogger("medtext")

Watch = Callable[[Iterable[Explained], int, str], Iterator[Explained]]
"""Passes explanations on, and may show how many of how many have gone by, and what for."""

KEYWORD_RULE = "keyword rule"
"""What the rule of ``medtext stats`` is called beside the others: words by counts, no model asked."""


@dataclass(frozen=True)
class Terms:
    """How terms are told apart: by the words of a dictionary, and by what texts assert of them.

    ``rules`` are the files of assertion rules that stand in place of bundled ones; None where states do not matter.
    """

    dictionary: Path | None = None
    rules: tuple[Path, ...] | None = None


def make_lexicon(
    ready: Ready,
    explainer: Explains,
    records: Sequence[Record],
    *,
    split: str,
    terms: Terms,
    confirm: tuple[str, Sequence[Record]] | None = None,
    label: str | None = None,
    watch: Watch = lambda explained, _, __: iter(explained),
) -> tuple[Lexicon, FoundEffects]:
    """Find what a run uses terms for in records of a split, and return the terms with what they rest on.

    With ``confirm``, another split and its records, only those that are confirmed there. ``explainer`` explains
    all labels. Raises OptionError like ``Inference``.
    """
    settings = {"split": split, **explainer.settings, "explain": "all"}
    asserting = None if terms.rules is None else Asserting(*terms.rules)
    if terms.rules is not None:
        settings["assertions"] = ", ".join(["bundled", *(path.name for path in terms.rules)])
    # The table only carries how terms are counted: no span is added to it.
    table = KeywordTable(
        0.0, "all", ready.run.name, settings, ready.labels, naming=naming(terms.dictionary), asserting=asserting
    )
    inference = Inference.of(ready, explainer, table, confirm[0] if confirm else None)
    inference.refuse(ready, records)
    for explained in watch(explainer.explain(records), len(records), "explaining"):
        inference.add(explained)
    if confirm is not None:
        inference.confirm(watch(explainer.explain(confirm[1]), len(confirm[1]), "confirming"))
    found = inference.found(label)
    status = Status.CONFIRMED if confirm else Status.DISCOVERED
    lexicon = Lexicon(
        task=ready.task,
        labels=ready.labels,
        counts=ready.counts or (0,) * len(ready.labels),
        terms=tuple(_term(row, status, terms.dictionary, asserting) for row in _chosen(found)),
        settings={
            **found.header,
            "patients": str(found.patients),
            "discovered_on": split,
            "confirmed_on": confirm[0] if confirm else None,
        },
        dictionary=None if terms.dictionary is None else dictionary_name(terms.dictionary),
        assertions=None if terms.rules is None else tuple(path.name for path in terms.rules),
    )
    return lexicon, found


def _chosen(found: FoundEffects) -> list[TermEffect]:
    if found.confirmed is None:
        return found.discovered
    return [row for row in found.discovered if found.outcomes[row.term, row.label] is Outcome.CONFIRMED]


def _term(row: TermEffect, status: Status, dictionary: Path | None, asserting: Asserting | None) -> LexiconTerm:
    # What is discovered has all of them.
    percent, low, high, q = (value or 0.0 for value in (row.percent, row.percent_low, row.percent_high, row.q))
    term, state = asserting.parted(row.term) if asserting else (row.term, None)
    return LexiconTerm(
        term=term,
        label=row.label,
        state=state,
        status=status,
        theta=percent,
        low=low,
        high=high,
        q=q,
        records=row.records,
        clusters=row.clusters,
        synonyms=() if dictionary is None else spellings_of(term, dictionary),
    )


@dataclass(frozen=True)
class Scored:
    """What plain matching scores on records, beside the run and what else there is to compare with.

    ``lexicon`` has what was tuned on ``tuned_on`` records of val: cutoffs, or the default; ``matched`` counts the
    records in which a term stands. ``figures`` are accuracy, macro F1 and F1 by label of each, ``differences`` those to
    the run. ``model_tuned`` says whether the run has cutoffs tuned on val as well.
    """

    lexicon: Lexicon
    rule: str
    records: int
    matched: int
    tuned_on: int
    figures: dict[str, dict[str, Any]]
    differences: dict[str, dict[str, Difference]]
    keyword_rule: str | None
    model_tuned: bool

    def to_json(self) -> dict[str, Any]:
        """Return all but the lexicon as plain values."""
        return {
            "records": self.records,
            "matched": self.matched,
            "rule": self.rule,
            "keyword_rule": self.keyword_rule,
            "tuned_on": self.tuned_on,
            "model_tuned": self.model_tuned,
            "default": self.lexicon.default,
            "cutoffs": None if self.lexicon.cutoffs is None else dict(self.lexicon.cutoffs),
            "figures": self.figures,
            "differences": {
                name: {key: asdict(each) for key, each in found.items()} for name, found in self.differences.items()
            },
        }


def score_lexicon(
    ready: Ready,
    lexicon: Lexicon,
    records: Sequence[Record],
    rules: Mapping[Script, AssertionRules] | None = None,
) -> Scored:
    """Score a lexicon on records whose labels are known, beside the run that it came from, or another of its labels.

    Raises OptionError where run and lexicon do not go together, or the lexicon holds no term.
    """
    if (ready.task, ready.labels) != (lexicon.task, lexicon.labels):
        raise OptionError(
            f"run '{ready.run.name}' has another task or other labels than the lexicon: name the run it came from"
        )
    if not lexicon.terms:
        raise OptionError("the lexicon holds no term: there is nothing to match")
    known = with_truth(records, ready.task)
    refuse_unknown_labels(known, ready.labels)
    matcher = Matcher(lexicon, rules)
    val = with_truth(ready.records(split="val"), ready.task)
    fitted = tuned(lexicon, [matcher.find(record.text) for record in val], truth_of(val, ready.labels))
    rule = LexiconRule(fitted)
    matches = [matcher.find(record.text) for record in known]
    given = [rule.labels(rule.sums(each)) for each in matches]
    answers = answers_of(ready, known)
    majority = answers.pop("majority", None)
    answers["lexicon"] = [Prediction(record, labels) for record, labels in zip(known, given, strict=True)]
    counted = _counted(ready, known)
    if counted is not None:
        answers[KEYWORD_RULE] = counted[1]
    if majority is not None:
        answers["majority"] = majority
    truth = truth_of(known, ready.labels)
    return Scored(
        lexicon=fitted,
        rule=str(rule),
        records=len(known),
        matched=sum(map(bool, matches)),
        tuned_on=len(val),
        figures={name: _figures(each, truth, ready.labels) for name, each in answers.items()},
        differences={
            name: answer_differences(each, answers["model"], ready.labels)
            for name, each in answers.items()
            if name != "model"
        },
        keyword_rule=None if counted is None else counted[0],
        model_tuned=ready.predictor.decision.cutoffs is not None,
    )


def _figures(answers: Sequence[Prediction], truth: NDArray[np.bool_], labels: Sequence[str]) -> dict[str, Any]:
    given = label_matrix([each.labels for each in answers], labels)
    return {"accuracy": float((truth == given).all(axis=1).mean()), **label_scores(truth, given, labels)}


def _counted(ready: Ready, records: Sequence[Record]) -> tuple[str, list[Prediction]] | None:
    """Learn a keyword rule of counts from the training records; None, with a warning, where they are not to be had."""
    try:
        train = with_truth(ready.records(split="train"), ready.task)
    except MedtextError as error:
        _log.warning("the keyword rule of counts is left out: %s", error)
        return None
    table = WordTable.count([record.text for record in (*train, *records)], word_cutter())
    rule = KeywordRule.learn(table.of(range(len(train))), train, ready.labels, ready.task)
    given = rule.answer(table.of(range(len(train), len(train) + len(records))))
    answers = [
        Prediction(record, tuple(compress(ready.labels, row)))
        for record, row in zip(records, given.tolist(), strict=True)
    ]
    return str(rule), answers
