"""A corpus described: read and split as a training would, counted, and warned of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from medtext.corpus.characters import Characters
from medtext.corpus.conflicts import conflicts
from medtext.corpus.cooccurrence import Cooccurrence
from medtext.corpus.duplicates import find_duplicates
from medtext.corpus.fold import fold_text
from medtext.corpus.image_counts import ImageCounts
from medtext.corpus.lengths import Cut, Histogram, Lengths
from medtext.corpus.near import find_near_duplicates
from medtext.corpus.part_counts import PartCount, count_labels
from medtext.corpus.record import Task
from medtext.corpus.sample import sampled
from medtext.corpus.sentences import Sentences
from medtext.corpus.split import NAMES
from medtext.corpus.token import Tokenizer
from medtext.corpus.token_counts import TokenCounts
from medtext.explain.keyword_rule import KeywordRule, compare
from medtext.explain.naming import naming
from medtext.explain.word_counts import Word, WordTable, is_content, rows_with
from medtext.explain.words import word_cutter
from medtext.plugin.registry import Registry
from medtext.report.statistics import RuleScores, Section, Statistics, TextLengths, VocabularyCounts
from medtext.workspace.read_corpus import ReadCorpus
from medtext.workspace.reading import Reading
from medtext.workspace.ready import fit_tokenizer, texts_of
from medtext.workspace.statistics_warnings import warnings_of

_CLOUDS, _CLOUD_WORDS = 12, 60
_EXAMPLES = 12
"""Labels that get a word cloud, the commonest, and the words of each; that of all texts has twice as many."""


def describe(
    registry: Registry,
    reading: Reading,
    *,
    top: int = 20,
    dictionary: Path | None = None,
    watch: Callable[[Sequence[str]], Iterable[str]] = iter,
) -> Statistics:
    """Return all figures of a corpus; lists have at most ``top`` rows.

    All is counted in a few passes over the texts; cutting them into words takes longest, so
    ``watch`` sees the texts go by there. Raises
    RecordError for what cannot be read, OptionError for a bad ``dictionary``.
    """
    cutter, name = word_cutter(dictionary), naming(dictionary)
    corpus = ReadCorpus.read(registry, reading)
    tokenizer = fit_tokenizer(registry, reading.tokenizer, texts_of(corpus.parts["train"]))
    lengths, vocabulary = _tokens(corpus, tokenizer)
    table = WordTable.count(corpus.written, cutter, watch, name)
    labelled = [record for record in corpus.records if record.labels is not None]
    together = Cooccurrence.of(labelled)
    found = Statistics(
        corpus=_facts(reading, corpus),
        warnings=(),
        parts={
            "all": PartCount.of(corpus.records),
            **{name: PartCount.of(records) for name, records in corpus.parts.items()},
        },
        labels=tuple(count_labels(corpus.parts, corpus.labels)),
        cooccurrence=together if together.pairs or (labelled and corpus.task is Task.TAG) else None,
        images=ImageCounts.of(corpus.records),
        lengths=lengths,
        characters=Characters.of(corpus.written, top=top),
        vocabulary=vocabulary,
        exact=find_duplicates(corpus.parts, str),
        folded=find_duplicates(corpus.parts, fold_text),
        near=find_near_duplicates(corpus.parts),
        conflicts=tuple(conflicts(corpus.records)),
        sentences=Sentences.of(corpus.written, top=top),
        words=tuple(table.common(top)),
        marking=_marking(corpus, table, top),
        rule=_rule(corpus, table),
        sections=_sections(corpus, partial(WordTable.count, cutter=cutter, naming=name), top),
        clouds=_clouds(corpus, table),
        examples=tuple(sampled([record for record in corpus.records if record.images], _EXAMPLES)),
    )
    return replace(found, warnings=warnings_of(found))


def _facts(reading: Reading, corpus: ReadCorpus) -> dict[str, str | int | bool]:
    return {
        "dataset": reading.dataset.name,
        "source": str(reading.source),
        "task": str(reading.task),
        "tokenizer": reading.tokenizer.name,
        "seed": reading.plan.seed,
        "stratify": reading.plan.stratify,
        "published_splits": any(record.split for record in corpus.records),
    }


def _tokens(corpus: ReadCorpus, tokenizer: Tokenizer) -> tuple[TextLengths, VocabularyCounts]:
    """Count characters and tokens of texts, and of targets where these are to be written."""
    with_text = [row for row, record in enumerate(corpus.records) if record.text.strip()]
    writing = corpus.task is Task.GENERATE
    with_target = [row for row, record in enumerate(corpus.records) if writing and record.target]
    texts = TokenCounts.of(tokenizer, [record.text for record in corpus.records])
    targets = TokenCounts.of(tokenizer, [record.target or "" if writing else "" for record in corpus.records])
    of_texts = texts.lengths[with_text].tolist()
    by_label: dict[str, list[int]] = {label: [] for label in corpus.labels}
    for row, length in zip(with_text, of_texts, strict=True):
        for label in corpus.records[row].labels or ():
            by_label[label].append(length)
    lengths = TextLengths(
        characters=Lengths.of([len(corpus.records[row].text) for row in with_text]),
        tokens=Lengths.of(of_texts),
        by_label={label: found for label, each in by_label.items() if (found := Lengths.of(each))},
        target_characters=Lengths.of([len(corpus.records[row].target or "") for row in with_target]),
        target_tokens=Lengths.of(targets.lengths[with_target].tolist()),
        histogram=Histogram.of(of_texts),
        cut=Cut.of(of_texts, tokenizer.max_length),
        complete=texts.whole and targets.whole,
    )
    both = texts.plus(targets)
    unknown = {name: both.share_unknown(corpus.rows[name]) for name in NAMES}
    return lengths, VocabularyCounts(size=len(tokenizer.vocabulary), unknown=unknown)


def _marking(corpus: ReadCorpus, table: WordTable, top: int) -> dict[str, list[Word]]:
    train = corpus.parts["train"]
    trained = table.of(corpus.rows["train"])
    marking = {label: trained.marking(rows_with(train, label), top) for label in corpus.labels}
    return {label: words for label, words in marking.items() if words}


def _clouds(corpus: ReadCorpus, table: WordTable) -> dict[str, dict[str, float]]:
    """Choose the words of the pictures: of all texts by records, of the commonest labels by how far they mark it."""
    sizes = Counter(label for record in corpus.records for label in record.labels or ())
    kept = {label for label, _ in sizes.most_common(_CLOUDS)}
    marking = _marking(corpus, table, _CLOUD_WORDS)
    clouds = {label: {word.word: word.z or 0.0 for word in words} for label, words in marking.items() if label in kept}
    return {"": _cloud(table), **clouds}


def _cloud(table: WordTable) -> dict[str, float]:
    """Choose the words of a picture of some texts, each with the records that have it."""
    content = [word for word in table.common() if is_content(word.word)][: 2 * _CLOUD_WORDS]
    return {word.word: float(word.records) for word in content}


def _sections(corpus: ReadCorpus, count: Callable[[Sequence[str]], WordTable], top: int) -> dict[str, Section]:
    """Describe what is read and what is to be written each for itself; nothing where there is but one of them."""
    if corpus.task is not Task.GENERATE:
        return {}
    texts = {
        "text": [record.text for record in corpus.records],
        "target": [record.target or "" for record in corpus.records],
    }
    if not all(any(map(str.strip, each)) for each in texts.values()):
        return {}
    return {
        name: Section(sentences=Sentences.of(each, top=top), cloud=_cloud(count(each))) for name, each in texts.items()
    }


def _rule(corpus: ReadCorpus, table: WordTable) -> RuleScores | None:
    """Score a keyword rule learned from train; None where it has nothing to go by.

    That is: no two labels in train, no word that marks one, or no records to judge by.
    """
    train = corpus.parts["train"]
    judged = [name for name in NAMES[1:] if corpus.parts[name]]
    seen = {label for record in train for label in record.labels or ()}
    if not corpus.labelled or not judged or len(seen) < 2 or corpus.task is Task.GENERATE:
        return None
    rule = KeywordRule.learn(table.of(corpus.rows["train"]), train, corpus.labels, corpus.task)
    if not any(rule.words.values()):
        return None
    return RuleScores(
        says=str(rule),
        size=rule.size,
        words=rule.kept(),
        scores={name: compare(rule, table.of(corpus.rows[name]), corpus.parts[name]) for name in judged},
    )
