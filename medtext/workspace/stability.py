"""Runs of one corpus explained over the same records, so that the order of their keywords can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any, Self

from medtext.corpus.record import Record
from medtext.corpus.sample import sampled
from medtext.corpus.split import NAMES
from medtext.errors import OptionError
from medtext.explain.asserting import Asserting
from medtext.explain.attribution import DEFAULT_METHOD, Attribution
from medtext.explain.bootstrap import REPLICATES, SEED
from medtext.explain.clusters import Patients, cluster_of
from medtext.explain.explainer import Explained, Explains, Which
from medtext.explain.keyword_spans import keyword_spans
from medtext.explain.keywords import KeywordTable
from medtext.explain.naming import Naming, naming
from medtext.explain.randomised import with_shuffled_weights
from medtext.explain.span_sums import SpanSums
from medtext.explain.spans import Pick
from medtext.explain.stability import TOP, RunTables, Stability
from medtext.explain.stability_warnings import order_warnings
from medtext.learn.model import Classifier
from medtext.workspace.comparing import refuse_other_parts, refuse_unlike
from medtext.workspace.counting import asked_of
from medtext.workspace.explaining import explainer_for
from medtext.workspace.inferring import Inference
from medtext.workspace.ready import Ready

Track = Callable[[Iterable[Explained], int, str], Iterator[Explained]]
"""Passes explanations on, showing how many of so many have gone by, and what is done."""

_SCALED = 64
"""So many records tell how large the margins of shuffled weights are."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of every run alike: how ``medtext keywords`` makes its table, and how its order is tried."""

    split: str | None
    label: str | None = None
    top: int = TOP
    replicates: int = REPLICATES
    seed: int = SEED
    which: Which = "predicted"
    threshold: float = 0.2
    pick: Pick = "all"
    unit: str | None = None
    dictionary: Path | None = None
    magnitude: bool = False
    method: str = DEFAULT_METHOD
    tolerance: float = 0.01
    precision: str = "32"
    asserting: Asserting | None = None
    infer: bool = False
    confirm: str | None = None
    shuffled: bool = True

    @cached_property
    def naming(self) -> Naming:
        """What words count as."""
        return naming(self.dictionary)

    def explainer(self, ready: Ready) -> Explains:
        """Make the explainer of a run."""
        return explainer_for(
            ready,
            which="all" if self.infer else self.which,  # one label alone would be chosen for its scores
            unit=self.unit,
            dictionary=self.dictionary,
            magnitude=self.magnitude,
            method=self.method,
            tolerance=self.tolerance,
            precision=self.precision,
        )

    def spans(self, attribution: Attribution) -> Iterator[tuple[str, str, float]]:
        """Yield what an explanation puts into the table."""
        return keyword_spans(attribution, self.threshold, self.pick, self.naming, self.asserting)


@dataclass(frozen=True)
class Measured:
    """What came out: ``header`` says what it is made of, ``warnings`` why the order is not to be trusted."""

    found: Stability
    header: dict[str, Any]
    warnings: list[str]


def measure_stability(
    opened: Sequence[Ready],
    asked: Asked,
    *,
    source: Path | None = None,
    pairs: Sequence[str] = (),
    track: Track = lambda items, _count, _what: iter(items),
) -> Measured:
    """Compare the keyword tables of runs, the first of which leads, on records that none of them learned from.

    Raises OptionError, before anything is explained, for runs that cannot be compared.
    """
    first = opened[0]
    refuse_unlike(opened)
    if source is None:
        refuse_other_parts(opened, NAMES)
    if "train" in (asked.split, asked.confirm):
        raise OptionError("an order is tried on records that no run learned from: choose val or test")
    if asked.label is not None:
        first.label_number(asked.label)
    records = first.records(split=asked.split, source=source, pairs=pairs)
    _refuse_trained(opened, records, asked)
    tried = [] if asked.confirm is None else first.records(split=asked.confirm, source=source, pairs=pairs)
    clusters = list(dict.fromkeys(map(cluster_of, records)))
    gathering = [_Gathering.of(ready, asked, clusters) for ready in opened]
    _refuse_other_units(gathering)
    tables = [each.tables(records, tried, track) for each in gathering]
    labels = [asked.label] if asked.label else first.labels
    found = Stability.of(tables, labels, clusters, top=asked.top, replicates=asked.replicates, seed=asked.seed)
    patients = Patients.of(clusters)
    warnings = [*order_warnings(found), *_training_warnings(opened), *filter(None, [patients.caveat])]
    header = {
        "run": first.run.name,
        **_settings(asked, gathering[0].explainer),
        "records": len(records),
        "clusters": len(clusters),
        "patients": str(patients),
        "top": asked.top,
        "replicates": asked.replicates,
        "seed": asked.seed,
        "runs": [{"run": each.ready.run.name, **asdict(each.counts)} for each in gathering],
    }
    return Measured(found, header, warnings)


def _refuse_trained(opened: Sequence[Ready], records: Sequence[Record], asked: Asked) -> None:
    """Raise OptionError where records that are of no split were learned from."""
    for ready in opened:
        seen = len(records) - len(ready.unseen(records))
        if seen and asked.split is None:
            raise OptionError(
                f"run '{ready.run.name}' learned from {seen} of these {len(records)} records: add --split val"
            )


