"""Plugins found, imported and asked, each on its own: a broken one costs a line, never the command."""

from __future__ import annotations

import importlib.util
import logging
import sys
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import CodeType, ModuleType

import pluggy

from medtext.errors import PluginError
from medtext.plugin import hookspecs
from medtext.plugin.registry import KINDS, Failure, Plugin, Registry
from medtext.plugin.specs import Spec

_log = logging.getLogger("medtext")


def load_registry(files: Sequence[Path] = (), *, strict: bool = False) -> Registry:
    """Load installed plugins (entry-point group ``medtext``), then single files, into a registry.

    Each is imported, checked and asked in one ``try``: what fails is listed in
    ``failures`` and warned of. ``strict`` raises PluginError instead.
    """
    registry = Registry()
    found = sorted(entry_points(group=hookspecs.PROJECT), key=lambda point: (_distribution(point).name, point.name))
    for point in found:
        _load(registry, _distribution(point), point.load)
    for file in dict.fromkeys(path.resolve() for path in files):
        _load(registry, *_file_plugin(file))
    for failure in registry.failures:
        if strict:
            raise PluginError(f"plugin '{failure.plugin.name}': {failure.reason}")
        _log.warning("plugin '%s' was skipped: %s", failure.plugin.name, failure.reason)
    return registry


def _load(registry: Registry, plugin: Plugin, load: Callable[[], object]) -> None:
    # SystemExit too: a plugin that ends the process at import must not end ours.
    try:
        registry.add(plugin, _ask(load()))
    except (Exception, SystemExit) as error:  # noqa: BLE001  # any failure of foreign code is one line
        reason = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
        registry.failures.append(Failure(plugin, " ".join(reason.split())))


def _ask(module: object) -> list[Spec]:
    """Call every hook a plugin implements. A manager of its own keeps a bad plugin from marking others."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(module)
    manager.check_pending()
    specs: list[Spec] = []
    for kind in KINDS:
        results: list[Iterable[Spec]] = getattr(manager.hook, f"medtext_{kind}s")()
        specs += [spec for result in results for spec in result]
    if not specs:
        raise PluginError("it offers nothing: implement a hook with @hookimpl, such as medtext_models")
    return specs


def _distribution(point: EntryPoint) -> Plugin:
    """Name the distribution of an entry point; one whose metadata are broken is no reason to fail."""
    try:
        name, version = (point.dist.name, point.dist.version) if point.dist else (None, None)
    except Exception:  # noqa: BLE001  # what importlib raises here differs from version to version
        name = version = None
    return Plugin(f"{name or 'unknown'}/{point.name}", version or "0")


def _file_plugin(file: Path) -> tuple[Plugin, Callable[[], ModuleType]]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PluginError(f"--plugin {file}: {error.strerror}: give the path of a Python file") from error
    digest = sha256(content).hexdigest()

    def load() -> ModuleType:
        name = f"medtext_file_{digest[:16]}"
        if file.suffix != ".py":
            raise PluginError("it is not a Python file: its name must end in .py")
        loader = _ExactLoader(name, str(file), content)
        module = importlib.util.module_from_spec(ModuleSpec(name, loader, origin=str(file)))
        module.__file__ = str(file)
        sys.modules[name] = module  # dataclasses look their module up while it is being made
        try:
            loader.exec_module(module)
        except BaseException:
            sys.modules.pop(name, None)
            raise
        return module

    return Plugin(file.name, digest, file=True), load


class _ExactLoader(SourceFileLoader):
    """Runs the very bytes whose SHA-256 is recorded: no cached bytecode is read, or left beside the file."""

    def __init__(self, name: str, path: str, content: bytes) -> None:
        super().__init__(name, path)
        self._content = content

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  # importlib's signature
        code: CodeType = self.source_to_code(self._content, self.path)
        return code
