"""What of the comparison with other tools can be checked without them."""

import doctest
import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode
from transformers import AlbertConfig, AlbertForSequenceClassification

from medtext.plugin import ModelShape, Task

FOLDER = Path(__file__).parents[2] / "reports" / "attribution"


@pytest.fixture
def module(monkeypatch):
    """Return what imports a module of the comparison, and forgets it again."""
    monkeypatch.syspath_prepend(str(FOLDER))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if FOLDER in Path(getattr(sys.modules[name], "__file__", None) or "/").parents:
            del sys.modules[name]


@pytest.mark.parametrize("name", ["exported", "figures", "flops", "lengths", "page", "peak"])
def test_the_examples_of_the_docstrings_hold(module, name: str) -> None:
    found: ModuleType = module(name)
    failed, tried = doctest.testmod(found)
    assert (failed, tried > 0) == (0, True)


def counted(model: AlbertForSequenceClassification, length: int, *, backward: bool) -> int:
    vectors = torch.randn(1, length, model.config.embedding_size, requires_grad=backward)
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH), torch.set_grad_enabled(backward):
        score = model(inputs_embeds=vectors, attention_mask=torch.ones(1, length).long()).logits[0, 0]
        if backward:
            torch.autograd.grad(score, vectors)
    return int(counter.get_total_flops())


@pytest.mark.parametrize("length", [1, 7, 50])
def test_the_formula_counts_what_torch_counts(module, tmp_path, length: int) -> None:
    config = AlbertConfig(
        vocab_size=9,
        embedding_size=24,
        hidden_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=80,
        num_labels=5,
    )
    model = AlbertForSequenceClassification(config).eval().requires_grad_(False)
    config.save_pretrained(tmp_path)
    sizes = module("flops").Albert.read(tmp_path)
    assert sizes.forward(length) == counted(model, length, backward=False)
    assert sizes.point(length) == counted(model, length, backward=True)
    assert sizes.least_point(length) <= sizes.point(length)


def test_lengths_follow_the_quantiles_and_so_do_the_first_of_them(module) -> None:
    lengths = module("lengths")
    for count in (50, 2000):
        found = lengths.spread(count, lengths.CT_REPORTS)
        assert np.quantile(found, [0.25, 0.5, 0.75]) == pytest.approx([28, 38, 51], abs=2)
        assert 4 <= min(found) <= max(found) <= 104


def test_texts_are_as_long_as_asked_and_made_of_the_sentences(module) -> None:
    pieces = module("lengths").sentences(["胃窦光滑。未见溃疡；", "肠镜未见异常"])
    wanted = [3, 30, 11, 11]
    made = list(module("lengths").joined(pieces, wanted, lambda text: list(range(1, len(text) + 1))))
    assert [len(text) for text in made] == wanted
    assert all(any(text.startswith(piece[:3]) for piece in pieces) for text in made)
    assert made[2] != made[3]


def test_a_section_takes_the_place_of_the_one_before(module, tmp_path) -> None:
    page, file = module("page"), tmp_path / "speed.md"
    for heading, body in (("one", "first"), ("two", "other"), ("one", "second")):
        page.put_section(file, "Title", heading, body)
    assert file.read_text(encoding="utf-8") == "# Title\n\n## one\n\nsecond\n\n## two\n\nother\n"


def test_what_was_found_comes_back_from_its_file(module, tmp_path) -> None:
    found = module("found").Found
    made = found.of([np.array([0.5, -1.0]), np.zeros(0), np.array([2.0])], [16, 0, 64])
    made.save(tmp_path / "found.npz")
    back = found.load(tmp_path / "found.npz")
    assert [each.tolist() for each in back.scores] == [[0.5, -1.0], [], [2.0]]
    assert back.points.tolist() == [16, 0, 64]
    assert back.sums.tolist() == [-0.5, 0.0, 2.0]


def test_a_gap_is_a_share_of_what_was_to_be_explained(module) -> None:
    figures = module("figures")
    assert figures.relative_gaps(np.array([0.9, -2.2]), np.array([1.0, -2.0])) == pytest.approx([0.1, 0.1])
    assert figures.percentile(np.arange(1.0, 101.0)) == 95.0


def test_a_reference_doubles_its_points_until_nothing_moves(module) -> None:
    found = module("found").Found

    asked = []

    class Way:
        def explain(self, texts: list[str], points: int, at_once: int):
            asked.append(points)
            return found.of([np.array([1.0, -1.0 + 100 / points**2])], points)

    made = module("worker").converged(Way(), ["a text"])
    assert asked == [64, 128, 256, 512, 1024]
    assert made.points.tolist() == [1024]
    assert made.scores[0] == pytest.approx([1.0, -1.0], abs=1e-3)


def test_a_text_cnn_in_the_form_of_transformers_gives_the_same_logits(module, registry, tmp_path) -> None:
    spec = registry.model("text-cnn")
    options = spec.options(width=6, filters=4, kernels=(1, 2, 5))
    network = spec.build(ModelShape(Task.CLASSIFY, vocabulary_size=20, label_count=3, max_length=64), options).eval()
    wrapped = module("wrapped")
    config = wrapped.TextCNNConfig(20, 6, 4, (1, 2, 5), id2label={number: str(number) for number in range(3)})
    model = wrapped.TextCNNForSequenceClassification(config)
    model.network.load_state_dict(network.state_dict())
    model.save_pretrained(tmp_path)
    back = wrapped.TextCNNForSequenceClassification.from_pretrained(tmp_path).eval()
    texts = torch.tensor([[2, 7, 8, 9, 3], [2, 11, 3, 0, 0]])
    inside = torch.tensor([[7, 8, 9], [11, 0, 0]])
    expected = network.score(network.embedding(inside), inside > 0)
    assert torch.allclose(back(texts, attention_mask=(texts > 0).long()).logits, expected, atol=1e-6)


def test_a_row_of_evidence_tells_errors_intervals_and_what_did_not_converge(module) -> None:
    from medtext.explain.faithfulness import Faithfulness
    from medtext.explain.plausibility import Mean, Plausibility
    from medtext.workspace.evidence import Evidence

    row = module("evidence").row
    errors = {"comprehensiveness": 0.05, "sufficiency": 0.01, "log_odds": 0.2}
    faithful = Faithfulness(explained=9, comprehensiveness=0.4, sufficiency=-0.01, log_odds=-1.5, errors=errors)
    means = {"auprc": Mean(0.7, 0.6, 0.8), "token_f1": Mean(0.5, 0.4, 0.6)}
    marks = Plausibility(threshold=0.2, compared=9, records=9, unmarked=0, indifferent=0, means=means)
    given = {"method": "occlusion", "answers": 10, "seconds": 1.25, "faithfulness": faithful, "plausibility": marks}
    assert row(Evidence(unconverged=2, randomised=0.031, **given)) == [
        "occlusion, 2 of 10 not converged",
        "0.400 ± 0.050",
        "-0.010 ± 0.010",
        "-1.500 ± 0.200",
        "0.03",
        "0.700 (0.600 to 0.800)",
        "",
        "0.500",
        "",
        "1.2",
    ]
    assert row(Evidence(unconverged=0, randomised=None, **given))[0::4] == ["occlusion", "", ""]
