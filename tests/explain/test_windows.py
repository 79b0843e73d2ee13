"""A text longer than the model reads is answered and explained as the mean of its windows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from medtext.corpus.batch import Batcher
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.record import Input, Record, Task
from medtext.explain.explainer import Explainer
from medtext.learn.device import set_seed
from medtext.learn.loss import Objective
from medtext.learn.predict import Predictor, frozen
from medtext.plugin import ModelShape
from medtext.plugin.registry import Registry

CPU = torch.device("cpu")
LONG = Record(id="long", text="abcabcbbcaab", labels=("x",))
SHORT = Record(id="short", text="cab", labels=("y",))


def predictor(
    registry: Registry, task: Task = Task.CLASSIFY, overlap: int | None = 2, name: str = "text-cnn"
) -> Predictor:
    tokenizer = PatternTokenizer(
        lambda text: [(at, at + 1) for at in range(len(text))], min_records=1, max_length=5, pieces=True
    ).fit(["abc"])
    batcher = Batcher(task, ("x", "y"), Input.TEXT, tokenizer, overlap=overlap)
    set_seed(1)
    spec = registry.model(name)
    options = spec.options(width=8, filters=4) if name == "text-cnn" else spec.options()
    model = spec.build(ModelShape(task, len(tokenizer.vocabulary), 2, 5), options)
    if name == "ngram-linear":
        torch.nn.init.normal_(model.weights.weight)
    return Predictor(frozen(model, CPU), batcher, CPU)


def windows_of(text: str) -> list[str]:
    return [text[at : at + 5] for at in (0, 3, 6, 7)]


@pytest.mark.parametrize("task", [Task.CLASSIFY, Task.TAG])
def test_the_logits_of_a_long_text_are_the_mean_over_its_windows(registry: Registry, task: Task) -> None:
    asked = predictor(registry, task)
    together = asked.logits(asked.batcher.batch([SHORT, LONG, SHORT]))
    parts = asked.logits(asked.batcher.batch([Record(id=str(n), text=t) for n, t in enumerate(windows_of(LONG.text))]))
    alone = asked.logits(asked.batcher.batch([SHORT]))
    assert torch.allclose(together[1], parts.mean(0), atol=1e-6)
    assert torch.allclose(together[[0, 2]], alone.expand(2, -1), atol=1e-6)
    assert not next(iter(asked.predict([LONG]))).truncated


def test_without_windows_the_text_is_cut_and_marked(registry: Registry) -> None:
    asked = predictor(registry, overlap=None)
    answered = next(iter(asked.predict([LONG])))
    beginning = next(iter(asked.predict([replace(LONG, text=LONG.text[:5])])))
    assert answered.truncated
    assert np.array_equal(answered.probabilities, beginning.probabilities)


@pytest.mark.parametrize("name", ["text-cnn", "ngram-linear"])
@pytest.mark.parametrize("unit", ["token", "word"])
def test_scores_over_windows_add_up_to_the_margin_and_reach_the_end_of_the_text(
    registry: Registry, unit: str, name: str
) -> None:
    asked = predictor(registry, name=name)
    cut = (lambda text: [(at, at + 3) for at in range(0, len(text), 3)]) if unit == "word" else None
    long, short = Explainer(asked, segment=cut).explain([LONG, SHORT])
    for explained in (long, short):
        (attribution,) = explained.attributions
        assert attribution.scores.sum() == pytest.approx(attribution.margin + attribution.gap, abs=1e-6)
        assert attribution.converged
        assert not attribution.truncated
    (attribution,) = long.attributions
    assert attribution.sites[-1].tolist() == [9 if unit == "word" else 11, 12]
    assert len(attribution.sites) == (4 if unit == "word" else 12)
    # What windows share is explained in both, and counted once: as the sum of the parts' means.
    parts = [Record(id=str(n), text=text) for n, text in enumerate(windows_of(LONG.text))]
    label = asked.batcher.labels.index(attribution.label)
    expected = np.zeros(12)
    for start, part in zip((0, 3, 6, 7), Explainer(asked, label=label).explain(parts), strict=True):
        for (at, _), score in zip(part.attributions[0].sites.tolist(), part.attributions[0].scores, strict=True):
            expected[start + at] += score / 4
    grouped = expected if unit == "token" else expected.reshape(4, 3).sum(1)
    assert attribution.scores == pytest.approx(grouped, abs=1e-5)


def test_training_lowers_the_loss_of_what_will_be_answered(registry: Registry) -> None:
    asked = predictor(registry)
    batch = asked.batcher.batch([LONG, SHORT], targets=True)
    loss, weight = Objective(asked.model, Task.CLASSIFY).sums(batch)
    expected = torch.nn.functional.cross_entropy(asked.logits(batch), torch.tensor([0, 1]), reduction="sum")
    assert float(loss) == pytest.approx(float(expected), abs=1e-6)
    assert float(weight) == 2.0
