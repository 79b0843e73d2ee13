"""A plugin file with a baseline that is found before the built-in one and is trained at once: tests are many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from medtext.plugin import ModelShape, ModelSpec, hookimpl


def build(shape: ModelShape, options: Any) -> Any:
    import torch

    from medtext.plugin import Batch, Embedded, text_sites

    class Bag(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weights = torch.nn.Embedding(shape.vocabulary_size, shape.label_count)

        def embed(self, batch: Batch) -> Embedded:
            sites, special = text_sites(batch)
            return Embedded(self.weights(batch.inputs), batch.mask, sites, special)

        def baseline(self, batch: Batch) -> torch.Tensor:
            return torch.zeros(*batch.inputs.shape, shape.label_count)

        def score(self, vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            return (vectors * mask[..., None]).sum(dim=1)

    return Bag()


@hookimpl
def medtext_models() -> Iterable[ModelSpec]:
    yield ModelSpec(name="a-light-baseline", summary="adds up one weight a token", build=build, baseline=True, epochs=1)
