"""The methods by name: solved on paper where they can be, the same for a batch as for one text."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
import toy
from torch import Tensor

from medtext.corpus.batch import Batcher
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.record import Input, Record, Task
from medtext.errors import OptionError
from medtext.explain.explainer import Explainer
from medtext.explain.faithfulness import measure_faithfulness
from medtext.explain.methods import METHODS, ask, gradient_shap
from medtext.explain.randomised import randomised_correlation, shuffled_weights
from medtext.explain.scores import contrasts
from medtext.learn.predict import Predictor, frozen
from medtext.plugin import ModelShape
from medtext.plugin.registry import Registry

# <5 special rows>, then a b c d: what each says for x and for y.
WEIGHTS = [[0.0, 0.0]] * 5 + [[1.0, 0.0], [0.0, 2.0], [-1.0, 3.0], [0.5, 0.5]]


def predictor(kind: type[toy.Linear] = toy.Linear, task: Task = Task.TAG) -> Predictor:
    tokenizer = PatternTokenizer(
        lambda text: [(at, at + 1) for at in range(0, len(text), 2)], min_records=1, pieces=False
    ).fit(["a b c d"])
    model = kind(ModelShape(task, 9, 2, 512), None)
    with torch.no_grad():
        model.weights.weight.copy_(torch.tensor(WEIGHTS))
    return Predictor(frozen(model, torch.device("cpu")), Batcher(task, ("x", "y"), Input.TEXT, tokenizer), CPU)


CPU = torch.device("cpu")


def scored(method: str, *texts: str, kind: type[toy.Linear] = toy.Linear, label: int = 1) -> list[Any]:
    explainer = Explainer(predictor(kind), label=label, method=method)
    records = [Record(id=str(number), text=text) for number, text in enumerate(texts)]
    return [each.attributions[0] for each in explainer.explain(records)]


@pytest.mark.parametrize("method", ["integrated-gradients", "gradient-x-input", "occlusion", "gradient-shap"])
def test_a_linear_model_has_the_same_scores_by_all_methods(method: str) -> None:
    (found,) = scored(method, "a b c")
    assert found.scores.tolist() == pytest.approx([0.0, 2.0, 3.0], rel=1e-3)
    assert found.method == method
    assert found.margin == pytest.approx(5.0)


def test_of_a_curve_gradient_and_occlusion_miss_the_margin_each_in_its_way() -> None:
    # The logit is s + s^2 / 4 with s = 2 + 3 at the text "b c": 11.25.
    (slope,) = scored("gradient-x-input", "b c", kind=toy.Curved)
    assert slope.scores.tolist() == pytest.approx([2 * 3.5, 3 * 3.5])  # the slope at 5 is 1 + 5 / 2
    assert slope.gap == pytest.approx(17.5 - 11.25)
    (without,) = scored("occlusion", "b c", kind=toy.Curved)
    assert without.scores.tolist() == pytest.approx([11.25 - 5.25, 11.25 - 3.0])
    (along,) = scored("integrated-gradients", "b c", kind=toy.Curved)
    assert along.scores.tolist() == pytest.approx([2 * 2.25, 3 * 2.25], rel=0.01)  # the mean slope is 1 + 5 / 4
    # Only integrated gradients promise to add up: the gap of others hides no evidence.
    assert [each.has_evidence for each in (slope, without, along)] == [True, True, True]
    assert [each.converged for each in (slope, without, along)] == [None, None, True]


def test_gradient_shap_tends_to_what_captum_tends_to() -> None:
    from captum.attr import GradientShap

    asked = predictor(toy.Curved)
    batch = asked.batcher.batch([Record(id="1", text="b c b")])
    question = ask(asked.model, batch, contrasts(2, [1], [None], centred=False)[:, None])
    many = replace(question, seeds=[7])
    vectors, mask = question.paths.vectors, question.paths.mask

    def quantity(at: Tensor) -> Tensor:
        return asked.model.score(at, mask.expand(len(at), -1))[:, 1]

    torch.manual_seed(1)
    found = GradientShap(quantity).attribute(vectors, torch.zeros_like(vectors), n_samples=2000).sum(-1)
    # 25 random points have a standard error of a twentieth of their mean here.
    assert gradient_shap(many).values[0, 0].tolist() == pytest.approx(found[0].tolist(), rel=0.25)


def test_random_scores_have_no_sign_and_are_the_same_again() -> None:
    first, second = scored("random", "a b c"), scored("random", "d", "a b c")
    assert first[0].scores.tolist() == second[1].scores.tolist()
    assert (first[0].scores >= 0).all()
    assert len(set(first[0].scores.tolist())) == 3
    assert first[0].magnitude


@pytest.mark.parametrize("method", [name for name in METHODS if name != "attention"])
def test_a_text_has_the_same_scores_in_company_twice_and_alone(registry: Registry, method: str) -> None:
    texts = ["a b c", "d", "c c b a d a b c d b", "a b c", "b"]
    spec = registry.model("text-cnn")
    options: Any = spec.options
    for task in (Task.CLASSIFY, Task.TAG):
        torch.manual_seed(2)
        model = spec.build(ModelShape(task, 9, 2, 512), options(width=8, filters=6))
        both = Predictor(frozen(model, CPU), replace(predictor().batcher, task=task), CPU)
        explainer = Explainer(both, which="all", method=method)
        records = [Record(id=str(number), text=text) for number, text in enumerate(texts)]
        together = list(explainer.explain(records))
        assert [each.prediction.record.id for each in together] == ["0", "1", "2", "3", "4"]
        for record, each in zip(records, together, strict=True):
            (alone,) = explainer.explain([record])
            assert [a.record.id for a in each.attributions] == [record.id] * 2
            for one, other in zip(each.attributions, alone.attributions, strict=True):
                assert one.label == other.label
                assert one.scores.tolist() == pytest.approx(other.scores.tolist(), abs=1e-5)


def test_identical_texts_go_through_the_network_once() -> None:
    class Counting(toy.Curved):
        rows = 0

        def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
            Counting.rows += len(vectors)
            return super().score(vectors, mask)

    scored("integrated-gradients", "a b c", kind=Counting)
    once, Counting.rows = Counting.rows, 0
    scored("integrated-gradients", *["a b c"] * 5, kind=Counting)
    assert Counting.rows == once


def test_gold_labels_of_alike_texts_may_differ() -> None:
    explainer = Explainer(predictor(), which="gold")
    records = [Record(id="1", text="a b", labels=("x",)), Record(id="2", text="a b", labels=("y", "x"))]
    labels = [[each.label for each in explained.attributions] for explained in explainer.explain(records)]
    assert labels == [["x"], ["y", "x"]]


def test_attention_needs_a_model_that_attends() -> None:
    with pytest.raises(OptionError, match="Linear has no attention"):
        scored("attention", "a b")


def test_attention_of_albert_looks_at_real_tokens_alone(registry: Registry) -> None:
    spec = registry.model("albert")
    options: Any = spec.options
    small = options(embedding=8, hidden=16, layers=2, heads=2, intermediate=16, positions=32)
    torch.manual_seed(1)
    model: Any = spec.build(ModelShape(Task.CLASSIFY, 9, 2, 32), small).eval()
    batch = predictor().batcher.batch([Record(id="1", text="a b c d"), Record(id="2", text="a b")])
    embedded = model.embed(batch)
    with torch.no_grad():
        before = model.score(embedded.vectors, embedded.mask)
        looked = model.attention(embedded.vectors, embedded.mask)
        after = model.score(embedded.vectors, embedded.mask)
    assert looked.sum(1).tolist() == pytest.approx([1.0, 1.0], abs=1e-5)
    assert looked[1, 2:].abs().max() == 0
    assert torch.equal(before, after)


def sure(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def test_faithfulness_solved_on_paper() -> None:
    # "b c" says 2 + 3 for y; half of two words, or any smaller share, is one word: c is the highest.
    asked = predictor()
    found = [a for each in Explainer(asked, label=1).explain([Record(id="1", text="b c")]) for a in each.attributions]
    measured = measure_faithfulness(asked, found)
    assert measured is not None
    assert measured.comprehensiveness == pytest.approx(sure(5) - sure(2))
    assert measured.sufficiency == pytest.approx(sure(5) - sure(3))
    assert measured.log_odds == pytest.approx(math.log(sure(2)) - math.log(sure(5)))
    assert measured.explained == 1
    assert measure_faithfulness(asked, []) is None


def test_shares_of_long_texts_take_more_words() -> None:
    # Twenty words, one b and the rest of no weight: without 5 % of them, b is gone.
    asked = predictor()
    text = " ".join(["d"] * 5 + ["b"] + ["d"] * 14)
    found = [a for each in Explainer(asked, label=1).explain([Record(id="1", text=text)]) for a in each.attributions]
    measured = measure_faithfulness(asked, found)
    assert measured is not None
    falls = [sure(2 + 19 / 2) - sure((19 - taken) / 2) for taken in (0, 1, 3, 9)]
    assert measured.comprehensiveness == pytest.approx(np.mean(falls))


def test_shuffled_weights_keep_their_values_and_lose_their_places() -> None:
    model = predictor().model
    shuffled = shuffled_weights(model)
    assert sorted(shuffled.weights.weight.flatten().tolist()) == sorted(model.weights.weight.flatten().tolist())
    assert not torch.equal(shuffled.weights.weight, model.weights.weight)
    assert torch.equal(shuffled.weights.weight, shuffled_weights(model).weights.weight)


def test_scores_that_come_from_the_text_alone_do_not_change_with_the_weights() -> None:
    records = [Record(id=str(number), text=text) for number, text in enumerate(["a b c d", "d c b", "b d a c"])]
    for method, least, most in (("random", 0.999, 1.0), ("integrated-gradients", -0.9, 0.9)):
        explainer = Explainer(predictor(), label=1, method=method)
        found = [a for each in explainer.explain(records) for a in each.attributions]
        assert least <= randomised_correlation(explainer, found) <= most


@pytest.mark.parametrize(("layers", "groups"), [(1, 1), (4, 1), (4, 2)])
def test_albert_leaves_out_only_what_nobody_looks_at(registry: Registry, layers: int, groups: int) -> None:
    spec = registry.model("albert")
    options: Any = spec.options
    torch.manual_seed(1)
    config = {
        "model_type": "albert",
        "initializer_range": 0.4,
        "vocab_size": 9,
        "embedding_size": 8,
        "hidden_size": 16,
        "intermediate_size": 24,
    }
    heads = {"num_attention_heads": 2, "num_hidden_layers": layers, "num_hidden_groups": groups}
    made = options(config=json.dumps(config | heads))
    model: Any = spec.build(ModelShape(Task.CLASSIFY, 9, 3, 32), made).eval()
    batch = predictor().batcher.batch([Record(id="1", text="a b c d"), Record(id="2", text="a b")])
    embedded = model.embed(batch)
    with torch.no_grad():
        whole = model.network(inputs_embeds=embedded.vectors, attention_mask=embedded.mask.long()).logits
        assert torch.allclose(model.score(embedded.vectors, embedded.mask), whole, atol=1e-6)
        assert not torch.allclose(whole[0], whole[1], atol=1e-4)