def _refuse_other_units(gathering: Sequence[_Gathering]) -> None:
    """Raise OptionError where the words of one run are not those of another."""
    units = {each.ready.run.name: each.explainer.settings["unit"] for each in gathering}
    first, *others = units
    for name in others:
        if units[name] != units[first]:
            raise OptionError(
                f"run '{name}' is explained by {units[name]} and '{first}' by {units[first]}: add --unit word"
            )


def _training_warnings(opened: Sequence[Ready]) -> Iterator[str]:
    """Say where runs are not trainings of one model with other seeds, a sentence each."""
    choices = {ready.run.name: ready.setup.to_json() for ready in opened}
    seeds = {name: each["training"].pop("seed") for name, each in choices.items()}
    for each in choices.values():
        each["plan"].pop("seed", None)  # it follows --seed, and splits that differ are refused
    first = opened[0].run.name
    for name, each in choices.items():
        if each != choices[first]:
            yield f"Run '{name}' differs from '{first}' in more than its seed: the runs vary in that, too."
    for one, other in combinations(choices, 2):
        if (seeds[one], choices[one]) == (seeds[other], choices[other]):
            yield f"Runs '{one}' and '{other}' have one seed and the same choices: they are one training, not two."


def _settings(asked: Asked, explainer: Explains) -> dict[str, Any]:
    settings: dict[str, Any] = {"split": asked.split or "all", "threshold": asked.threshold, "pick": asked.pick}
    settings |= {key: value for key, value in explainer.settings.items() if key != "least"}  # each run has its own
    settings["explain"] = asked.which
    return settings | ({"confirm": asked.confirm} if asked.confirm else {})


@dataclass
class _Counts:
    """What went into the table of a run."""

    explained: int = 0
    without_evidence: int = 0
    unconverged: int = 0
    truncated: int = 0


@dataclass
class _Gathering:
    """The tables of one run as they grow; ``margins`` are the sizes of those that they are of, in logits."""

    ready: Ready
    asked: Asked
    clusters: Sequence[str]
    explainer: Explains
    inference: Inference | None
    counts: _Counts = field(default_factory=_Counts)
    margins: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, ready: Ready, asked: Asked, clusters: Sequence[str]) -> Self:
        """Begin with nothing. Raises what explaining and inferring do for what does not go together."""
        explainer = asked.explainer(ready)
        if not asked.infer:
            return cls(ready, asked, clusters, explainer, None)
        table = KeywordTable(
            asked.threshold,
            asked.pick,
            ready.run.name,
            {"split": asked.split or "all", **explainer.settings},
            ready.labels,
            naming=asked.naming,
            asserting=asked.asserting,
        )
        return cls(ready, asked, clusters, explainer, Inference.of(ready, explainer, table, asked.confirm))

    def tables(self, records: Sequence[Record], tried: Sequence[Record], track: Track) -> RunTables:
        """Explain the records, each once, and once more by shuffled weights; those ``tried`` confirm."""
        name, spans, answers = self.ready.run.name, SpanSums(self.clusters), []
        for explained in track(self.explainer.explain(records), len(records), f"explaining by {name}"):
            if self.inference is not None:
                self.inference.add(explained)
            answers.append(self._add(spans, asked_of(explained, self.asked.which)))
        found = None
        if self.inference is not None:
            if self.asked.confirm is not None:
                self.inference.confirm(track(self.explainer.explain(tried), len(tried), f"confirming by {name}"))
            found = self.inference.found()
        gradients = all(isinstance(network.model, Classifier) for network in self.ready.networks)
        shuffled = self._shuffled(answers, track) if self.asked.shuffled and gradients else None
        return RunTables(name, spans, shuffled, found)

    def _add(self, spans: SpanSums, explained: Explained) -> Record:
        """Count a record, and return it with the labels that were explained."""
        record, attributions = explained.prediction.record, explained.attributions
        self.counts.truncated += explained.prediction.truncated or any(each.truncated for each in attributions)
        cluster = cluster_of(record)
        for each in attributions:
            self.counts.explained += 1
            self.counts.without_evidence += not each.has_evidence
            self.counts.unconverged += each.converged is False
            self.margins.append(abs(each.margin))
            spans.add(cluster, each.label, self.asked.spans(each))
        return replace(record, labels=tuple(each.label for each in attributions))

    def _shuffled(self, answers: Sequence[Record], track: Track) -> SpanSums:
        """Explain the same labels of the same records by the same network with shuffled weights.

        Its logits are scaled to the run's median margin, so that the floor of evidence is as high for both: a network
        with all logits so many times as large is no less random.
        """
        blind = with_shuffled_weights(self.explainer)
        probed = [each for explained in blind.explain(sampled(answers, _SCALED)) for each in explained.attributions]
        size = median([abs(each.margin) for each in probed] or [0.0])
        factor = median(self.margins) / size if size else 1.0
        spans = SpanSums(self.clusters)
        what = f"explaining by {self.ready.run.name}, shuffled"
        for explained in track(blind.explain(answers), len(answers), what):
            cluster = cluster_of(explained.prediction.record)
            for each in explained.attributions:
                spans.add(cluster, each.label, self.asked.spans(_scaled(each, factor)))
        return spans


def _scaled(attribution: Attribution, factor: float) -> Attribution:
    """Return what the same network would say if all its logits were so many times as large."""
    return replace(
        attribution,
        scores=attribution.scores * factor,
        margin=attribution.margin * factor,
        gap=attribution.gap * factor,
        change=attribution.change * factor,
    )
