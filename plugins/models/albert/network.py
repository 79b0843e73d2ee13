"""The network of albert: an encoder of ``transformers`` and its own head."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AlbertConfig, AutoConfig, AutoModelForSequenceClassification, PreTrainedConfig

from medtext.plugin import MASK, PAD, Batch, Embedded, ModelShape, OptionError, text_sites

from . import Options
from .first_token import answer, can_answer

_DROPOUTS = {
    "hidden_dropout_prob",
    "attention_probs_dropout_prob",
    "classifier_dropout_prob",
    "classifier_dropout",
    "summary_last_dropout",
}
"""What the shares of dropout are called, from one kind of encoder to the next."""


_SHORT = 256
"""Up to this length plain attention in bfloat16 was measured to be faster than torch's: 1.7 times at 70 tokens."""


class Encoder(nn.Module):
    """An encoder for sequences with a linear head on [CLS], cut above the word embeddings.

    Positions, token types and the LayerNorm after them belong to ``score``: only what
    the words say lies on the path of an explanation. Rows of the embedding are in
    medtext's order (special tokens first), whatever the checkpoint's was.
    """

    def __init__(self, shape: ModelShape, options: Options) -> None:
        super().__init__()
        config = configuration(shape, options)
        if shape.max_length > readable_length(config):
            raise OptionError(
                f"texts of {shape.max_length} tokens, but the encoder has positions for {readable_length(config)}: "
                f"give -o max-length={readable_length(config)}, or from scratch -o positions={shape.max_length}"
            )
        classifiers: Any = AutoModelForSequenceClassification
        self.network = classifiers.from_config(config)
        self.words.padding_idx = PAD
        self.nothing = MASK if options.baseline == "mask" else PAD

    @property
    def words(self) -> nn.Embedding:
        """The embedding of tokens."""
        found = self.network.get_input_embeddings()
        assert isinstance(found, nn.Embedding)  # noqa: S101
        return found

    def embed(self, batch: Batch) -> Embedded:
        """Look up a vector for each token: float32 [batch, length, embedding]."""
        sites, special = text_sites(batch)
        return Embedded(self.words(batch.inputs), batch.mask, sites, special)

    def baseline(self, batch: Batch) -> Tensor:
        """Return the vector of [PAD], or of [MASK], everywhere."""
        return self.words.weight[self.nothing].expand(*batch.inputs.shape, -1)

    def score(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return logits, float [batch, labels]."""
        with self._attending(self._fastest(vectors)):
            if can_answer(self.network):
                return answer(self.network, vectors, mask)
            logits: Tensor = self.network(inputs_embeds=vectors, attention_mask=mask.long()).logits
        return logits

    def attention(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return what the last layer looks at from [CLS], the mean over its heads: float [batch, length]."""
        with self._attending("eager"):  # the faster ones keep no weights
            found = self.network.base_model(
                inputs_embeds=vectors, attention_mask=mask.long(), output_attentions=True
            ).attentions
        looked: Tensor = found[-1].mean(1)[:, 0].masked_fill(~mask, 0.0)
        return looked

    def _fastest(self, vectors: Tensor) -> str:
        """Name the fastest attention: on CPUs the backward of torch's own is slow in bfloat16 on short texts."""
        half = vectors.device.type == "cpu" and torch.is_autocast_enabled("cpu")
        return "eager" if half and vectors.shape[1] < _SHORT else "sdpa"

    @contextmanager
    def _attending(self, implementation: str) -> Iterator[None]:
        chosen = self.network.config._attn_implementation  # noqa: SLF001  # there is no other way to ask
        if implementation == chosen or not self.network._supports_sdpa:  # noqa: SLF001
            yield
            return
        self.network.set_attn_implementation(implementation)
        try:
            yield
        finally:
            self.network.set_attn_implementation(chosen)

    def contexts(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return what the layers make of every token, float [batch, length, hidden]."""
        hidden: Tensor = self.network.base_model(inputs_embeds=vectors, attention_mask=mask.long())[0]
        return hidden

    def table(self) -> Tensor:
        """Return the vectors of all tokens, float [vocabulary, embedding]."""
        return self.words.weight


def configuration(shape: ModelShape, options: Options) -> PreTrainedConfig:
    """Return the configuration of a network of a shape. Raises ValueError for a JSON that is none."""
    if options.config is not None:
        values = json.loads(options.config)
        config = AutoConfig.for_model(**values)
        if options.dropout is not None:
            for name in _DROPOUTS & vars(config).keys():
                setattr(config, name, options.dropout)
    else:
        dropout = 0.1 if options.dropout is None else options.dropout
        config = AlbertConfig(
            embedding_size=options.embedding,
            hidden_size=options.hidden,
            num_hidden_layers=options.layers,
            num_attention_heads=options.heads,
            intermediate_size=options.intermediate,
            max_position_embeddings=options.positions,
            hidden_act="gelu",
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
            classifier_dropout_prob=dropout,
            bos_token_id=None,
            eos_token_id=None,
        )
    config.vocab_size = shape.vocabulary_size
    config.num_labels = shape.label_count
    config.dtype = torch.float32
    return config


def readable_length(config: PreTrainedConfig) -> int:
    """Return how many tokens an encoder has positions for; RoBERTa's begin behind that of its padding."""
    positions = int(getattr(config, "max_position_embeddings", 512))
    shifted = "roberta" in config.model_type or config.model_type in ("camembert", "xmod")
    return positions - (config.pad_token_id or 0) - 1 if shifted else positions
