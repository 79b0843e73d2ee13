"""What a classifier of ALBERT answers, without the work that nobody looks at: its head reads [CLS] alone."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AlbertForSequenceClassification
from transformers.models.albert.modeling_albert import AlbertLayer


def can_answer(network: nn.Module) -> bool:
    """Whether a network is one that ``answer`` knows."""
    return isinstance(network, AlbertForSequenceClassification) and network.albert.pooler is not None


def answer(network: AlbertForSequenceClassification, vectors: Tensor, mask: Tensor) -> Tensor:
    """Return logits, float [batch, labels], as ``network`` would, for less.

    Of the last layer only the first token asks; all others are asked, but ask nothing and need no
    feed-forward network. ``vectors`` is float [batch, length, embedding], ``mask`` bool [batch, length].
    """
    albert = network.albert
    hidden = albert.encoder.embedding_hidden_mapping_in(albert.embeddings(None, inputs_embeds=vectors))
    layers = _layers(network)
    unseen = None if mask.all() else _unseen(mask, hidden.dtype)
    for layer in layers[:-1]:
        hidden = layer(hidden, unseen)
    first = _first(layers[-1], hidden, unseen)
    pooled = albert.pooler_activation(albert.pooler(first))
    logits: Tensor = network.classifier(network.dropout(pooled))
    return logits


def _layers(network: AlbertForSequenceClassification) -> list[AlbertLayer]:
    """Return the layers in the order in which they are run; one may run more than once."""
    count = network.config.num_hidden_layers
    groups: Any = network.albert.encoder.albert_layer_groups
    return [layer for number in range(count) for layer in groups[number * len(groups) // count].albert_layers]


def _unseen(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """Return what is added to attention before its softmax, [batch, 1, 1, length]: very little where no token is."""
    low = torch.zeros(mask.shape, dtype=dtype, device=mask.device).masked_fill(~mask, torch.finfo(dtype).min)
    return low[:, None, None]


def _first(layer: AlbertLayer, hidden: Tensor, unseen: Tensor | None) -> Tensor:
    """Return what a layer makes of the first token, float [batch, hidden]."""
    attention = layer.attention
    heads = (*hidden.shape[:2], -1, attention.attention_head_size)
    asking = attention.query(hidden[:, :1]).view(len(hidden), 1, -1, attention.attention_head_size).transpose(1, 2)
    keys, values = (part(hidden).view(heads).transpose(1, 2) for part in (attention.key, attention.value))
    looked = functional.scaled_dot_product_attention(
        asking,
        keys,
        values,
        attn_mask=None if unseen is None else unseen.to(asking.dtype),
        dropout_p=attention.attention_dropout.p if layer.training else 0.0,
        scale=attention.scaling,
    )
    told = attention.output_dropout(attention.dense(looked.transpose(1, 2).flatten(2)))[:, 0]
    told = attention.LayerNorm(hidden[:, 0] + told)
    made: Tensor = layer.full_layer_layer_norm(layer.ff_chunk(told) + told)
    return made
