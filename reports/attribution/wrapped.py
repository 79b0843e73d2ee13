"""A network of medtext as tools for ``transformers`` take it; needs torch and transformers only.

An encoder is exported by medtext itself. Text-CNN has no such form, so here is one: the
same weights between a [CLS] and a [SEP] that the network does not see.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModelForSequenceClassification, AutoTokenizer, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput

TEXT_CNN = "wrapped-text-cnn"


class TextCNNConfig(PreTrainedConfig):  # type: ignore[no-untyped-call]
    """Sizes of a text-cnn."""

    model_type = TEXT_CNN

    def __init__(
        self,
        vocab_size: int = 5,
        width: int = 128,
        filters: int = 64,
        kernels: tuple[int, ...] = (2, 3, 4),
        **rest: Any,
    ) -> None:
        self.vocab_size, self.width, self.filters, self.kernels = vocab_size, width, filters, tuple(kernels)
        super().__init__(**rest)


class TextCNNNetwork(nn.Module):
    """The weights, under the names that medtext gives them."""

    def __init__(self, config: TextCNNConfig) -> None:
        super().__init__()
        self.kernels = config.kernels
        self.embedding = nn.Embedding(config.vocab_size, config.width, padding_idx=0)
        self.convolutions = nn.ModuleList(nn.Conv1d(config.width, config.filters, size) for size in config.kernels)
        self.output = nn.Linear(config.filters * len(config.kernels), len(config.id2label or ()))

    def forward(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return logits, float [batch, labels]."""
        text = (vectors * mask[..., None]).transpose(1, 2)
        found = [
            functional.relu(convolution(functional.pad(text, ((size - 1) // 2, size - 1 - (size - 1) // 2))))
            for size, convolution in zip(self.kernels, self.convolutions, strict=True)
        ]
        logits: Tensor = self.output((torch.cat(found, dim=1) * mask[:, None]).amax(dim=2))
        return logits


class TextCNNForSequenceClassification(PreTrainedModel):  # type: ignore[no-untyped-call]
    """A text-cnn behind the signature of ``transformers``."""

    config_class = TextCNNConfig
    base_model_prefix = "network"

    def __init__(self, config: TextCNNConfig) -> None:
        super().__init__(config)
        self.network = TextCNNNetwork(config)
        self.post_init()  # type: ignore[no-untyped-call]

    def get_input_embeddings(self) -> nn.Module:
        """Return the embedding of tokens."""
        return self.network.embedding

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        **_: Any,
    ) -> SequenceClassifierOutput:
        """Score texts that stand between [CLS] and [SEP]; these two are masked."""
        vectors = self.network.embedding(input_ids) if inputs_embeds is None else inputs_embeds
        if attention_mask is None:
            attention_mask = torch.ones(vectors.shape[:2], dtype=torch.int64, device=vectors.device)
        place = torch.arange(vectors.shape[1], device=vectors.device)
        inside = (place > 0) & (place < attention_mask.long().sum(1, keepdim=True) - 1)
        outputs: Any = SequenceClassifierOutput
        made: SequenceClassifierOutput = outputs(logits=self.network(vectors, inside))
        return made


def open_network(folder: Path) -> tuple[Any, Any]:
    """Open the network and the tokenizer that an exported folder holds."""
    kind = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
    models: Any = TextCNNForSequenceClassification if kind == TEXT_CNN else AutoModelForSequenceClassification
    model = models.from_pretrained(folder).eval()
    if kind != TEXT_CNN:
        return model, AutoTokenizer.from_pretrained(folder)
    from transformers import PreTrainedTokenizerFast

    return model, PreTrainedTokenizerFast.from_pretrained(folder)
