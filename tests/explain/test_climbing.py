"""Texts whose scores are climbed for, side by side: a small albert with weights drawn by chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from medtext.corpus.batch import Batcher
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.record import Input, Record, Task
from medtext.explain import methods
from medtext.explain.attribution import Attribution
from medtext.explain.explainer import Explainer
from medtext.explain.methods import ask
from medtext.explain.paths import Beginnings
from medtext.learn.predict import Predictor, frozen
from medtext.plugin import ModelShape
from medtext.plugin.registry import Registry

LABELS = ("x", "y", "z")
TEXTS = ("abcdefgh", "a", "hgfedcbaabcdefghhgfe", "ab", "", "ccccccccc", "abcd", "bcde", "dcba")

Explain = Callable[..., list[Attribution]]


@pytest.fixture
def predictor(registry: Registry) -> Predictor:
    spec = registry.model("albert")
    options: Any = spec.options
    shape = ModelShape(Task.CLASSIFY, vocabulary_size=13, label_count=len(LABELS), max_length=16)
    torch.manual_seed(4)
    model: Any = spec.build(shape, options(layers=2, hidden=16, heads=2, intermediate=24, embedding=8, positions=16))
    for parameter in model.parameters():
        if parameter.ndim > 1:
            nn.init.normal_(parameter, std=0.3)
    tokenizer = PatternTokenizer(lambda text: [(at, at + 1) for at in range(len(text))], min_records=1, max_length=16)
    tokenizer = tokenizer.fit(["abcdefgh"])
    batcher = Batcher(Task.CLASSIFY, LABELS, Input.TEXT, tokenizer, overlap=4)
    return Predictor(frozen(model, torch.device("cpu")), batcher, torch.device("cpu"))


def explained(explainer: Explainer, texts: Sequence[str]) -> list[list[Attribution]]:
    records = [Record(id=str(number), text=text) for number, text in enumerate(texts)]
    return [each.attributions for each in explainer.explain(records)]


def close(one: Attribution, other: Attribution, *, share: float = 1e-3) -> bool:
    least = share * max(abs(one.margin), 0.1)
    return torch.allclose(torch.from_numpy(one.scores), torch.from_numpy(other.scores), atol=least, rtol=0)


@pytest.mark.parametrize("choices", [{}, {"which": "all"}, {"label": 1}, {"label": 0, "against": 2}])
def test_company_order_and_twins_change_no_score(predictor: Predictor, choices: dict[str, Any]) -> None:
    explainer = Explainer(predictor, **choices)
    together = explained(explainer, [*TEXTS, *TEXTS[::-1]])
    assert max(each.points for own in together for each in own) > 5
    for number, text in enumerate(TEXTS):
        (alone,) = explained(explainer, [text])
        for found in (together[number], together[-1 - number]):
            assert [each.points for each in found] == [each.points for each in alone]
            assert all(close(*pair) for pair in zip(found, alone, strict=True)), text


def test_scores_are_those_of_many_points(predictor: Predictor) -> None:
    rough = explained(Explainer(predictor, which="all"), TEXTS)
    fine = explained(Explainer(predictor, which="all", tolerance=1e-6), TEXTS)
    for some, many in zip(rough, fine, strict=True):
        for one, other in zip(some, many, strict=True):
            assert one.converged
            assert close(other, one, share=0.05), one.record.text
            assert abs(one.scores.sum() - one.margin) <= abs(one.gap) + 1e-6
            assert abs(one.gap) <= 0.01 * max(abs(one.margin), 0.1)
            if one.windows == 1:
                assert one.scores.sum() - one.margin == pytest.approx(one.gap, abs=1e-6)


def test_half_of_the_digits_are_other_scores_within_what_their_gap_says(predictor: Predictor) -> None:
    exact = explained(Explainer(predictor), TEXTS)
    halves = explained(Explainer(predictor, half=True, tolerance=0.05), TEXTS)
    pairs = [
        (one, other) for own, halved in zip(exact, halves, strict=True) for one, other in zip(own, halved, strict=True)
    ]
    assert any(one.scores.size and abs(one.scores - other.scores).max() > 1e-6 for one, other in pairs)
    assert all(one.margin == other.margin for one, other in pairs)  # both ends stay as they are
    assert all(close(one, other, share=0.2) for one, other in pairs)


def test_a_profile_moves_the_points(predictor: Predictor) -> None:
    records = [Record(id=text, text=text) for text in TEXTS if text]
    profile = Explainer(predictor).movement(records)
    assert sum(profile) == pytest.approx(1.0)
    steep = tuple(1.0 if step == 15 else 0.0 for step in range(16))
    even, own, odd = (explained(Explainer(predictor, profile=each), TEXTS) for each in ((), profile, steep))
    points = [sum(each.points for some in found for each in some) for found in (even, own, odd)]
    assert points[1] < points[2]
    scores = [torch.cat([torch.from_numpy(each.scores) for some in found for each in some]) for found in (even, odd)]
    assert not torch.equal(*scores)


def test_what_stops_halfway_is_marked(predictor: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medtext.explain.ladder.MOST_POINTS", 4)
    found = [each for own in explained(Explainer(predictor, tolerance=1e-9), TEXTS) for each in own]
    assert {each.points for each in found} == {5}
    assert not all(each.converged for each in found)


def test_windows_that_miss_in_opposite_ways_are_not_right_together(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missed(asked: methods.Asked) -> methods.Scores:
        rows = len(asked.paths)
        shape = asked.paths.asked.shape
        gaps = torch.tensor([(-1.0) ** row for row in range(rows)]).double()[:, None].expand(shape)
        none = torch.zeros(shape, dtype=torch.float64)
        values = torch.ones(*shape, asked.paths.mask.shape[1], dtype=torch.float64)
        return methods.Scores(values, none, gaps, none, torch.full(shape, 5), torch.zeros(shape).bool())

    monkeypatch.setitem(methods.METHODS, "integrated-gradients", missed)
    ((found,),) = explained(Explainer(predictor), ["abcdefghabcdefghabcdefgh"])
    assert found.windows == 2
    assert (found.converged, found.gap) == (False, 1.0)
    assert not found.has_evidence  # its scores are no higher than its gap


def test_baselines_of_one_length_that_differ_are_asked_each(predictor: Predictor) -> None:
    class Mirrored(nn.Module):
        """Begins at the text read backwards: another baseline for every text."""

        def __init__(self, model: Any) -> None:
            super().__init__()
            self.model = model

        def embed(self, batch: Any) -> Any:
            return self.model.embed(batch)

        def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
            scored: Tensor = self.model.score(vectors, mask)
            return scored

        def baseline(self, batch: Any) -> Tensor:
            vectors: Tensor = self.model.embed(batch).vectors
            return vectors.flip(1)

    model: Any = Mirrored(predictor.model)
    known = Beginnings()
    for texts in (("abcd", "dcab"), ("abdc", "abcd")):
        batch = predictor.batcher.batch([Record(id=text, text=text) for text in texts])
        weights = torch.eye(3)[:1].expand(2, 1, 3)
        starts, _ = ask(model, batch, weights, beginnings=known).paths.ends()
        with torch.no_grad():
            expected = model.score(model.baseline(batch), batch.mask)[:, :1].double()
        assert torch.allclose(starts, expected, atol=1e-5)
        assert abs(float(starts[0, 0] - starts[1, 0])) > 1e-3


def test_the_label_of_against_is_not_explained_by_itself(predictor: Predictor) -> None:
    for which in ("predicted", "all"):
        found = explained(Explainer(predictor, which=which, against=1), TEXTS)
        assert "y" not in {each.label for own in found for each in own}
    assert {len(own) for own in found} == {2}
