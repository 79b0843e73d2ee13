"""Checkpoints as other tools keep them: found in a folder or on the hub, described, and said where they fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi, hf_hub_download, snapshot_download
from safetensors import SafetensorError
from transformers import PreTrainedConfig
from transformers.utils import logging as _logging

from medtext.plugin import OptionError


def described(config: PreTrainedConfig) -> str:
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


def checkpoint_folder(origin: str) -> Path:
    """Return the folder of a checkpoint, fetched from the hub where it is not there yet.

    A copy that was fetched before serves without a network. The hub is asked for the
    list of files first: that fails at once where the downloads would try for half a minute.
    """
    if Path(origin).is_dir():
        return Path(origin)
    if origin.startswith("timm:"):
        raise OptionError("encoders of timm read images: name a model that does by --model, see `medtext plugins`")
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


def checkpoint_file(repository: str, name: str) -> Path:
    """Return one file of a checkpoint on the hub, fetched where it is not there yet, as ``checkpoint_folder`` does."""
    with suppress(FileNotFoundError):
        return Path(hf_hub_download(repository, name, local_files_only=True))
    try:
        listed = HfApi().model_info(repository, timeout=10).siblings or []
    except Exception as error:  # whichever library for the network the hub's uses now
        raise OptionError(
            f"its weights are not here, and {repository} is not to be had from the Hugging Face hub (no network?): "
            "download that where there is a network, and name its folder"
        ) from error
    if name not in {file.rfilename for file in listed}:
        raise OptionError(f"{repository} on the Hugging Face hub has no {name}: name another, or a folder with one")
    return Path(hf_hub_download(repository, name))


@contextmanager
def quiet() -> Iterator[None]:
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
def told(origin: str, library: str = "transformers") -> Iterator[None]:
    """Say in one line why a checkpoint that ``library`` saved cannot be read."""
    try:
        with quiet():
            yield
    except OptionError as error:
        raise OptionError(f"--init {origin}: {error}") from error
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
        raise OptionError(f"--init {origin}: {_reason(Path(origin), error, library)}") from error


def _reason(folder: Path, error: Exception, library: str) -> str:
    if folder.is_dir() and not (folder / "config.json").is_file():
        return "a folder without config.json: name a run, or a folder that transformers saved"
    if folder.is_dir() and not any(folder.glob("*.safetensors")):
        return "a folder without weights as safetensors: save it by save_pretrained of transformers 5"
    found = " ".join(str(error).split())[:200]
    return f"no encoder that can be read ({found}): save it again by {library}, without code of its own"
