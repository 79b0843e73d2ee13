"""Scores of networks that are solved on paper."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
import torch
import toy
from medtext_plugins.models.text_cnn.envelope import winning_shares, winning_shares_from_level
from torch import Tensor, nn

from medtext.corpus.batch import Batch, Batcher
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.record import Input, Record, Task
from medtext.explain.ladder import MOST_POINTS, integrate
from medtext.explain.magnitude import scaled_gradient_norms
from medtext.explain.methods import ask, integrated_gradients
from medtext.explain.paths import Beginnings, Paths
from medtext.explain.scores import Scores, contrasts
from medtext.explain.warp import Warp, probe_places
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


def explain_logits(model: Any, batch: Batch, weights: Tensor, **options: Any) -> Scores:
    """Explain one question of each text; what comes back has no axis of questions."""
    return first(integrated_gradients(ask(model, batch, weights[:, None], **options)))


def first(scores: Scores) -> Scores:
    """Return what was found of the first question of each text."""
    return Scores(*(getattr(scores, field.name)[:, 0] for field in fields(scores)))


def along(quantity: Callable[[Tensor], Tensor], vectors: Tensor, tolerance: float = 0.01) -> Scores:
    """Integrate from zero to vectors; ``quantity`` gives a number for each row."""
    mask = torch.ones(vectors.shape[:2], dtype=torch.bool)
    one = torch.ones(len(vectors), 1, 1)
    zero = torch.zeros_like(vectors)
    asked = torch.ones(len(vectors), 1, dtype=torch.bool)
    paths = Paths(lambda at, _: quantity(at)[:, None], vectors, zero, mask, mask, one, asked)
    return first(integrate(paths, tolerance))


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
    assert scores.values.tolist() == [pytest.approx([0.5, -1.0, -2.0], rel=1e-3), pytest.approx([0.0, 0.0, 0.0])]
    assert scores.margins.tolist() == pytest.approx([-2.5, 0.0])
    assert scores.gaps.abs().max() < 0.0025
    assert scores.converged.all()


def test_against_a_label_the_difference_of_both_is_explained() -> None:
    scores = explain_logits(linear(), batch_of("a b c"), contrasts(2, [0], [1], centred=True))
    assert scores.values.tolist() == [pytest.approx([1.0, -2.0, -4.0], rel=1e-3)]


def test_a_tag_explains_its_own_logit() -> None:
    scores = explain_logits(linear(), batch_of("a b c"), contrasts(2, [1], [None], centred=False))
    assert scores.values.tolist() == [pytest.approx([0.0, 2.0, 3.0], rel=1e-3)]


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
    def quantity(vectors: Tensor) -> Tensor:
        return (vectors[:, 0, 0].relu() - 1 - vectors[:, 1, 0].relu()).relu()

    scores = along(quantity, torch.tensor([[[3.0], [1.0]]]))
    assert scores.values[0].tolist() == pytest.approx([1.5, -0.5], abs=0.02)
    assert scores.margins.tolist() == [1.0]
    assert scores.converged.all()


def test_a_hard_text_gets_more_points_and_an_impossible_one_is_marked() -> None:
    # A straight line to 1, and, for what is longer, a step: its gradient is zero almost everywhere.
    def quantity(vectors: Tensor) -> Tensor:
        total, steep = vectors[:, 0, 0], vectors[:, 0, 1]
        return torch.where(steep > 0, torch.sigmoid(1e9 * (total - 0.501234)), total)

    vectors = torch.tensor([[[1.0, 0.0]], [[1.0, 1.0]]])
    scores = along(quantity, vectors)
    assert scores.points.tolist() == [5, MOST_POINTS]
    assert scores.converged.tolist() == [True, False]
    assert abs(float(scores.gaps[1])) > 0.5


def test_a_bend_is_found_by_halving_the_path_where_it_lies() -> None:
    def quantity(vectors: Tensor) -> Tensor:
        return torch.sigmoid(400 * (vectors[:, 0, 0] - 0.7)) + 0.1 * vectors[:, 1, 0]

    scores = along(quantity, torch.ones(1, 2, 1), tolerance=1e-3)
    assert 28 < int(scores.points[0]) < MOST_POINTS
    assert scores.values[0].tolist() == pytest.approx([1.0, 0.1], abs=1e-3)
    assert scores.converged.all()


def test_tokens_that_cancel_do_not_pass_for_right_by_their_gap() -> None:
    # On the path both tokens are alike: what one gains by the sine the other loses, and any points close the gap.
    def missed(speed: float) -> float:
        def quantity(vectors: Tensor) -> Tensor:
            first, second = vectors[:, 0, 0], vectors[:, 1, 0]
            return first + torch.sin(speed * first) * (first - second)

        scores = along(quantity, torch.ones(1, 2, 1))
        swing = (1 - math.cos(speed)) / speed  # the integral of sin(speed * a)
        return abs(float(scores.values[0, 1]) + swing) if scores.converged.all() else 0.0

    found = [missed(speed / 2) for speed in range(10, 100)]
    # No few points can tell every wave from a line: of 90 that were made to mislead, four do.
    assert sum(each > 0.05 for each in found) <= 4


def test_halving_goes_where_tokens_still_move_and_not_only_where_the_gap_is() -> None:
    def wave(at: Tensor) -> Tensor:
        return torch.sin(80 * at) * torch.sigmoid(60 * (at - 0.6))

    def quantity(vectors: Tensor) -> Tensor:
        # The wave cancels in the gap; the bend at 0.2, which does not, is none of its concern.
        first, second = vectors[:, 0, 0], vectors[:, 1, 0]
        return first + wave(first) * (first - second) + 0.05 * torch.sigmoid(200 * (first - 0.2))

    scores = along(quantity, torch.ones(1, 2, 1))
    places = torch.linspace(0, 1, 200_001).double()
    assert float(scores.values[0, 1]) == pytest.approx(-float(torch.trapezoid(wave(places), places)), abs=0.01)
    assert scores.converged.all()


@pytest.mark.parametrize("broken", ["at the text", "on the path", "too large"])
def test_a_text_whose_answer_is_no_number_is_marked_and_harms_no_other(broken: str) -> None:
    def quantity(vectors: Tensor) -> Tensor:
        total = vectors[:, 0, 0]
        sick = {
            "at the text": torch.where(total > 1.9, torch.nan, total),
            "on the path": torch.where((total > 0.5) & (total < 1.5), torch.nan, total),
            "too large": total * 1e38 * 1e38,
        }[broken]
        return torch.where(vectors[:, 0, 1] > 0, sick, total)

    scores = along(quantity, torch.tensor([[[1.0, 0.0]], [[2.0, 1.0]]]))
    assert scores.converged.tolist() == [True, False]
    assert scores.values[0].tolist() == pytest.approx([1.0], abs=1e-3)


def test_padding_and_company_change_no_score(registry: Registry) -> None:
    torch.manual_seed(3)
    spec = registry.model("text-cnn")
    model: Any = spec.build(ModelShape(Task.CLASSIFY, 9, 2, 512), spec.options()).eval()
    weights = contrasts(2, [0], [None], centred=True)
    alone = explain_logits(model, batch_of("a b"), weights)
    together = explain_logits(model, batch_of("a b", "c d a b c d c"), weights.repeat(2, 1))
    assert torch.allclose(together.values[0, :2], alone.values[0], atol=1e-5)
    assert together.values[0, 2:].abs().max() == 0


def text_cnn(registry: Registry, labels: int = 2, filters: int = 64) -> Any:
    """Return a text-cnn that knows nothing yet."""
    torch.manual_seed(3)
    spec = registry.model("text-cnn")
    options: Any = spec.options
    return spec.build(ModelShape(Task.CLASSIFY, 9, labels, 512), options(filters=filters)).eval()


@pytest.mark.parametrize("start", ["zero", "elsewhere", "partly the text itself"])
def test_closed_form_of_text_cnn_equals_a_thousand_points(registry: Registry, start: str) -> None:
    model = text_cnn(registry, labels=3, filters=8).double()
    chance = torch.Generator().manual_seed(5)
    vectors = 0.4 * torch.randn(4, 11, 128, generator=chance).double()
    mask = torch.arange(11) < torch.tensor([11, 7, 1, 2])[:, None]
    other = torch.randn(128, generator=chance).double() / 8
    baseline = {
        "zero": torch.zeros_like(vectors),
        "elsewhere": other.expand_as(vectors),
        "partly the text itself": torch.where(torch.arange(11)[:, None] < 2, vectors, other),
    }[start]
    closed = model.contributions(vectors, baseline, mask)
    summed = torch.zeros_like(closed)
    nodes, weights = np.polynomial.legendre.leggauss(50)
    for piece in range(20):  # 20 pieces of 50 points: kinks lie between
        for node, weight in zip(nodes, weights, strict=True):
            point = (piece + (node + 1) / 2) / 20
            at = (baseline + point * (vectors - baseline)).requires_grad_()
            logits = model.score(at, mask).sum(0)
            for label in range(3):
                (gradient,) = torch.autograd.grad(logits[label], at, retain_graph=True)
                summed[..., label] += (gradient * (vectors - baseline)).sum(-1) * weight / 40
    assert closed.abs().max() > 0.1
    assert (closed - summed).abs().max() < 1e-4
    with torch.no_grad():
        margin = model.score(vectors, mask) - model.score(baseline, mask)
    assert (closed.sum(1) - margin).abs().max() < 1e-9


def test_the_envelope_of_lines_solved_on_paper() -> None:
    # 1, then 2 a from a = 1/2; -1 + 2 a, above zero from 1/2; -1 - a never; a line behind the text's end: not.
    values = torch.tensor([[[1.0, 0.0, 9.0], [-1.0, -2.0, 9.0], [-1.0, -1.0, 9.0]]])
    slopes = torch.tensor([[[0.0, 2.0, 9.0], [2.0, 2.0, 9.0], [-1.0, -2.0, 9.0]]])
    shares = winning_shares(values, slopes, torch.tensor([[True, True, False]]))
    assert shares.tolist() == [[[0.5, 0.5, 0.0], [0.5, 0.0, 0.0], [0.0, 0.0, 0.0]]]


def test_three_lines_win_one_after_another() -> None:
    # 0.6, then 0.4 + a from 0.2, then 3 a from 0.2: all three meet there, and the steepest goes on.
    shares = winning_shares(
        torch.tensor([[[0.6, 0.4, 0.0]]]), torch.tensor([[[0.0, 1.0, 3.0]]]), torch.ones(1, 3, dtype=torch.bool)
    )
    assert shares.tolist() == [[pytest.approx([0.2, 0.0, 0.8])]]


def test_what_is_said_twice_shares_the_win() -> None:
    values, slopes = torch.tensor([[[0.5, 0.5, 0.5]]]), torch.tensor([[[1.0, 0.2, 1.0]]])
    mask = torch.ones(1, 3, dtype=torch.bool)
    assert winning_shares(values, slopes, mask).tolist() == [[[0.5, 0.0, 0.5]]]
    level = winning_shares_from_level(torch.tensor([0.5]), slopes.transpose(1, 2), mask)
    assert level.transpose(1, 2).tolist() == [[[0.5, 0.0, 0.5]]]


def test_lines_that_begin_level_win_as_any_others() -> None:
    chance = torch.Generator().manual_seed(6)
    slopes = torch.randn(5, 7, 9, generator=chance)
    slopes[0, :, 0] = -slopes[0, :, 0].abs()
    slopes[1, :, 1] = 0.0
    level = torch.tensor([0.5, 0.3, -0.2, 0.1, 0.0, -1.0, 2.0, -0.01, 0.4])
    mask = torch.arange(7) < torch.tensor([7, 5, 1, 3, 6])[:, None]
    found = winning_shares_from_level(level, slopes, mask)
    values = level[None, :, None].expand(5, -1, 7)
    expected = winning_shares(values, slopes.transpose(1, 2), mask).transpose(1, 2)
    # What is won without a slope scores nothing, whoever wins it.
    assert torch.allclose(found * slopes, expected * slopes, atol=1e-6)


def test_text_cnn_is_explained_in_closed_form_for_all_labels_at_once(registry: Registry) -> None:
    model, batch = text_cnn(registry), batch_of("a b c d b", "c d")
    weights = contrasts(2, [0, 1], [None, None], centred=True)
    both = integrated_gradients(ask(model, batch, weights.expand(2, 2, 2)))
    assert both.points.tolist() == [[0, 0], [0, 0]]
    assert both.gaps.abs().max() < 1e-5
    assert torch.allclose(both.values[:, 0], -both.values[:, 1])
    assert both.margins.abs().min() > 1e-3


def test_a_profile_changes_the_price_of_scores_and_not_the_scores() -> None:
    def quantity(vectors: Tensor) -> Tensor:
        return 3 * torch.tanh(8 * vectors[:, :, 0].sum(1) - 2)

    vectors = torch.tensor([[[0.5], [0.2], [-0.1]]])
    paths = Paths(
        lambda at, _: quantity(at)[:, None],
        vectors,
        torch.zeros_like(vectors),
        *[torch.ones(1, 3, dtype=torch.bool)] * 2,
        torch.ones(1, 1, 1),
        torch.ones(1, 1, dtype=torch.bool),
    )
    places = torch.cat([torch.zeros(1), probe_places(), torch.ones(1)]).double()
    moved = quantity(places[:, None, None] * vectors).diff().abs()
    misled = moved.flip(0).tolist()  # as if the answer moved where it does not
    even, right, wrong = (first(integrate(paths, 0.01, Warp(each))) for each in ((), moved.tolist(), misled))
    assert torch.allclose(even.values, right.values, atol=0.05)
    assert torch.allclose(even.values, wrong.values, atol=0.05)
    assert right.points[0] <= even.points[0] < wrong.points[0]


def test_the_network_is_asked_once_about_a_baseline_whatever_batch_it_stands_in(registry: Registry) -> None:
    model, weights = text_cnn(registry), contrasts(2, [0], [None], centred=True)
    asked: list[int] = []
    score = model.score

    def counted(vectors: Tensor, mask: Tensor) -> Tensor:
        asked.append(len(vectors))
        return score(vectors, mask)

    model.score = counted
    known = Beginnings()
    for texts in (("a b", "c d", "a b c"), ("b", "d d a b", "b c a")):
        question = ask(model, batch_of(*texts), weights.expand(len(texts), 1, 2), beginnings=known)
        fresh = ask(model, batch_of(*texts), weights.expand(len(texts), 1, 2))
        before = sum(asked)
        starts, _ = question.paths.ends()
        # Two lengths among the first three texts and two new ones among the others; and every text's own end.
        assert sum(asked) - before == 2 + 3
        assert torch.allclose(starts, fresh.paths.ends()[0], atol=1e-6)


def test_captum_agrees_with_the_ladder(registry: Registry) -> None:
    from captum.attr import IntegratedGradients

    torch.manual_seed(2)
    width = 6
    network = nn.Sequential(nn.Linear(width, 12), nn.Tanh(), nn.Linear(12, 1))

    def quantity(vectors: Tensor) -> Tensor:
        return 4 * network(vectors).squeeze(-1).softmax(1)[:, 0] + network(vectors.mean(1)).squeeze(-1)

    vectors = 3 * torch.randn(5, 7, width)
    found = along(quantity, vectors, tolerance=1e-4)
    method = IntegratedGradients(quantity)
    reference = method.attribute(vectors, torch.zeros_like(vectors), n_steps=200, method="gausslegendre").sum(-1)
    assert torch.allclose(found.values, reference.detach().double(), atol=1e-3)
    assert found.converged.all()


def test_closed_form_equals_quadrature_for_ngram_linear(registry: Registry) -> None:
    spec = registry.model("ngram-linear")
    model: Any = spec.build(ModelShape(Task.CLASSIFY, 9, 2, 512), spec.options()).eval()
    nn.init.normal_(model.weights.weight, generator=torch.Generator().manual_seed(1))
    batch, weights = batch_of("a b a c", "d d"), contrasts(2, [0, 1], [None, None], centred=True)
    closed = explain_logits(model, batch, weights)
    question = ask(model, batch, weights[:, None], tolerance=1e-6)
    summed = first(integrate(question.paths, 1e-6))
    assert torch.allclose(closed.values, summed.values, atol=1e-5)
    assert closed.gaps.abs().max() < 1e-5
    assert closed.points.tolist() == [0, 0]


def test_magnitudes_are_those_of_the_digestive_tract_project_by_hand() -> None:
    # The logit of y is bent, s + s * |s| / 4 with s = 2 k/20 at point k/20 of the text "b".
    # Gradient 1 + s / 2, times the scaled vector 2 k/20, averaged over k = 1 to 20:
    by_hand = sum((1 + 2 * k / 20 / 2) * (2 * k / 20) for k in range(1, 21)) / 20
    weights = contrasts(2, [1, 1], [None, None], centred=False)
    values = scaled_gradient_norms(ask(linear(toy.Curved), batch_of("b", "a"), weights[:, None])).values[:, 0]
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
