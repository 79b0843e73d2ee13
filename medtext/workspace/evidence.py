"""How far the scores of a run can be trusted: are they faithful to the model, and as people would mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from medtext.corpus.record import Input, Record
from medtext.errors import OptionError
from medtext.explain.attribution import Attribution
from medtext.explain.explainer import Explainer, Explains
from medtext.explain.faithfulness import Faithfulness, measure_faithfulness
from medtext.explain.plausibility import Plausibility
from medtext.explain.randomised import randomised_correlation
from medtext.learn.model import Classifier
from medtext.workspace.explaining import explainer_for, refuse_unfit
from medtext.workspace.ready import Ready


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """How well the scores of one method did.

    ``randomised`` is the rank correlation with those of shuffled weights, None where there is none;
    ``plausibility`` None where no record has rationales. ``seconds`` is what explaining took, all texts together.
    """

    method: str
    answers: int
    unconverged: int
    seconds: float
    faithfulness: Faithfulness | None
    randomised: float | None
    plausibility: Plausibility | None

    def to_json(self) -> dict[str, Any]:
        """Return all figures; keys are stable."""
        return {
            "method": self.method,
            "answers": self.answers,
            "unconverged": self.unconverged,
            "seconds": self.seconds,
            "faithfulness": self.faithfulness and self.faithfulness.to_json(),
            "randomised": self.randomised,
            "plausibility": self.plausibility and self.plausibility.to_json(),
        }


def measure_evidence(
    ready: Ready,
    records: Sequence[Record],
    methods: Sequence[str],
    *,
    unit: str | None = None,
    threshold: float = 0.2,
) -> Iterator[Evidence]:
    """Explain what is predicted of records by each method and measure the scores; yields each as it is done.

    Raises what ``refuse_evidence`` does.
    """
    refuse_evidence(ready, methods)
    for method in methods:
        yield _measured(_single(explainer_for(ready, method=method, unit=unit)), records, method, threshold)


def refuse_evidence(ready: Ready, methods: Sequence[str] = ()) -> None:
    """Raise OptionError for a run of several networks, or without gradients, and for a method it does not allow."""
    if ready.network.batcher.reads is not Input.TEXT:
        raise OptionError(f"--evidence leaves words out, and run '{ready.run.name}' reads images: leave it out")
    if not isinstance(ready.network.model, Classifier):
        raise OptionError(f"--evidence needs a classifier with gradients, which run '{ready.run.name}' is not")
    for method in methods:
        refuse_unfit(ready, method)


def _single(explainer: Explains) -> Explainer:
    assert isinstance(explainer, Explainer)  # noqa: S101  # ensembles were refused
    return explainer


def _measured(explainer: Explainer, records: Sequence[Record], method: str, threshold: float) -> Evidence:
    start = perf_counter()
    attributions = [each for explained in explainer.explain(records) for each in explained.attributions]
    seconds = perf_counter() - start
    correlation = randomised_correlation(explainer, attributions)
    return Evidence(
        method=method,
        answers=len(attributions),
        unconverged=sum(each.converged is False for each in attributions),
        seconds=seconds,
        faithfulness=measure_faithfulness(explainer.predictor, attributions),
        randomised=correlation if correlation == correlation else None,  # noqa: PLR0124  # not NaN
        plausibility=_plausibility(attributions, threshold),
    )


def _plausibility(attributions: Sequence[Attribution], threshold: float) -> Plausibility | None:
    if all(each.record.rationales is None for each in attributions):
        return None
    return Plausibility.measure(attributions, threshold=threshold)
