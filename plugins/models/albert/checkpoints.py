"""Encoders as ``transformers`` keeps them: read to start from, and written for other tools."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedTokenizerFast,
)

from medtext.plugin import OptionError, Pretrained, Task

from ...tokenizers.pieces import PieceTokenizer, adopted_state
from ..checkpoint import checkpoint_folder, described, quiet, told
from .network import Encoder, readable_length

_LONGEST = 512
"""Tokens of a text that are read, if not said otherwise, where the encoder has positions for more."""

_SMALL = 384
"""Encoders up to this size take the greater learning rate: ALBERT-tiny has 312."""


def adopt(origin: str) -> Pretrained:
    """Read an encoder from a folder or the Hugging Face hub; its weights only when they are asked for.

    Raises OptionError for what is not there, cannot be fetched, or is no encoder with a fast tokenizer.
    """
    with told(origin):
        folder = checkpoint_folder(origin)
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        state = adopted_state(AutoTokenizer.from_pretrained(folder, trust_remote_code=False))
    order = PieceTokenizer().load(state).order
    head = any(name.endswith("ForSequenceClassification") for name in config.architectures or ())
    many = config.problem_type == "multi_label_classification"
    return Pretrained(
        options={"config": described(config)},
        tokenizer=state,
        tokenizer_options={"max_length": min(_LONGEST, readable_length(config))},
        weights=lambda: _weights(origin, folder, order),
        labels=tuple(config.id2label[number] for number in range(config.num_labels)) if head else (),
        task=(Task.TAG if many else Task.CLASSIFY) if head else None,
        # Devlin et al. 2019 fine-tune BERT at 2e-5 to 5e-5; small encoders bear more.
        lr=1e-4 if config.hidden_size <= _SMALL else 5e-5,
    )


def export(network: Encoder, tokenizer: PieceTokenizer, labels: tuple[str, ...], task: Task, folder: Path) -> None:
    """Write a folder that ``AutoModelForSequenceClassification`` and ``AutoTokenizer`` open, with equal logits."""
    model = copy.copy(network.network)
    model.config = config = copy.deepcopy(network.network.config)
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: number for number, label in enumerate(labels)}
    config.problem_type = "single_label_classification" if task is Task.CLASSIFY else "multi_label_classification"
    weights = dict(model.state_dict())
    table = _table_name(model)
    back = torch.empty(len(tokenizer.order), dtype=torch.int64)
    back[torch.tensor(tokenizer.order)] = torch.arange(len(tokenizer.order))
    weights[table] = weights[table][back]
    pad, unknown, start, end, mask = tokenizer.special_names
    config.pad_token_id = tokenizer.order[0] if config.pad_token_id is None else config.pad_token_id
    fast: Any = PreTrainedTokenizerFast
    reader = fast(
        tokenizer_object=tokenizer.backend,
        pad_token=pad,
        unk_token=unknown,
        cls_token=start,
        sep_token=end,
        mask_token=mask,
        model_max_length=tokenizer.max_length,
        split_special_tokens=True,  # "[SEP]" in a report is text
    )
    with quiet():
        model.save_pretrained(folder, state_dict=weights)
        reader.save_pretrained(folder)


def _weights(origin: str, folder: Path, order: list[int]) -> Mapping[str, Tensor]:
    with told(origin):
        classifiers: Any = AutoModelForSequenceClassification
        model, found = classifiers.from_pretrained(
            folder, output_loading_info=True, dtype=torch.float32, trust_remote_code=False, use_safetensors=True
        )
    weights = dict(model.state_dict())
    for name in found["missing_keys"]:  # a head that the checkpoint did not have
        weights.pop(name, None)
    table = _table_name(model)
    if len(weights[table]) <= max(order):
        raise OptionError(f"--init {origin}: its tokenizer has more tokens than its table has vectors")
    weights[table] = weights[table][torch.tensor(order)]
    return {f"network.{name}": value for name, value in weights.items()}


def _table_name(model: Any) -> str:
    table = model.get_input_embeddings().weight
    return next(str(name) for name, value in model.named_parameters() if value is table)
