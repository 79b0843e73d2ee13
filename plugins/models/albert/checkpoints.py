"""Encoders as ``transformers`` keeps them: read to start from, and written for other tools."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import HfApi, snapshot_download
from safetensors import SafetensorError
from torch import Tensor
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
)
from transformers.utils import logging as _logging

from medtext.plugin import OptionError, Pretrained, Task

from ...tokenizers.pieces import PieceTokenizer, adopted_state
from .network import Encoder, readable_length

_LONGEST = 512
"""Tokens of a text that are read, if not said otherwise, where the encoder has positions for more."""

_SMALL = 384
"""Encoders up to this size take the greater learning rate: ALBERT-tiny has 312."""


def adopt(origin: str) -> Pretrained:
    """Read an encoder from a folder or the Hugging Face hub; its weights only when they are asked for.

    Raises OptionError for what is not there, cannot be fetched, or is no encoder with a fast tokenizer.
    """
    with _told(origin):
        folder = _folder(origin)
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        state = adopted_state(AutoTokenizer.from_pretrained(folder, trust_remote_code=False))
    order = PieceTokenizer().load(state).order
    head = any(name.endswith("ForSequenceClassification") for name in config.architectures or ())
    many = config.problem_type == "multi_label_classification"
    return Pretrained(
        options={"config": _described(config)},
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
    with _quiet():
        model.save_pretrained(folder, state_dict=weights)
        reader.save_pretrained(folder)


def _described(config: PreTrainedConfig) -> str:
    """Return a configuration as JSON, without what hangs on labels and tokenizer."""
    values = config.to_diff_dict() | {"model_type": config.model_type}
    for name in (
        "auto_map",
        "id2label",
        "label2id",
        "num_labels",
        "problem_type",
        "architectures",
        "vocab_size",
        "_name_or_path",
    ):
        values.pop(name, None)
    return json.dumps(values, sort_keys=True)


def _folder(origin: str) -> Path:
    """Return the folder of a checkpoint, fetched from the hub where it is not there yet.

    A copy that was fetched before serves without a network. The hub is asked for the
    list of files first: that fails at once where the downloads would try for half a minute.
    """
    if Path(origin).is_dir():
        return Path(origin)
    with suppress(FileNotFoundError):
        return Path(snapshot_download(origin, local_files_only=True))
    try:
        HfApi().model_info(origin, timeout=10)
    except Exception as error:  # whichever library for the network the hub's uses now
        raise OptionError(
            "no run, no folder, and not to be had from the Hugging Face hub (no network, or no such name): "
            "download it where there is a network, and name its folder"
        ) from error
    return Path(snapshot_download(origin, allow_patterns=["*.json", "*.txt", "*.model", "*.safetensors"]))


def _weights(origin: str, folder: Path, order: list[int]) -> Mapping[str, Tensor]:
    with _told(origin):
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


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the library's own reports, and leave its settings as they were."""
    logging: Any = _logging  # which has no types
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


@contextmanager
def _told(origin: str) -> Iterator[None]:
    """Say in one line why a checkpoint cannot be read."""
    try:
        with _quiet():
            yield
    except OptionError as error:
        raise OptionError(f"--init {origin}: {error}") from error
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
        raise OptionError(f"--init {origin}: {_reason(Path(origin), error)}") from error


def _reason(folder: Path, error: Exception) -> str:
    if folder.is_dir() and not (folder / "config.json").is_file():
        return "a folder without config.json: name a run, or a folder that transformers saved"
    if folder.is_dir() and not any(folder.glob("*.safetensors")):
        return "a folder without weights as safetensors: save it by save_pretrained of transformers 5"
    found = " ".join(str(error).split())[:200]
    return f"no encoder that can be read ({found}): save it again by transformers, without code of its own"
