"""Scores of networks that are solved on paper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
import toy
from torch import Tensor, nn

from medtext.corpus.batch import Batch, Batcher
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.record import Input, Record, Task
from medtext.explain.scores import POINTS, contrasts, explain_logits, integrated_gradients, scaled_gradient_norms
from medtext.learn.model import Embedded
from medtext.plugin import ModelShape
from medtext.plugin.registry import Registry


def words(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for word in text.split(" "):
        spans.append((start, start + len(word)))
        start += len(word) + 1
    return spans


def batch_of(*texts: str) -> Batch:
    tokenizer = PatternTokenizer(words, min_records=1).fit(["a b c d"])
    batcher = Batcher(Task.CLASSIFY, ("x", "y"), Input.TEXT, tokenizer)
    return batcher.batch([Record(id=str(number), text=text) for number, text in enumerate(texts)])


def rows(vectors: Tensor) -> Embedded:
    mask = torch.ones(vectors.shape[:2], dtype=torch.bool)
    return Embedded(vectors, mask, torch.zeros(*vectors.shape[:2], 2, dtype=torch.int64), ~mask)


def linear(kind: type[toy.Linear] = toy.Linear) -> Any:
    model = kind(ModelShape(Task.CLASSIFY, 9, 2, 512), None)
    # <5 special rows>, then a b c d: what each says for x and for y.
    values = [[0.0, 0.0]] * 5 + [[1.0, 0.0], [0.0, 2.0], [-1.0, 3.0], [0.5, 0.5]]
    with torch.no_grad():
        model.weights.weight.copy_(torch.tensor(values))
    return model.eval()


def test_scores_of_a_linear_model_are_its_centred_weights() -> None:
    scores = explain_logits(linear(), batch_of("a b c", "d"), contrasts(2, [0, 1], [None, None], centred=True))
    # The logit of x minus the mean of both: half of (x - y).
    assert scores.values.tolist() == [pytest.approx([0.5, -1.0, -2.0]), pytest.approx([0.0, 0.0, 0.0])]
    assert scores.margins.tolist() == pytest.approx([-2.5, 0.0])
    assert scores.gaps.abs().max() < 1e-6
    assert scores.converged.all()


def test_against_a_label_the_difference_of_both_is_explained() -> None:
    scores = explain_logits(linear(), batch_of("a b c"), contrasts(2, [0], [1], centred=True))
    assert scores.values.tolist() == [pytest.approx([1.0, -2.0, -4.0])]


def test_a_tag_explains_its_own_logit() -> None:
    scores = explain_logits(linear(), batch_of("a b c"), contrasts(2, [1], [None], centred=False))
    assert scores.values.tolist() == [pytest.approx([0.0, 2.0, 3.0])]


def test_adding_a_constant_to_every_logit_changes_no_centred_score() -> None:
    class Shifted(toy.Curved):
        def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
            shift = vectors.sum((1, 2))[:, None] ** 2  # depends on the text, not on the label
            return super().score(vectors, mask) + shift

    batch, weights = batch_of("a b c"), contrasts(2, [0], [None], centred=True)
    plain = explain_logits(linear(toy.Curved), batch, weights)
    shifted = explain_logits(linear(Shifted), batch, weights)
    assert torch.allclose(plain.values, shifted.values, atol=1e-4)


def test_integrated_gradients_of_the_papers_own_example() -> None:
    # f(x1, x2) = ReLU(ReLU(x1) - 1 - ReLU(x2)) at (3, 1): 1.5 and -0.5 (Sundararajan et al. 2017, appendix B).
    def quantity(vectors: Tensor, mask: Tensor, weights: Tensor) -> Tensor:
        first, second = vectors[:, 0, 0].relu(), vectors[:, 1, 0].relu()
        return (first - 1 - second).relu()

    vectors = torch.tensor([[[3.0], [1.0]]])
    scores = integrated_gradients(quantity, rows(vectors), torch.zeros_like(vectors), torch.ones(1, 1))
    assert scores.values[0].tolist() == pytest.approx([1.5, -0.5], abs=0.01)
    assert scores.margins.tolist() == [1.0]


def test_a_hard_text_gets_more_points_and_an_impossible_one_is_marked() -> None:
    def quantity(vectors: Tensor, mask: Tensor, weights: Tensor) -> Tensor:
        # Row 0 is a straight line; row 1 a step: its gradient is zero almost everywhere.
        total = vectors.sum((1, 2))
        return torch.where(weights[:, 0] > 0, total, torch.sigmoid(20_000 * (total - 0.501)))

    vectors = torch.ones(2, 1, 1)
    weights = torch.tensor([[1.0], [0.0]])
    scores = integrated_gradients(quantity, rows(vectors), torch.zeros_like(vectors), weights)
    assert scores.points.tolist() == [POINTS[0], POINTS[-1]]
    assert scores.converged.tolist() == [True, False]
    assert abs(float(scores.gaps[1])) > 0.5


def test_padding_and_company_change_no_score(registry: Registry) -> None:
    torch.manual_seed(3)
    spec = registry.model("text-cnn")
    model: Any = spec.build(ModelShape(Task.CLASSIFY, 9, 2, 512), spec.options()).eval()
    weights = contrasts(2, [0], [None], centred=True)
    alone = explain_logits(model, batch_of("a b"), weights)
    together = explain_logits(model, batch_of("a b", "c d a b c d c"), weights.repeat(2, 1))
    assert torch.allclose(together.values[0, :2], alone.values[0], atol=1e-5)
    assert together.values[0, 2:].abs().max() == 0


def test_text_cnn_and_captum_close_the_gap(registry: Registry) -> None:
    torch.manual_seed(3)
    spec = registry.model("text-cnn")
    model: Any = spec.build(ModelShape(Task.CLASSIFY, 9, 2, 512), spec.options()).eval()
    with torch.no_grad():
        model.output.weight *= 20
    scores = explain_logits(model, batch_of("a b c d b", "c d"), contrasts(2, [0, 1], [None, None], centred=True))
    assert scores.margins.abs().min() > 0.05
    assert (scores.gaps.abs() <= 0.01 * scores.margins.abs().clamp(min=0.1)).all()
    assert torch.allclose(scores.values.sum(1), scores.margins + scores.gaps)


def test_closed_form_equals_quadrature_for_ngram_linear(registry: Registry) -> None:
    spec = registry.model("ngram-linear")
    model: Any = spec.build(ModelShape(Task.CLASSIFY, 9, 2, 512), spec.options()).eval()
    nn.init.normal_(model.weights.weight, generator=torch.Generator().manual_seed(1))
    batch, weights = batch_of("a b a c", "d d"), contrasts(2, [0, 1], [None, None], centred=True)
    closed = explain_logits(model, batch, weights)
    embedded = model.embed(batch)

    def quantity(vectors: Tensor, mask: Tensor, weights: Tensor) -> Tensor:
        return (model.score(vectors, mask) * weights).sum(1)

    detached = replace(embedded, vectors=embedded.vectors.detach())
    summed = integrated_gradients(quantity, detached, model.baseline(batch), weights, tolerance=1e-6)
    assert torch.allclose(closed.values, summed.values, atol=1e-5)
    assert closed.gaps.abs().max() < 1e-5
    assert closed.points.tolist() == [1, 1]


def test_magnitudes_are_those_of_the_digestive_tract_project_by_hand() -> None:
    # The logit of y is bent, s + s * |s| / 4 with s = 2 k/20 at point k/20 of the text "b".
    # Gradient 1 + s / 2, times the scaled vector 2 k/20, averaged over k = 1 to 20:
    by_hand = sum((1 + 2 * k / 20 / 2) * (2 * k / 20) for k in range(1, 21)) / 20
    values = scaled_gradient_norms(linear(toy.Curved), batch_of("b", "a"), [1, 1])
    assert values[0, 0].item() == pytest.approx(by_hand, rel=1e-6)
    # "a" says nothing for y: its gradient times vector is zero.
    assert values[1, 0].item() == 0.0
    # It is no integrated gradient: that would be the margin, 2 + 1.
    assert by_hand != pytest.approx(3.0, rel=0.05)


def test_special_rows_take_no_score_and_the_gap_is_that_of_the_others(registry: Registry) -> None:
    for name in ("text-cnn", "ngram-linear"):
        torch.manual_seed(4)
        spec = registry.model(name)
        model: Any = spec.build(ModelShape(Task.CLASSIFY, 9, 2, 512), spec.options()).eval()
        for parameter in model.parameters():
            nn.init.normal_(parameter)
        batch = batch_of("a b c d")
        (encoding,) = batch.encodings
        marked = replace(encoding, special=encoding.starts == 0)  # as if "a" were [CLS]
        scores = explain_logits(
            model, replace(batch, encodings=(marked,)), contrasts(2, [0], [None], centred=True), tolerance=0.01
        )
        assert scores.values[0, 0] == 0, name
        assert scores.values.abs().sum() > 0.1, name
        assert scores.values.sum() == pytest.approx(float(scores.margins + scores.gaps), abs=1e-5), name
        assert scores.converged.all(), name
