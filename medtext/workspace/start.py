"""What a training starts from, where that is not nothing: a run, or a model that was pretrained elsewhere."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from torch import nn

from medtext.corpus.batch import Batcher
from medtext.corpus.record import Task
from medtext.errors import MedtextError, OptionError, PluginError, RunError
from medtext.plugin.options import option_fields
from medtext.plugin.registry import Registry
from medtext.plugin.specs import ModelSpec, Pretrained
from medtext.runs.store import ENSEMBLE_FILE, PRETRAIN, Run, RunStore
from medtext.runs.weights import read_weights
from medtext.workspace.ready import Network, make_model, require_plugins, whole

_log = logging.getLogger("medtext")


@dataclass(frozen=True)
class Start:
    """Where weights and vocabulary come from.

    ``origin`` is what ``config.json`` keeps: the run's folder, the checkpoint's, or its
    name on the hub. ``tokenizer`` is the name of the tokenizer, None where only the ``encoder`` is taken over: the
    weights whose names begin so. ``trained_texts`` are the hashes of texts whose labels it has seen.
    """

    origin: str
    model: str
    tokenizer: str | None
    pretrained: Pretrained
    trained_texts: frozenset[str] = frozenset()
    encoder: str = ""

    def enter(self, model: nn.Module, fresh: set[str], *, whole: bool = False) -> None:
        """Put the weights into a model; those named in ``fresh`` are left as they are.

        Raises OptionError where one has another shape, or none fits, or one is missing where ``whole``.
        """
        weights = self.pretrained.weights()
        own = model.state_dict()
        wanted = {
            name: tensor
            for name, tensor in weights.items()
            if name in own and name not in fresh and name.startswith(self.encoder)
        }
        for name, tensor in wanted.items():
            if tensor.shape != own[name].shape:
                raise OptionError(
                    f"--init {self.origin}: {name} is {list(tensor.shape)} there and {list(own[name].shape)} here: "
                    "leave out the -o options that say so"
                )
        if not wanted:
            raise OptionError(f"--init {self.origin}: nothing in it fits model '{self.model}' for these labels")
        if whole and len(wanted) < len(own):
            missing = min(own.keys() - wanted.keys())
            raise OptionError(f"{self.origin}: {missing} is missing: it was not trained to its end")
        model.load_state_dict(wanted, strict=False)
        _log.info("started from %s: %d of %d weights", self.origin, len(wanted), len(own))


def find_start(registry: Registry, store: RunStore, init: str, model: str | None = None) -> Start:
    """Return what ``--init`` names: a run by its name or folder, else a checkpoint in a folder or on the hub.

    ``model`` is the model that was asked for, if any: it must be the run's, or one that reads checkpoints.
    """
    folder = Path(init).expanduser()
    if init in store.names():
        return _of_run(registry, store.open(init), model)
    if (folder / "run.json").is_file():
        return _of_run(registry, Run(folder.resolve(), folder.resolve().name), model)
    if init.startswith((".", "/", "~")) and not folder.is_dir():
        raise OptionError(f"--init {init}: there is no such folder")
    try:
        return of_checkpoint(registry, init, model)
    except OptionError as error:
        meant = [] if folder.is_dir() else get_close_matches(init, store.names(), n=1)
        if not meant:
            raise
        raise OptionError(f"{error}; or did you mean the run '{meant[0]}'?") from error


def of_checkpoint(registry: Registry, init: str, model: str | None = None) -> Start:
    """Return a checkpoint that other tools made, in a folder or on the hub. Raises OptionError for what is none."""
    folder = Path(init).expanduser()
    spec = _reader(registry, model)
    assert spec.adopt is not None  # noqa: S101  # _reader chose it for that
    origin = str(folder.resolve()) if folder.is_dir() else init
    try:
        pretrained = spec.adopt(origin)
    except MedtextError:
        raise
    except Exception as error:
        raise PluginError(
            f"--init {init}: model '{spec.name}' failed with {type(error).__name__}: {' '.join(str(error).split())}"
        ) from error
    if spec.encoder:
        return Start(origin, spec.name, None, pretrained, encoder=spec.encoder)
    assert spec.tokenizer is not None  # noqa: S101  # a spec that adopts names its tokenizer
    return Start(origin, spec.name, spec.tokenizer, pretrained)


def fresh_weights(registry: Registry, setup: Network, batcher: Batcher, start: Start, model: nn.Module) -> set[str]:
    """Return the names of the weights that must not be taken over: those of a head made for other labels."""
    pretrained = start.pretrained
    if start.encoder:
        return set()
    if pretrained.labels == batcher.labels and pretrained.task is batcher.task:
        return set()
    return label_sized(registry, setup, batcher, model)


def label_sized(registry: Registry, setup: Network, batcher: Batcher, model: nn.Module) -> set[str]:
    """Return the names of the weights whose shape hangs on the number of labels: those of the head."""
    more = make_model(registry, setup, replace(batcher, labels=(*batcher.labels, "\x00")))
    shapes = {name: weight.shape for name, weight in more.state_dict().items()}
    return {name for name, weight in model.state_dict().items() if weight.shape != shapes[name]}


def _of_run(registry: Registry, run: Run, model: str | None) -> Start:
    info = run.info
    if (run.path / ENSEMBLE_FILE).exists():
        raise OptionError(f"--init: run '{run.name}' is an ensemble: start from one network")
    require_plugins(registry, run, info)
    config = run.read("config.json")
    with whole(run):
        name, options = config["model"]["name"], config["model"]["options"]
        tokenizer = config["tokenizer"]
        task = None if info["task"] == PRETRAIN else Task(info["task"])
        labels = tuple(run.read("labels.json")["labels"]) if task is not None else ()
        state = run.read("tokenizer.json")
        encoder = ""
        if model not in (None, name):
            asked, held = registry.model(model), registry.model(name)
            if not asked.encoder or asked.encoder != held.encoder or asked.reads is not held.reads:
                raise OptionError(f"--init: run '{run.name}' is of model '{name}', not '{model}': leave --model out")
            encoder, known = asked.encoder, {field.name for field in option_fields(asked.options)}
            options = {key: value for key, value in options.items() if key in known}
        pretrained = Pretrained(
            options={key: value for key, value in options.items() if key != "vectors"},  # the weights have them
            tokenizer=state,
            tokenizer_options=tokenizer["options"],
            weights=lambda: read_weights(run.path),
            labels=labels,
            task=task,
        )
        seen: frozenset[str] = frozenset()
        if task is not None:
            splits = run.read("splits.json")
            seen = frozenset([*splits["trained_texts"], *splits.get("inherited_texts", ())])
        origin = str(run.path.resolve())
        if encoder and model is not None:
            return Start(origin, model, None, replace(pretrained, tokenizer_options={}), seen, encoder)
        return Start(origin, name, tokenizer["name"], pretrained, seen)


def _reader(registry: Registry, model: str | None) -> ModelSpec:
    """Return the model that reads checkpoints made elsewhere: the one asked for, else the first."""
    if model is not None:
        spec = registry.model(model)
        if spec.adopt is None:
            raise OptionError(f"--init: model '{model}' starts from runs of its own only, see `medtext runs`")
        return spec
    found = next((spec for spec in registry.models() if spec.adopt is not None and not spec.encoder), None)
    if found is None:
        raise RunError("--init: no model here reads checkpoints made elsewhere")
    return found
