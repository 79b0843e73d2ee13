"""Each hook's docstring holds a whole plugin; here it is loaded as it stands there, and used."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest
import toy

from medtext import testing
from medtext.errors import RecordError
from medtext.explain.attribution import Attribution
from medtext.explain.explainer import Explainer
from medtext.plugin import DatasetSpec, ModelSpec, Record, RendererSpec, Task, TokenizerSpec, hookspecs
from medtext.plugin.loading import load_registry
from medtext.plugin.registry import KINDS, Registry
from medtext.runs.store import RunStore
from medtext.workspace.ready import Ready, open_ready
from medtext.workspace.setup import Setup
from medtext.workspace.source import read_records
from medtext.workspace.training import train_run

HOOKS = [name for name in vars(hookspecs) if name.startswith("medtext_")]


def example(hook: str) -> str:
    """Return the code block of a hook's docstring."""
    text = inspect.getdoc(getattr(hookspecs, hook)) or ""
    return dedent(text.partition("::\n\n")[2])


@pytest.fixture
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Registry:
    """Load the example of the hook that a test is named after, beside built-in offers and toys; nothing may fail."""
    file = tmp_path / "example.py"
    file.write_text(example(request.node.name.removeprefix("test_hook_")), encoding="utf-8")
    return load_registry([file, Path(toy.__file__)], strict=True)


def offered(registry: Registry, kind: str) -> list[str]:
    """Return the names that the example offers."""
    return [offer.spec.name for offer in registry.offers(kind) if offer.plugin.name == "example.py"]


def trained(registry: Registry, folder: Path, **choices: object) -> Ready:
    """Train a setup in this process and open the run it leaves."""
    import torch

    setup = Setup.choose(registry, **choices)
    run = train_run(registry, RunStore(folder / "runs"), setup, device="cpu")
    return open_ready(registry, run, torch.device("cpu"))


def test_every_hook_has_a_kind_and_a_test() -> None:
    assert [f"medtext_{kind}s" for kind in KINDS] == HOOKS
    assert [name.removeprefix("test_hook_") for name in globals() if name.startswith("test_hook_")] == HOOKS


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_takes_nothing_and_its_example_is_a_whole_plugin(hook: str) -> None:
    signature = inspect.signature(getattr(hookspecs, hook))
    assert not signature.parameters
    assert example(hook).startswith(("from medtext.plugin import", "import re\nfrom medtext.plugin import"))
    assert "import torch" not in [line for line in example(hook).splitlines() if not line.startswith(" ")]


def test_hook_medtext_datasets(registry: Registry, tmp_path: Path) -> None:
    assert offered(registry, "dataset") == ["semicolons"]
    spec = registry.dataset("semicolons")
    assert isinstance(spec, DatasetSpec)
    source, broken = tmp_path / "records.txt", tmp_path / "broken.txt"
    source.write_text("胃炎;伴糜烂;胃\n肠息肉;肠\n", encoding="utf-8")
    broken.write_text("胃炎;胃\n肠息肉\n", encoding="utf-8")
    testing.check_dataset(spec, source, broken=broken)
    records = read_records(spec, source, spec.options(), Task.CLASSIFY)
    assert [(record.text, record.labels) for record in records] == [("胃炎;伴糜烂", ("胃",)), ("肠息肉", ("肠",))]
    with pytest.raises(RecordError, match=r"broken.txt:2: the text is empty"):
        read_records(spec, broken, spec.options(), Task.CLASSIFY)


def test_hook_medtext_models(registry: Registry, tmp_path: Path, toy_source: Callable[..., Path]) -> None:
    assert offered(registry, "model") == ["bag"]
    assert isinstance(registry.model("bag"), ModelSpec)
    testing.check_model(registry.model("bag"))
    training = {"epochs": 8, "lr": 0.3, "batch_size": 16}
    ready = trained(registry, tmp_path, dataset="toy", source=toy_source(150), model="bag", training=training)
    assert ready.run.read("metrics.json")["val"]["model"]["accuracy"] == 1.0
    record = Record(id="a", text="the colon was seen")
    ((attribution,),) = [each.attributions for each in Explainer(ready.predictor).explain([record])]
    scores = {unit.text: unit.score for unit in attribution.units}
    assert attribution.label == "down"
    assert max(scores, key=lambda word: scores[word]) == "colon"
    assert abs(attribution.gap) <= 0.01 * attribution.margin


def test_hook_medtext_tokenizers(registry: Registry, tmp_path: Path, toy_source: Callable[..., Path]) -> None:
    assert offered(registry, "tokenizer") == ["clauses"]
    spec = registry.tokenizer("clauses")
    assert isinstance(spec, TokenizerSpec)
    testing.check_tokenizer(spec)
    text = "Ａ b;;c"
    (encoding,) = spec.build(spec.options()).fit([text, "a B"]).encode([text])
    pieces = [text[start:end] for start, end in zip(encoding.starts, encoding.ends, strict=True)]
    assert pieces == ["Ａ b", "c"]
    assert encoding.ids.tolist() == [5, 1]


def test_hook_medtext_renderers(registry: Registry) -> None:
    assert offered(registry, "renderer") == ["plain"]
    spec = registry.renderer("plain")
    assert isinstance(spec, RendererSpec)
    attribution = Attribution(
        record=Record(id="a", text="胃炎，重"),
        label="胃",
        probability=0.9,
        sites=np.array([[0, 2], [3, 4]]),
        scores=np.array([1.5, -0.25]),
        margin=1.25,
        gap=0.0,
        points=1,
        converged=True,
    )
    assert spec.render([attribution, replace(attribution, scores=np.array([0.0, 2.0]))], spec.options()) == (
        "胃炎\t+1.500\n重\t-0.250\n胃炎\t+0.000\n重\t+2.000\n"
    )


def test_hooks_are_typed_as_iterables_of_their_specs() -> None:
    for hook, spec in zip(HOOKS, KINDS.values(), strict=True):
        signature = inspect.signature(getattr(hookspecs, hook), eval_str=True)
        assert signature.return_annotation == Iterable[spec]
