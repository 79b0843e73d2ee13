"""Every built-in offer, and every toy, keeps to what ``medtext.testing`` asks of third parties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from medtext import testing
from medtext.plugin import ModelSpec
from medtext.plugin.loading import load_registry

REGISTRY = load_registry([Path(__file__).parents[1] / "toy.py"], strict=True)


def specs(kind: str) -> list[Any]:
    return [pytest.param(offer.spec, id=offer.spec.name) for offer in REGISTRY.offers(kind)]


@pytest.mark.parametrize("spec", specs("model"))
def test_models_keep_their_promises(spec: ModelSpec) -> None:
    testing.check_model(spec)


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


def test_table_keeps_its_promises(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("text,label\n胃炎,1\n肠炎,2\n", encoding="utf-8")
    broken = tmp_path / "broken.csv"
    broken.write_text("text,label\n胃炎,1,3\n", encoding="utf-8")
    testing.check_dataset(REGISTRY.dataset("table"), tmp_path / "good.csv", broken=broken)


def test_toy_dataset_keeps_its_promises(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("a b;x\nc;y\n", encoding="utf-8")
    (tmp_path / "broken.txt").write_text("a b\n", encoding="utf-8")
    testing.check_dataset(REGISTRY.dataset("toy"), tmp_path / "good.txt", broken=tmp_path / "broken.txt")
