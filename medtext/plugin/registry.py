"""What all plugins offer, by kind and name. A value that is made once and passed down; there is no global one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from medtext.corpus.record import Input, Task
from medtext.errors import PluginError, UnknownNameError
from medtext.plugin.specs import DatasetSpec, ModelSpec, RendererSpec, Spec, TokenizerSpec

KINDS: dict[str, type[Spec]] = {
    "dataset": DatasetSpec,
    "model": ModelSpec,
    "tokenizer": TokenizerSpec,
    "renderer": RendererSpec,
}
S = TypeVar("S", bound=Spec)


@dataclass(frozen=True, slots=True)
class Plugin:
    """Where an offer comes from: an installed distribution and its version, or a file and its SHA-256."""

    name: str
    version: str
    file: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A spec and the plugin it came from."""

    spec: Spec
    plugin: Plugin


@dataclass(frozen=True, slots=True)
class Failure:
    """A plugin that was left out, or an offer of it, and why: one line."""

    plugin: Plugin
    reason: str


@dataclass
class Registry:
    """The offers of all plugins; the first of a name stays, a second is a failure that names both."""

    failures: list[Failure] = field(default_factory=list)
    _offers: dict[str, dict[str, Offer]] = field(default_factory=lambda: {kind: {} for kind in KINDS})

    def add(self, plugin: Plugin, specs: Iterable[Spec]) -> None:
        """Take over what a plugin offers. Raises PluginError for what is no spec, before anything is taken."""
        checked = [(_kind(spec), spec) for spec in specs]
        for kind, spec in checked:
            first = self._offers[kind].setdefault(spec.name, Offer(spec, plugin))
            if first.spec is not spec:
                reason = f"{kind} '{spec.name}' is offered by '{first.plugin.name}' already, which stays: rename one"
                self.failures.append(Failure(plugin, reason))

    def offer(self, kind: str, name: str) -> Offer:
        """Return an offer by name. Raises UnknownNameError, with what may have been meant."""
        offers = self._offers[kind]
        if name not in offers:
            raise UnknownNameError.among(kind, name, offers)
        return offers[name]

    def dataset(self, name: str) -> DatasetSpec:
        """Return a dataset by name."""
        return self._spec(DatasetSpec, name)

    def model(self, name: str) -> ModelSpec:
        """Return a model by name."""
        return self._spec(ModelSpec, name)

    def models(self) -> Iterator[ModelSpec]:
        """Yield all models, sorted by name."""
        for offer in self.offers("model"):
            yield self.model(offer.spec.name)

    def tokenizer(self, name: str) -> TokenizerSpec:
        """Return a tokenizer by name."""
        return self._spec(TokenizerSpec, name)

    def renderer(self, name: str) -> RendererSpec:
        """Return a renderer by name."""
        return self._spec(RendererSpec, name)

    def baseline(self, task: Task, reads: Input) -> ModelSpec | None:
        """Return the first model, by name, that is offered as the baseline of a task; None if there is none."""
        fitting = (spec for spec in self.models() if spec.baseline and task in spec.tasks and spec.reads is reads)
        return next(fitting, None)

    def offers(self, kind: str | None = None) -> Iterator[Offer]:
        """Yield the offers of a kind, or of all, sorted by name."""
        for each in KINDS if kind is None else (kind,):
            for _, offer in sorted(self._offers[each].items()):
                yield offer

    def _spec(self, spec_type: type[S], name: str) -> S:
        spec = self.offer(spec_type.kind, name).spec
        assert isinstance(spec, spec_type)  # noqa: S101  # kept so by add
        return spec


def _kind(spec: object) -> str:
    for kind, spec_type in KINDS.items():
        if isinstance(spec, spec_type):
            return kind
    raise PluginError(f"a hook gave {spec!r:.80}, which is no spec: yield a DatasetSpec, ModelSpec or such")
