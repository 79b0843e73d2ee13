"""Print the figures of README.md: ``python -m medtext_data.gi_records.measure``.

They are taken from the files beside this module. Needs scikit-learn.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from .folding import fold
from .generate import EVIDENCE, SPLITS
from .keyword_rule import RULES
from .kinds import LABELS

FOLDER = Path(__file__).parent

_NAME_WIDTH = 56

Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Score:
    """How well answers meet the labels, from 0 to 1."""

    macro_f1: float
    accuracy: float


def read(folder: Path = FOLDER) -> dict[str, Rows]:
    """Read the texts and labels of every split."""
    return {name: _rows((folder / f"{name}.tsv").read_text(encoding="utf-8")) for name in SPLITS}


def score(answers: Sequence[str], labels: Sequence[str]) -> Score:
    """Compare answers with labels.

    >>> score(["1", "0"], ["1", "2"])
    Score(macro_f1=0.3333333333333333, accuracy=0.5)
    """
    hits = Counter(label for answer, label in zip(answers, labels, strict=True) if answer == label)
    given, true = Counter(answers), Counter(labels)
    return Score(
        mean(2 * hits[label] / max(1, given[label] + true[label]) for label in LABELS),
        sum(hits.values()) / len(labels),
    )


def rule_scores(rows: Rows) -> dict[str, Score]:
    """Score every keyword rule."""
    labels = [label for _, label in rows]
    return {rule.name: score([rule.label(text) for text, _ in rows], labels) for rule in RULES}


def ngram_answers(train: Rows, rows: Rows) -> list[str]:
    """Answer with logistic regression on TF-IDF of one to three characters, trained on ``train``."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=1000),
    )
    model.fit([text for text, _ in train], [label for _, label in train])
    return [str(answer) for answer in model.predict([text for text, _ in rows])]


def ngram_score(train: Rows, rows: Rows) -> Score:
    """Score the n-gram model."""
    return score(ngram_answers(train, rows), [label for _, label in rows])


def table(folder: Path = FOLDER) -> Iterator[str]:
    """Give the lines of the table."""
    splits = read(folder)
    yield from facts(folder)
    yield _score_line("TF-IDF of 1-3 characters, logistic regression", ngram_score(splits["train"], _held_out(splits)))


def facts(folder: Path = FOLDER) -> Iterator[str]:
    """Give the lines of the table that need no training."""
    splits = read(folder)
    rows = [row for part in splits.values() for row in part]
    yield f"{'split':<8}{'records':>8}" + "".join(f"{'label ' + label:>10}" for label in LABELS)
    for name, part in [*splits.items(), ("all", rows)]:
        share = Counter(label for _, label in part)
        yield f"{name:<8}{len(part):>8}" + "".join(f"{share[label] / len(part):>10.1%}" for label in LABELS)
    yield ""
    lengths = sorted(len(text) for text, _ in rows)
    yield f"characters: {lengths[0]} to {lengths[-1]}, mean {mean(lengths):.1f}, median {median(lengths):.0f}"
    yield f"different texts, punctuation and numbers aside: {len({fold(text) for text, _ in rows}) / len(rows):.1%}"
    yield from _span_lines(folder)
    yield ""
    yield f"{'on val and test':<{_NAME_WIDTH}}{'macro-F1':>9}{'accuracy':>10}"
    for name, one in rule_scores(_held_out(splits)).items():
        yield _score_line(f"rule: {name}", one)


def _held_out(splits: Mapping[str, Rows]) -> Rows:
    return splits["val"] + splits["test"]


def _score_line(name: str, one: Score) -> str:
    # A Chinese character is two columns wide.
    width = _NAME_WIDTH - sum(character > "⺀" for character in name)
    return f"{name:<{width}}{one.macro_f1:>9.1%}{one.accuracy:>10.1%}"


def _rows(content: str) -> Rows:
    pairs = (line.split("\t") for line in content.splitlines())
    return [(text, label) for text, label in pairs]


def _span_lines(folder: Path) -> Iterator[str]:
    records = [json.loads(line) for line in (folder / EVIDENCE).read_text(encoding="utf-8").splitlines()]
    whys = Counter(span["why"] for record in records for span in record["distractors"])
    with_evidence = sum(bool(record["evidence"]) for record in records) / len(records)
    with_distractors = sum(bool(record["distractors"]) for record in records) / len(records)
    yield f"records with evidence {with_evidence:.1%}, with distractors {with_distractors:.1%}"
    yield "distractors: " + ", ".join(f"{why} {count}" for why, count in sorted(whys.items()))


if __name__ == "__main__":
    print("\n".join(table()))
