"""What a plain keyword rule scores: the least a network has to beat."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medtext.corpus.record import Record, Task
from medtext.explain.word_counts import LEAST, Word, WordTable, rows_with
from medtext.learn.metrics import label_matrix, label_scores

SIZES = (1, 2, 5, 10, 20, 50)
"""How many words of each label are tried."""


@dataclass(frozen=True)
class KeywordRule:
    """For each label the ``size`` words that mark it most: a text with such a word is given that label.

    One label: the label with the most different words in the text, of several the one whose
    words there mark it most (their z added up); where no label has a word, the commonest of the
    training records. Many labels: each label with a word in the text. All tables are columns of one ``WordTable``.
    """

    task: Task
    labels: tuple[str, ...]
    majority: NDArray[np.bool_]
    words: Mapping[str, Sequence[Word]]
    size: int

    @classmethod
    def learn(cls, table: WordTable, records: Sequence[Record], labels: Sequence[str], task: Task) -> KeywordRule:
        """Learn words from training records, and take the size that scores the best macro F1 on these very records.

        ``table`` has a row for each record; words are those of ``WordTable.marking``.
        """
        truth = truth_of(records, labels)
        words = {label: table.marking(rows_with(records, label), SIZES[-1]) for label in labels}
        rules = [cls(task, tuple(labels), _majority(truth, task), words, size) for size in SIZES]
        # Ties go to the shorter list, which is easier to read.
        return max(rules, key=lambda rule: (scored(truth, rule.answer(table), labels, task)["macro_f1"], -rule.size))

    def __str__(self) -> str:
        counted = "the word" if self.size == 1 else f"at most {self.size} words"
        how = (
            "a text gets each label with one of its words in it"
            if self.task is Task.TAG
            else "a text gets the label with the most different words in it, of several the one marked most "
            "(sum of z), without any the commonest"
        )
        return (
            f"of each label {counted} that mark{'s' if self.size == 1 else ''} it most in train "
            f"(log-odds, z from {LEAST:g}); "
            f"{how}; {self.size} scored best on train of {', '.join(map(str, SIZES))}"
        )

    def kept(self) -> dict[str, list[Word]]:
        """Return the words that the rule looks for, by label."""
        return {label: list(words[: self.size]) for label, words in self.words.items()}

    def answer(self, table: WordTable) -> NDArray[np.bool_]:
        """Return which labels the rule gives to each record of a table: bool [records, labels]."""
        hits = self._sums(table, lambda _: 1.0)
        if self.task is Task.TAG:
            return np.asarray(hits > 0)
        sure = self._sums(table, lambda word: word.z or 0.0)
        # All z of a text together count less than one word: they only part labels with equally many words.
        best = (hits + sure / (1 + sure.max(initial=0.0))).argmax(axis=1)
        given: NDArray[np.bool_] = np.equal(np.arange(len(self.labels)), best[:, None])
        given[hits.max(axis=1) == 0] = self.majority
        return given

    def _sums(self, table: WordTable, worth: Callable[[Word], float]) -> NDArray[np.float64]:
        """Return what the words of each label that stand in each record are worth: float64 [records, labels]."""
        numbers = {word: number for number, word in enumerate(table.words)}
        kept = self.kept()
        wanted = {word.word for words in kept.values() for word in words}
        columns = sorted(numbers[word] for word in wanted)
        place = {table.words[number]: at for at, number in enumerate(columns)}
        worths = np.zeros((len(columns), len(self.labels)))
        for number, label in enumerate(self.labels):
            for word in kept[label]:
                worths[place[word.word], number] = worth(word)
        return np.asarray(table.matrix[:, columns] @ worths, dtype=np.float64)


def compare(rule: KeywordRule, table: WordTable, records: Sequence[Record]) -> dict[str, dict[str, Any]]:
    """Return the figures of the rule and of the majority on records that have labels: ``accuracy``, ``macro_f1``."""
    truth = truth_of(records, rule.labels)
    answers = {"rule": rule.answer(table), "majority": np.tile(rule.majority, (len(records), 1))}
    return {name: scored(truth, given, rule.labels, rule.task) for name, given in answers.items()}


def scored(
    truth: NDArray[np.bool_], given: NDArray[np.bool_], labels: Sequence[str], task: Task
) -> dict[str, float | None]:
    """Return accuracy (of many labels: all right) and macro F1, as ``medtext evaluate`` does."""
    one = task is Task.CLASSIFY
    scores = label_scores(truth.argmax(1) if one else truth, given.argmax(1) if one else given, labels)
    return {"accuracy": float((truth == given).all(axis=1).mean()), "macro_f1": scores["macro_f1"]}


def truth_of(records: Sequence[Record], labels: Sequence[str]) -> NDArray[np.bool_]:
    """Return which labels are true: bool [records, labels]."""
    return label_matrix([record.labels or () for record in records], labels).astype(np.bool_)


def _majority(truth: NDArray[np.bool_], task: Task) -> NDArray[np.bool_]:
    """Return the labels that every record gets: the commonest one, or those that half of the records have."""
    counts = truth.sum(axis=0)
    if task is Task.TAG:
        return np.asarray(2 * counts >= len(truth), dtype=np.bool_)
    return np.asarray(np.arange(len(counts)) == counts.argmax())
