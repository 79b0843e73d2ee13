"""Every built-in offer, and every toy, keeps to what ``medtext.testing`` asks of third parties."""

from __future__ import annotations

import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from medtext import testing
from medtext.plugin import Input, ModelSpec
from medtext.plugin.loading import load_registry

SMALL = {"image_size": 32, "channels": 16, "width": 32, "hidden": 32, "layers": 1}
"""Networks that read images do so in minutes by their defaults."""
REGISTRY = load_registry([Path(__file__).parents[1] / "toy.py"], strict=True)


def specs(kind: str) -> list[Any]:
    return [pytest.param(offer.spec, id=offer.spec.name) for offer in REGISTRY.offers(kind)]


@pytest.mark.parametrize("spec", specs("model"))
def test_models_keep_their_promises(spec: ModelSpec) -> None:
    names = {field.name for field in fields(spec.options)}
    small = {name: value for name, value in SMALL.items() if name in names} if spec.reads is Input.IMAGES else {}
    testing.check_model(spec, options=spec.options(**small))


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("company", "padding or company changes what is decided"),
        ("counts", "broken gives no count for each text"),
        ("all", "broken does not hang on the cutoff"),
        ("deaf", "what is decided does not move the words"),
    ],
)
def test_a_writer_whose_decisions_do_not_hold_is_told(fault: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from medtext_plugins.models.writers.network import ReportWriter

    decided = ReportWriter.decided

    def together(self: Any, vectors: Any, mask: Any, cutoff: float) -> Any:
        return decided(self, vectors + vectors.mean((0, 1)), mask, cutoff)

    def counted(self: Any, vectors: Any, mask: Any, cutoff: float, texts: Any) -> list[list[int]]:
        return [[0] for _ in texts] if fault == "counts" else [[1] * len(own) for own in texts]

    if fault == "company":
        monkeypatch.setattr(ReportWriter, "decided", together)
    elif fault == "deaf":
        monkeypatch.setattr(ReportWriter, "decided", lambda self, vectors, mask, cutoff: self.start(vectors, mask))
    else:
        monkeypatch.setattr(ReportWriter, "broken", counted)
    spec = REGISTRY.model("text-lstm")
    with pytest.raises(AssertionError, match=says):
        testing.check_model(spec, options=spec.options(width=32, hidden=32))


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("leak", "looks ahead"),
        ("company", "padding or company changes the logits"),
        ("shape", "what tutor adds is not one number"),
    ],
)
def test_a_writer_that_is_taught_otherwise_than_it_writes_is_told(
    fault: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from medtext_plugins.models.writers.network import ReportWriter
    from torch.nn import functional

    tutor = ReportWriter.tutor

    def faulty(self: Any, vectors: Any, mask: Any, batch: Any) -> Any:
        logits, beside = tutor(self, vectors, mask, batch)
        if fault == "leak":
            logits = logits + 5 * functional.one_hot(batch.targets[:, 1:], logits.shape[2])
        return logits.roll(1, 0) if fault == "company" else logits, beside[None] if fault == "shape" else beside

    monkeypatch.setattr(ReportWriter, "tutor", faulty)
    spec = REGISTRY.model("text-lstm")
    with pytest.raises(AssertionError, match=says):
        testing.check_model(spec, options=spec.options(width=32, hidden=32))


@pytest.mark.parametrize("spec", specs("tokenizer"))
def test_tokenizers_keep_their_promises(spec: Any) -> None:
    testing.check_tokenizer(spec)


@pytest.mark.parametrize("spec", specs("renderer"))
def test_renderers_keep_their_promises(spec: Any) -> None:
    testing.check_renderer(spec)


def test_gi_records_keeps_its_promises(tmp_path: Path) -> None:
    broken = tmp_path / "broken.tsv"
    broken.write_text("胃炎\t1\n没有标签\n", encoding="utf-8")
    testing.check_dataset(REGISTRY.dataset("gi-records"), broken=broken)


def test_hallmarks_keeps_its_promises(tmp_path: Path) -> None:
    texts = {"text/7.txt": "Vessels grew .\nWe met .\n", "labels/7.txt": "<Inducing angiogenesis--< "}
    good = zipped(tmp_path / "good.zip", texts)
    broken = zipped(tmp_path / "broken.zip", texts | {"labels/7.txt": "<Growing-- < "})
    testing.check_dataset(REGISTRY.dataset("hallmarks"), good, broken=broken)


def test_eraser_keeps_its_promises(tmp_path: Path) -> None:
    line = '{"annotation_id": "a", "evidences": [[{"docid": "a", "start_token": 0, "end_token": %d}]]}'
    good = zipped(tmp_path / "good.zip", {"docs/a": "cold soup\n", "train.jsonl": line % 2})
    broken = zipped(tmp_path / "broken.zip", {"docs/a": "cold soup\n", "train.jsonl": line % 3})
    testing.check_dataset(REGISTRY.dataset("eraser"), good, broken=broken)


def zipped(path: Path, files: dict[str, str]) -> Path:
    """Write an archive."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_table_keeps_its_promises(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("text,label\n胃炎,1\n肠炎,2\n", encoding="utf-8")
    broken = tmp_path / "broken.csv"
    broken.write_text("text,label\n胃炎,1,3\n", encoding="utf-8")
    testing.check_dataset(REGISTRY.dataset("table"), tmp_path / "good.csv", broken=broken)


def test_toy_dataset_keeps_its_promises(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("a b;x\nc;y\n", encoding="utf-8")
    (tmp_path / "broken.txt").write_text("a b\n", encoding="utf-8")
    testing.check_dataset(REGISTRY.dataset("toy"), tmp_path / "good.txt", broken=tmp_path / "broken.txt")


@pytest.mark.parametrize("name", ["attention", "bilstm", "attention-cnn", "bilstm-cnn", "attention-bilstm-cnn"])
def test_a_network_of_stages_takes_half_the_digits_and_a_text_without_a_token(name: str) -> None:
    import torch

    from medtext.corpus.record import Task
    from medtext.errors import DeviceError
    from medtext.learn.device import refuse_half
    from medtext.plugin import ModelShape

    spec = REGISTRY.model(name)
    torch.manual_seed(1)
    model = spec.build(ModelShape(Task.TAG, 30, 4, 64), spec.options(width=32, hidden=16, filters=8, hide=0.0)).eval()
    vectors = torch.randn(3, 7, 32)
    mask = torch.arange(7)[None] < torch.tensor([7, 3, 0])[:, None]
    with torch.no_grad():
        whole = model.score(vectors, mask)
        assert torch.isfinite(whole).all()
        try:
            refuse_half(model, torch.device("cpu"))
        except DeviceError as error:
            pytest.skip(f"half the digits are not tried: {error}")
        with torch.autocast("cpu", torch.bfloat16):
            assert torch.allclose(model.score(vectors, mask).float(), whole, atol=0.1)
        other = torch.where(mask[..., None], vectors, torch.full_like(vectors, 1e3))
        assert torch.allclose(model.score(other, mask), whole, atol=1e-5)  # what stands in padding is never read
        turned = model.score(vectors[:, [1, 0, *range(2, 7)]], mask)
        assert not torch.allclose(turned[0], whole[0], atol=1e-5)  # the order of tokens counts
